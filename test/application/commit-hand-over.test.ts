/** A branch that has moved: to this very work, of which the answer was lost, or to what somebody else did. */
import { expect, it } from "vitest";
import { apply } from "../../src/application/apply.ts";
import type { Github } from "../../src/application/ports.ts";
import { anAttempt, aSnapshot } from "../support/run.ts";

const [BEFORE, MOVED] = ["1".repeat(40), "2".repeat(40)];
const BRANCH = "roundtable/12/unit-1";
const NONCE = "abcdef0123456789";

const trailer = (of: string): string => `Do it\n\nRoundtable-Attempt: ${of}\n`;

it.each([
  ["this work, of this nonce", trailer("12/1/fix/1/abcdef01"), "committed"],
  ["the same attempt's, of a nonce before", trailer("12/1/fix/1/99999999"), "stale"],
  ["another attempt's", trailer("12/1/implement/1/abcdef01"), "stale"],
  ["another run's", trailer("3/12/1/fix/1/abcdef01"), "stale"],
  ["a person's that quotes it", `${trailer("12/1/fix/1/abcdef01")}\nAnd more, by me.\n`, "stale"],
  ["a person's", "Fix a typo\n", "stale"],
])("%s: it is %s", async (_, message, kind) => {
  const attempts = { "1/fix/1": anAttempt({ nonce: NONCE, headSha: BEFORE }) };
  const snapshot = aSnapshot("- [ ] 1. First\n", { journal: { attempts }, branches: { [BRANCH]: MOVED } });
  const code = { branch: async () => MOVED, readCommit: async () => ({ message }) };
  const { result } = await apply({ code } as unknown as Github, snapshot, {
    id: "commit:1/fix/1",
    kind: "commit-hand-over",
    attempt: "1/fix/1",
    branch: BRANCH,
    expectedHead: BEFORE,
    merges: null,
    runId: 100,
  });
  expect(result).toMatchObject({ kind, attempt: "1/fix/1" });
});
