/** What of a broken journal GitHub still shows, and what is named as missing. */
import { describe, expect, it } from "vitest";
import { revertSubject } from "../../../src/domain/run/revert.ts";
import { rebuild, type Remains } from "../../../src/domain/run/rebuild.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import { aPlan, aResult, aState, RUN } from "../../support/run.ts";
import { anIssue, aPull, aWork } from "../../support/view.ts";

const CONFIG = `version: 1
agents: { mine: { backend: claude, model: m } }
routing: { implement: mine }
`;
const plan = aPlan("- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n", {
  config: CONFIG,
});
const planFile = { v: 1 as const, plan, config: parseConfig(CONFIG).config };
const PRICED = `version: 1
agents: { mine: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000, minutes: 1 } } }
`;
const NOTHING: Remains = {
  slugs: { "1": "1", "2": "2" },
  integrationHead: "i".repeat(40),
  integration: [],
  pulls: [],
  outside: [],
  issues: [],
  runs: [],
  branches: {},
};

const run = (id: number, key: string, status: "completed" | "in_progress" = "completed") => ({
  id,
  name: `roundtable ${RUN} ${key.replaceAll("/", " ")}`,
  status,
  conclusion: status === "completed" ? "success" : null,
  createdAt: new Date("2026-01-01T01:00:00Z"),
  url: "",
});
const commits = (...messages: string[]) =>
  messages.map((message, at) => ({
    sha: String(at + 1).repeat(40),
    message,
    parent: at === 0 ? "b".repeat(40) : String(at).repeat(40),
  }));
const by = (key: string): string => `Implement\n\nTask: 1\nRoundtable-Attempt: ${RUN}/${key}/abcdef12`;

const outcomes = (state: { attempts: Readonly<Record<string, { outcome: string | null }>> }) =>
  Object.fromEntries(Object.entries(state.attempts).map(([key, { outcome }]) => [key, outcome]));

