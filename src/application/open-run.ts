/** An ask that may be answered becomes a run: its plan is made and shown, its journal begins (design 2.1 to 2.3). */
import { dryRunBody } from "../domain/board/plan-comment.ts";
import type { Config } from "../domain/config.ts";
import { PlanFlags } from "../domain/plan/flags.ts";
import type { Plan } from "../domain/plan/plan.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { formatDiagnostic, TransientError, UserError } from "../domain/problem.ts";
import type { AskFlags } from "../domain/run/command.ts";
import { isPlanning, showPlanId } from "../domain/run/planning.ts";
import { JOURNAL_VERSION, type State } from "../domain/run/journal.ts";
import { marker, OWN_LABEL } from "../domain/run/names.ts";
import { ceilingFor } from "./ceiling.ts";
import { planAt } from "./plan-at.ts";
import { showPlan } from "./show-plan.ts";
import type { Github, Log } from "./ports.ts";
import { setUpHindrances, setUpLacks } from "./set-up.ts";

export interface Asking {
  github: Github;
  log: Log;
  form: State["form"];
  hash: Hash;
  pass: string;
  /** Whose the intents are: see reconcile.ts. */
  announcer: string;
  /** A look at a run of this very pass has heard what is new. */
  hasHeard: boolean;
  /** Asks that are known to carry our 👀: they are not looked up again. */
  answered: Set<string>;
}

export interface Ask {
  /** Where it stands. */
  issue: number;
  /** 0: the issue itself is the ask. */
  comment: number;
  onPull: boolean;
  by: string;
  path: string;
  flags: AskFlags;
  /** The commit of a dispatch, where no base is named; null: the base branch's head. */
  sha: string | null;
  /** Agrees to the plan at once, up to `flags.maxCost`. */
  consents: boolean;
}

/** The run's number, null for a dry run; or the sentences that say why there is none. */
export async function openRun(asking: Asking, ask: Ask): Promise<{ run: number | null } | string[]> {
  const { github } = asking;
  const { path, flags } = ask;
  const repository = await github.board.repository();
  const branch = flags.base ?? repository.defaultBranch;
  const sha = ask.sha ?? (await github.code.branch(branch));
  if (sha === null)
    throw new UserError({
      what: "There is no such base branch",
      why: "the plan is made from its head",
      fix: "Name a branch of this repository after --base.",
    });
  const base = { branch, sha };
  const labels = (await github.board.issue(ask.issue))?.labels ?? [];
  const { plan, config } = await planAt(asking, { sha, path, flags, labels });
  const errors = plan.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) return errors.map((diagnostic) => formatDiagnostic(diagnostic, `${path}/tasks.md`));
  const hindrances = await setUpHindrances(github, { run: ask.issue, config, sha });
  if (hindrances.length > 0) return hindrances;
  const maxCost = ceilingFor(flags.maxCost ?? null, config);
  if (flags.dryRun) {
    const { issue, comment } = ask;
    const lacks = await setUpLacks(github, { run: ask.issue, plan, config, sha });
    const shown = {
      plan,
      fullName: repository.fullName,
      base,
      config,
      maxCost,
      lacks,
    };
    await github.board.ensureComment({
      issue,
      marker: marker("run", { run: issue, ask: comment }),
      body: dryRunBody({ ...shown, run: issue, comment }),
    });
    return { run: null };
  }
  const run = await trackingIssue(asking, ask, plan.spec.name);
  const state = {
    ...firstState({ run, form: asking.form, plan, base, ask, labels, maxCost, now: github.now() }),
    account: await github.board.me(),
    ...refining(config, ask),
    // Announced, so that no copy of us that sees the run before its comment shows the plan as well.
    intents: [
      {
        id: showPlanId(plan.hash),
        pass: asking.announcer,
        at: github.now().toISOString(),
        effect: { id: showPlanId(plan.hash), kind: "show-plan" as const },
      },
    ],
  };
  const planFile = { v: 1 as const, plan, config };
  const event = { at: state.ask.at, by: ask.by, unit: null };
  const made = await github.journal.create(run, {
    pass: asking.pass,
    message: `Open run ${run}`,
    state,
    events: [
      { ...event, what: "asked", why: path },
      ...(state.consent ? [{ ...event, what: "consented", why: `by dispatch, to ${plan.hash}` }] : []),
    ],
    planFile,
  });
  if (made !== "lost") await showPlan(github, { state, planFile });
  else if (!(await showPlanOf(asking, { run, comment: ask.comment })))
    throw new TransientError({
      what: "Another ask has just opened a run here",
      why: "two passes answered at once",
      retryAfterMs: 1000,
    });
  return { run };
}

