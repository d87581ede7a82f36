/**
 * `mode: prepare`: writes brief.md and job.json for one attempt, from the journal and the spec at the recorded commit.
 * It holds a token and runs nothing; the jobs after it run things and hold none. A run whose nonce is not the
 * attempt's any more stops here, before anything is spent.
 */
import { AGENT_MINUTES, RUBRIC_PATH, type BriefInput } from "../../domain/agent/brief-input.ts";
import { buildBrief } from "../../domain/agent/brief.ts";
import { planBrief } from "../../domain/agent/plan-brief.ts";
import { quotesOf, unitBrief, type SpecQuotes } from "../../domain/agent/unit-brief.ts";
import { verifyCommands } from "../../domain/config.ts";
import type { Job } from "../../domain/handover/job.ts";
import { priceOf } from "../../domain/plan/estimate.ts";
import type { Plan, PlanUnit } from "../../domain/plan/plan.ts";
import { unitSlug, type Hash } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { writesForBase } from "../../domain/run/moved-base.ts";
import {
  attemptKey,
  BASE_SLUG,
  PLAN_SLUG,
  parseAttemptKey,
  plainSlug,
  ROLES,
  type Role,
} from "../../domain/run/names.ts";
import { whyStale } from "../../domain/run/stale.ts";
import { learnedFrom } from "../../domain/run/learnings.ts";
import { tasksDone } from "../../domain/run/resume.ts";
import { attemptsOf } from "../../domain/run/attempts.ts";
import { decodeSpec } from "../../domain/spec/decode.ts";
import { mentionsIn } from "../../domain/spec/paths.ts";
import type { Files, Github } from "../ports.ts";
import { baseBriefInput } from "./base-brief.ts";
import { configurationOfBase } from "./configuration.ts";
import { diffsFor } from "./diff.ts";
import { whatCameBefore, worksBefore, type Context } from "./past.ts";
import type { Board } from "./people.ts";

const TURNS_OF = {
  implement: "implement",
  fix: "implement",
  resolve: "implement",
  verify: "implement",
  review: "review",
  plan: "plan",
} as const satisfies Record<Role, string>;

export interface PrepareRequest {
  /** The inputs of the workflow, as they came. */
  inputs: Readonly<Record<"run" | "unit" | "role" | "attempt" | "reviewer" | "nonce" | "sha", string>>;
  /** Where to write brief.md and job.json. */
  folder: string;
}

export interface PreparePorts {
  github: Pick<Github, "code"> & { journal: Pick<Github["journal"], "open">; board: Board };
  files: Files;
  hash: Hash;
}

/** Throws a UserError with the reason for everything that makes this run stop. */
export async function prepare(
  ports: PreparePorts,
  { inputs, folder }: PrepareRequest,
): Promise<{ path: string }> {
  const name = nameOf(inputs);
  const open = await ports.github.journal.open(name.run);
  if (!open) throw stale(`run ${name.run} is not open`);
  const { state, planFile } = open;
  const key = attemptKey(name);
  const attempt = attemptsOf(state).find((other) => other.key === key);
  if (!attempt) throw stale(`the journal has no attempt ${key}`);
  const overtaken = whyStale(attempt, inputs);
  if (overtaken !== null) throw stale(overtaken);
  const unit = planFile.plan.units.find((other) => unitSlug(other, ports.hash) === plainSlug(name.slug));
  if (!unit && name.slug !== BASE_SLUG && name.slug !== PLAN_SLUG)
    throw stale(`the plan has no unit ${name.slug}`);
  const quotes = await quotesAt(ports, state);
  const job = jobFor(
    { state, planFile, attempt },
    unit ? ofUnit(unit, planFile, quotes) : name.slug === PLAN_SLUG ? ofPlan(state) : ofRun(state, planFile),
  );
  const input = unit
    ? await briefInput(ports, { state, planFile, unit, attempt }, quotes)
    : name.slug === PLAN_SLUG
      ? planBriefOf({ state, planFile, attempt }, quotes)
      : await baseBriefInput(ports, { state, planFile, attempt });
  await ports.files.write(`${folder}/brief.md`, buildBrief(input));
  const restored = await configurationOfBase(ports.github.code, job);
  await ports.files.write(`${folder}/job.json`, `${JSON.stringify({ ...job, restored }, null, 2)}\n`);
  return { path: folder };
}

function nameOf(inputs: PrepareRequest["inputs"]): { run: number; slug: string; role: Role; n: number } {
  const name = parseAttemptKey(`${inputs.unit}/${inputs.role}/${inputs.attempt}`);
  if (!name || !/^[1-9]\d*$/.test(inputs.run)) {
    throw new UserError({
      what: "These inputs name no attempt",
      why: `run and attempt are numbers, role is one of ${ROLES.join(", ")}`,
      fix: "Leave starting this workflow to Roundtable.",
    });
  }
  return { run: Number(inputs.run), ...name };
}

const stale = (why: string): UserError =>
  new UserError({
    what: "This workflow run stops before it begins",
    why,
    fix: "Nothing is to do: a newer run does that work, or nobody waits for it.",
  });

type Subject = Pick<Job, "unitId" | "title" | "parts" | "verify" | "writes" | "report">;

const ofUnit = (unit: PlanUnit, { plan, config }: PlanFile, quotes: SpecQuotes): Subject => ({
  unitId: unit.id,
  title: unit.title,
  parts: partsOf(unit, plan, quotes),
  verify: verifyCommands(config, unit.type),
  writes: unit.writes,
  report: unit.report,
});

