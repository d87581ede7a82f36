/** One pass over a made world in which jobs of two plain units have ended. */
import { decide, type RunDecision } from "../../src/domain/run/decide.ts";
import type { Role } from "../../src/domain/run/names.ts";
import type { RunOutcome, RunSnapshot } from "../../src/domain/run/snapshot.ts";
import { MAIN, NOW } from "./asked.ts";
import { HEAD } from "./view.ts";

export const TASKS = "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Second\n  - _writes: src/2.js_\n";
export const pass = (snapshot: RunSnapshot, at = NOW): RunDecision =>
  decide(snapshot, { id: "p", now: new Date(at), seed: "5eed", takesOver: false });
export const dispatched = ({ effects }: RunDecision): string[] =>
  effects.flatMap((effect) => (effect.kind === "dispatch" ? [effect.attempt] : []));
/** What is seen of a workflow run that is over; `conclusion` null: it is not. */
export const ended = (
  handOver: RunOutcome["handOver"],
  conclusion: string | null = "success",
): RunOutcome => ({
  runId: 100,
  url: "",
  conclusion,
  verify: null,
  tail: "",
  handOver,
});
/** What binds a hand-over to an attempt of unit 1. */
export const bound = (role: Role) => ({
  v: 1 as const,
  run: 12,
  unit: "1",
  role,
  attempt: 1,
  nonce: "n1",
  baseSha: MAIN,
  headSha: HEAD,
  summary: "",
});
