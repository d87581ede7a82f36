/** What a plan takes at least, marked as what it is; a figure that nobody gave is not shown. */
import type { Plan } from "../plan/plan.ts";

/** Each figure with its name. */
export function figuresOf({ jobs, minutes, tokens, usd }: Plan["estimate"]): (readonly [string, string])[] {
  const known = (value: number | null, name: string): (readonly [string, string])[] =>
    value === null ? [] : [[value.toLocaleString("en"), name]];
  return [
    ...known(jobs, "workflow runs"),
    ...known(minutes, "minutes of agents"),
    ...known(tokens, "tokens"),
    ...known(usd, "USD"),
  ];
}

export const estimateText = (estimate: Plan["estimate"]): string =>
  `At least ${figuresOf(estimate)
    .map(([value, name]) => `${value} ${name}`)
    .join(", ")}. ${estimate.because}`;
