// Table filter: a search field above a long table. Mount point: <table data-filter="Find a district" data-filter-count="{n} of {all} rows">.
// Both texts come from the page, so that they are in the page's language.

/** Text as it is compared: without case and without accents ("Tamaraceíte" is found by "tamaraceite"). */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** Put a labelled search field before the table; rows that do not hold the words are hidden and the count is announced. */
export function mountTableFilter(table: HTMLTableElement): void {
  const rows = Array.from(table.tBodies).flatMap((body) => Array.from(body.rows));
  const box = document.createElement("div");
  box.className = "table-filter";
  const label = document.createElement("label");
  label.textContent = table.dataset["filter"] ?? "";
  const field = document.createElement("input");
  field.type = "search";
  label.htmlFor = field.id = `filter-${table.id || Math.abs(hash(label.textContent)).toString(36)}`;
  const count = document.createElement("output");
  const say = table.dataset["filterCount"] ?? "{n} / {all}";
  const texts = rows.map((row) => folded(row.textContent ?? ""));
  const apply = (): void => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = words.every((word) => texts[i]?.includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = words.length ? say.replace("{n}", String(shown)).replace("{all}", String(rows.length)) : "";
  };
  field.addEventListener("input", apply);
  box.append(label, field, count);
  // a table that scrolls sideways stands in a wrapper: the field stays above the wrapper
  (table.closest(".table-scroll") ?? table).before(box);
}

function hash(text: string): number {
  let value = 0;
  for (const letter of text) value = (value * 31 + (letter.codePointAt(0) ?? 0)) | 0;
  return value;
}
