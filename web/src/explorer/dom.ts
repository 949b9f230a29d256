// Small makers of page elements, so that the panel reads as what it shows.

type Attributes = Record<string, string | number | boolean | undefined>;

/** Make an element with attributes (false and undefined leave one out) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Fill the slots of a sentence: `{name}`. */
export function filled(sentence: string, slots: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, slot: string) => String(slots[slot] ?? whole));
}
