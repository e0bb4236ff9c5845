/**
 * Writes generated/: the types of the operations that the dashboard runs, made from the committed schema. Run by
 * `npm run build`; an operation that the schema does not answer ends the build here.
 */
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { buildASTSchema, parse, Source } from "graphql";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const RESOLVERS = join(HERE, "..", "..", "resolvers");
/** What the dashboard asks; the program's other documents are no business of a page. */
const OURS = /^(tile|board)_\w+\.graphql$/;
const TARGET = join(HERE, "generated") + "/";

const schema = parse(await readFile(join(RESOLVERS, "schema.graphql"), "utf8"));
const folder = join(RESOLVERS, "operations");
const names = (await readdir(folder)).filter((name) => OURS.test(name)).sort();
const documents = await Promise.all(
  names.map(async (name) => {
    const rawSDL = await readFile(join(folder, name), "utf8");
    return { location: name, rawSDL, document: parse(new Source(rawSDL, name)) };
  }),
);

const sections = await preset.buildGeneratesSection({
  baseOutputDir: TARGET,
  schema,
  schemaAst: buildASTSchema(schema),
  documents,
  config: {
    documentMode: "string",
    useTypeImports: true,
    enumType: "string-literal",
    scalars: { DateTime: "string", Zatoshi: "string", ID: "string" },
    defaultScalarType: "unknown",
  },
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
});
await mkdir(TARGET, { recursive: true });
for (const section of sections) {
  if (section.filename.endsWith("graphql.ts")) await writeFile(section.filename, await codegen(section));
}
