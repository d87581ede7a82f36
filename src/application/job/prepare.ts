/**
 * `mode: prepare`: writes brief.md and job.json for one attempt, from the journal and the spec at the recorded commit.
 * It holds a token and runs nothing; the jobs after it run things and hold none. A run whose nonce is not the
 * attempt's any more stops here, before anything is spent.
 */
import { buildBrief, RUBRIC_PATH, type BriefInput } from "../../domain/agent/brief.ts";
import { verifyCommands, type Config } from "../../domain/config.ts";
import type { Job } from "../../domain/handover/job.ts";
import type { PlanUnit } from "../../domain/plan/plan.ts";
import { isHard } from "../../domain/plan/ready.ts";
import { unitSlug, type Hash } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { writesForBase } from "../../domain/run/moved-base.ts";
import {
  attemptKey,
  BASE_SLUG,
  parseAttemptKey,
  plainSlug,
  ROLES,
  type Role,
} from "../../domain/run/names.ts";
import { whyStale } from "../../domain/run/stale.ts";
import { attemptsOf } from "../../domain/run/view.ts";
import { decodeSpec } from "../../domain/spec/decode.ts";
import { designExcerpt } from "../../domain/spec/design-excerpt.ts";
import { parseRequirements } from "../../domain/spec/requirements.ts";
import { parseTasks } from "../../domain/spec/tasks.ts";
import type { Files, Github } from "../ports.ts";
import { baseBriefInput } from "./base-brief.ts";
import { whatCameBefore, type Context } from "./past.ts";

/** The agent's soft deadline; the work job's own limit is 60 minutes. */
const MINUTES = 50;

export interface PrepareRequest {
  /** The inputs of the workflow, as they came. */
  inputs: Readonly<Record<"run" | "unit" | "role" | "attempt" | "reviewer" | "nonce" | "sha", string>>;
  /** Where to write brief.md and job.json. */
  folder: string;
}

export interface PreparePorts {
  github: Pick<Github, "journal" | "code"> & {
    board: Pick<Github["board"], "board" | "reviews" | "permission">;
  };
  files: Files;
  hash: Hash;
}

/** Throws a UserError with the reason for everything that makes this run stop. */
export async function prepare(
  ports: PreparePorts,
  { inputs, folder }: PrepareRequest,
): Promise<{ path: string }> {
  const name = nameOf(inputs);
  const open = (await ports.github.journal.openRuns()).find(({ run }) => run === name.run);
  if (!open) throw stale(`run ${name.run} is not open`);
  const { state, planFile } = await ports.github.journal.read(open.revision);
  const key = attemptKey(name);
  const attempt = attemptsOf(state).find((other) => other.key === key);
  if (!attempt) throw stale(`the journal has no attempt ${key}`);
  const overtaken = whyStale(attempt, inputs);
  if (overtaken !== null) throw stale(overtaken);
  const unit = planFile.plan.units.find((other) => unitSlug(other, ports.hash) === plainSlug(name.slug));
  if (!unit && name.slug !== BASE_SLUG) throw stale(`the plan has no unit ${name.slug}`);
  const job = jobFor({ state, planFile, attempt }, unit ? ofUnit(unit, planFile) : ofRun(state, planFile));
  const input = unit
    ? await briefInput(ports, { state, planFile, unit, attempt })
    : await baseBriefInput(ports, { state, planFile, attempt });
  await ports.files.write(`${folder}/brief.md`, buildBrief(input));
  await ports.files.write(`${folder}/job.json`, `${JSON.stringify(job, null, 2)}\n`);
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

type Subject = Pick<Job, "unitId" | "title" | "tasks" | "verify" | "writes" | "report">;

const ofUnit = (unit: PlanUnit, { config }: PlanFile): Subject => ({
  unitId: unit.id,
  title: unit.title,
  tasks: unit.taskIds,
  verify: verifyCommands(config, unit.type),
  writes: unit.writes,
  report: unit.report,
});

const ofRun = ({ run, base, landed }: State, { plan, config }: PlanFile): Subject => ({
  unitId: BASE_SLUG,
  title: `Bring ${base.branch} and run ${run} together`,
  tasks: [],
  verify: verifyCommands(config, "all"),
  writes: writesForBase(plan.units, landed),
  report: null,
});

function jobFor({ state, planFile: { config }, attempt }: Omit<Context, "unit">, subject: Subject): Job {
  const agent = attempt.agent === null ? undefined : config.agents[attempt.agent];
  if (!agent) {
    throw new UserError({
      what: `There is no agent "${attempt.agent ?? ""}"`,
      why: "the configuration that this run was planned with does not name it",
      fix: "Name it under `agents` in .github/roundtable.yml, then `/orchestrate replan`.",
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
    limits: { minutes: MINUTES },
  };
}

async function briefInput(ports: PreparePorts, context: Context): Promise<BriefInput> {
  const { state, planFile, unit, attempt } = context;
  const [tasks, requirements, bugfix, design] = await Promise.all(
    ["tasks.md", "requirements.md", "bugfix.md", "design.md"].map((name) =>
      textAt(ports, state, `${state.spec.path}/${name}`),
    ),
  );
  const details = new Map(parseTasks(tasks!).tasks.map((task) => [task.id, task.details]));
  const planned = planFile.plan.tasks.filter((task) => unit.taskIds.includes(task.id));
  const texts = parseRequirements(requirements !== "" ? requirements! : bugfix!).texts;
  const wanted = [...new Set(planned.flatMap((task) => task.requirements))];
  const words = [...unit.writes, ...unit.reads].flatMap(({ path }) => [path, path.split("/").at(-1) ?? path]);
  return {
    role: attempt.role,
    reviewer: attempt.reviewer,
    attempt: attempt.n,
    unit: { id: unit.id, title: unit.title, type: unit.type, report: unit.report },
    spec: state.spec,
    tasks: planned.map((task) => ({
      id: task.id,
      title: task.title,
      done: task.status === "completed",
      details: details.get(task.id) ?? "",
    })),
    requirements: wanted.map((id) => ({ id, text: texts.get(id) ?? "(not found in requirements.md)" })),
    design: designExcerpt(design!, [...words, ...unit.title.split(/\s+/)]),
    rubric: attempt.role === "review" ? await textAt(ports, state, RUBRIC_PATH) : "",
    writes: {
      paths: unit.writes.map(({ path }) => path),
      isHard: isHard(unit),
    },
    reads: unit.reads.map(({ path }) => path),
    ...commandsOf(planFile.config, unit),
    ...(await whatCameBefore(ports, context)),
  };
}

const commandsOf = (config: Config, unit: PlanUnit): Pick<BriefInput, "setup" | "verify"> => ({
  setup: config.setup,
  verify: verifyCommands(config, unit.type),
});

/** Of the base commit; empty when it has no such file. */
async function textAt({ github }: PreparePorts, { base }: State, path: string): Promise<string> {
  const bytes = await github.code.file(base.sha, path);
  const decoded = bytes === null ? null : decodeSpec(bytes);
  return decoded !== null && "text" in decoded ? decoded.text : "";
}
