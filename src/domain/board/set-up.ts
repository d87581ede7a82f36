/** What the plan says of a repository's set-up: what `roundtable doctor` would find, with what a pass can see. Design 2.2. */
import { judge } from "../doctor/checks.ts";
import type { Facts } from "../doctor/facts.ts";
import { formatProblem } from "../problem.ts";

/** Without them mended no run begins: what it needs is refused, whatever a person confirms. */
const HINDERING: readonly string[] = ["ruleset", "checks-required"];

const sentences = (facts: Facts, isHindrance: boolean): string[] =>
  judge(facts).flatMap(({ code, findings }) =>
    (findings ?? [])
      .filter(({ severity }) => (severity === "error" && HINDERING.includes(code)) === isHindrance)
      .map(formatProblem),
  );

/** There is no run before these are changed. */
export const hindrancesOf = (facts: Facts): string[] => sentences(facts, true);

export const lacksOf = (facts: Facts): string[] => sentences(facts, false);
