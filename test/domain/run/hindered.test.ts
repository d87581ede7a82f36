/** What others kept an agent from is no try at the unit (design section 7). */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { WorkResult } from "../../../src/domain/handover/result.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import { MAIN, snapshotOf } from "../../support/asked.ts";
import { bound, dispatched, ended, pass, TASKS } from "../../support/ended-jobs.ts";
import { aPlan, aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { aPull, aWork, HEAD } from "../../support/view.ts";

const AGENTS = "version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}}\n";
function fixes(outcomes: { outcome: Attempt["outcome"]; hindered: number }[]) {
  const T = "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n";
  const at = (m: number) => `2026-01-01T00:${10 + m}:00.000Z`;
  const list = [{ outcome: "red" as const, hindered: 0 }, ...outcomes].map(
    ({ outcome, hindered }, n) =>
      [
        n === 0 ? "1/implement/1" : `1/fix/${n}`,
        anAttempt({
          agent: "ann",
          at: at(n),
          outcome,
          committed: HEAD,
          hindered: { rate_limited: hindered, infra: 0 },
          result: aResult({ tail: "not ok" }),
        }),
      ] as const,
  );
  return pass(
    aSnapshot(T, {
      planFile: { v: 1, plan: aPlan(T, { config: AGENTS }), config: parseConfig(AGENTS).config },
      branches: { "roundtable/12/main": "b".repeat(40), "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [aPull({ headSha: HEAD })] },
      journal: { attempts: Object.fromEntries(list), began: { "1": "b".repeat(40) } },
    }),
    at(40),
  );
}

describe("an attempt that its vendor stopped", () => {
  it("is asked about when it was stopped too often, with part of the work done", () => {
    const d = fixes([
      { outcome: "rate_limited", hindered: 1 },
      { outcome: "rate_limited", hindered: 2 },
      { outcome: "rate_limited", hindered: 3 },
    ]);
    expect(Object.values(d.state.decisions).length).toBe(1);
  });

  it("takes no fix from the author: fixes that were stopped do not escalate", () => {
    const d = fixes([
      { outcome: "rate_limited", hindered: 1 },
      { outcome: "rate_limited", hindered: 2 },
    ]);
    expect(d.state.attempts["1/fix/3"]?.agent).toBe("ann");
  });

  it("does not hand a review to the author of what is reviewed", () => {
    const config = `version: 1\nagents: {ann: {backend: claude}, bob: {backend: codex}}\nrouting: { default: ann, rate_limited: ann }\n`;
    const content = WorkResult.parse({ ...bound("review"), outcome: "rate_limited" });
    const d = pass(
      snapshotOf({
        tasks: TASKS,
        journal: {
          attempts: {
            "1/implement/1": aWork({ agent: "ann" }),
            "1/review/1": anAttempt({ agent: "bob", reviewer: "correctness", headSha: HEAD, baseSha: MAIN }),
          },
        },
        facts: {
          planFile: { v: 1, plan: aPlan(TASKS, { config }), config: parseConfig(config).config },
          outcomes: { "1/review/1": ended({ kind: "accepted", content }) },
        },
      }),
    );
    expect(d.state.attempts["1/review/1"]!.agent).not.toBe("ann");
  });

  it("waits with a base merge that was stopped, too", () => {
    const content = WorkResult.parse({
      ...bound("resolve"),
      unit: "_base",
      outcome: "rate_limited",
      commits: [
        { message: "m", task: null, files: [{ path: "src/1.js", mode: "100644", content: "<<<<<<<\n" }] },
      ],
    });
    const config = "version: 1\nagents: {ann: {backend: claude}}\nrouting: { default: ann }\n";
    const d = pass(
      snapshotOf({
        tasks: TASKS,
        journal: {
          landed: { "1": { head: HEAD, sha: MAIN }, "2": { head: HEAD, sha: MAIN } },
          began: { "1": MAIN, "2": MAIN },
          integration: MAIN,
          baseConflict: { on: MAIN, base: "8".repeat(40), isLeft: false },
          attempts: {
            "1/implement/1": aWork(),
            "_base/resolve/1": anAttempt({ agent: "ann", headSha: MAIN, baseSha: "8".repeat(40) }),
          },
        },
        facts: {
          baseHead: "8".repeat(40),
          planFile: { v: 1, plan: aPlan(TASKS, { config }), config: parseConfig(config).config },
          outcomes: { "_base/resolve/1": ended({ kind: "accepted", content }) },
        },
      }),
    );
    expect(dispatched(d)).toEqual([]);
  });
});
