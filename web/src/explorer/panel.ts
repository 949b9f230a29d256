// The panel beside the map: which layer is shown, its legend, and the list of districts that is the map's twin.
import { folded } from "../table-filter/main";
import { element, filled } from "./dom";
import type { DistrictLayer, Payload, Theme } from "./payload";
import { EXTRAS } from "./style";

export interface PanelEvents {
  theme(layer: Theme): void;
  extra(key: string, on: boolean): void;
  onlyBeyond(on: boolean): void;
  district(index: number | null): void;
}

/** Controls, legend and district list; it tells of choices and is told of them, and knows nothing of the map. */
export class Panel {
  readonly root: HTMLElement;
  readonly themes: Theme[];
  private readonly legend = element("div", { class: "explorer-legend" });
  private readonly rows: HTMLTableRowElement[] = [];
  private readonly valueHead = element("th", { scope: "col", hidden: true });
  private readonly body = element("tbody");
  private readonly sorted = element("span", { class: "explorer-sorted" });
  private readonly said = element("p", { class: "explorer-said", "aria-live": "polite" });

  constructor(
    private readonly payload: Payload,
    private readonly events: PanelEvents,
  ) {
    this.themes = payload.layers.filter((layer): layer is Theme => layer.kind !== "areas");
    this.root = element("div", { class: "explorer-panel" }, this.layerList(), this.legend, this.extras(), this.districtList());
  }

  /** Show a theme's legend and values, and mark it as chosen. */
  show(theme: Theme): void {
    const radio = this.root.querySelector<HTMLInputElement>(`input[name="explorer-theme"][value="${CSS.escape(theme.id)}"]`);
    if (radio) radio.checked = true;
    this.legend.replaceChildren(...this.legendOf(theme));
    // inside the list's own box only: the page stays where the reader has it
    const [item, list] = [radio?.closest("li"), radio?.closest<HTMLElement>(".explorer-layers")];
    if (item && list && list.clientHeight < list.scrollHeight) list.scrollTop = item.offsetTop - list.clientHeight / 3;
    this.valueHead.textContent = theme.kind === "districts" ? theme.title : "";
    this.valueHead.hidden = theme.kind !== "districts";
    this.rows.forEach((row, i) => {
      const cell = row.cells[1];
      if (!cell) return;
      cell.hidden = theme.kind !== "districts";
      cell.textContent = theme.kind === "districts" ? theme.texts[i] || this.word("missing") : "";
    });
    this.order(theme);
  }

  /** Mark a district in the list and say its value aloud; null clears both. */
  choose(index: number | null, theme: Theme): void {
    this.rows.forEach((row, i) => row.cells[0]?.querySelector("button")?.setAttribute("aria-pressed", String(i === index)));
    const name = index === null ? undefined : this.payload.districts.names[index];
    const value = theme.kind === "districts" && index !== null ? theme.texts[index] || this.word("missing") : "";
    this.said.textContent = name === undefined ? "" : value ? filled(this.word("chosen"), { district: name, value }) : name;
    // only the list scrolls: the page stays where the reader has it
    const row = index === null ? undefined : this.rows[index];
    const box = row?.closest<HTMLElement>(".explorer-districts");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }

  /** By value, and it says so; by name where nothing is measured of districts. */
  private order(theme: Theme): void {
    const byValue = theme.kind === "districts";
    const language = document.documentElement.lang || "en";
    const { names } = this.payload.districts;
    const order = byValue ? theme.order : names.map((_, i) => i).sort((a, b) => (names[a] ?? "").localeCompare(names[b] ?? "", language));
    this.sorted.textContent = byValue ? this.word("lowest_first") : "";
    this.body.replaceChildren(...order.flatMap((i) => this.rows[i] ?? []));
  }

  private word(key: string): string {
    return this.payload.words[key] ?? key;
  }

