/** Minor findings of landed work: one issue for later, which the summary names. */
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { OWN_LABEL } from "../../../src/domain/run/names.ts";
import { aSnapshot } from "../../support/run.ts";
import { aFinding, anIssue, aPull, aReview, aWork, HEAD } from "../../support/view.ts";

const TASKS = "- [ ] 1. First\n- [ ] 2. Second\n";
const minor = aFinding({
  severity: "minor",
  summary: "A name could be better",
  details: "Say what it counts.",
});
const ended: State["ended"] = { at: "2026-01-01T02:05:00.000Z", outcome: "complete", reason: "done" };

function passOver(journal: Partial<State>, issues = [anIssue()]): RunDecision {
  const snapshot = aSnapshot(TASKS, {
    journal: { ended, landed: { "1": { head: HEAD, sha: HEAD } }, ...journal },
    board: { issues, pulls: [aPull({ merged: true, state: "closed" })] },
  });
  return decide(snapshot, { id: "p", now: new Date(ended!.at), seed: "5eed", takesOver: false });
}

const said = (severity: "minor" | "none"): State["attempts"] => ({
  "1/implement/1": aWork(),
  "1/review/1": aReview(severity === "none" ? [] : [minor]),
});
const made = (decision: RunDecision) =>
  decision.effects.filter((effect) => effect.kind === "ensure-issue" && effect.unit === null);
const summaries = (decision: RunDecision): string[] =>
  decision.effects.flatMap((effect) => (effect.id === "summary" && "body" in effect ? [effect.body!] : []));

describe("what was left for later", () => {
  const first = passOver({ attempts: said("minor") });

  it("becomes one issue with the details and the pull request, before the summary", () => {
    expect(made(first)).toEqual([
      expect.objectContaining({ labels: [OWN_LABEL, "follow-up"], title: "x: left for later by run #12" }),
    ]);
    const { body } = made(first)[0] as { body: string };
    expect(body).toMatch(/### 1\. First \(#14\)[^]*A name could be better[^]*Say what it counts\./);
    expect(summaries(first)).toEqual([]);
  });

  it("is named by the summary, with how long the run took", () => {
    const { body } = made(first)[0] as { body: string };
    const second = passOver({ attempts: said("minor") }, [anIssue(), anIssue({ number: 99, body })]);
    expect(made(second)).toEqual([]);
    expect(summaries(second)[0]).toMatch(/All of them, with their details: #99\./);
    expect(summaries(second)[0]).toContain("2 h 5 min");
  });

  it("is no issue when nothing was left", () => {
    const decision = passOver({ attempts: said("none") });
    expect(made(decision)).toEqual([]);
    expect(summaries(decision)).toHaveLength(1);
  });
});