/** Shows the plan of an open run; false where there is none of this ask. */
export async function showPlanOf(
  asking: Asking,
  { run, comment }: { run: number; comment: number },
): Promise<boolean> {
  const { journal } = asking.github;
  const open = (await journal.openRuns()).find((one) => one.run === run);
  if (!open) return false;
  const { planFile, state } = await journal.read(open.revision);
  if (state.ask.comment !== comment) return false;
  // Until somebody has agreed, the run shows it by an effect of its journal: of several copies of us one does.
  if (state.consent === null && !isPlanning(state)) return true;
  // Another form, or another account, shows what it drives itself.
  const isOurs = state.form === asking.form && [null, await asking.github.board.me()].includes(state.account);
  if (isOurs) await showPlan(asking.github, { state, planFile });
  return true;
}

/** The issue on which the command stands; a new one where that is a pull request or tracks a run. */
async function trackingIssue({ github }: Asking, ask: Ask, spec: string): Promise<number> {
  const isTaken =
    ask.onPull ||
    (await github.journal.hasEnded(ask.issue)) ||
    (await github.journal.openRuns()).some(({ run }) => run === ask.issue) ||
    (await hasTracked(github, ask.issue));
  if (!isTaken) return ask.issue;
  const mark = marker("run", { issue: ask.issue, ask: ask.comment });
  const body = `This issue tracks a run that @${ask.by} asked for in #${ask.issue}.\n\n${mark}`;
  const created = await github.board.ensureIssue({
    marker: mark,
    title: `Orchestrate ${spec}`,
    body,
    labels: [OWN_LABEL],
    parent: null,
  });
  return created.number;
}

/** Also a run whose journal was cleaned up: its issues and pull requests still carry its number. */
async function hasTracked({ board }: Github, issue: number): Promise<boolean> {
  const [me, comments] = await Promise.all([board.me(), board.comments(issue)]);
  const mark = marker("run", { run: issue });
  return comments.some(({ author, body }) => author === me && body.trimEnd().endsWith(mark));
}

/** With a planning model nothing is agreed to before it has ended: see domain/run/planning.ts. */
function refining(
  { planner, routing }: Config,
  { consents }: Ask,
): Partial<Pick<State, "planning" | "consent">> {
  const agent = routing["plan"];
  if (planner === "rules" || agent === undefined) return {};
  return {
    planning: { agent, consents, ended: null },
    consent: null,
  };
}

/** The journal of a run that has done nothing yet. */
export function firstState(given: {
  run: number;
  form: State["form"];
  plan: Plan;
  base: State["base"];
  ask: Ask;
  /** Of the issue on which the command stands. */
  labels: readonly string[];
  maxCost: number | null;
  now: Date;
}): State {
  const { ask, plan, base, labels, maxCost } = given;
  const at = given.now.toISOString();
  return {
    v: JOURNAL_VERSION,
    run: given.run,
    form: given.form,
    spec: { name: plan.spec.name, path: plan.spec.path, sha: base.sha },
    base,
    planHash: plan.hash,
    ask: { by: ask.by, at, comment: ask.comment, maxCost },
    request: {
      flags: PlanFlags.strip().parse(ask.flags),
      labels: [...labels],
      maxCost: ask.flags.maxCost ?? null,
    },
    replannedBy: null,
    account: null,
    replan: null,
    anew: {},
    claims: {},
    revertedPulls: [],
    consent:
      ask.consents && maxCost !== null
        ? { by: ask.by, at, comment: ask.comment, planHash: plan.hash, baseSha: base.sha, maxCost }
        : null,
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
    approvals: {},
    granted: {},
    changeRequests: [],
    redone: {},
    commands: {},
    train: null,
    alone: {},
    conflicts: {},
    baseConflict: null,
    integration: null,
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
  };
}
