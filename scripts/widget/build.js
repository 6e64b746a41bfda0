// Bundles the widget's modules into the one file that is served as /widget.js; `make widget` runs it.
//
//   node build.js [FILE]     where it goes; without it, to its place among the sources
//
// Beside it goes FILE.gz, which is what nearly every browser gets: zopfli takes a second for what gzip does at once,
// and saves a twenty-fifth.
//
// The first line of the bundle holds a digest of all that it is made from, so that a test can tell without node
// whether it is up to date.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import zopfli from "@gfx/zopfli";
import * as esbuild from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const web = "chatbot/server/web";

// Of each file its path and its bytes, in the order of the paths.
function digest() {
  const folders = [`${web}/shared`, `${web}/widget`].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const hash = createHash("sha256");
  for (const path of [...folders, "scripts/widget/build.js", "scripts/widget/package-lock.json"].sort()) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex").slice(0, 24);
}

const minifiedCss = {
  name: "minified CSS as a string",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

// The words of each language in the order of the English ones, whose names need not be said again.
const wordsByPlace = {
  name: "words by their place",
  setup(build) {
    build.onLoad({ filter: /widget.texts\.js$/ }, async ({ path }) => {
      const { outputFiles } = await esbuild.build({ entryPoints: [path], bundle: true, format: "esm", write: false });
      const { TEXTS } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
      const { en, ...others } = TEXTS;
      const lines = Object.entries(others).map(([code, words]) => [code, Object.keys(en).map((name) => words[name]).join("\n")]);
      return {
        contents: `import { english } from "../shared/english.js";
          const names = Object.keys(english);
          export const TEXTS = { en: english };
          for (const [code, lines] of ${JSON.stringify(lines)}) {
            TEXTS[code] = Object.fromEntries(lines.split("\\n").map((word, i) => [names[i], word]));
          }`,
      };
    });
  },
};

const bundle = await esbuild.build({
  entryPoints: [join(root, web, "widget/main.js")],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  charset: "utf8",
  plugins: [minifiedCss, wordsByPlace],
});
let code = bundle.outputFiles[0].text;
for (let i = 0; i < 2; i++) {
  ({ code } = await minify(code, { ecma: 2022, module: true, compress: { passes: 3, unsafe_arrows: true } }));
}
const banner = `// Cuttings widget, MIT license. Made by \`make widget\`, not by hand, from ${digest()}`;
const file = process.argv[2] ?? join(root, web, "widget.js");
writeFileSync(file, `${banner}\n${code}\n`);
writeFileSync(`${file}.gz`, await zopfli.gzipAsync(readFileSync(file), { numiterations: 100, blocksplittingmax: 0 }));
