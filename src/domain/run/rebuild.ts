/**
 * A journal of which the newest revisions cannot be read, brought up to what GitHub shows: what has landed, what stands
 * on units' branches and by which attempt, which workflow runs there were. Commands are no part of it: the next pass
 * reads those again that the journal does not know. All that is known nowhere else is named.
 */
import { changeAttempt, copyOf, setAttempt } from "./attempts.ts";
import type { PlanUnit } from "../plan/plan.ts";
import { bareAttempt } from "./bare-attempt.ts";
import { pullNaming } from "./claim-facts.ts";
import type { IssueFact, OutsidePullFact, PullFact, WorkflowRunFact } from "./facts.ts";
import { CLOCK_SLACK_MS, emptyResult, runsOf, type Attempt } from "./attempt.ts";
import type { PlanFile, State } from "./journal.ts";
import { markOf } from "./marks.ts";
import { costOfAttempt, spentBefore } from "./money.ts";
import { agentForBase } from "./moved-base.ts";
import {
  attemptKey,
  BASE_SLUG,
  parseAttemptKey,
  parseRunName,
  PLAN_SLUG,
  plainSlug,
  runName,
  TRAIN_SLUG,
  type AttemptName,
} from "./names.ts";
import { slugIn, takeAnew } from "./rebuild-anew.ts";
import { isCutOff } from "./resume.ts";
import { isHandedOver } from "./write-set.ts";

/** A commit of a unit's branch. */
export interface BranchCommit {
  sha: string;
  message: string;
  parent: string | null;
}

export interface Remains {
  slugs: Readonly<Record<string, string>>;
  integrationHead: string | null;
  /** Its own commits, newest first. */
  integration: readonly BranchCommit[];
  pulls: readonly PullFact[];
  outside: readonly OutsidePullFact[];
  issues: readonly IssueFact[];
  runs: readonly WorkflowRunFact[];
  /** By slug, oldest first, from the commit with which the unit began. */
  branches: Readonly<Record<string, readonly BranchCommit[]>>;
}

export interface Rebuilt {
  state: State;
  /** What was taken from GitHub, one sentence each. */
  found: string[];
  /** What nothing shows any more, one sentence each. */
  missing: string[];
  /** Workflow runs under way of which no record is left: what they bring could not be trusted. */
  orphans: number[];
}

export function rebuild(
  { state: before, planFile }: { state: State; planFile: PlanFile },
  remains: Remains,
): Rebuilt {
  const state = copyOf(before);
  const rebuilt: Rebuilt = { state, found: [], missing: [], orphans: [] };
  const units = planFile.plan.units.map((unit): Standing => {
    const slug = takeAnew(rebuilt, { id: unit.id, slug: remains.slugs[unit.id]! }, remains);
    return { unit, slug };
  });
  for (const unit of units) {
    takeBranch(rebuilt, unit, remains);
    takeLanded(rebuilt, unit, remains);
  }
  takeRuns(rebuilt, units, { ...remains, planFile });
  forgetTrain(rebuilt, remains);
  // What is written on the board is looked at as if nothing had been written yet.
  Object.assign(state, forgotten(state));
  return rebuilt;
}

/**
 * The journal's own notes of what the board shows: without them all of it is compared and written anew. What a pass has
 * announced stays: it may just be writing it.
 */
export const forgotten = ({ project }: State): Pick<State, "refusals" | "links" | "shown" | "project"> => ({
  refusals: {},
  links: {},
  shown: {},
  project: { ...project, shown: {}, failed: null },
});

interface Standing {
  unit: PlanUnit;
  slug: string;
}

/** Work that is on the branch names its attempt in the last line of its commits. */
function takeBranch({ state, found }: Rebuilt, { unit, slug }: Standing, { branches, runs }: Remains): void {
  const [begun, ...commits] = branches[slug] ?? [];
  if (!begun?.parent || state.dropped[unit.id]) return;
  state.began[unit.id] ??= begun.parent;
  let head = begun.sha;
  const last = new Map<string, { from: string; to: string }>();
  for (const { sha, message } of commits) {
    const key = keyIn(message, state.run, slug);
    if (key !== null) last.set(key, { from: last.get(key)?.from ?? head, to: sha });
    head = sha;
  }
  for (const [key, { from, to }] of last) {
    const known = state.attempts[key];
    if (known?.committed != null) continue;
    found.push(`unit ${unit.id}: the work of ${key} stands on its branch at ${to.slice(0, 7)}`);
    const name = parseAttemptKey(key)!;
    if (known && isHandedOver({ ...known, ...name, key })) {
      changeAttempt(state, key, { committed: to });
      continue;
    }
    const ran = runs.findLast((one) => one.name === runName({ ...name, run: state.run }));
    const at = ran?.createdAt.toISOString() ?? state.ask.at;
    const attempt =
      known ?? bareAttempt({ nonce: REPAIRED, agent: unit.agent, headSha: from, baseSha: begun.parent, at });
    setAttempt(state, key, {
      ...attempt,
      outcome: isUnfinished(name, ran) ? "interrupted" : "completed",
      committed: to,
      // Nobody's word on it is left: it is verified and reviewed again.
      result: { ...emptyResult("Its commits are on the branch; what it said is lost."), verified: false },
    });
  }
}

/** Its agent may have been stopped; where it was not, the next attempt finds nothing left to do. */
const isUnfinished = ({ role }: Pick<AttemptName, "role">, ran: WorkflowRunFact | undefined): boolean =>
  role !== "resolve" && isCutOff(ran?.conclusion ?? null);

