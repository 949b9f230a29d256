// The controls: how figures come to one scale, how each level is put together, and a slider for the share of every part of every group.
import { element, filled } from "../explorer/dom";
import { MEANS, moved, shares, WHOLE } from "./choosing";
import type { Group, Payload } from "./payload";
import type { Choices } from "./scoring";
import { data, number, type Words } from "./telling";

export interface ControlEvents {
  /** While a slider moves: weights are worked out from where it stood before. */
  draft(make: (settled: Choices) => Choices): void;
  /** When a choice stands. */
  settle(make: (settled: Choices) => Choices): void;
  undo(): void;
  reset(): void;
}

interface Slider {
  group: number;
  part: number;
  field: HTMLInputElement;
  told: HTMLOutputElement;
}

/** The controls; they tell of choices and are told of them, and know nothing of ranks. */
export class Controls {
  readonly root: HTMLElement;
  private readonly scale: HTMLSelectElement;
  private readonly means: (HTMLSelectElement | null)[];
  private readonly sliders: Slider[] = [];
  private readonly undo: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;
  private made = 0;

  constructor(
    private readonly payload: Payload,
    private readonly words: Words,
    private readonly events: ControlEvents,
  ) {
    this.scale = this.select(this.scales(), (value) => (choices) => ({ ...choices, scale: Number(value) }));
    this.means = payload.levels.map((_, level) => this.meanSelect(level));
    this.undo = this.button("undo", () => events.undo());
    this.reset = this.button("reset", () => events.reset());
    this.root = element("div", { class: "what-if-controls" }, ...this.fields(), this.weights());
    this.root.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      events.undo();
    });
  }

  /** Set every control to what is chosen. */
  show(choices: Choices, canUndo: boolean, canReset: boolean): void {
    this.scale.value = String(choices.scale);
    this.means.forEach((field, level) => {
      if (field) field.value = choices.means[level] ?? "";
    });
    for (const one of this.sliders) this.showSlider(one, choices);
    // not `disabled`: the button that was just pressed would lose the focus
    this.undo.setAttribute("aria-disabled", String(!canUndo));
    this.reset.setAttribute("aria-disabled", String(!canReset));
  }

  private showSlider({ group, part, field, told }: Slider, choices: Choices): void {
    const used = this.payload.groups[group]?.used ?? [];
    const before = 100 * (shares(used)[part] ?? 0);
    const now = 100 * (shares(choices.weights[group] ?? used)[part] ?? 0);
    const slots = { share: number(now, 1), before: number(before, 1) };
    const text = filled(choices.weights[group] ? this.words.share_was : this.words.share, slots);
    if (told.textContent === text) return;
    told.textContent = text;
    field.setAttribute("aria-valuetext", text);
    field.value = String(now);
  }

  private fields(): HTMLElement[] {
    const { payload, words } = this;
    const means = this.means.flatMap((field, level) =>
      field ? [this.labelled(filled(words.mean, { level: data(payload.levels[level]?.name ?? "") }), field)] : [],
    );
    const missing = payload.left_out.map((code) => words[code as keyof Words] ?? code).join(", ");
    const note = missing ? [element("p", { class: "note" }, filled(words.left_out, { scales: missing }))] : [];
    const buttons = element("p", { class: "what-if-buttons" }, this.undo, this.reset);
    return [this.labelled(words.scale, this.scale), ...note, ...means, buttons];
  }

  private scales(): [string, string][] {
    const own = (method: string): string => filled(this.words.own, { method: data(method) });
    return this.payload.scales.map((one, at) => [String(at), at ? (this.words[one.code as keyof Words] ?? one.code) : own(one.method)]);
  }

  private meanSelect(level: number): HTMLSelectElement | null {
    const { payload, words } = this;
    const told = payload.levels[level];
    if (!told || !payload.groups.some((group) => group.level === told.name && !group.keeps)) return null;
    const named = (mean: string): string => words[mean as keyof Words] ?? mean;
    const others = MEANS.filter((mean) => mean !== told.mean.name).map((mean): [string, string] => [mean, named(mean)]);
    const options: [string, string][] = [["", filled(words.recipe, { method: named(told.mean.name) })], ...others];
    return this.select(options, (value) => (choices) => ({
      ...choices,
      means: choices.means.map((mean, at) => (at === level ? value || null : mean)),
    }));
  }

  private select(options: [string, string][], make: (value: string) => (choices: Choices) => Choices): HTMLSelectElement {
    const field = element("select", { id: this.id() });
    field.append(...options.map(([value, text]) => element("option", { value }, text)));
    field.addEventListener("change", () => this.events.settle(make(field.value)));
    return field;
  }

  private weights(): HTMLElement {
    const top = this.payload.groups.length - 1;
    const group = this.payload.groups[top];
    const title = element("h3", { class: "block-title small" }, filled(this.words.weights, { group: data(group?.name ?? "") }));
    return element("div", {}, title, this.partsOf(top));
  }

  private partsOf(at: number): HTMLElement {
    const group = this.payload.groups[at];
    return element("ul", { class: "what-if-parts" }, ...(group?.parts ?? []).map((node, part) => this.part(at, group!, part, node)));
  }

  private part(at: number, group: Group, part: number, node: number): HTMLElement {
    const below = node - this.payload.indicators.length;
    const name = (this.payload.groups[below] ?? this.payload.indicators[node])?.name ?? "";
    const field = element("input", { type: "range", min: 0, max: 100, step: 1, id: this.id() });
    const told = element("output", { for: field.id });
    const label = element("label", { for: field.id }, element("bdi", { class: "data" }, name));
    const slide = (settled: Choices): Choices => slid(settled, at, group, part, Number(field.value) / 100);
    field.addEventListener("input", () => this.events.draft(slide));
    field.addEventListener("change", () => this.events.settle(slide));
    field.disabled = group.parts.length < 2; // the only part has the whole
    this.sliders.push({ group: at, part, field, told });
    const fold = this.payload.groups[below]?.parts.length
      ? [element("details", {}, element("summary", {}, filled(this.words.parts, { part: data(name) })), this.partsOf(below))]
      : [];
    return element("li", {}, element("div", { class: "what-if-slider" }, label, told, field), ...fold);
  }

  private labelled(text: string, field: HTMLElement): HTMLElement {
    return element("p", { class: "what-if-field" }, element("label", { for: field.id }, text), field);
  }

  private button(word: "undo" | "reset", act: () => void): HTMLButtonElement {
    const made = element("button", { type: "button", class: "copy-button" }, this.words[word]);
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") act();
    });
    return made;
  }

  private id(): string {
    return `what-if-${++this.made}`;
  }
}

/** The choices with one share moved; back at the shares of the recipe, its weights stand again. */
function slid(settled: Choices, at: number, group: Group, part: number, share: number): Choices {
  const made = moved(settled.weights[at] ?? group.used, part, share, group.used);
  const recipe = shares(group.used);
  const back = made.every((one, place) => Math.abs(one / WHOLE - (recipe[place] ?? 0)) <= 1 / WHOLE);
  return { ...settled, weights: settled.weights.map((weights, place) => (place === at ? (back ? null : made) : weights)) };
}
