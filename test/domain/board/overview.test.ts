/** The two long bodies: the plan before consent, and the tracking comment. */
import { describe, expect, it } from "vitest";
import { graphOf } from "../../../src/domain/board/graph.ts";
import {
  askRefusalBody,
  dryRunBody,
  planCommentBody,
  type PlanShown,
} from "../../../src/domain/board/plan-comment.ts";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import type { Wait } from "../../../src/domain/run/wait.ts";
import { aResult } from "../../support/run.ts";
import {
  aFinding,
  aPull,
  aReview,
  aView,
  alive,
  aWork,
  HEAD,
  unitOf,
  type ViewParts,
  NOW,
} from "../../support/view.ts";

const shownOf = (parts: ViewParts = {}, change: Partial<PlanShown> = {}): PlanShown => {
  const { plan, config } = aView(parts).snapshot.planFile;
  const base = { branch: "main", sha: "b".repeat(40) };
  return { plan, config, run: 12, fullName: "octo/x", base, maxCost: null, lacks: [], ...change };
};

/** Titles as long as they come, each unit waiting for the ten before it. */
const many = (count: number): string =>
  Array.from({ length: count }, (_, at) => {
    const before = Array.from({ length: Math.min(at, 10) }, (__, back) => at - back).join(", ");
    return `- [ ] ${at + 1}. ${"Write the long title ".repeat(9)}\n  - _writes: src/part${at % 40}/${"file".repeat(20)}${at}.js_\n${before ? `  - _Depends: ${before}_\n` : ""}`;
  }).join("");

