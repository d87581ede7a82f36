/** Builders for a run's snapshot: a plan from a few task lines, and a journal to fill. */
import { createHash } from "node:crypto";
import { parseConfig } from "../../src/domain/config.ts";
import type { PlanFlags } from "../../src/domain/plan/flags.ts";
import { makePlan, type PlanRequest } from "../../src/domain/plan/make.ts";
import { unitSlug } from "../../src/domain/plan/slug.ts";
import type { Plan } from "../../src/domain/plan/plan.ts";
import { emptyResult, type Attempt, type AttemptResult } from "../../src/domain/run/attempt.ts";
import type { State } from "../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../src/domain/run/snapshot.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface PlanParts extends Pick<Partial<PlanRequest>, "files" | "coChanges" | "labels"> {
  config?: string;
  flags?: PlanFlags;
  design?: string;
}

export function aPlan(
  tasksText: string,
  { config = "version: 1\n", flags = {}, design, files = [], ...more }: PlanParts = {},
): Plan {
  return makePlan({
    spec: {
      name: "x",
      path: ".kiro/specs/x",
      sha: "b".repeat(40),
      tasksText,
      requirementsText: null,
      designText: design ?? null,
    },
    config: parseConfig(config).config,
    flags,
    files,
    ...more,
    hash: sha256,
  });
}

export const RUN = 12;

export function aState(plan: Plan, change: Partial<State> = {}): State {
  return {
    v: 1,
    run: RUN,
    form: "app",
    spec: { name: "x", path: ".kiro/specs/x", sha: "b".repeat(40) },
    base: { branch: "main", sha: "b".repeat(40) },
    planHash: plan.hash,
    ask: { by: "you", at: "2026-01-01T00:00:00.000Z", comment: 1, maxCost: null },
    request: { flags: {}, labels: [], maxCost: null },
    replannedBy: null,
    account: null,
    replan: null,
    anew: {},
    claims: {},
    revertedPulls: [],
    consent: {
      by: "you",
      at: "2026-01-01T00:00:00.000Z",
      comment: 2,
      planHash: plan.hash,
      baseSha: "b".repeat(40),
      maxCost: null,
    },
    planning: null,
    paused: false,
    intents: [],
    attempts: {},
    began: {},
    writeSets: {},
    decisions: {},
    dropped: {},
    rejected: {},
    reverts: {},
    reverted: {},
    conflicts: {},
    baseConflict: null,
    integration: null,
    approvals: {},
    granted: {},
    changeRequests: [],
    redone: {},
    commands: {},
    train: null,
    alone: {},
    trains: 0,
    landed: {},
    notes: [],
    finished: null,
    learnings: null,
    refusals: {},
    spend: { usd: null, attempts: 0, ceiling: null, units: {} },
    specSeen: null,
    issues: {},
    links: {},
    shown: {},
    project: { url: null, shown: {}, failed: null },
    outage: null,
    ended: null,
    ...change,
  };
}

export function aSnapshot(
  tasksText: string,
  change: Partial<RunSnapshot> & { journal?: Partial<State> } = {},
): RunSnapshot {
  const plan = aPlan(tasksText);
  const { journal, ...rest } = change;
  return {
    fullName: "local/x",
    run: RUN,
    revision: "r".repeat(40),
    planFile: { v: 1, plan, config: parseConfig("version: 1\n").config },
    state: aState(plan, journal),
    slugs: Object.fromEntries(plan.units.map((unit) => [unit.id, unitSlug(unit, sha256)])),
    outage: null,
    me: "roundtable[bot]",
    reviewer: "github-actions[bot]",
    branches: { "roundtable/12/main": "b".repeat(40) },
    integrationHolds: true,
    baseHead: "b".repeat(40),
    learningsPull: null,
    newTasks: null,
    siblings: [],
    outside: [],
    replanned: null,
    next: null,
    tracking: { state: "open", labels: [], comments: [] },
    permissions: {},
    board: { issues: [], pulls: [] },
    runs: [],
    outcomes: {},
    checks: [],
    reviews: {},
    refined: null,
    labels: [],
    ...rest,
  };
}

export const anAttempt = (change: Partial<Attempt> = {}): Attempt => ({
  nonce: "n1",
  runId: 100,
  pastRuns: [],
  agent: "practice",
  reviewer: null,
  headSha: "1".repeat(40),
  baseSha: "b".repeat(40),
  at: "2026-01-01T00:01:00.000Z",
  lost: 0,
  again: null,
  allowance: null,
  before: null,
  hindered: { rate_limited: 0, infra: 0 },
  endedAt: null,
  after: null,
  sent: true,
  outcome: null,
  result: null,
  committed: null,
  ...change,
});

export const aResult = (change: Partial<AttemptResult> = {}): AttemptResult => ({
  ...emptyResult("done"),
  files: [{ path: "a.txt", lines: 3 }],
  ...change,
});