/** `Roundtable-Attempt: <run>/<slug>/<role>/<n>/<nonce>`. */
function keyIn(message: string, run: number, slug: string): string | null {
  const [, named] = /\nRoundtable-Attempt: (\S+)\/[0-9a-f]{1,8}$/.exec(message.trimEnd()) ?? [];
  if (!named?.startsWith(`${run}/${slug}/`)) return null;
  const key = named.slice(`${run}/`.length);
  const name = parseAttemptKey(key);
  return name !== null && ["implement", "fix", "resolve"].includes(name.role) ? key : null;
}

function takeLanded({ state, found }: Rebuilt, unit: Standing, remains: Remains): void {
  const { id } = unit.unit;
  const { run, landed, dropped, ask, claims } = state;
  const { integrationHead } = remains;
  if (landed[id] || dropped[id] || integrationHead === null) return;
  const own = remains.pulls.find((one) => one.merged && slugIn(one, run) === unit.slug);
  const taken = own ? null : byBot(unit, state, remains);
  const pull = own ?? taken;
  if (!pull) return;
  if (taken) claims[id] ??= { by: taken.author, at: ask.at, comment: 0, ended: null };
  landed[id] = { head: pull.headSha, sha: integrationHead };
  found.push(`unit ${id}: landed by #${pull.number}`);
}

/** Of a unit that it took and nobody has begun since. A person's claim is a command, which is read again. */
function byBot(
  { slug }: Standing,
  { run, revertedPulls }: State,
  { outside, issues }: Remains,
): OutsidePullFact | null {
  const issue = issues.find((one) => {
    const mark = markOf(one);
    return mark?.kind === "unit" && mark.values["run"] === String(run) && mark.values["unit"] === slug;
  });
  const bots = outside.filter(
    ({ authorIsBot, merged, number }) => authorIsBot && merged && !revertedPulls.includes(number),
  );
  return pullNaming(bots, issue ?? null);
}

/** A number that was used stays used, and what was spent stays spent. */
function takeRuns(
  rebuilt: Rebuilt,
  units: readonly Standing[],
  { runs, planFile }: Remains & { planFile: PlanFile },
): void {
  const { state } = rebuilt;
  const known = new Set(Object.values(state.attempts).flatMap(runsOf));
  const bySlug = new Map(units.map((it) => [plainSlug(it.slug), it.unit]));
  for (const run of runs.toSorted((a, b) => a.id - b.id)) {
    const name = parseRunName(run.name);
    if (name?.run !== state.run || known.has(run.id)) continue;
    if (name.slug === TRAIN_SLUG) {
      state.trains = Math.max(state.trains, name.n);
      continue;
    }
    const key = attemptKey(name);
    const held = state.attempts[key];
    if (held?.outcome === null && held.runId === null) {
      // Its own is the first that came after it; its hand-over is known by its nonce.
      const isIts = run.createdAt.getTime() >= Date.parse(held.at) - CLOCK_SLACK_MS;
      if (isIts) changeAttempt(state, key, { runId: run.id });
      continue;
    }
    if (run.status !== "completed") rebuilt.orphans.push(run.id);
    const agent = agentOf(name, { state, planFile, unit: bySlug.get(plainSlug(name.slug)) });
    const cost = costOfAttempt(null, agent, planFile.config);
    if (cost.usd !== null) state.spend.usd = (state.spend.usd ?? 0) + cost.usd;
    // Of a dispatch that the journal knows only its run was unknown.
    if (!held || held.runId !== null || held.nonce === REPAIRED) state.spend.attempts += 1;
    if (held) {
      const change =
        held.runId === null
          ? { runId: run.id, result: held.result && { ...held.result, ...cost } }
          : { pastRuns: [...held.pastRuns, run.id], before: spentBefore(held, cost) };
      changeAttempt(state, key, change);
      continue;
    }
    setAttempt(state, key, {
      ...bareAttempt({ nonce: REPAIRED, agent, headSha: "", baseSha: "", at: run.createdAt.toISOString() }),
      runId: run.id,
      outcome: endOf(name),
      result: { ...emptyResult("What it handed over is known to no record any more."), ...cost },
    });
    rebuilt.missing.push(
      `what ${key} brought (workflow run ${run.id})${cost.usd === null ? "" : `; ${cost.usd} USD are charged for it by estimate`}`,
    );
  }
}

function agentOf(
  { slug, role }: AttemptName,
  { state, planFile, unit }: { state: State; planFile: PlanFile; unit: PlanUnit | undefined },
): string | null {
  if (role === "verify") return null;
  if (slug === PLAN_SLUG) return state.planning?.agent ?? null;
  if (slug === BASE_SLUG) return agentForBase(planFile.plan.units, state.landed);
  return unit?.agent ?? null;
}

/** What a unit's next step builds on: lost work is done again, a lost review asked for again. */
const endOf = ({ role }: AttemptName): Attempt["outcome"] =>
  role === "implement" || role === "fix" || role === "resolve" ? "failed" : "lost";

/** Its branch is set anew for each train; the next one takes the next number. */
function forgetTrain({ state }: Rebuilt, { integrationHead }: Remains): void {
  if (state.train !== null) {
    const key = attemptKey({ slug: TRAIN_SLUG, role: "verify", n: state.train.n });
    if (state.attempts[key]?.outcome === null) changeAttempt(state, key, { outcome: "cancelled" });
    state.train = null;
  }
  if (Object.keys(state.landed).length > 0 && integrationHead !== null) state.integration = integrationHead;
}

/** In place of a nonce that nobody knows any more. */
const REPAIRED = "repaired";
