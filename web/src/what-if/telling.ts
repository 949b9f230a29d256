// Words and numbers of the page in its language, and the sentence that sums a change up.
import { filled } from "../explorer/dom";
import type { Payload } from "./payload";
import type { Outcome, Refusal } from "./scoring";

type Key =
  | "scale" | "mean" | "weights" | "parts" | "share" | "share_was" | "own" | "recipe" | "min-max" | "z-score" | "rank" | "arithmetic"
  | "geometric" | "harmonic" | "median" | "power" | "minimum" | "undo" | "reset" | "list" | "before" | "now" | "up" | "down" | "same"
  | "gained" | "unranked" | "none" | "unmoved" | "changed" | "rise" | "fall" | "lost" | "refused" | "stands" | "left_out" | "misfit"
  | "share_address" | "no_data" | "loading";

/** The words of publish/what_if_words.py, translated. */
export type Words = Record<Key, string>;

/** A name from the data, kept apart from the direction of the words around it. */
export function data(name: string): string {
  return `\u2068${name}\u2069`;
}

/** A number in the language of the page, with at most so many decimals. */
export function number(value: number, most: number, least = 0): string {
  return writer(most, least).format(value).replace("-", "\u2212");
}

const writers = new Map<number, Intl.NumberFormat>();

/** A board of ranks writes hundreds of numbers at a time, and to make a writer takes as long as a hundred of them. */
function writer(most: number, least: number): Intl.NumberFormat {
  const key = 100 * most + least;
  const held = writers.get(key);
  if (held) return held;
  const language = document.documentElement.lang || "en";
  const made = new Intl.NumberFormat(language, { maximumFractionDigits: most, minimumFractionDigits: least, numberingSystem: "latn" });
  writers.set(key, made);
  return made;
}

/** How many decimals serve a whole column: three significant digits of its upper quarter. */
export function decimalsOf(scores: Float64Array): number {
  const known = scores.map(Math.abs).filter((score) => score > 0).sort();
  const upper = known[Math.floor((3 * known.length) / 4)];
  return upper === undefined ? 0 : Math.min(Math.max(0, 2 - Math.floor(Math.log10(upper))), 6);
}

/** What changed against the recipe, in a few sentences. */
export function summary(payload: Payload, outcome: Outcome, words: Words): string {
  const all = payload.ranks.filter((rank) => rank > 0).length;
  let [changed, lost] = [0, 0];
  let rise: Move | null = null;
  let fall: Move | null = null;
  payload.ranks.forEach((before, unit) => {
    const after = outcome.ranks[unit] ?? 0;
    if (after === before) return;
    changed += 1;
    if (before && !after) lost += 1;
    if (!before || !after) return;
    const move = { unit, before, after };
    if (after < before && (!rise || before - after > rise.before - rise.after)) rise = move;
    if (after > before && (!fall || after - before > fall.after - fall.before)) fall = move;
  });
  if (!changed) return filled(words.unmoved, { all: number(all, 0) });
  const told = [filled(words.changed, { changed: number(changed, 0), all: number(all, 0) })];
  if (rise) told.push(moveTold(words.rise, rise, payload));
  if (fall) told.push(moveTold(words.fall, fall, payload));
  if (lost) told.push(filled(words.lost, { count: number(lost, 0) }));
  return told.join(" ");
}

interface Move {
  unit: number;
  before: number;
  after: number;
}

function moveTold(sentence: string, { unit, before, after }: Move, payload: Payload): string {
  return filled(sentence, { place: data(payload.names[unit] ?? ""), before: number(before, 0), after: number(after, 0) });
}

/** Why a mean cannot be made. */
export function refusalTold(payload: Payload, refusal: Refusal, words: Words): string {
  const { indicators, groups } = payload;
  const part = indicators[refusal.part] ?? groups[refusal.part - indicators.length];
  return filled(words.refused, {
    mean: words[refusal.mean as keyof Words] ?? refusal.mean,
    group: data(groups[refusal.group]?.name ?? ""),
    part: data(part?.name ?? ""),
    low: number(refusal.low, 3),
  });
}