const ofRun = ({ run, base, landed }: State, { plan, config }: PlanFile): Subject => ({
  unitId: BASE_SLUG,
  title: `Bring ${base.branch} and run ${run} together`,
  parts: [],
  verify: verifyCommands(config, "all"),
  writes: writesForBase(plan.units, landed),
  report: null,
});

const ofPlan = ({ spec }: State): Subject => ({
  unitId: PLAN_SLUG,
  title: `Plan ${spec.name}`,
  parts: [],
  verify: [],
  writes: [],
  report: null,
});

/** Told why its first proposal did not fit. */
function planBriefOf({ state, planFile, attempt }: Omit<Context, "unit">, quotes: SpecQuotes): BriefInput {
  const before = attemptsOf(state).find(({ slug, n }) => slug === PLAN_SLUG && n === attempt.n - 1);
  return planBrief({ ...planFile, quotes }, { attempt: attempt.n, faults: before?.result?.summary ?? null });
}

function jobFor(
  { state, planFile: { config }, attempt }: Omit<Context, "unit">,
  subject: Subject,
): Omit<Job, "restored"> {
  const agent = attempt.agent === null ? undefined : config.agents[attempt.agent];
  if (!agent) {
    throw new UserError({
      what: `There is no agent "${attempt.agent ?? ""}"`,
      why: "the configuration that this run was planned with does not name it",
      fix: "Name it under `agents` in .github/roundtable.yml; then cancel this run and ask for it again.",
    });
  }
  const before = attemptsOf(state).filter(
    ({ slug, role, reviewer, n }) =>
      slug === attempt.slug && role === attempt.role && reviewer === attempt.reviewer && n <= attempt.n,
  );
  return {
    v: 1,
    run: state.run,
    unit: attempt.slug,
    ...subject,
    role: attempt.role,
    attempt: attempt.n,
    turn: attempt.role === "review" ? before.length : attempt.n,
    reviewer: attempt.reviewer,
    nonce: attempt.nonce,
    baseSha: attempt.baseSha,
    headSha: attempt.headSha,
    spec: state.spec.path,
    backend: agent.backend,
    model: agent.model ?? null,
    command: agent.command ?? null,
    setup: config.setup,
    protectedPaths: config.protectedPaths,
    baseUrl: agent.base_url ?? null,
    price: attempt.agent === null ? null : priceOf(attempt.agent, config),
    isolation: config.isolation,
    network: config.network,
    limits: {
      minutes: AGENT_MINUTES,
      turns: agent.turns[TURNS_OF[attempt.role]],
      usd: attempt.allowance,
    },
  };
}

async function quotesAt(ports: PreparePorts, state: State): Promise<SpecQuotes> {
  const names = ["tasks.md", "requirements.md", "bugfix.md", "design.md"];
  const paths = [...names.map((name) => `${state.spec.path}/${name}`), RUBRIC_PATH];
  const found = await ports.github.code.files(state.spec.sha, paths);
  const [tasks, requirements, bugfix, design, rubric] = found.map(textOf);
  return quotesOf({
    tasks: tasks!,
    requirements: requirements !== "" ? requirements! : bugfix!,
    design: design!,
    rubric: rubric!,
  });
}

/** A task that declares no paths may name some all the same. */
function partsOf(unit: PlanUnit, { tasks }: Plan, { details }: SpecQuotes): Job["parts"] {
  const parents = new Set(tasks.map(({ parent }) => parent));
  return tasks
    .filter(({ id }) => unit.taskIds.includes(id) && !parents.has(id))
    .map(({ id, title, writes }) => {
      const named = mentionsIn(`${title}\n${details.get(id) ?? ""}`);
      return {
        id,
        title,
        writes: writes.length > 0 ? writes : named.flatMap(({ text, isPath }) => (isPath ? [text] : [])),
      };
    });
}

async function briefInput(ports: PreparePorts, context: Context, quotes: SpecQuotes): Promise<BriefInput> {
  const { planFile, unit, attempt } = context;
  const input = unitBrief(
    { ...planFile, unit, quotes },
    { role: attempt.role, reviewer: attempt.reviewer, attempt: attempt.n },
  );
  // A reviewer is not told what the author says is done.
  const done = attempt.role === "review" ? new Set() : tasksDone(worksBefore(context));
  return {
    ...input,
    tasks: input.tasks.map((task) => ({ ...task, done: task.done || done.has(task.id) })),
    learnings: planFile.config.briefs.learnings ? learnedElsewhere(ports, context) : [],
    diffs: await diffsFor(ports.github.code, context),
    ...(await whatCameBefore(ports, context)),
  };
}

/** By agents of other units, whose work has landed. */
function learnedElsewhere({ hash }: PreparePorts, { state, planFile, unit }: Context): string[] {
  const slugs = planFile.plan.units
    .filter(({ id }) => id !== unit.id && state.landed[id])
    .map((other) => unitSlug(other, hash));
  return learnedFrom(attemptsOf(state).filter(({ slug }) => slugs.includes(plainSlug(slug))));
}

/** Empty when there is no such file. */
function textOf(bytes: Uint8Array | null): string {
  const decoded = bytes === null ? null : decodeSpec(bytes);
  return decoded !== null && "text" in decoded ? decoded.text : "";
}
