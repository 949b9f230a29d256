// What a reader chose, as values: moving a share, and writing it all into an address and reading it back. Pure, as scoring.ts is.
import type { Group, Payload } from "./payload";
import type { Choices } from "./scoring";

/** The means that can be chosen for a level; `power` and `minimum` only stand where the recipe has them. */
export const MEANS = ["arithmetic", "geometric", "harmonic", "median"] as const;
/** Shares of a group are whole millionths, so that an address gives back the very same weights. */
export const WHOLE = 1_000_000;

/** The weights of a group as shares of 0 to 1; all 0 where there are none. */
export function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => (total > 0 ? one / total : 0));
}

/** Give one part a share (0 to 1); the others keep their proportions among themselves, those of the recipe where they had nothing left. */
export function moved(now: readonly number[], part: number, share: number, recipe: readonly number[]): number[] {
  const others = (weights: readonly number[]): number[] => weights.map((one, at) => (at === part ? 0 : one));
  const even = now.map((_, at) => (at === part ? 0 : 1));
  const shape = [others(now), others(recipe), even].map(shares).find((one) => one.some((rest) => rest > 0)) ?? even;
  const mine = Math.round(Math.min(Math.max(share, 0), 1) * WHOLE);
  const made = shape.map((one, at) => (at === part ? mine : Math.round(one * (WHOLE - mine))));
  return now.length > 1 ? made : [WHOLE];
}

/** Whether two choices are the same. */
export function same(one: Choices, other: Choices): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The choices as the part of an address after the #; empty for those of the recipe. */
export function written(choices: Choices, payload: Payload): string {
  const told = new URLSearchParams();
  const scale = payload.scales[choices.scale];
  if (choices.scale && scale) told.set("scale", scale.code);
  payload.levels.forEach((level, at) => {
    const mean = choices.means[at];
    if (mean) told.set(`mean.${level.name}`, mean);
  });
  payload.groups.forEach((group, at) => {
    const weights = choices.weights[at];
    if (weights) told.set(`weights.${group.code}`, weights.join("-"));
  });
  return told.toString();
}

/** The choices that an address tells, and whether it told something that does not fit the index. */
export function read(text: string, payload: Payload): { choices: Choices; misfit: boolean } {
  let scale = 0;
  const means: (string | null)[] = payload.levels.map(() => null);
  const weights: (number[] | null)[] = payload.groups.map(() => null);
  let misfit = false;
  for (const [key, value] of new URLSearchParams(text)) {
    const [kind, ...rest] = key.split(".");
    const level = kind === "mean" ? payload.levels.findIndex((one) => one.name === rest.join(".")) : -1;
    const group = kind === "weights" ? payload.groups.findIndex((one) => one.code === rest.join(".")) : -1;
    const place = key === "scale" ? payload.scales.findIndex((one) => one.code === value) : -1;
    const told = weightsOf(value, payload.groups[group]);
    if (place >= 0) scale = place;
    else if (level >= 0 && (MEANS as readonly string[]).includes(value)) means[level] = value === payload.levels[level]?.mean.name ? null : value;
    else if (group >= 0 && told) weights[group] = told;
    else misfit = true;
  }
  return { choices: { scale, means, weights }, misfit };
}

function weightsOf(text: string, group: Group | undefined): number[] | null {
  const told = text.split("-");
  if (!group || told.length !== group.parts.length || !told.every((one) => /^\d{1,7}$/.test(one))) return null;
  const weights = told.map(Number);
  return weights.some((one) => one > 0) ? weights : null;
}
