// Builds the third-party assets that pages load into src/renda/kernel/ui/static/vendor/ (not in the repository):
//   icons.svg   a sprite of the Lucide icons that templates and code name, and no others
//   echarts.js  Apache ECharts with the charts we draw, as one ES module
// and copies the licences beside them. Run by `make assets` as `npm ci && npm run build`.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "renda");
const vendor = join(source, "kernel", "ui", "static", "vendor");

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["vendor", "__pycache__", "fonts", "migrations"].includes(entry.name)) yield* files(path);
    } else if (/\.(html|py)$/.test(entry.name)) {
      yield path;
    }
  }
}

// {% icon "phone" %} in templates, icon="phone" in components and Python.
const NAMED = /\bicon(?:\s*=\s*|\s+)["']([a-z][a-z0-9-]*)["']/g;

async function iconsUsed() {
  const names = new Set();
  for await (const path of files(source)) {
    for (const match of (await readFile(path, "utf8")).matchAll(NAMED)) names.add(match[1]);
  }
  return [...names].sort();
}

async function sprite() {
  const symbols = [];
  const missing = [];
  for (const name of await iconsUsed()) {
    try {
      const svg = await readFile(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
      const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`);
    } catch {
      missing.push(name);
    }
  }
  if (missing.length) throw new Error(`icons that the set does not have: ${missing.join(", ")}`);
  const notice = "<!-- Lucide, ISC licence; see icons.LICENSE -->";
  await writeFile(
    join(vendor, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${notice}\n${symbols.join("\n")}\n</svg>\n`,
  );
  await cp(join(here, "node_modules/lucide-static/LICENSE"), join(vendor, "icons.LICENSE"));
  return symbols.length;
}

async function charts() {
  await build({
    entryPoints: [join(here, "charts.mjs")],
    outfile: join(vendor, "echarts.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome109", "safari16"],
    legalComments: "none",
    logLevel: "warning",
  });
  await cp(join(here, "node_modules/echarts/LICENSE"), join(vendor, "echarts.LICENSE"));
  await cp(join(here, "node_modules/echarts/NOTICE"), join(vendor, "echarts.NOTICE"));
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
const [count] = await Promise.all([sprite(), charts()]);
console.log(`${count} icons, echarts.js → ${vendor.slice(join(here, "..").length + 1)}`);
