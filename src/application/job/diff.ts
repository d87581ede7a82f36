/** What a reviewer is shown of the change: its checkout holds one commit only. */
import type { Diff } from "../../domain/agent/diff.ts";
import type { State } from "../../domain/run/journal.ts";
import { attemptsOf, type AttemptView } from "../../domain/run/attempts.ts";
import type { Github } from "../ports.ts";

export async function diffsFor(
  code: Pick<Github["code"], "changes">,
  { state, attempt }: { state: State; attempt: AttemptView },
): Promise<Diff[]> {
  const { slug, role, reviewer, baseSha, headSha } = attempt;
  if (role !== "review") return [];
  const whole = await code.changes(baseSha, headSha);
  const last = attemptsOf(state).findLast(
    (other) =>
      other.slug === slug &&
      other.reviewer === reviewer &&
      other.headSha !== headSha &&
      other.result?.severity != null,
  );
  const diffs: Diff[] = [{ since: "the unit began", from: baseSha, files: whole }];
  if (!last) return diffs;
  const since = await code.changes(last.headSha, headSha);
  // A merge brings the work of others as well: that is not under review.
  const own = new Set(whole?.map(({ path }) => path));
  const files = since?.filter(({ path }) => own.has(path)) ?? null;
  return [...diffs, { since: "you last looked", from: last.headSha, files }];
}
