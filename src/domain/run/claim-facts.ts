/** Units that somebody outside has taken, and the pull requests that name them. */
import type { IssueFact, OutsidePullFact } from "./facts.ts";
import type { State } from "./journal.ts";

type Claim = State["claims"][string];

/** Null where nobody has the unit, or has it no more. */
export function claimOf({ claims }: Pick<State, "claims">, unit: string): Claim | null {
  const claim = Object.hasOwn(claims, unit) ? claims[unit]! : null;
  return claim?.ended === null ? claim : null;
}

/** Its first lines are looked at, so that a quoted text below names nothing. */
const LINES = 10;
const NAMES = /^\s*(?:[-*]\s+)?(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b/i;

/** The issues that a pull request's body closes, by a line of its own among the first. */
export function issuesNamed(body: string): number[] {
  const lines = body.split(/\r?\n/).slice(0, LINES);
  return [...new Set(lines.flatMap((line) => NAMES.exec(line)?.[1] ?? []).map(Number))];
}

/** The oldest open one that names this issue and no other, else one that was merged. */
export function pullNaming(
  pulls: readonly OutsidePullFact[],
  issue: Pick<IssueFact, "number"> | null,
): OutsidePullFact | null {
  if (issue === null) return null;
  const naming = pulls
    .filter(({ body }) => {
      const [first, ...others] = issuesNamed(body);
      return first === issue.number && others.length === 0;
    })
    .toSorted((a, b) => a.number - b.number);
  return naming.find(({ state }) => state === "open") ?? naming.findLast(({ merged }) => merged) ?? null;
}
