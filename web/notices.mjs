// Puts the licences of what the built files contain beside them, as each asks for.
import { readFile, writeFile } from "node:fs/promises";

const contained = ["maplibre-gl/LICENSE.txt", "@fontsource-variable/noto-sans/LICENSE", "@fontsource-variable/noto-serif/LICENSE"];
const texts = await Promise.all(
  contained.map(async (path) => `${path.slice(0, path.lastIndexOf("/"))}\n\n${(await readFile(`node_modules/${path}`, "utf8")).trim()}\n`),
);
await writeFile("../src/ekistics/server/static/built/licences.txt", texts.join(`\n${"-".repeat(72)}\n\n`));
