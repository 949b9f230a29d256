// The ranks: the order by the recipe, the order now, and a line for every place from the one to the other.
import { element, filled } from "../explorer/dom";
import type { Payload } from "./payload";
import type { Outcome } from "./scoring";
import { decimalsOf, number, type Words } from "./telling";

interface Row {
  root: HTMLElement;
  rank: HTMLElement;
  link: HTMLAnchorElement;
  change: HTMLElement;
  score: HTMLElement;
}

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { up: "\u25b2", down: "\u25bc", same: "=", out: "\u2013", gained: "\u25b2" };

/** The board; its rows stay where they are and are written anew, so that a moved slider costs no new layout of the list. */
export class Board {
  readonly root: HTMLElement;
  private readonly rows: Row[];
  private readonly lines: SVGPathElement[];
  /** By unit, its place from above by the recipe. */
  private readonly placeBefore: number[] = [];

  constructor(
    private readonly payload: Payload,
    private readonly words: Words,
    private readonly unitAddress: (code: string) => string,
  ) {
    const before = ordered(Int32Array.from(payload.ranks));
    before.forEach((unit, place) => (this.placeBefore[unit] = place));
    this.rows = before.map(() => newRow());
    this.lines = before.map(() => document.createElementNS(SVG, "path"));
    const lines = document.createElementNS(SVG, "svg");
    lines.setAttribute("viewBox", `0 0 100 ${before.length}`);
    lines.setAttribute("preserveAspectRatio", "none");
    lines.setAttribute("class", "what-if-lines");
    lines.setAttribute("aria-hidden", "true");
    lines.append(...this.lines);
    const old = before.map((unit) =>
      element("li", {}, element("span", { class: "what-if-rank" }, rankText(payload.ranks[unit] ?? 0)), nameOf(payload, unit)),
    );
    const head = (text: string, hidden: boolean): HTMLElement => element("p", { class: "what-if-head", "aria-hidden": hidden && "true" }, text);
    this.root = element(
      "div",
      { class: "what-if-board" },
      element("div", { class: "what-if-before", "aria-hidden": "true" }, head(words.before, false), element("ol", {}, ...old)),
      lines,
      element("div", { class: "what-if-now" }, head(words.now, true), element("ol", { "aria-label": words.list }, ...this.rows.map((row) => row.root))),
    );
  }

  /** Write the ranks of an outcome. */
  show(outcome: Outcome, decimals: number | null): void {
    const exact = decimals ?? decimalsOf(outcome.scores);
    ordered(outcome.ranks).forEach((unit, place) => {
      const row = this.rows[place];
      if (row) this.write(row, unit, outcome, exact);
      this.draw(unit, place, outcome.ranks[unit] ?? 0);
    });
  }

  private write(row: Row, unit: number, outcome: Outcome, decimals: number): void {
    const { words, payload } = this;
    const [rank, before] = [outcome.ranks[unit] ?? 0, payload.ranks[unit] ?? 0];
    const kind = kindOf(before, rank);
    const steps = number(Math.abs(before - rank), 0);
    const change = { up: filled(words.up, { steps }), down: filled(words.down, { steps }), same: words.same, out: words.unranked, gained: words.gained };
    put(row.rank, rankText(rank));
    if (row.link.firstChild?.textContent !== payload.names[unit]) {
      row.link.replaceChildren(nameOf(payload, unit));
      row.link.href = this.unitAddress(payload.units[unit] ?? "");
    }
    put(row.change, `${SIGNS[kind]} ${change[kind]}`);
    put(row.score, rank ? number(outcome.scores[unit] ?? NaN, decimals, decimals) : "");
    if (row.root.className !== kind) row.root.className = kind;
  }

  private draw(unit: number, place: number, rank: number): void {
    const line = this.lines[unit];
    const [from, to] = [(this.placeBefore[unit] ?? 0) + 0.5, place + 0.5];
    line?.setAttribute("d", `M0 ${from}C50 ${from} 50 ${to} 100 ${to}`);
    line?.setAttribute("class", kindOf(this.payload.ranks[unit] ?? 0, rank));
  }
}

function kindOf(before: number, after: number): keyof typeof SIGNS {
  if (!after) return "out";
  if (!before) return "gained";
  return after < before ? "up" : after > before ? "down" : "same";
}

/** Units by rank, those of the same rank as they stand, those without one last. */
function ordered(ranks: Int32Array): number[] {
  const units = Array.from(ranks.keys());
  return units.sort((one, other) => (ranks[one] || Infinity) - (ranks[other] || Infinity) || one - other);
}

function newRow(): Row {
  const link = element("a", { class: "quiet" });
  const [rank, change, score] = ["what-if-rank", "what-if-change", "what-if-score"].map((name) => element("span", { class: name }));
  return { root: element("li", {}, rank!, link, change!, score!), rank: rank!, link, change: change!, score: score! };
}

function nameOf(payload: Payload, unit: number): HTMLElement {
  return element("bdi", { class: "data" }, payload.names[unit] ?? "");
}

function rankText(rank: number): string {
  return rank ? number(rank, 0) : "\u2013";
}

function put(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
