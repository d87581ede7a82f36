/**
 * A reviewer's findings over the rounds of one unit (design 2.8). Later rounds confirm, close, or report what the
 * change since brought. What was closed, or was there to be seen before, does not send the unit back again: else a
 * review of unchanged lines would never end. A new critical finding always counts.
 */
import { z } from "zod";
import { Finding, Severity } from "../handover/result.ts";
import { wordsOf } from "../text/words.ts";

/** `confirmed`: open since an earlier round. `regression`: closed once, and its file has changed since. `late`: could have been said before. */
export const Standing = z.enum(["new", "confirmed", "regression", "late"]);
export type Standing = z.infer<typeof Standing>;

/** A finding with its place in the unit's history; its `id` is the reviewer's role and a number. */
export const JudgedFinding = Finding.extend({ standing: Standing.default("new") });
export type JudgedFinding = z.infer<typeof JudgedFinding>;

export interface Past {
  reviewer: string;
  /** What that reviewer said in each earlier round, oldest first. */
  rounds: readonly (readonly JudgedFinding[])[];
  /** Paths changed since the last round; null when that is not known, as after a push by a person. */
  changed: ReadonlySet<string> | null;
}

export function judge(findings: readonly Finding[], past: Past): JudgedFinding[] {
  const { reviewer, rounds, changed } = past;
  const known = new Map<string | null, JudgedFinding>();
  for (const finding of rounds.flat()) known.set(finding.id, finding);
  const open = new Set(rounds.at(-1)?.map(({ id }) => id));
  const isTouched = ({ path }: Finding): boolean => changed === null || (path !== null && changed.has(path));
  const taken = new Set<string | null>();
  let next = Math.max(0, ...[...known.keys()].map(numberIn));
  return findings.map((finding) => {
    const before = [...known.values()].findLast((other) => !taken.has(other.id) && isSame(other, finding));
    if (!before) {
      next += 1;
      const id = `${reviewer}-${next}`;
      const isLate = rounds.length > 0 && !isTouched(finding);
      return isLate ? late({ ...finding, id }) : { ...finding, id, standing: "new" };
    }
    taken.add(before.id);
    const { id } = before;
    const severity = isTouched(finding) ? finding.severity : milder(before.severity, finding.severity);
    const again = { ...finding, id, severity };
    if (open.has(id)) return { ...again, standing: "confirmed" };
    return isTouched(finding) ? { ...again, standing: "regression" } : late(again);
  });
}

const numberIn = (id: string | null): number => Number(/\d+$/.exec(id ?? "")?.[0] ?? 0);

/** Said by its id, or the same words about the same file. Lines move. */
const isSame = (before: Finding, now: Finding): boolean =>
  now.id === before.id || (now.path === before.path && wordsOf(now.summary) === wordsOf(before.summary));

const late = (finding: Finding): JudgedFinding => ({
  ...finding,
  severity: finding.severity === "major" ? "minor" : finding.severity,
  standing: "late",
});

function milder(one: Severity, other: Severity): Severity {
  const order = Severity.options;
  return order[Math.max(order.indexOf(one), order.indexOf(other))]!;
}
