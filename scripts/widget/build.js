// Bundles the widget's modules into the one file that is served as /widget.js; `make widget` runs it.
//
//   node build.js [FILE]     where it goes; without it, to its place among the sources
//
// The first line of the bundle holds a digest of all that it is made from, so that a test can tell without node
// whether it is up to date.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

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
  return hash.digest("hex");
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

await esbuild.build({
  entryPoints: [join(root, web, "widget/main.js")],
  outfile: process.argv[2] ?? join(root, web, "widget.js"),
  allowOverwrite: true,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  banner: { js: `// Cuttings widget, MIT license. Made by \`make widget\`, not by hand, from ${digest()}` },
  plugins: [minifiedCss],
});