  private layerList(): HTMLElement {
    const items = this.themes.map((theme) => {
      const input = element("input", { type: "radio", name: "explorer-theme", value: theme.id });
      input.addEventListener("change", () => this.events.theme(theme));
      return element("li", {}, element("label", {}, input, element("span", {}, theme.title)));
    });
    const heads = this.themes.map((theme, i) => {
      const isFirst = Boolean(theme.group) && theme.group !== this.themes[i - 1]?.group;
      return isFirst ? element("li", { class: "explorer-group" }, theme.group ?? "") : null;
    });
    const none = element("p", { class: "explorer-note", hidden: true }, this.word("none_found"));
    const search = element("input", { type: "search", class: "explorer-search", "aria-label": this.word("find"), placeholder: this.word("find") });
    search.addEventListener("input", () => {
      const words = folded(search.value).split(/\s+/).filter(Boolean);
      items.forEach((item, i) => (item.hidden = !words.every((word) => folded(this.themes[i]?.title ?? "").includes(word))));
      heads.forEach((head, i) => {
        if (head) head.hidden = !items.some((item, j) => !item.hidden && this.themes[j]?.group === this.themes[i]?.group);
      });
      none.hidden = items.some((item) => !item.hidden);
    });
    const list = element("ul", { class: "explorer-layers" }, ...items.flatMap((item, i) => [heads[i] ?? [], item].flat()));
    // a handful of layers is read faster than searched
    const parts = items.length > 5 ? [search, list, none] : [list];
    return element("fieldset", {}, element("legend", {}, this.word("show")), ...parts);
  }

  private extras(): HTMLElement {
    const has: Record<string, boolean> = {
      open_space: this.payload.layers.some((layer) => layer.kind === "areas"),
      green: this.payload.base.green !== null,
      streets: this.payload.base.streets.length > 0,
      districts: this.payload.districts.codes.length > 0,
      names: this.payload.names.length > 0,
    };
    const items = Object.keys(EXTRAS)
      .filter((key) => has[key])
      .map((key) => {
        const input = element("input", { type: "checkbox", checked: true, value: key });
        input.addEventListener("change", () => this.events.extra(key, input.checked));
        return element("li", {}, element("label", {}, input, element("span", {}, this.word(key))));
      });
    return element("fieldset", { class: "explorer-extras" }, element("legend", {}, this.word("also")), element("ul", {}, ...items));
  }

  private districtList(): HTMLElement {
    const { names } = this.payload.districts;
    if (names.length === 0) return element("div", {}, this.said);
    names.forEach((name, i) => {
      const button = element("button", { type: "button", "aria-pressed": "false" }, name);
      button.addEventListener("click", () => this.events.district(button.getAttribute("aria-pressed") === "true" ? null : i));
      this.rows.push(element("tr", {}, element("th", { scope: "row" }, button), element("td", {})));
    });
    const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, this.word("district")), this.valueHead));
    const table = element("table", {}, head, this.body);
    const box = element("div", { class: "explorer-districts", tabindex: 0, role: "region", "aria-label": this.word("district_list") }, table);
    return element("div", { class: "explorer-twin" }, element("h2", {}, this.word("district_list"), " ", this.sorted), this.said, box);
  }

  private legendOf(theme: Theme): HTMLElement[] {
    const note = theme.note ? [element("p", { class: "explorer-note" }, theme.note)] : [];
    if (theme.kind === "districts") return [this.classes(theme), ...note];
    const each = this.payload.dots[theme.dots]?.each ?? 0;
    const share = element("p", { class: "explorer-note" }, filled(this.word("one_dot"), { n: rounded(each) }));
    if (theme.kind === "people") return [share, ...note];
    const only = element("input", { type: "checkbox" });
    only.addEventListener("change", () => this.events.onlyBeyond(only.checked));
    return [
      element("ul", { class: "explorer-keys" }, key("key-out", theme.beyond), key("key-in", theme.within)),
      element("label", { class: "explorer-only" }, only, element("span", {}, this.word("only_beyond"))),
      share,
      ...note,
    ];
  }

  private classes({ labels, classes, mark, marked }: DistrictLayer): HTMLElement {
    const keys = labels.map((label, i) => key(`key-class key-class-${i + 1}`, label));
    if (mark && marked.includes("1")) keys.push(key("key-class key-mark", mark));
    if (classes.includes("0")) keys.push(key("key-class key-missing", this.word("missing")));
    return element("ul", { class: "explorer-keys" }, ...keys);
  }
}

function key(sign: string, text: string): HTMLElement {
  return element("li", {}, element("span", { class: `key ${sign}`, "aria-hidden": "true" }), text);
}

/** About: two significant digits, as "about" promises. */
function rounded(value: number): string {
  return new Intl.NumberFormat(document.documentElement.lang || "en", { maximumSignificantDigits: 2 }).format(value);
}
