// Bundles src/ into one file, named on the command line. The style sheet becomes a text that the widget hands to the browser.

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const styles = {
  name: "styles",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

await build({
  entryPoints: [new URL("src/index.js", import.meta.url).pathname],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["es2020", "chrome94", "firefox101", "safari16.4"], // the first with everything the widget needs
  legalComments: "none",
  plugins: [styles],
});
