import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/**
 * One entry per page: dist/<page>/index.html is served by gateway/web/pages.py, everything that it loads lies under
 * dist/assets with a hash in its name. A new page is one more line here.
 */
const PAGES = { dashboard: "dashboard/index.html", explorer: "explorer/index.html" };

export default defineConfig({
  publicDir: false,
  plugins: [compressed()],
  build: {
    target: "es2022",
    // No data: URLs for scripts, fonts or styles, so that the pages' Content-Security-Policy can stay at 'self'.
    assetsInlineLimit: 0,
    // Monaco is one large thing that is loaded after the page stands; a warning about its size helps nobody.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    license: { fileName: "assets/licenses.md" },
    rolldownOptions: {
      input: PAGES,
      // "use client" marks server components in other frameworks and means nothing here.
      onLog: (level, log, pass) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") pass(level, log);
      },
    },
  },
  worker: { format: "es" },
  server: {
    // `npm run dev` beside a running gateway: the pages are /<page>/index.html, the data comes from the gateway.
    proxy: { "/graphql": { target: "http://127.0.0.1:8402", ws: true } },
  },
});

/** Writes a .gz beside each large asset once, at build time; pages.py serves it to whoever accepts it. */
function compressed(): Plugin {
  const squeeze = promisify(gzip);
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "dist" }) {
      const assets = join(dir, "assets");
      for (const name of await readdir(assets)) {
        const content = await readFile(join(assets, name));
        if (!/\.(gz|woff2)$/.test(name) && content.length > 2048) {
          await writeFile(join(assets, `${name}.gz`), await squeeze(content, { level: 9 }));
        }
      }
    },
  };
}
