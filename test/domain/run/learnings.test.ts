/** What of the agents' words is worth keeping, and what the end of a run makes of it. */
import { describe, expect, it } from "vitest";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import { kept, learnedBy } from "../../../src/domain/run/learnings.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { aResult, aSnapshot } from "../../support/run.ts";
import { aPull, aView, aWork, HEAD } from "../../support/view.ts";

const said = (...learnings: string[]) => aWork({ result: aResult({ learnings }) });
const landed: State["landed"] = { "1": { head: HEAD, sha: HEAD } };

describe("what is kept of an attempt", () => {
  it("is one line each, short, without a credential, and not more than twenty", () => {
    const token = `ghp_${"a".repeat(36)}`;
    expect(kept([" Use\n  spaces ", "", "—", "x".repeat(301), `The token is ${token}`])).toEqual([
      "Use spaces",
    ]);
    expect(kept(Array.from({ length: 50 }, (_, n) => `Fact ${n}`))).toHaveLength(20);
  });
});

describe("what a run has learned", () => {
  const lines = (attempts: State["attempts"]): string[] =>
    learnedBy(aView({ journal: { attempts, landed } }));

  it("is what was said on the way to landed work, each once, and no story of the run", () => {
    const attempts = {
      "1/implement/1": said("Tests need Docker.", "In unit 1 I wrote the parser", "Task 1.2 was hard"),
      "1/fix/1": { ...said("tests need docker", "Use `npm run build` first"), at: "2026-01-02T00:00:00Z" },
      "1/fix/2": { ...said("Never handed over"), committed: null },
      "2/implement/1": said("Of work that has not landed"),
    };
    expect(lines(attempts)).toEqual(["Tests need Docker.", "Use `npm run build` first"]);
  });

  it("is at most thirty lines", () => {
    const many = (from: number) => said(...Array.from({ length: 20 }, (_, n) => `Fact ${from + n}`));
    expect(lines({ "1/implement/1": many(0), "1/fix/1": many(20) })).toHaveLength(30);
  });
});

describe("the end of a run", () => {
  const ended: State["ended"] = { at: "2026-01-01T02:00:00.000Z", outcome: "complete", reason: "done" };
  function pass(journal: Partial<State> = {}, change: Partial<RunSnapshot> = {}): RunDecision {
    const attempts = { "1/implement/1": said("Tests need Docker.") };
    const snapshot = aSnapshot("- [ ] 1. First\n", {
      journal: { ended, landed, attempts, ...journal },
      board: { issues: [], pulls: [aPull({ merged: true, state: "closed" })] },
      ...change,
    });
    return decide(snapshot, { id: "p", now: new Date(ended!.at), seed: "5eed", takesOver: false });
  }
  const own = ({ effects }: RunDecision): string[] =>
    effects.filter(({ id }) => /learnings|summary/.test(id)).map(({ id }) => id);
  const summary = ({ effects }: RunDecision): string =>
    effects.flatMap((effect) => (effect.id === "summary" && "body" in effect ? [effect.body!] : []))[0] ?? "";
  const refusal = { what: "GitHub refused it.", fix: "Let it pass.", at: ended.at };

  it("writes first, opens the pull request then, and sums up at last", () => {
    expect(own(pass())).toEqual(["learnings"]);
    const written = { learnings: { sha: HEAD } };
    expect(own(pass(written))).toEqual(["pull:learnings"]);
    const told = pass(written, { learningsPull: aPull({ number: 77, state: "closed" }) });
    expect(own(told)).toEqual(["summary"]);
    expect(summary(told)).toContain("What the agents learned is proposed for AGENTS.md in #77.");
  });

  it.each([
    { what: "nothing new was learned", journal: { learnings: { sha: null } } },
    { what: "the run was halted", journal: { ended: { ...ended, outcome: "halted" as const } } },
    { what: "nobody learned anything", journal: { attempts: { "1/implement/1": said() } } },
  ])("proposes nothing where $what", ({ journal }) => {
    const decision = pass(journal);
    expect(own(decision)).toEqual(["summary"]);
    expect(summary(decision)).not.toContain("AGENTS.md");
  });

  it.each(["learnings", "pull:learnings"])("is not held up by a refusal of %s, and tells it", (id) => {
    const decision = pass({ learnings: { sha: HEAD }, refusals: { [id]: refusal } });
    expect(own(decision)).toEqual(["summary"]);
    expect(summary(decision)).toContain("> GitHub refused it. Let it pass.");
  });
});
