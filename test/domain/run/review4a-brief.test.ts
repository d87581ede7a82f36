/** What agents and reviewers are told: each test fails where something does not reach them that was promised. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prepare, type PreparePorts } from "../../../src/application/job/prepare.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import { emptyResult, type Attempt, type State } from "../../../src/domain/run/journal.ts";
import type { ReviewFact } from "../../../src/domain/run/facts.ts";
import { aPlan, anAttempt, aState, RUN, sha256 } from "../../support/run.ts";
import { aFinding, aPull, aReview, HEAD } from "../../support/view.ts";

const TASKS = "- [ ] 1. Units\n  - [ ] 1.1 Sort units\n    - _Writes: src/units.js_\n";
const CONFIG = "version: 1\nagents: { ours: { backend: command, command: ./agent.sh } }\n";
const plan = aPlan(TASKS, { config: CONFIG, flags: { agent: "ours" } });
const BASE = "a".repeat(40);
const FIRST = "1".repeat(40);

const never = async (): Promise<never> => {
  throw new Error("prepare only reads");
};

interface World {
  journal: Partial<State>;
  role: "fix" | "review";
  attempt: number;
  reviewer?: string;
  reviews?: ReviewFact[];
  /** On the pull request, by a person with write access. */
  comments?: string[];
  /** tasks.md as it stands on the base branch now, where the base branch has moved. */
  newTasks?: string;
}

async function briefOf(world: World): Promise<string> {
  const state = aState(plan, world.journal);
  let brief = "";
  const comments = (world.comments ?? []).map((body, id) => ({
    id,
    author: "kim",
    authorIsBot: false,
    body,
    createdAt: new Date(0),
    edited: false,
    answered: false,
    eyes: 0,
  }));
  const ports = {
    hash: sha256,
    files: {
      write: async (path: string, content: string) => {
        if (path.endsWith("brief.md")) brief = content;
      },
      read: never,
      append: never,
      makeFolder: never,
      list: never,
      remove: never,
    },
    github: {
      journal: {
        openRuns: async () => [{ run: RUN, revision: "r1" }],
        read: async () => ({ planFile: { v: 1, plan, config: parseConfig(CONFIG).config }, state }),
      },
      code: {
        branch: async () => "9".repeat(40),
        file: async (sha: string, path: string) => {
          if (!path.endsWith("tasks.md")) return null;
          const text = sha === state.base.sha ? TASKS : (world.newTasks ?? TASKS);
          return new TextEncoder().encode(text);
        },
        readCommit: async () => null,
      },
      board: {
        board: async () => ({ issues: [], pulls: [aPull({ number: 14 })] }),
        reviews: async () => world.reviews ?? [],
        comments: async () => comments,
        permission: async () => "write",
      },
    },
  } as unknown as PreparePorts;
  const inputs = {
    run: String(RUN),
    unit: "1",
    role: world.role,
    attempt: String(world.attempt),
    reviewer: world.reviewer ?? "",
    nonce: "n1",
    sha: HEAD,
  };
  await prepare(ports, { inputs, folder: "/own/brief" });
  return brief;
}

const open = (change: Partial<Attempt> = {}): Attempt =>
  anAttempt({ agent: "ours", headSha: HEAD, baseSha: BASE, at: "2026-01-03T00:00:00.000Z", ...change });
const done = (outcome: Attempt["outcome"], change: Partial<Attempt> = {}): Attempt =>
  open({
    at: "2026-01-01T00:00:00.000Z",
    outcome,
    committed: HEAD,
    result: { ...emptyResult("Did it."), files: [{ path: "src/units.js", lines: 3 }] },
    ...change,
  });
const byKim = (change: Partial<ReviewFact>): ReviewFact => ({
  id: 1,
  author: "kim",
  authorIsBot: false,
  state: "COMMENTED",
  sha: HEAD,
  body: "",
  submittedAt: new Date(0),
  ...change,
});

