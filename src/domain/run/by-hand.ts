/** Work that no job of ours did: a person's, or a bot's from outside. It is verified, as nobody has yet. */
import { setAttempt } from "./attempts.ts";
import type { Draft } from "./draft.ts";
import { bareAttempt } from "./bare-attempt.ts";
import { emptyResult } from "./attempt.ts";
import { attemptKey } from "./names.ts";
import type { UnitView } from "./view.ts";

export interface HandWork {
  role: "implement" | "fix" | "resolve";
  by: string;
  headSha: string;
  baseSha: string;
  summary: string;
}

/** Recorded as the unit's next attempt of that role, ended well. */
export function recordHandWork(
  { state, pass }: Draft,
  { slug, work }: Pick<UnitView, "slug" | "work">,
  { role, by, headSha, baseSha, summary }: HandWork,
): void {
  const n = 1 + work.filter((attempt) => attempt.role === role).length;
  setAttempt(state, attemptKey({ slug, role, n }), {
    ...bareAttempt({
      nonce: `${pass.seed}-${slug}-${role}-${n}`,
      agent: by,
      headSha,
      baseSha,
      at: pass.now.toISOString(),
    }),
    outcome: "completed",
    result: { ...emptyResult(summary), verified: false },
    committed: headSha,
  });
}