describe("rebuild", () => {
  it("takes work from a unit's branch by what its commits name, whoever else pushed there", () => {
    const branch = commits(`Begin unit 1 of run ${RUN}`, by("1/implement/1"), "By hand", by("1/fix/1"));
    const { state, found } = rebuild(
      { state: aState(plan), planFile },
      { ...NOTHING, branches: { "1": branch } },
    );
    expect(state.began).toEqual({ "1": "b".repeat(40) });
    expect(state.attempts).toMatchObject({
      "1/implement/1": { outcome: "completed", headSha: "1".repeat(40), committed: "2".repeat(40) },
      "1/fix/1": { outcome: "completed", headSha: "3".repeat(40), committed: "4".repeat(40) },
    });
    expect(Object.values(state.attempts).every(({ result }) => result?.verified === false)).toBe(true);
    expect(found).toHaveLength(2);
  });

  it.each([
    ["of another run", `Implement\n\nRoundtable-Attempt: 7/1/implement/1/abcdef12`],
    ["of another unit", by("2/implement/1")],
    ["of a role that commits nothing", by("1/review/1")],
    ["not in the last line", `${by("1/implement/1")}\nand more`],
  ])("believes no commit whose word is %s", (_, message) => {
    const branch = commits(`Begin unit 1 of run ${RUN}`, message);
    const { state } = rebuild({ state: aState(plan), planFile }, { ...NOTHING, branches: { "1": branch } });
    expect(state.attempts).toEqual({});
  });

  it("uses up the number of every workflow run, charges it by estimate, and names what it brought as missing", () => {
    const { state, missing, orphans } = rebuild(
      { state: aState(plan), planFile },
      {
        ...NOTHING,
        runs: [
          run(1, "1/implement/1"),
          run(2, "1/review/1"),
          run(3, "2/implement/1", "in_progress"),
          run(4, "_train/verify/3"),
          { ...run(5, "1/fix/1"), name: "roundtable 7 1 fix 1" },
        ],
      },
    );
    expect(outcomes(state)).toEqual({
      "1/implement/1": "failed",
      "1/review/1": "lost",
      "2/implement/1": "failed",
    });
    expect(state).toMatchObject({ trains: 3, spend: { attempts: 3 } });
    expect(state.spend.usd ?? 0).toBe(
      Object.values(state.attempts).reduce((sum, { result }) => sum + (result?.usd ?? 0), 0),
    );
    expect(missing).toHaveLength(3);
    expect(orphans).toEqual([3]);
  });

  it("charges runs that are no unit's by whom they were given to", () => {
    const { config } = parseConfig(PRICED);
    const paid = aPlan("- [ ] 1. Write a\n", { config: PRICED });
    const before = aState(plan);
    before.planning = { agent: "mine", consents: false, ended: null };
    before.landed = { "1": { head: "h", sha: "s" } };
    const runs = [run(1, "_plan/plan/1"), run(2, "_base/resolve/1"), run(3, "_base/verify/1")];
    const { state } = rebuild(
      { state: before, planFile: { v: 1, plan: paid, config } },
      { ...NOTHING, runs },
    );
    expect(
      Object.entries(state.attempts).map(([key, { agent, result }]) => [key, agent, result?.usd]),
    ).toEqual([
      ["_plan/plan/1", "mine", 2],
      ["_base/resolve/1", "mine", 2],
      ["_base/verify/1", null, null],
    ]);
    expect(state.spend.usd).toBe(4);
  });

  it("a second workflow run of an attempt that is known counts beside the first, and takes nothing from it", () => {
    const before = aState(plan);
    const result = aResult({ usd: 2 });
    before.attempts = { "1/implement/1": aWork({ agent: "mine", runId: 1, result }) };
    const { state } = rebuild(
      { state: before, planFile },
      { ...NOTHING, runs: [run(1, "1/implement/1"), run(2, "1/implement/1")] },
    );
    expect(state.attempts["1/implement/1"]).toMatchObject({ runId: 1, pastRuns: [2], result: { usd: 2 } });
    expect(state.spend.attempts).toBe(1);
  });

  it("the workflow run of work that stands on a branch is counted among the run's", () => {
    const branch = commits(`Begin unit 1 of run ${RUN}`, by("1/implement/1"));
    const { state } = rebuild(
      { state: aState(plan), planFile },
      { ...NOTHING, branches: { "1": branch }, runs: [run(7, "1/implement/1")] },
    );
    expect(state.attempts["1/implement/1"]).toMatchObject({ runId: 7, outcome: "completed" });
    expect(state.spend.attempts).toBe(1);
  });

  it.each([
    { role: "implement", conclusion: "cancelled", is: "interrupted" },
    { role: "fix", conclusion: "timed_out", is: "interrupted" },
    { role: "fix", conclusion: "failure", is: "completed" },
    // A conflict is solved whole or not at all.
    { role: "resolve", conclusion: "cancelled", is: "completed" },
  ])("work of a $role whose workflow run ended as $conclusion is $is", ({ role, conclusion, is }) => {
    const key = `1/${role}/1`;
    const branch = commits(`Begin unit 1 of run ${RUN}`, by(key));
    const runs = [{ ...run(7, key), conclusion }];
    const { state } = rebuild(
      { state: aState(plan), planFile },
      { ...NOTHING, branches: { "1": branch }, runs },
    );
    expect(outcomes(state)).toEqual({ [key]: is });
  });

  it.each(["timed_out", "interrupted", "failed", "red"] as const)(
    "work that the journal knows as %s, and not yet as written, stays that, and is written",
    (outcome) => {
      const before = aState(plan);
      const result = aResult({ summary: "Half of it." });
      before.attempts = { "1/implement/1": aWork({ runId: 7, outcome, committed: null, result }) };
      const branch = commits(`Begin unit 1 of run ${RUN}`, by("1/implement/1"));
      const { state } = rebuild(
        { state: before, planFile },
        { ...NOTHING, branches: { "1": branch }, runs: [run(7, "1/implement/1")] },
      );
      expect(state.attempts["1/implement/1"]).toMatchObject({ outcome, committed: "2".repeat(40), result });
    },
  );

  it("leaves what the journal knows, and what the next pass finds by itself", () => {
    const known = { nonce: "n", runId: 1, outcome: null, committed: null, result: null };
    const before = aState(plan);
    const attempt = {
      ...known,
      agent: "mine",
      reviewer: null,
      headSha: "h",
      baseSha: "b",
      at: before.ask.at,
    };
    const rest = {
      pastRuns: [],
      lost: 0,
      again: null,
      allowance: null,
      before: null,
      after: null,
      sent: true,
      endedAt: null,
    };
    const hindered = { rate_limited: 0, infra: 0 };
    before.attempts = { "1/implement/1": { ...attempt, ...rest, hindered } };
    const { state, found, missing } = rebuild(
      { state: before, planFile },
      { ...NOTHING, runs: [run(1, "1/implement/1")] },
    );
    expect({ attempts: state.attempts, found, missing }).toEqual({
      attempts: before.attempts,
      found: [],
      missing: [],
    });
  });

  describe("an attempt under way that was dispatched again since", () => {
    const open = { agent: "mine", outcome: null, result: null, committed: null } as const;
    const runs = [1, 2, 3].map((id) => run(id, "1/implement/1", id === 3 ? "in_progress" : "completed"));
    const rebuiltWith = (change: Partial<Attempt>) => {
      const before = aState(plan);
      before.attempts = { "1/implement/1": aWork({ ...open, ...change }) };
      return rebuild({ state: before, planFile }, { ...NOTHING, runs });
    };

    it("keeps its own workflow run; later ones, whose nonce nobody knows, are counted, and cancelled where they are at work", () => {
      const { state, orphans } = rebuiltWith({ runId: 1 });
      expect(state.attempts["1/implement/1"]).toMatchObject({ runId: 1, pastRuns: [2, 3], outcome: null });
      expect(state.spend.attempts).toBe(2);
      expect(orphans).toEqual([3]);
    });

    it("has the first of those that came after it, where GitHub had not told which it is", () => {
      const { state, orphans } = rebuiltWith({ runId: null, at: "2026-01-01T00:59:58Z", pastRuns: [1] });
      expect(state.attempts["1/implement/1"]).toMatchObject({ runId: 2, pastRuns: [1, 3], outcome: null });
      expect(orphans).toEqual([3]);
    });

    it("is left to the next pass where all of them are older", () => {
      const { state, orphans } = rebuiltWith({ runId: null, at: "2026-01-01T02:00:00Z", pastRuns: [1] });
      expect(state.attempts["1/implement/1"]).toMatchObject({ runId: null, pastRuns: [1] });
      expect(orphans).toEqual([]);
    });
  });

  describe("a unit that is left", () => {
    const before = () => {
      const state = aState(plan);
      state.attempts = { "1/implement/1": aWork({ outcome: null, result: null, committed: null, runId: 1 }) };
      state.began = { "1": "b".repeat(40) };
      state.landed = { "1": { head: "c".repeat(40), sha: "d".repeat(40) } };
      state.approvals = { "1": { head: "c".repeat(40), at: "2026-01-01T00:00:00Z" } };
      const option = { does: "revert", unit: "1", text: "Revert unit 1" } as const;
      const asked = { kind: "checkpoint-red" as const, unit: "2", question: "What now?", options: [option] };
      state.decisions = {
        d1: { ...asked, at: "2026-01-01T00:00:00Z", default: null, deadline: null, answer: null },
      };
      return state;
    };
    const pull = aPull({ number: 9, merged: true, state: "closed" });
    const revert = (subject: string) => ({
      ...NOTHING,
      pulls: [pull],
      integration: [
        { sha: "f".repeat(40), message: "Merge #10 (unit 2) into run 12", parent: "e".repeat(40) },
        { sha: "e".repeat(40), message: `${subject}\n\nMore.`, parent: "d".repeat(40) },
      ],
    });

    it("reverted: it begins anew from there, with the work that was taken out, and nobody is asked about that any more", () => {
      const { state, found } = rebuild(
        { state: before(), planFile },
        revert(revertSubject({ pull: 9, id: "1", run: RUN })),
      );
      expect(state).toMatchObject({
        landed: {},
        approvals: {},
        began: { "1": "e".repeat(40) },
        reverted: { "1": { times: 1, on: "d".repeat(40) } },
        anew: {},
        attempts: { "1/implement/1": { outcome: "cancelled" } },
        decisions: { d1: { answer: { option: 0, by: "roundtable" } } },
      });
      expect(found).toEqual(["unit 1: landed by #9, and reverted at eeeeeee"]);
    });

    const theirs = aPull({ number: 9, body: "Closes #13", merged: true, state: "closed" });
    it.each([
      ["that a person made", 1, { outside: [{ ...theirs, author: "kim", authorIsBot: false }] }],
      ["whose text a person wrote over", 0, { pulls: [{ ...pull, body: "Mine." }] }],
    ])("reverted, of a pull request %s: it begins anew all the same", (_, anew, seen) => {
      const state = {
        ...before(),
        anew: { "1": anew },
        claims: { "1": { by: "kim", at: "2026-01-01T00:00:00Z", comment: 5, ended: null } },
      };
      const remains = { ...revert(revertSubject({ pull: 9, id: "1", run: RUN })), pulls: [], ...seen };
      const rebuilt = rebuild({ state, planFile }, { ...remains, issues: [anIssue({ number: 13 })] });
      expect(rebuilt.state).toMatchObject({
        landed: {},
        claims: {},
        reverted: { "1": { times: 1 } },
        revertedPulls: "outside" in seen ? [9] : [],
        anew: { "1": anew },
      });
    });

    it("landed again after a revert that the journal knows: it has landed", () => {
      const state = { ...before(), revertedPulls: [9] };
      const outside = [{ ...theirs, author: "kim", authorIsBot: false }];
      const remains = { ...revert(revertSubject({ pull: 9, id: "1", run: RUN })), pulls: [], outside };
      expect(rebuild({ state, planFile }, remains).state).toMatchObject({
        landed: { "1": {} },
        reverted: {},
        revertedPulls: [9],
      });
    });

    it.each([
      ["of another pull request", revertSubject({ pull: 10, id: "1", run: RUN })],
      ["of another unit", revertSubject({ pull: 9, id: "2", run: RUN })],
      ["of another run", revertSubject({ pull: 9, id: "1", run: 7 })],
    ])("is not by a revert %s", (_, subject) => {
      const { state } = rebuild({ state: before(), planFile }, revert(subject));
      expect(state).toMatchObject({ landed: { "1": {} }, reverted: {}, anew: {} });
    });

    it.each([
      ["a branch", { branches: { "1_3": commits(`Begin unit 1_3 of run ${RUN}`) } }],
      ["a workflow run", { runs: [run(1, "1/implement/1"), run(7, "1_3/verify/1")] }],
    ])("begun anew: %s tells how often", (_, seen) => {
      const { state, found } = rebuild({ state: before(), planFile }, { ...NOTHING, ...seen });
      expect(state).toMatchObject({ anew: { "1": 2 }, reverted: {}, landed: {} });
      expect(state.attempts["1/implement/1"]!.outcome).toBe("cancelled");
      expect(found[0]).toBe("unit 1: begun anew");
    });

    it.each([
      ["a branch that this run did not begin", { branches: { "1_3": [] } }],
      ["a workflow run of another run", { runs: [{ ...run(7, ""), name: "roundtable 7 1_3 verify 1" }] }],
      ["what the journal knows", { branches: { "1": commits(`Begin unit 1 of run ${RUN}`) } }],
    ])("is not by %s", (_, seen) => {
      const { state } = rebuild({ state: before(), planFile }, { ...NOTHING, ...seen });
      expect(state).toMatchObject({
        anew: {},
        landed: { "1": {} },
        attempts: { "1/implement/1": { outcome: null } },
      });
    });

    it("is charged for what it took before", () => {
      const { config } = parseConfig(PRICED);
      const paid = aPlan("- [ ] 1. Write a\n", { config: PRICED });
      const branches = { "1_2": commits(`Begin unit 1_2 of run ${RUN}`) };
      const { state } = rebuild(
        { state: aState(paid), planFile: { v: 1, plan: paid, config } },
        { ...NOTHING, branches, runs: [run(1, "1/implement/1")] },
      );
      expect(state.spend).toMatchObject({ usd: 2, attempts: 1 });
    });
  });

  it("a merged pull request has landed, a train under way has not", () => {
    const before = aState(plan);
    const n = 1;
    before.train = { n, on: "x", members: [], finish: false, reverts: null, built: null, notes: [] };
    const pull = {
      number: 9,
      title: "",
      body: `It.\n\n<!-- roundtable:pr run=${RUN} unit=1 -->`,
      labels: [],
      head: `roundtable/${RUN}/unit-1`,
      headSha: "c".repeat(40),
      base: `roundtable/${RUN}/main`,
      draft: false,
      state: "closed" as const,
      merged: true,
    };
    const other = { ...pull, merged: false, body: pull.body.replace("unit=1", "unit=2") };
    const { state } = rebuild({ state: before, planFile }, { ...NOTHING, pulls: [pull, other] });
    expect(state).toMatchObject({
      train: null,
      integration: "i".repeat(40),
      landed: { "1": { head: "c".repeat(40), sha: "i".repeat(40) } },
    });
    expect(Object.keys(state.landed)).toEqual(["1"]);
  });

  it.each([
    ["of a bot", { authorIsBot: true }, ["1"]],
    ["of a person, whose claim is read again", { authorIsBot: false }, []],
    ["that is open", { authorIsBot: true, merged: false, state: "open" as const }, []],
    ["that names another issue", { authorIsBot: true, body: "Closes #14" }, []],
  ])("a merged pull request from outside %s", (_, change, landed) => {
    const pull = {
      ...aPull({ number: 20, body: "Closes #13", merged: true, state: "closed" }),
      author: "helper[bot]",
    };
    const { state, found } = rebuild(
      { state: aState(plan), planFile },
      { ...NOTHING, issues: [anIssue({ number: 13 })], outside: [{ ...pull, ...change }] },
    );
    expect(Object.keys(state.landed)).toEqual(landed);
    expect(Object.values(state.claims).map((claim) => claim.by)).toEqual(landed.map(() => "helper[bot]"));
    expect(found).toEqual(landed.map((id) => `unit ${id}: landed by #20`));
  });

  it.each([
    [
      "was reverted",
      { integration: [{ sha: "f", message: revertSubject({ pull: 20, id: "1", run: RUN }), parent: "e" }] },
    ],
    ["was begun anew since", { branches: { "1_2": commits(`Begin unit 1_2 of run ${RUN}`) } }],
  ])("a bot's merged pull request is not what has landed where the unit %s", (_, seen) => {
    const pull = aPull({ number: 20, body: "Closes #13", merged: true, state: "closed" });
    const outside = [{ ...pull, author: "helper[bot]", authorIsBot: true }];
    const { state } = rebuild(
      { state: aState(plan), planFile },
      { ...NOTHING, issues: [anIssue({ number: 13 })], outside, ...seen },
    );
    expect(state).toMatchObject({ landed: {}, claims: {} });
  });
});
