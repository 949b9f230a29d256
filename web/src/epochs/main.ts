// Slider over the years of a map of cells. Mount point: <figure data-epochs="Year"> with one PNG of few colours, whose palette entry
// p is what was first built in the year at position p, and <ol data-epoch-years hidden> with one sentence a year, in the page's language.
// The picture is not drawn again: entries after the chosen year are made clear in its palette.

/** Put a labelled slider above the map; it starts at the last year, which is what the page shows without script. */
export function mountEpochs(figure: HTMLElement): void {
  const image = figure.querySelector<SVGImageElement>("image");
  const list = figure.querySelector<HTMLOListElement>("[data-epoch-years]");
  const href = image?.getAttribute("href") ?? "";
  const years = Array.from(list?.children ?? []);
  const png = bytesOf(href);
  if (!image || !list || !png || years.length < 2) return;
  const box = document.createElement("div");
  box.className = "epoch-slider";
  const label = document.createElement("label");
  label.textContent = figure.dataset["epochs"] ?? "";
  const slider = document.createElement("input");
  slider.type = "range";
  slider.dir = "ltr"; // time runs left to right in every language
  slider.min = "0";
  slider.max = slider.value = String(years.length - 1);
  slider.step = "1";
  slider.id = label.htmlFor = `${image.id}-year`;
  const output = document.createElement("output");
  output.htmlFor.add(slider.id);
  const show = (): void => {
    const position = Number(slider.value);
    const told = years[position]?.cloneNode(true).childNodes ?? []; // with the marks that keep numbers apart from right-to-left words
    output.replaceChildren(...Array.from(told));
    slider.setAttribute("aria-valuetext", output.textContent ?? "");
    image.setAttribute("href", position === years.length - 1 ? href : addressOf(upTo(png, position)));
  };
  slider.addEventListener("input", show);
  box.append(label, slider, output);
  list.before(box);
  show();
}

/** The same picture with the entries of its palette after `position` clear: its tRNS chunk is written anew. */
export function upTo(png: Uint8Array, position: number): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts: Uint8Array[] = [png.subarray(0, 8)];
  for (let at = 8; at + 12 <= png.length; ) {
    const size = view.getUint32(at);
    const kind = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const chunk = png.subarray(at, at + 12 + size);
    if (kind !== "tRNS") parts.push(chunk);
    if (kind === "PLTE") parts.push(clearAfter(position, size / 3));
    at += 12 + size;
  }
  return joined(parts);
}

function clearAfter(position: number, entries: number): Uint8Array {
  const chunk = new Uint8Array(12 + entries);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, entries);
  chunk.set([0x74, 0x52, 0x4e, 0x53], 4); // "tRNS"
  for (let entry = 0; entry <= position; entry++) chunk[8 + entry] = 255;
  view.setUint32(8 + entries, crc32(chunk.subarray(4, 8 + entries)));
  return chunk;
}

/** CRC-32 as PNG asks (ISO 3309), bit by bit: a chunk of sixteen bytes needs no table. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bytesOf(href: string): Uint8Array | null {
  const [head, body] = href.split(",");
  return head === "data:image/png;base64" && body ? Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0)) : null;
}

function addressOf(png: Uint8Array): string {
  let letters = "";
  for (const byte of png) letters += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(letters)}`;
}