describe("the plan", () => {
  it("shows units, edges with their reason, paths, and exactly how to consent", () => {
    const shown = shownOf();
    const hash = shown.plan.hash.slice(0, 12);
    const body = planCommentBody(shown);
    expect(body.startsWith("## Plan for x\n")).toBe(true);
    expect(body).toContain(`\`/orchestrate confirm ${hash}\``);
    expect(body).toContain("at base `bbbbbbb`, without a ceiling on money");
    expect(body).toMatch(
      /\| 2\. Write the printer \| code, standard \| practice \| correctness \(practice\) \| 1 \(declared\) \| `src\/printer\.js` \|/,
    );
    expect(body).toMatch(/- 2 after 1 \(declared\): \S/);
    expect(body).toContain("  u1 --> u2");
    expect(body).toContain("Verified by: `npm test`.");
    expect(body.endsWith(`<!-- roundtable:run run=12 plan=${hash} -->`)).toBe(true);
  });

  it.each([
    {
      name: "unknown figures",
      estimate: { jobs: 4, minutes: null, tokens: null, usd: null, because: "" },
      says: "at least 4 workflow runs, 3 at once; minutes: not known; tokens: not known; money: not known",
    },
    {
      name: "each figure for itself",
      estimate: { jobs: 4, minutes: 9, tokens: null, usd: 0, because: "" },
      says: "minutes: 9; tokens: not known; money: 0 USD",
    },
  ])("tells what is known of its cost: $name", ({ estimate, says }) => {
    expect(planCommentBody(shownOf({ plan: (plan) => ({ ...plan, estimate }) }))).toContain(says);
  });

  it.each([
    { name: "no commands", config: "version: 1\n", says: "> Nothing will be verified" },
    {
      name: "none for a type",
      config: "version: 1\nverify: {docs: [npm run lint]}\n",
      says: "Nothing verified for units of type code.",
    },
  ])("says where nothing is verified: $name", ({ config, says }) => {
    expect(planCommentBody(shownOf({ config }))).toContain(says);
  });

  it.each([
    ["of whom else it spends on, with their units", "x: {backend: codex}", "goes to x (1, 2)."],
    ["nothing where nobody else is there", "c2: {backend: claude}", null],
  ])("says of third fixes %s", (...[, other, says]) => {
    const body = planCommentBody(
      shownOf({ config: `version: 1\nagents: {c: {backend: claude}, ${other}}\n` }),
    );
    if (says === null) expect(body).not.toContain("third fix");
    else expect(body).toContain(`A third fix, where a unit needs one, ${says}`);
  });

  it("names the ceiling, a person's units, what the set-up lacks, and what is left out", () => {
    const shown = shownOf(
      { tasks: "- [x] 1. Done\n- [ ] 2. Do it\n", unit: { person: "it changes a workflow" } },
      { maxCost: 5, lacks: ["There is no agent workflow."] },
    );
    const body = planCommentBody(shown);
    expect(body).toContain("up to 5 USD");
    expect(body).toContain("### A person must do\n\n- 2. Do it: it changes a workflow");
    expect(body).toContain("set-up lacks\n\n- There is no agent workflow.");
    expect(body).toMatch(/### Left out\n\n- 1: \S/);
  });

  it("offers no consent in a dry run", () => {
    const body = dryRunBody({ ...shownOf(), comment: 7 });
    expect(body).toContain("This was a dry run: nothing was made.");
    expect(body).not.toContain("/orchestrate confirm");
    expect(body.endsWith("<!-- roundtable:run run=12 ask=7 -->")).toBe(true);
  });

  it("of 300 units still fits and still says how to consent", () => {
    const body = planCommentBody(shownOf({ tasks: many(300) }));
    expect(body.length).toBeLessThan(60_000);
    expect(body).toContain("/orchestrate confirm ");
    expect(body).toContain("… and 220 more units.");
    expect(alive(body)).toEqual([]);
  });
});

it("a refusal says each problem and nothing else", () => {
  expect(askRefusalBody({ run: 12, comment: 7, sentences: ["tasks.md:3:1: error: a", "b"] })).toBe(
    "Nothing was started:\n\n- tasks.md:3:1: error: a\n- b\n\n<!-- roundtable:run run=12 ask=7 -->",
  );
});

const decision = {
  kind: "question" as const,
  unit: "2",
  question: "Which way?",
  options: [{ does: "retry" as const, text: "Left" }],
  at: "2026-01-01T00:00:00Z",
  default: null,
  deadline: null,
  answer: null,
};
const wait = (change: Partial<Wait>): Wait => ({
  unit: "2",
  for: "slot",
  because: "3 of 3 slots are taken",
  ...change,
});

describe("the tracking comment", () => {
  it("shows progress, the graph by phase, what moved, and how to steer", () => {
    const view = aView({
      tasks: "- [ ] 1. First\n- [ ] 2. Second\n- [ ] 3. Third\n",
      pulls: [aPull({ merged: true })],
      journal: {
        attempts: {
          "1/implement/1": aWork({
            result: aResult({
              files: [
                { path: "src/b.js", lines: 3 },
                { path: "src/a.js", lines: 3 },
                { path: "README.md", lines: 3 },
              ],
            }),
          }),
          "2/implement/1": { ...aWork(), outcome: null, result: null, committed: null },
        },
        landed: { "1": { head: HEAD, sha: HEAD } },
      },
    });
    const body = trackingBody(view, [], NOW);
    expect(body).toContain("**1 of 3 units** landed.");
    expect(body).toContain("1 not started · 1 in progress · 1 completed");
    expect(body).toContain('u1["1 First"]:::completed');
    expect(body).toContain("classDef in_progress fill:#1d76db,color:#fff");
    expect(body).toContain(
      "- 2. Second: in progress, implement 1 by practice since 2026-01-01 00:01 UTC\n- 1. First: landed (#14)",
    );
    expect(body).toContain(
      "### Semantic Anchors\n\n- at the top: `README.md`\n- src/: `src/a.js`, `src/b.js`",
    );
    expect(body).toContain("### Risks & Debt\n\nNone.");
    expect(body).toContain("- `/orchestrate pause`: ");
    expect(body.endsWith("<!-- roundtable:run run=12 -->")).toBe(true);
  });

  it("puts under risks what needs a person or a repair", () => {
    const view = aView({
      pulls: [aPull()],
      journal: {
        attempts: { "1/implement/1": aWork(), "1/review/1": aReview([aFinding()]) },
        decisions: { d1: decision },
      },
    });
    const risks = trackingBody(
      view,
      [wait({ unit: null, for: "refused", because: "No right to label." })],
      NOW,
    ).split("### ")[3]!;
    expect(risks).toContain("- Decision **d1** waits for a person: Which way? (1 Left)");
    expect(risks).toContain("- 1 must be fixed: 1 major");
    expect(risks).toContain("- The run waits (refused): No right to label.");
  });

  it("names why a unit stands still, not what is over before it is read", () => {
    const body = trackingBody(
      aView(),
      [wait({}), wait({}), wait({ unit: "1", for: "github", because: "its branch is being made" })],
      NOW,
    );
    expect(body).toContain("### Waiting\n\n- 2 waits (slot): 3 of 3 slots are taken\n\n");
    expect(body).not.toContain("its branch is being made");
  });

  it("of 300 units in trouble fits, with all its parts", () => {
    const first = aView({ tasks: many(300) });
    const files = Array.from({ length: 200 }, (_, at) => ({
      path: `part${at % 40}/${"x".repeat(150)}${at}`,
      lines: at,
    }));
    const ids = first.units.map(({ unit }) => unit.id);
    const view = aView({
      tasks: many(300),
      journal: {
        attempts: { "1/implement/1": aWork({ result: aResult({ files }) }) },
        landed: { "1": { head: HEAD, sha: HEAD } },
        decisions: Object.fromEntries(
          ids
            .slice(1)
            .map((id, at) => [`d${at + 1}`, { ...decision, unit: id, question: "Why? ".repeat(200) }]),
        ),
      },
    });
    const body = trackingBody(
      view,
      ids.map((unit) => wait({ unit, because: "It waits. ".repeat(80) })),
      NOW,
    );
    expect(body.length).toBeLessThan(60_000);
    for (const part of [
      "Mental Model",
      "Narrative Delta",
      "Risks & Debt",
      "Waiting",
      "Semantic Anchors",
      "How to steer",
    ])
      expect(body).toContain(part);
    expect(body).not.toMatch(/^… \(cut\)$/m);
    expect(alive(body)).toEqual([]);
  });

  it("is the same text for the same state", () => {
    expect(trackingBody(aView(), [wait({})], NOW)).toBe(trackingBody(aView(), [wait({})], NOW));
  });
});

describe("a graph", () => {
  it("is one fenced block of at most 60 nodes: more units are drawn in groups, coloured where all of one agree", () => {
    const units = aView({ tasks: many(75) }).units.map(({ unit }) => unit);
    const graph = graphOf(units, (id) => (id === "1" ? "completed" : "not_started"));
    expect([graph[0], graph.at(-1)]).toEqual(["```mermaid", "```"]);
    expect(graph.filter((line) => /^ {2}u\d+\[/.test(line))).toHaveLength(38);
    expect(graph.slice(2, 4)).toEqual([
      '  u1[["2 units on levels 1 to 2"]]',
      '  u2[["2 units on levels 3 to 4"]]:::not_started',
    ]);
  });

  it("draws no edge that another path says, and never more than Mermaid takes", () => {
    const chain = aView({
      tasks: "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1, 2_\n",
    });
    expect(graphOf(chain.units.map(({ unit }) => unit)).filter((line) => line.includes("-->"))).toEqual([
      "  u1 --> u2",
      "  u2 --> u3",
    ]);
    const one = unitOf(chain).unit;
    const left = Array.from({ length: 30 }, (_, at) => ({ ...one, id: `l${at}`, dependsOn: [] }));
    const right = Array.from({ length: 30 }, (_, at) => ({
      ...one,
      id: `r${at}`,
      dependsOn: left.map(({ id }) => ({ id, source: "declared" as const, because: "b" })),
    }));
    const dense = graphOf([...left, ...right]);
    expect(dense.filter((line) => line.includes("-->")).length).toBeLessThan(500);
    expect(dense).toContain('  edges["and 500 more edges"]');
  });
});
