/** Worlds in which a pass asks a person: for each kind of decision what leads to it. */
import type { HandOver } from "../../src/domain/handover/result.ts";
import type { DecisionKind } from "../../src/domain/run/decision-kind.ts";
import type { CommentFact, ReviewFact } from "../../src/domain/run/facts.ts";
import type { Attempt } from "../../src/domain/run/attempt.ts";
import type { Decision, State } from "../../src/domain/run/journal.ts";
import type { RunOutcome, RunSnapshot } from "../../src/domain/run/snapshot.ts";
import { parseConfig } from "../../src/domain/config.ts";
import { aPlan, aResult, anAttempt, aSnapshot, aState } from "./run.ts";
import { anIssue, aPull, aReview, aWork, HEAD } from "./view.ts";

export const MAIN = "9".repeat(40);
/** When the passes look. */
export const NOW = "2026-01-05T00:00:00.000Z";
const JUST_NOW = "2026-01-04T23:00:00.000Z";
const LONG_AGO = "2026-01-02T00:00:00.000Z";

/** Unit 2 builds on unit 1. */
const TASKS =
  "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Second\n  - _Depends: 1_\n  - _writes: src/2.js_\n";
const GATED =
  "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Checkpoint - all tests pass\n- [ ] 3. Third\n  - _writes: src/3.js_\n";
const FOUR = [1, 2, 3, 4]
  .map((n) => `- [ ] ${n}. Unit ${n}\n  - _writes: src/${n}.js_\n`)
  .join("")
  .concat('\n```json\n{"waves": [["1", "2", "3", "4"]]}\n```\n');

export interface World {
  tasks?: string;
  journal: Partial<State>;
  facts?: Partial<RunSnapshot>;
  /** A command that leads to the question. */
  command?: string;
  /** What the pass sees that reads the answer, where that is something else. */
  later?: Partial<RunSnapshot>;
}

export const said = (id: number, body: string): CommentFact => ({
  id,
  author: "you",
  authorIsBot: false,
  body,
  createdAt: new Date(NOW),
  edited: false,
  answered: false,
  eyes: 0,
});

/** Unit 1 has begun, with a branch and a pull request at `HEAD`. */
export function snapshotOf({ tasks = TASKS, journal, facts = {}, command }: World): RunSnapshot {
  return aSnapshot(tasks, {
    journal: { began: { "1": MAIN }, ...journal },
    branches: { "roundtable/12/main": MAIN, "roundtable/12/unit-1": HEAD },
    board: { issues: [], pulls: [aPull()] },
    permissions: { you: "write" },
    tracking: { state: "open", labels: [], comments: command === undefined ? [] : [said(50, command)] },
    ...facts,
  });
}

const work = (change: Partial<Attempt> = {}): Attempt => aWork({ at: JUST_NOW, ...change });
const red = (): Attempt => work({ outcome: "red", result: aResult({ files: [] }) });
const underWay = (change: Partial<Attempt> = {}): Attempt =>
  anAttempt({ at: JUST_NOW, headSha: HEAD, ...change });
const reviewed = (headSha: string): Attempt => aReview([], { headSha, at: JUST_NOW });
const ended = (handOver: RunOutcome["handOver"]): RunOutcome => ({
  runId: 100,
  url: "https://github.test/runs/100",
  conclusion: "success",
  verify: null,
  tail: "",
  handOver,
});
const NOTHING = ended({ kind: "none" });
/** No runner takes it. */
export const QUEUED: RunOutcome = {
  ...NOTHING,
  conclusion: null,
  life: { isQueued: true, at: null, lastSign: null },
};
const needsInfo: HandOver = {
  v: 1,
  run: 12,
  unit: "1",
  role: "implement",
  attempt: 1,
  nonce: "n1",
  baseSha: MAIN,
  headSha: HEAD,
  outcome: "needs_info",
  summary: "",
  tasks: [],
  commits: [],
  verify: [],
  questions: ["Which way?"],
  outOfScope: [],
  learnings: [],
  selfChecks: 0,
  handover: { done: "", left: "", howToVerify: "" },
  usage: null,
};

