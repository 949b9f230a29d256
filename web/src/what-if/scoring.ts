// Scores and ranks from normalised rows, by the same rules as the server (assess/index/composing.py, stats/aggregating.py): what is missing
// is left out and its weight shared by the rest, a part with weight 0 does not count, too little coverage gives no score.
// Pure: no page, no clock. The tests hold it to the server's figures.
import type { Group, Mean, Payload, Scale } from "./payload";

/** What the reader chose; null stands for what the recipe says. */
export interface Choices {
  scale: number;
  /** By level of the payload, the name of a mean. */
  means: readonly (string | null)[];
  /** By group, the weights of its parts. */
  weights: readonly (readonly number[] | null)[];
}

/** A mean that cannot be made: of which group, and which part goes how low. */
export interface Refusal {
  group: number;
  mean: string;
  part: number;
  low: number;
}

export interface Outcome {
  /** By unit, of the last group; NaN where there is none. */
  scores: Float64Array;
  /** By unit; 0 is unranked. */
  ranks: Int32Array;
  refusal: Refusal | null;
}

type Values = Float64Array;

const ENOUGH = 1e-12; // a share of parts that is at the threshold, but for rounding, is at the threshold
const HALF = 1e-12; // weights that add up to half of all, but for rounding, add up to half
const DIGITS = 12; // scores equal to so many digits of the highest are equal in rank
const ABOVE_ZERO = new Set(["geometric", "harmonic", "power"]);

/** The choices that leave everything to the recipe. */
export function untouched(payload: Payload): Choices {
  return { scale: 0, means: payload.levels.map(() => null), weights: payload.groups.map(() => null) };
}

/** The index with its rows decoded: each scale once, when it is first asked for. */
export class Index {
  readonly payload: Payload;
  private readonly rows: (Values[] | undefined)[] = [];

  constructor(payload: Payload) {
    this.payload = payload;
  }

  /** Scores and ranks of the last group. */
  outcome(choices: Choices): Outcome {
    const { groups, indicators, units, ties } = this.payload;
    const nodes = this.scaled(choices.scale).slice();
    const alive = nodes.map(() => true);
    let refusal: Refusal | null = null;
    groups.forEach((group, at) => {
      const made = this.composed(group, at, choices, nodes, alive);
      refusal ??= made.refusal;
      alive[indicators.length + at] = made.alive;
      nodes.push(made.scores);
    });
    const scores = nodes[nodes.length - 1] ?? new Float64Array(units.length).fill(NaN);
    return { scores, ranks: ranked(scores, ties === "dense"), refusal };
  }

  private scaled(place: number): Values[] {
    const scale = this.payload.scales[place];
    return (this.rows[place] ??= scale ? decoded(scale, this.payload.units.length) : []);
  }

  private composed(group: Group, at: number, choices: Choices, nodes: Values[], alive: boolean[]): Made {
    const scores = new Float64Array(this.payload.units.length).fill(NaN);
    if (!group.parts.length) return { scores, alive: true, refusal: null }; // known to be lacking: it keeps its weight above
    const own = choices.weights[at];
    const left = (weights: readonly number[]): number[] => group.parts.map((part, i) => (alive[part] ? (weights[i] ?? 0) : 0));
    const counted = left(own ?? group.counted ?? group.used);
    if (sum(counted) <= 0) return { scores, alive: false, refusal: null }; // left out of the groups above it
    const weights = left(own ?? group.used);
    const parts = group.parts.map((part) => nodes[part] ?? scores);
    const mean = meanOf(group, choices, this.payload);
    const low = ABOVE_ZERO.has(mean.name) ? lowest(parts, weights) : null;
    means(mean, parts, weights, scores);
    dropUncovered(parts, counted, group.needed, scores);
    const refusal = low && { group: at, mean: mean.name, part: group.parts[low.part] ?? 0, low: low.value };
    return { scores, alive: true, refusal };
  }
}

interface Made {
  scores: Values;
  alive: boolean;
  refusal: Refusal | null;
}

/** Ranks, 1 the highest score, 0 without one; scores that differ by less than a rounding error of the largest are equal. */
export function ranked(scores: Values, dense: boolean): Int32Array {
  const largest = scores.reduce((most, score) => (Math.abs(score) > most ? Math.abs(score) : most), 0);
  const exponent = largest > 0 ? Number(largest.toExponential().split("e")[1]) : 0;
  const factor = Number(`1e${DIGITS - 1 - exponent}`);
  const whole = scores.map((score) => toEven(score * factor));
  const order = Array.from(whole.keys()).filter((unit) => !Number.isNaN(whole[unit]));
  order.sort((one, other) => (whole[other] ?? 0) - (whole[one] ?? 0));
  const ranks = new Int32Array(scores.length);
  let rank = 0;
  order.forEach((unit, place) => {
    const before = order[place - 1];
    if (before === undefined || whole[before] !== whole[unit]) rank = dense ? rank + 1 : place + 1;
    ranks[unit] = rank;
  });
  return ranks;
}

