// Cuts the page fonts out of the Noto variable fonts: only the letters, weights and widths that the tokens name.
// The sans keeps weight 400 to 700 and width 87.5 to 100 %; the serif weight 400 to 500 at one width, 87.5 %.
// Latin is one file (first view); Latin Extended is a second one that a browser fetches only when a page needs it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const LATIN = [...range(0x20, 0x7e), ...range(0xa0, 0xff), 0x131, 0x152, 0x153, 0x2c6, 0x2da, 0x2dc, 0x304, 0x308, 0x329, ...range(0x2000, 0x206f), 0x20ac, 0x2122, 0x2191, 0x2193, 0x2212, 0x2215];
const LATIN_EXT = [...range(0x100, 0x24f), ...range(0x1e00, 0x1eff), 0x20a6, 0x20a8, 0x20a9, 0x20ab, 0x20ad, 0x20b4, 0x20b9, 0x20ba, 0x20bd];
const FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "sups", "frac"];

const sans = { wght: { min: 400, max: 700 }, wdth: { min: 87.5, max: 100 } };
const serif = { wght: { min: 400, max: 500 }, wdth: 87.5 };
const cuts = [
  ["noto-sans", "latin", LATIN, sans],
  ["noto-sans", "latin-ext", LATIN_EXT, sans],
  ["noto-serif", "latin", LATIN, serif],
  ["noto-serif", "latin-ext", LATIN_EXT, serif],
];

await mkdir("generated", { recursive: true });
for (const [family, set, codes, variationAxes] of cuts) {
  const source = await readFile(`node_modules/@fontsource-variable/${family}/files/${family}-${set}-standard-normal.woff2`);
  const text = String.fromCodePoint(...codes);
  const cut = await subsetFont(source, text, { targetFormat: "woff2", variationAxes, keepFeatures: FEATURES, noHinting: true });
  await writeFile(`generated/${family}-${set}.woff2`, cut);
  console.log(`${family}-${set}.woff2 ${(cut.length / 1000).toFixed(1)} kB`);
}