/** At its ceiling. */
const stopped: HandOver = {
  ...needsInfo,
  outcome: "blocked",
  questions: [],
  usage: { model: "m", input: 1_500_000, output: 600_000, cached: 0, usd: 2.1, isAtCap: true },
};

const answered = (kind: DecisionKind, options: Decision["options"]): Decision => ({
  kind,
  unit: null,
  question: "?",
  options,
  at: LONG_AGO,
  default: null,
  deadline: null,
  answer: { option: 1, by: "you", comment: 3, at: LONG_AGO },
});
const goOn = answered("respecify", [{ does: "proceed", text: "Go on" }]);
const failure = (unit: string): Decision => ({
  ...answered("fixes-used-up", [{ does: "retry", text: "Again" }]),
  unit,
  at: JUST_NOW,
  answer: null,
});

function byPerson(): RunSnapshot["planFile"] {
  const { plan, ...rest } = aSnapshot(TASKS).planFile;
  const units = plan.units.map((unit) => ({
    ...unit,
    person: unit.id === "1" ? "it signs a contract" : null,
  }));
  return { ...rest, plan: { ...plan, units } };
}

/** Done by an agent that costs 2 USD an attempt by estimate. */
export function withMoney(tasks: string, budget: string): RunSnapshot["planFile"] {
  const config = `version: 1
agents: { paid: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
budget: ${budget}
`;
  return { v: 1, plan: aPlan(tasks, { config }), config: parseConfig(config).config };
}

function withOwnChecks(): RunSnapshot["planFile"] {
  const { config, ...rest } = aSnapshot(TASKS).planFile;
  return { ...rest, config: { ...config, checks: "required" } };
}

const consent = (maxCost: number): State["consent"] => ({
  ...aState(aSnapshot(TASKS).planFile.plan).consent!,
  maxCost,
});
const TRAIN: State["train"] = {
  n: 1,
  on: MAIN,
  members: [],
  finish: true,
  reverts: null,
  built: HEAD,
  notes: [],
};
const allLanded: Partial<State> = {
  landed: { "1": { head: HEAD, sha: MAIN }, "2": { head: HEAD, sha: MAIN } },
  began: { "1": MAIN, "2": MAIN },
  attempts: { "1/implement/1": work() },
  integration: MAIN,
  train: TRAIN,
  trains: 1,
};
const trainVerify = (change: Partial<Attempt>): Partial<State> => ({
  ...allLanded,
  attempts: {
    ...allLanded.attempts,
    "_train/verify/1": underWay({ agent: null, headSha: HEAD, ...change }),
  },
});

/** The base branch's head. */
const MOVED = "8".repeat(40);
const refusedBase = (): Attempt =>
  work({ outcome: "refused", headSha: MAIN, baseSha: MOVED, committed: null });

const ROUNDS = [1, 2, 3, 4, 5];
const posted = (n: number): ReviewFact => ({
  id: n,
  author: "github-actions[bot]",
  authorIsBot: true,
  state: "COMMENTED",
  sha: `${n + 2}`.repeat(40),
  body: `<!-- roundtable:review run=12 unit=1 n=${n} -->`,
  submittedAt: new Date(JUST_NOW),
});

