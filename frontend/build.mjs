// Bundles assets/ into dist/ with content hashes, writes dist/manifest.json ({"app.js": "app-HASH.js", …}), makes
// one sprite of the icons that templates and Python name, and copies the TTF fonts that the PDFs are set in.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const icons = join(here, "node_modules/@tabler/icons/icons/outline");
const typefaces = join(here, "node_modules/@expo-google-fonts/inter");

function* files(folder, ending) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* files(join(folder, entry.name), ending);
    else if (entry.name.endsWith(ending)) yield join(folder, entry.name);
  }
}

// An icon is asked for as icon("home"), icon="home", "icon": "home" or as third word of a navigation's Place, in no other way.
const ICON = /(?:\bicon(?:_name)?["']?\s*[(=:]|\bPlace\(text\("[^"]*"\), "[^"]*",)\s*["']([a-z0-9-]+)["']/g;

function iconsUsed() {
  const sources = [...files(join(here, "templates"), ".html"), ...files(join(here, "../src"), ".py")];
  const names = sources.flatMap((path) => [...readFileSync(path, "utf8").matchAll(ICON)].map((match) => match[1]));
  return [...new Set(names)].sort();
}

function symbol(name) {
  const path = join(icons, `${name}.svg`);
  if (!existsSync(path)) throw new Error(`Tabler has no icon called "${name}"`);
  const svg = readFileSync(path, "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const drawn = shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawn}</symbol>`;
}

function writeSprite() {
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${iconsUsed().map(symbol).join("")}</svg>\n`;
  const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase();
  writeFileSync(join(dist, `icons-${hash}.svg`), sprite);
  return { "icons.svg": `icons-${hash}.svg` };
}

function copyTypefaces() {
  mkdirSync(join(dist, "fonts"));
  for (const style of ["400Regular", "400Regular_Italic", "500Medium", "600SemiBold", "700Bold"])
    copyFileSync(join(typefaces, style, `Inter_${style}.ttf`), join(dist, "fonts", `Inter_${style}.ttf`));
  copyFileSync(join(typefaces, "LICENSE_FONT"), join(dist, "fonts", "OFL.txt"));
}

async function bundle() {
  const result = await esbuild.build({
    entryPoints: ["app.js", "charts.js", "app.css", "favicon.svg"].map((name) => join(here, "assets", name)),
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "copy" },
    external: ["data:*"],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome123", "firefox128", "safari17.5"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const outputs = Object.entries(result.metafile.outputs).filter(([, output]) => output.entryPoint);
  return Object.fromEntries(outputs.map(([path, output]) => [basename(output.entryPoint), basename(path)]));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const manifest = { ...(await bundle()), ...writeSprite() };
copyTypefaces();
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(Object.values(manifest).join("\n"));