describe("an agent that asked a question and is tried again", () => {
  const asked: Partial<State> = {
    attempts: {
      "1/implement/1": done("needs_info", {
        committed: null,
        result: { ...emptyResult("I cannot go on."), questions: ["Largest or smallest first?"] },
      }),
      "1/fix/1": open(),
    },
    decisions: {
      d1: {
        kind: "question",
        unit: "1",
        question: "Unit 1 cannot go on without an answer: Largest or smallest first?",
        options: [{ does: "retry", text: "I have answered (in the spec or on the pull request): try again" }],
        at: "2026-01-01T00:00:00.000Z",
        default: null,
        deadline: null,
        answer: { option: 1, by: "kim", comment: 3, at: "2026-01-02T00:00:00.000Z" },
      },
    },
  };
  const ANSWER = "Smallest first, please";

  it.each<[string, Partial<World>]>([
    ["a review that comments", { reviews: [byKim({ body: ANSWER })] }],
    ["a comment on the pull request", { comments: [ANSWER] }],
    ["the spec on the base branch", { newTasks: TASKS.replace("Sort units", `Sort units. ${ANSWER}`) }],
  ])("is told the answer that a person gave by %s", async (_, given) => {
    expect(await briefOf({ role: "fix", attempt: 1, journal: asked, ...given })).toContain(ANSWER);
  });

  it("is told its own question", async () => {
    expect(await briefOf({ role: "fix", attempt: 1, journal: asked })).toContain(
      "Largest or smallest first?",
    );
  });
});

it("a second fix still knows the findings that the first, which ended red, was to mend", async () => {
  const brief = await briefOf({
    role: "fix",
    attempt: 2,
    journal: {
      attempts: {
        "1/implement/1": done("completed", { committed: FIRST, headSha: BASE }),
        "1/review/1": aReview([aFinding({ severity: "critical", summary: "Loses data on overflow" })], {
          headSha: FIRST,
          at: "2026-01-01T01:00:00.000Z",
        }),
        "1/fix/1": done("red", {
          headSha: FIRST,
          at: "2026-01-01T02:00:00.000Z",
          result: { ...emptyResult(""), tail: "not ok 3", files: [{ path: "src/units.js", lines: 3 }] },
        }),
        "1/fix/2": open(),
      },
    },
  });
  expect(brief).toContain("not ok 3");
  expect(brief).toContain("Loses data on overflow");
});

it("a reviewer gets the diff, or at least what to compare the head with", async () => {
  const brief = await briefOf({
    role: "review",
    attempt: 1,
    reviewer: "correctness",
    journal: {
      attempts: {
        "1/implement/1": done("completed", {
          result: {
            ...emptyResult("Did it."),
            files: [{ path: "src/only-the-diff-names-this.js", lines: 3 }],
          },
        }),
        "1/review/1": open({ reviewer: "correctness" }),
      },
    },
  });
  const workflow = readFileSync("workflows/roundtable-agent.yml", "utf8");
  const hasHistory = /fetch-depth: \$\{\{[^}]*review[^}]*'0'/.test(workflow);
  const isTold = brief.includes("src/only-the-diff-names-this.js") || brief.includes(BASE);
  expect({ hasHistory, isTold }).not.toEqual({ hasHistory: false, isTold: false });
});

it("a fix is told of a request for changes that says all at its lines and nothing in its body", async () => {
  const brief = await briefOf({
    role: "fix",
    attempt: 1,
    journal: { attempts: { "1/implement/1": done("completed"), "1/fix/1": open() } },
    reviews: [byKim({ state: "CHANGES_REQUESTED" })],
  });
  expect(brief).toContain("asks for changes");
});

describe("a later fix is not told what is over:", () => {
  const journal: Partial<State> = {
    attempts: { "1/implement/1": done("completed"), "1/fix/1": done("completed"), "1/fix/2": open() },
  };

  it("the red train of an earlier head", async () => {
    const rejected = { "1": { head: FIRST, because: "breaks unit 2" } };
    const brief = await briefOf({ role: "fix", attempt: 2, journal: { ...journal, rejected } });
    expect(brief).not.toContain("breaks unit 2");
  });

  it("a request for changes whose author has approved since", async () => {
    const reviews = [
      byKim({ state: "CHANGES_REQUESTED", sha: FIRST, body: "Name it better" }),
      byKim({ id: 2, state: "APPROVED" }),
    ];
    expect(await briefOf({ role: "fix", attempt: 2, journal, reviews })).not.toContain("Name it better");
  });
});