function toEven(value: number): number {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

function decoded(scale: Scale, units: number): Values[] {
  const bytes = Uint8Array.from(atob(scale.values), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const row = (first: number): Values => Float64Array.from({ length: units }, (_, unit) => view.getFloat64(8 * (first + unit), true));
  return Array.from({ length: bytes.length / 8 / units }, (_, at) => row(at * units));
}

function meanOf(group: Group, choices: Choices, payload: Payload): Mean {
  const level = payload.levels.findIndex((one) => one.name === group.level);
  const chosen = choices.means[level] ?? null;
  return chosen === null || group.keeps ? group.mean : { name: chosen, power: null };
}

function means(mean: Mean, parts: Values[], weights: number[], scores: Values): void {
  const power = mean.power ?? 1;
  switch (mean.name === "power" && power === 0 ? "geometric" : mean.name) {
    case "geometric":
      return transformed(parts, weights, scores, Math.log, Math.exp);
    case "harmonic":
      return transformed(parts, weights, scores, (value) => 1 / value, (value) => 1 / value);
    case "power":
      return transformed(parts, weights, scores, (value) => value ** power, (value) => value ** (1 / power));
    case "median":
      return medians(parts, weights, scores);
    case "minimum":
      return minima(parts, weights, scores);
    default:
      return arithmetic(parts, weights, scores);
  }
}

function arithmetic(parts: Values[], weights: number[], scores: Values): void {
  const mass = new Float64Array(scores.length);
  scores.fill(0);
  parts.forEach((part, at) => {
    const weight = weights[at] ?? 0;
    if (weight === 0) return;
    for (let unit = 0; unit < scores.length; unit++) {
      const value = part[unit] ?? NaN;
      if (Number.isNaN(value)) continue;
      scores[unit]! += weight * value;
      mass[unit]! += weight;
    }
  });
  for (let unit = 0; unit < scores.length; unit++) scores[unit] = mass[unit]! > 0 ? scores[unit]! / mass[unit]! : NaN;
}

function transformed(
  parts: Values[],
  weights: number[],
  scores: Values,
  forth: (value: number) => number,
  back: (value: number) => number,
): void {
  const fit = parts.map((part) => part.map((value) => (value > 0 ? forth(value) : NaN)));
  arithmetic(fit, weights, scores);
  for (let unit = 0; unit < scores.length; unit++) {
    const spoilt = parts.some((part, at) => (weights[at] ?? 0) > 0 && (part[unit] ?? NaN) <= 0);
    scores[unit] = spoilt ? NaN : back(scores[unit]!);
  }
}

/** The value at which the weights, added up from the lowest on, pass half of their sum; between two where they reach it exactly. */
function medians(parts: Values[], weights: number[], scores: Values): void {
  for (let unit = 0; unit < scores.length; unit++) {
    const there: { value: number; weight: number }[] = [];
    parts.forEach((part, at) => {
      const value = part[unit] ?? NaN;
      if (!Number.isNaN(value)) there.push({ value, weight: weights[at] ?? 0 });
    });
    there.sort((one, other) => one.value - other.value);
    const total = sum(there.map((one) => one.weight));
    scores[unit] = total > 0 ? (passing(there, total / 2 - HALF * total, true) + passing(there, total / 2 + HALF * total, false)) / 2 : NaN;
  }
}

function passing(there: { value: number; weight: number }[], limit: number, reaching: boolean): number {
  let cumulated = 0;
  for (const one of there) {
    cumulated += one.weight;
    if (reaching ? cumulated >= limit : cumulated > limit) return one.value;
  }
  return NaN;
}

function minima(parts: Values[], weights: number[], scores: Values): void {
  scores.fill(NaN);
  parts.forEach((part, at) => {
    if ((weights[at] ?? 0) <= 0) return;
    for (let unit = 0; unit < scores.length; unit++) {
      const value = part[unit] ?? NaN;
      if (value < scores[unit]! || Number.isNaN(scores[unit])) scores[unit] = value;
    }
  });
}

/** Take the score from units that have too small a share of their parts, by weight. */
function dropUncovered(parts: Values[], counted: number[], needed: number, scores: Values): void {
  if (needed <= 0 || !parts.some((part) => part.some(Number.isNaN))) return;
  const total = sum(counted);
  for (let unit = 0; unit < scores.length; unit++) {
    let there = 0;
    parts.forEach((part, at) => (there += Number.isNaN(part[unit]) ? 0 : (counted[at] ?? 0)));
    if (there / total < needed - ENOUGH) scores[unit] = NaN;
  }
}

/** The first part with a weight that is not above 0 everywhere, and how low it goes. */
function lowest(parts: Values[], weights: number[]): { part: number; value: number } | null {
  for (const [part, values] of parts.entries()) {
    if ((weights[part] ?? 0) <= 0) continue;
    const value = values.reduce((least, one) => (one < least ? one : least), Infinity);
    if (value <= 0) return { part, value };
  }
  return null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
