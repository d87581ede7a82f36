/** What a person must find on issues, on pull requests and in the summary. */
import { describe, expect, it } from "vitest";
import { finalPullBody, pullBody } from "../../../src/domain/board/pull.ts";
import { summaryBody } from "../../../src/domain/board/summary.ts";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { unitIssueBody, unitIssueTitle } from "../../../src/domain/board/unit-issue.ts";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aResult, anAttempt } from "../../support/run.ts";
import {
  aFinding,
  anIssue,
  aPull,
  aReview,
  aView,
  aWork,
  HEAD,
  unitOf,
  type ViewParts,
  NOW,
} from "../../support/view.ts";

const NO_VERIFY = "version: 1\n";
const last = (body: string): string => body.split("\n").at(-1)!;

describe("the issue of a unit", () => {
  it("says what is to be done, by whom, and where it belongs", () => {
    const view = aView();
    expect(unitIssueTitle(unitOf(view).unit)).toBe("1. Write the parser");
    const body = unitIssueBody(view, unitOf(view));
    expect(body).toContain("the run in #12, from `.kiro/specs/x/tasks.md`");
    expect(body.match(/^- \[ \] .*$/gm)).toEqual(["- [ ] 1.1 Read a line", "- [ ] 1.2 Read a file"]);
    expect(body).toContain("- Requirements: 1.1, 1.2, 2.1");
    expect(body).toContain("Agent: practice · criticality: standard");
    expect(last(body)).toBe("<!-- roundtable:unit run=12 unit=1 -->");
    const second = unitIssueBody(view, unitOf(view, "2"));
    expect(second).toContain("- Waits for: 1");
    expect(second).toContain("- Writes: `src/printer.js`");
  });

  it("lists only boxes that hold no others, and ticks those that were done before", () => {
    const tasks = "- [ ] 1. Top\n  - [x] 1.1 Done before\n  - [ ] 1.2 Middle\n    - [ ] 1.2.1 Deep\n";
    const view = aView({ tasks });
    const boxes = unitIssueBody(view, unitOf(view)).match(/^- \[.*$/gm);
    expect(boxes?.at(-1)).toBe("- [ ] 1.2.1 Deep");
    expect(boxes).not.toContain("- [ ] 1.2 Middle");
    expect(boxes?.filter((box) => box.startsWith("- [ ]"))).toHaveLength(1);
  });

  it("is ticked when the unit has landed", () => {
    const view = aView({ journal: { landed: { "1": { head: HEAD, sha: HEAD } } } });
    expect(unitIssueBody(view, unitOf(view))).not.toContain("- [ ]");
  });

  it("says so where a person must do it, or a checkpoint waits", () => {
    const person = aView({ unit: { person: "it changes a workflow" } });
    expect(unitIssueBody(person, unitOf(person))).toContain("A person must do this: it changes a workflow");
    const gate = aView({ tasks: "- [ ] 1. Write it\n- [ ] 2. Checkpoint - all tests pass\n" });
    const body = unitIssueBody(gate, unitOf(gate, "2"));
    expect(body).toContain("A checkpoint: no agent works on it");
    expect(body).not.toContain("Agent:");
  });

  it("is the same at any hour and after any number of attempts", () => {
    const at = (time: string): string => {
      const view = aView({ journal: { attempts: { "1/implement/1": anAttempt({ at: time }) } } });
      return unitIssueBody(view, unitOf(view));
    };
    expect(at("2026-01-01T00:00:00Z")).toBe(at("2027-05-05T05:05:05Z"));
    expect(unitIssueBody(aView(), unitOf(aView()))).toBe(at("2026-01-01T00:00:00Z"));
  });
});

describe("a unit's pull request", () => {
  const bodyOf = (journal: Partial<State>, parts: ViewParts = {}): string => {
    const view = aView({ pulls: [aPull()], issues: [anIssue()], journal, ...parts });
    return pullBody(view, unitOf(view));
  };

  it("says before any work what it is for, and closes nothing", () => {
    const body = bodyOf({});
    expect(body).toContain("(#13) of the run in #12");
    expect(body).toContain("- 1.1 Read a line");
    expect(body).not.toMatch(/\b(close[sd]?|fix(es|ed)?|resolve[sd]?):? +#/i);
    expect(last(body)).toBe("<!-- roundtable:pr run=12 unit=1 -->");
  });

  it.each<{ name: string; journal: Partial<State>; says: string; config?: string }>([
    {
      name: "green",
      journal: { attempts: { "1/implement/1": aWork() } },
      says: "The verify commands are green at `2222222`.",
    },
    {
      name: "red",
      journal: {
        attempts: {
          "1/implement/1": aWork({ outcome: "red", result: aResult({ tail: "not ok 1 - parses" }) }),
        },
      },
      says: "The verify commands failed on implement 1.\n\n```text\nnot ok 1 - parses\n```",
    },
    {
      name: "not verified yet",
      journal: { attempts: { "1/implement/1": aWork({ result: aResult({ verified: false }) }) } },
      says: "Not verified yet at `2222222`.",
    },
    {
      name: "verified later, red",
      journal: {
        attempts: {
          "1/implement/1": aWork({ result: aResult({ verified: false }) }),
          "1/verify/1": anAttempt({ headSha: HEAD, outcome: "red", result: aResult({ tail: "boom" }) }),
        },
      },
      says: "The verify commands failed on verify 1.\n\n```text\nboom\n```",
    },
    {
      name: "nothing verified",
      journal: { attempts: { "1/implement/1": aWork() } },
      config: NO_VERIFY,
      says: "> Nothing verified: the configuration names no verify commands.",
    },
    {
      name: "red in a train",
      journal: { attempts: { "1/implement/1": aWork() }, rejected: { "1": { head: HEAD, because: "boom" } } },
      says: "The verify commands failed once this was merged with the work landed before it.\n\n```text\nboom\n```",
    },
  ])("tells what verification said: $name", ({ journal, says, config }) => {
    expect(bodyOf(journal, config === undefined ? {} : { config })).toContain(says);
  });

  it.each(["skipped", "cancelled"] as const)("of a unit that was %s is closed with a note", (as) => {
    const dropped = { "1": { as, by: "you", because: "the run was cancelled by you" } };
    const note = `> This unit was ${as}: the run was cancelled by you. Its work has not landed.`;
    expect(bodyOf({ dropped })).toContain(note);
    expect(bodyOf({})).not.toContain("has not landed");
  });

  it("never calls green what no commands verified", () => {
    expect(bodyOf({ attempts: { "1/implement/1": aWork() } }, { config: NO_VERIFY })).not.toContain(
      "are green",
    );
  });

  it.each([
    { selfChecks: 0, says: "| implement 1 | practice | completed |" },
    { selfChecks: 1, says: "| implement 1 | practice | completed, 1 round of self-check |" },
    { selfChecks: 2, says: "| implement 1 | practice | completed, 2 rounds of self-check |" },
  ])("tells the rounds of self-check of an attempt: $selfChecks", ({ selfChecks, says }) => {
    expect(bodyOf({ attempts: { "1/implement/1": aWork({ result: aResult({ selfChecks }) }) } })).toContain(
      says,
    );
  });

  it("holds the latest work, the verdict by reviewer with counts, and all attempts", () => {
    const body = bodyOf({
      attempts: {
        "1/implement/1": aWork({ result: aResult({ summary: "Wrote the parser." }) }),
        "1/review/1": aReview([aFinding(), aFinding({ severity: "minor", summary: "A name is vague" })]),
        "1/review/2": aReview([], { reviewer: "security", agent: "other" }),
      },
    });
    expect(body).toContain("### Latest work: implement 1\n\n> Wrote the parser.");
    expect(body).toContain("### Review at 2222222: 1 major, 1 minor");
    expect(body).toContain("| correctness | practice | 1 major, 1 minor |");
    expect(body).toContain("| security | other | no findings |");
    expect(body.indexOf("- **major** (`src/a.js:7`): An empty line is dropped")).toBeGreaterThan(0);
    expect(body.indexOf("**minor**")).toBeGreaterThan(body.indexOf("**major**"));
    expect(body).toContain("| review 2 (security) | other | pass |");
  });

  it("shows reviews of the present head only", () => {
    const old = aReview([aFinding()], { headSha: "3".repeat(40) });
    const body = bodyOf({ attempts: { "1/implement/1": aWork(), "1/review/1": old } });
    expect(body).not.toContain("An empty line is dropped");
    expect(body).toContain("| review 1 (correctness) | practice | findings: major |");
  });

  it.each([
    ["over findings", [aFinding()], "approved this commit: the findings do not send it back.\n"],
    ["that nobody found fault with", [], "approved this commit.\n"],
  ])("says that a person approved it: work %s", (_, findings, says) => {
    const journal = {
      attempts: { "1/implement/1": aWork(), "1/review/1": aReview(findings) },
      approvals: { "1": { head: HEAD, at: "2026-01-01T00:05:00.000Z" } },
    };
    expect(bodyOf(journal)).toContain(`A person with write access ${says}`);
  });

  it("says what a train showed, also when it is mended", () => {
    const old = "3".repeat(40);
    const journal = {
      attempts: { "1/implement/1": aWork({ committed: old }), "1/fix/1": aWork({ headSha: old }) },
      rejected: { "1": { head: old, because: "not ok 3" } },
    };
    expect(bodyOf(journal)).not.toContain("### Mended since");
    expect(bodyOf({ ...journal, landed: { "1": { head: HEAD, sha: HEAD } } })).toContain(
      "### Mended since\n\n- The verify commands failed once it was merged with the work landed before it · fix 1",
    );
  });
});

const minor = aFinding({ severity: "minor", summary: "A name is vague" });
const ENDED: ViewParts = {
  pulls: [aPull({ merged: true }), aPull({ number: 20, body: "", head: "roundtable/12/main", base: "main" })],
  journal: {
    attempts: {
      "1/implement/1": aWork({ result: aResult({ files: [{ path: "src/parser.js", lines: 3 }] }) }),
      "1/review/1": aReview([minor]),
    },
    landed: { "1": { head: HEAD, sha: HEAD } },
    dropped: { "2": { as: "skipped", by: "you", because: "skipped by you" } },
    notes: ["Press Update branch: workflow files changed on main."],
    spend: { usd: null, attempts: 2, ceiling: null, units: {} },
    ended: { at: "2026-01-01T01:00:00Z", outcome: "complete", reason: "everything has landed" },
  },
};

describe("the final pull request", () => {
  it("reports each unit, what was skipped, what is left, and how to review", () => {
    const body = finalPullBody(aView(ENDED));
    expect(body).toContain("1 of 2 units, 1 skipped by a person");
    expect(body).toContain("| 1. Write the parser | #14 | practice | 1 | 1 minor | completed |");
    expect(body).toContain("| 2. Write the printer | – | practice | 0 | – | skipped |");
    expect(body).toContain("- **minor** (`src/a.js:7`): A name is vague · unit 1");
    expect(body).toContain("> Press Update branch: workflow files changed on main.");
    expect(body).toContain("### How to review");
    expect(last(body)).toBe("<!-- roundtable:final run=12 -->");
  });

  it("claims a verification only where there was one", () => {
    expect(finalPullBody(aView(ENDED))).toContain("exactly the commit that the last verification saw");
    const body = finalPullBody(aView({ ...ENDED, config: NO_VERIFY }));
    expect(body).toContain("> Nothing verified");
    expect(body).not.toContain("the last verification saw");
  });

  it("names what a person let pass over findings", () => {
    const bodyWith = (review: Attempt): string => {
      const attempts = { ...ENDED.journal!.attempts, "1/review/1": review };
      return finalPullBody(
        aView({
          ...ENDED,
          journal: {
            ...ENDED.journal,
            attempts,
            approvals: { "1": { head: HEAD, at: "2026-01-01T00:05:00.000Z" } },
          },
        }),
      );
    };
    const title = "### Approved by a person over findings";
    expect(bodyWith(aReview([aFinding()]))).toContain(`${title}\n\n- 1. Write the parser`);
    expect(bodyWith(aReview([minor]))).not.toContain(title);
  });

  it("names every agent that worked on a unit", () => {
    const attempts = { ...ENDED.journal!.attempts, "1/fix/3": aWork({ agent: "senior" }) };
    expect(finalPullBody(aView({ ...ENDED, journal: { ...ENDED.journal, attempts } }))).toContain(
      "| 1. Write the parser | #14 | practice, senior | 2 |",
    );
  });
});

describe("the tracking comment of an ended run", () => {
  const body = trackingBody(aView(ENDED), [], NOW);

  it("links the pull request that waits for a human", () => {
    expect(body).toContain("\n\nThe integration branch waits for a human in #20.\n");
  });

  it("counts what was left for later among the debt", () => {
    expect(body).toContain("### Risks & Debt\n\n- 1 finding left for later\n");
  });
});

describe("the summary", () => {
  it("counts tasks, names files, findings, and what did not land", () => {
    const body = summaryBody(aView(ENDED));
    expect(body).toContain(
      "## Run ended: complete, but for 1 unit that was skipped\n\neverything has landed",
    );
    expect(body).toContain(
      "Tasks 2 of 3; units landed 1, skipped 1, of 2; workflow runs 2; 1 h 0 min; cost not known.",
    );
    expect(body).toContain("### Key files\n\n- 1: `src/parser.js`");
    expect(body).toContain("- 2. Write the printer: skipped, skipped by you");
    expect(body).toContain(
      "### Findings left for later\n\n- **minor** (`src/a.js:7`): A name is vague · unit 1",
    );
    expect(body).toContain("waits for a human in #20");
    expect(last(body)).toBe("<!-- roundtable:final run=12 -->");
  });

  it("counts a task of landed work as done only where no attempt left it undone, and names it", () => {
    const tasks = [
      { id: "1.1", done: true, note: "" },
      { id: "1.2", done: false, note: "No file at hand" },
    ];
    const attempts = { "1/implement/1": aWork({ result: aResult({ tasks }) }) };
    const view = aView({ ...ENDED, journal: { ...ENDED.journal, attempts } });
    const says = "### Left undone in what landed\n\n- 1.2: No file at hand · unit 1\n- 1 · unit 1";
    expect(summaryBody(view)).toContain("Tasks 1 of 3;");
    expect(summaryBody(view)).toContain(says);
    expect(finalPullBody(view)).toContain(says);
    expect(unitIssueBody(view, unitOf(view)).match(/^- \[.*$/gm)).toEqual([
      "- [x] 1.1 Read a line",
      "- [ ] 1.2 Read a file",
    ]);
  });

  it("says of each unit that has not landed how far it came, and where what landed lies", () => {
    const tasks = [1, 2, 3, 4, 5].map((n) => `- [ ] ${n}. Unit ${n}\n`).join("");
    const units = ["2", "3", "4", "5"];
    const view = aView({
      tasks,
      pulls: [aPull()],
      journal: {
        attempts: {
          "1/implement/1": aWork(),
          "1/review/1": aReview([aFinding()]),
          "2/implement/1": aWork({ outcome: "red" }),
        },
        landed: { "5": { head: HEAD, sha: HEAD } },
        dropped: Object.fromEntries(
          ["1", ...units.slice(0, 2)].map((id) => [
            id,
            { as: "cancelled" as const, by: "you", because: "the run was cancelled by you" },
          ]),
        ),
        ended: { at: "2026-01-01T01:00:00Z", outcome: "halted", reason: "the run was cancelled by you" },
      },
    });
    const body = summaryBody(view);
    expect(body).toContain("## Run ended: halted\n");
    const because = "cancelled, the run was cancelled by you";
    expect(body).toContain(`- 1. Unit 1: ${because}; implement 1: handed over, 1 major, in #14\n`);
    expect(body).toContain(`- 2. Unit 2: ${because}; implement 1: red, not reviewed\n`);
    expect(body).toContain(`- 3. Unit 3: ${because}\n`);
    expect(body).toContain("- 4. Unit 4: blocked, waits for 3, which is not in order yet\n");
    expect(body).toContain(
      "What has landed is on `roundtable/12/main`; no pull request into `main` was opened.",
    );
  });

  it("of a run of which all was skipped says that nothing landed, and of a part what was never planned", () => {
    const all = Object.fromEntries(
      ["1", "2"].map((id) => [id, { as: "skipped" as const, by: "you", because: "skipped by you" }]),
    );
    const journal = { ...ENDED.journal, landed: {}, dropped: all };
    expect(summaryBody(aView({ ...ENDED, pulls: [], journal }))).toContain(
      "## Run ended: complete, but nothing landed\n",
    );
    const leftOut = (plan: Plan): Plan => ({ ...plan, leftOut: [{ id: "3", why: "it is optional" }] });
    expect(summaryBody(aView({ ...ENDED, plan: leftOut }))).toContain(
      "### Left out of the plan\n\n- 3: it is optional\n",
    );
  });

  it("rounds what was spent", () => {
    const spend = { usd: 0.1 + 0.2, attempts: 2, ceiling: null, units: {} };
    expect(summaryBody(aView({ ...ENDED, journal: { ...ENDED.journal, spend } }))).toContain("cost 0.3 USD");
  });

  const agents = 'version: 1\nverify: [npm test]\nagents: {m: {backend: command, command: "x"}}\n';
  it.each([
    {
      name: "all by scripts",
      by: ["practice", "playbook"],
      says: "> Scripted: the agents and reviewers of this run were scripts",
    },
    {
      name: "scripts and a person",
      by: ["practice", "octocat"],
      says: "> Scripted: the agents and reviewers of this run were scripts",
    },
    { name: "some by scripts", by: ["practice", "m"], says: "> Partly scripted: 1 of 2 attempts" },
    { name: "none by scripts", by: ["m", "m"], says: null },
  ])("says what scripts played: $name", ({ by, says }) => {
    const attempts = { "1/implement/1": aWork({ agent: by[0]! }), "1/fix/1": aWork({ agent: by[1]! }) };
    const body = summaryBody(aView({ config: agents, journal: { attempts } }));
    if (says === null) expect(body).not.toMatch(/scripted/i);
    else expect(body).toContain(says);
  });
});