/** What each kind comes from; some kinds ask otherwise under other circumstances. */
export const WORLDS = {
  "fixes-used-up": {
    journal: {
      attempts: { "1/implement/1": red(), "1/fix/1": red(), "1/fix/2": red(), "1/fix/3": red() },
    },
  },
  "review-rounds": {
    journal: {
      attempts: {
        "1/implement/1": work(),
        ...Object.fromEntries(ROUNDS.map((n) => [`1/review/${n}`, reviewed(`${n + 2}`.repeat(40))])),
      },
    },
    facts: { reviews: { "1": ROUNDS.map(posted) } },
  },
  conflict: {
    journal: {
      attempts: {
        "1/implement/1": work(),
        "1/resolve/1": underWay({ outcome: "refused", result: aResult({ files: [] }) }),
        "1/resolve/2": underWay({ outcome: "refused", result: aResult({ files: [] }) }),
      },
      conflicts: { "1": { head: HEAD, on: MAIN } },
    },
  },
  question: {
    journal: { attempts: { "1/implement/1": underWay() } },
    facts: { outcomes: { "1/implement/1": ended({ kind: "accepted", content: needsInfo }) } },
  },
  "outside-write-set": {
    journal: {
      attempts: {
        "1/implement/1": work({
          committed: null,
          headSha: HEAD,
          result: aResult({ files: [{ path: "lib/stray.js", lines: 1 }] }),
        }),
      },
    },
  },
  "unparsable-review": {
    journal: {
      attempts: {
        "1/implement/1": work(),
        "1/review/1": underWay({ reviewer: "correctness", lost: 2 }),
      },
    },
    facts: { outcomes: { "1/review/1": NOTHING } },
  },
  lost: {
    journal: { attempts: { "1/implement/1": underWay({ lost: 2 }) } },
    facts: { outcomes: { "1/implement/1": NOTHING } },
  },
  "lost (the train)": {
    journal: trainVerify({ lost: 2 }),
    facts: { outcomes: { "_train/verify/1": NOTHING } },
  },
  "lost (the moved base branch)": {
    journal: {
      ...allLanded,
      baseConflict: { on: MAIN, base: MOVED, isLeft: false },
      attempts: {
        ...allLanded.attempts,
        "_base/resolve/1": underWay({ headSha: MAIN, baseSha: MOVED, lost: 2 }),
      },
      train: null,
    },
    facts: { baseHead: MOVED, outcomes: { "_base/resolve/1": NOTHING } },
  },
  person: { journal: { began: {} }, facts: { planFile: byPerson() } },
  "pull-closed": {
    journal: { attempts: { "1/implement/1": work() } },
    facts: { board: { issues: [], pulls: [aPull({ state: "closed" })] } },
    later: { board: { issues: [], pulls: [aPull()] } },
  },
  "dependency-skipped": {
    journal: { attempts: { "1/implement/1": underWay() } },
    command: "/orchestrate skip 1",
  },
  "scope-lock": {
    journal: {
      attempts: { "1/implement/1": red() },
      redone: { "1": 2 },
      decisions: { d1: goOn },
    },
    command: "/orchestrate retry 1",
  },
  "checkpoint-red": {
    tasks: GATED,
    journal: {
      landed: { "1": { head: HEAD, sha: MAIN } },
      integration: MAIN,
      attempts: {
        "1/implement/1": work(),
        "_gate-2/verify/1": underWay({ agent: null, headSha: MAIN, outcome: "red", result: aResult() }),
      },
    },
  },
  "failed-units": {
    tasks: FOUR,
    journal: {
      began: { "1": MAIN, "2": MAIN, "3": MAIN },
      attempts: {
        "1/implement/1": red(),
        "2/implement/1": red(),
        "3/implement/1": red(),
      },
      decisions: { d1: failure("1"), d2: failure("2"), d3: failure("3") },
    },
    facts: {
      branches: Object.fromEntries([
        ["roundtable/12/main", MAIN],
        ...[1, 2, 3].map((n) => [`roundtable/12/unit-${n}`, HEAD]),
      ]) as Record<string, string>,
    },
  },
  respecify: { journal: { attempts: { "1/implement/1": red() }, redone: { "1": 2 } } },
  "spec-changed": {
    tasks: FOUR,
    journal: { attempts: { "1/implement/1": underWay() } },
    facts: {
      outcomes: { "1/implement/1": QUEUED },
      newTasks: { blob: "5".repeat(40), before: FOUR, after: FOUR.replace("Unit 4", "Another") },
    },
  },
  budget: {
    tasks: FOUR,
    journal: {
      attempts: { "1/implement/1": red() },
      consent: consent(20),
      spend: { usd: 21, attempts: 1, ceiling: null, units: {} },
    },
  },
  "budget (of nothing)": {
    journal: {
      attempts: { "1/implement/1": red() },
      consent: consent(0),
      spend: { usd: 0.5, attempts: 1, ceiling: null, units: {} },
    },
  },
  "budget (too little is left)": {
    tasks: FOUR,
    journal: {
      attempts: { "1/implement/1": red() },
      consent: consent(20),
      spend: { usd: 19.5, attempts: 1, ceiling: null, units: {} },
    },
    facts: { planFile: withMoney(FOUR, "{}") },
  },
  "budget (of a unit)": {
    journal: { attempts: { "1/implement/1": { ...red(), result: aResult({ files: [], usd: 5.2 }) } } },
    facts: { planFile: withMoney(TASKS, "{ unit: 5 }") },
  },
  "budget (of a unit that may spend nothing)": {
    journal: { attempts: { "1/implement/1": red() } },
    facts: { planFile: withMoney(TASKS, "{ unit: 0 }") },
  },
  "budget (of an attempt)": {
    journal: { attempts: { "1/implement/1": underWay({ agent: "paid", allowance: 2 }) } },
    facts: {
      planFile: withMoney(TASKS, "{ attempt: 2 }"),
      outcomes: { "1/implement/1": ended({ kind: "accepted", content: stopped }) },
    },
  },
  "budget (of a review)": {
    journal: {
      attempts: {
        "1/implement/1": work({ agent: "paid" }),
        "1/review/1": underWay({ agent: "paid", reviewer: "correctness", allowance: 2 }),
      },
    },
    facts: {
      planFile: withMoney(TASKS, "{ attempt: 2 }"),
      outcomes: {
        "1/review/1": ended({ kind: "accepted", content: { ...stopped, role: "review" } }),
      },
    },
    later: { outcomes: {} },
  },
  stalled: {
    journal: { attempts: { "1/implement/1": underWay({ at: LONG_AGO }) } },
    facts: { outcomes: { "1/implement/1": QUEUED } },
  },
  "stalled (the moved base branch)": {
    journal: {
      ...allLanded,
      baseConflict: { on: MAIN, base: MOVED, isLeft: false },
      attempts: {
        ...allLanded.attempts,
        "_base/resolve/1": underWay({ at: LONG_AGO, headSha: MAIN, baseSha: MOVED }),
      },
      train: null,
    },
    facts: { baseHead: MOVED, outcomes: { "_base/resolve/1": QUEUED } },
  },
  "stalled (waits alone)": {
    journal: { began: {} },
    facts: { board: { issues: [anIssue({ labels: ["roundtable:hold"] })], pulls: [] } },
  },
  "stalled (a person)": {
    journal: {
      attempts: {
        "1/implement/1": work({ at: LONG_AGO }),
        "1/review/1": aReview([], { at: LONG_AGO }),
      },
      changeRequests: [{ unit: "1", by: "kim", sha: HEAD }],
    },
    facts: {
      reviews: {
        "1": [
          {
            id: 5,
            author: "kim",
            authorIsBot: false,
            state: "CHANGES_REQUESTED",
            sha: "3".repeat(40),
            body: "No.",
            submittedAt: new Date(LONG_AGO),
          },
        ],
      },
    },
  },
  "finish-red": { journal: trainVerify({ outcome: "red", result: aResult() }) },
  "base-conflict": {
    journal: {
      ...allLanded,
      baseConflict: { on: MAIN, base: MOVED, isLeft: false },
      attempts: {
        ...allLanded.attempts,
        "_base/resolve/1": refusedBase(),
        "_base/resolve/2": refusedBase(),
      },
      train: null,
    },
    facts: { baseHead: MOVED },
  },
  "no-checks": {
    journal: trainVerify({ outcome: "green", at: LONG_AGO }),
    facts: { planFile: withOwnChecks() },
  },
  "integration-moved": {
    journal: {
      landed: { "1": { head: HEAD, sha: HEAD } },
      integration: HEAD,
      attempts: { "1/implement/1": work() },
    },
    facts: { integrationHolds: false },
    later: { integrationHolds: true },
  },
  refused: {
    journal: {
      attempts: { "1/implement/1": work() },
      refusals: {
        "dispatch:1/review/1:5eed0000": {
          what: "GitHub refused to move main: Protected branch.",
          fix: "Exclude it.",
          at: JUST_NOW,
        },
      },
    },
  },
} satisfies Record<string, World>;
