/** Compiles the snippets in the present folder as a bundler with Relay's plugin would: types away, tags replaced. */
import { transformFileAsync } from "@babel/core";
import { readdir, writeFile } from "node:fs/promises";

const files = (await readdir(".", { recursive: true })).filter(
  (name) => name.endsWith(".ts") && !name.startsWith("node_modules"),
);
for (const file of files) {
  const { code } = await transformFileAsync(file, {
    babelrc: false,
    presets: [["@babel/preset-typescript"]],
    plugins: [["relay", { eagerEsModules: true, artifactDirectory: "__generated__" }]],
  });
  // A bundler finds a module without its ending, Node.js does not.
  await writeFile(file.replace(/ts$/, "js"), code.replace(/(from "[^"]*\.graphql)"/g, '$1.js"'));
}
