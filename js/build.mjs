// Build the widgets into leb_kit/widgets/static and the front of the pages into their template; with --check only tell whether the committed files match.

import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "leb_kit");
const check = process.argv.includes("--check");
const common = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // all of it is our own
  loader: { ".css": "text" },
  write: !check,
};

const widgets = await build({
  ...common,
  entryPoints: ["address_bar.js", "balance_table.js", "compare_bar.js", "comparison_view.js", "detail_view.js", "downloads.js", "file_door.js", "flow_scheme.js", "history_chart.js", "mix_explorer.js", "page_header.js", "scenario_builder.js", "target_panel.js", "territory_map.js", "view_bar.js"].map((name) => join(here, name)),
  outdir: join(target, "widgets", "static"),
  format: "esm",
});
const front = await build({
  ...common,
  entryPoints: [join(here, "front", "front.js")],
  outdir: join(target, "apps", "voila", "templates", "leb", "static"),
  format: "iife",
});

if (check) {
  for (const file of [...widgets.outputFiles, ...front.outputFiles]) {
    const committed = await readFile(file.path, "utf8").catch(() => "");
    if (committed !== file.text) {
      console.error(`${file.path} differs from its source: run "npm run build" in js/`);
      process.exitCode = 1;
    }
  }
}
