/**
 * `mode: prepare`: writes brief.md and job.json for one attempt, from the journal and the spec at the recorded commit.
 * It holds a token and runs nothing; the jobs after it run things and hold none. A run whose nonce is not the
 * attempt's any more stops here, before anything is spent.
 */
import { buildBrief, type BriefInput } from "../../domain/agent/brief.ts";
import { verifyCommands, type Config } from "../../domain/config.ts";
import type { Job } from "../../domain/handover/job.ts";
import type { PlanUnit } from "../../domain/plan/plan.ts";
import { unitSlug, type Hash } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import {
  attemptKey,
  integrationBranch,
  parseAttemptKey,
  ROLES,
  unitBranch,
  type Role,
} from "../../domain/run/names.ts";
import { attemptsOf, type AttemptView } from "../../domain/run/view.ts";
import { decodeSpec } from "../../domain/spec/decode.ts";
import { designExcerpt } from "../../domain/spec/design-excerpt.ts";
import { parseRequirements } from "../../domain/spec/requirements.ts";
import { parseTasks } from "../../domain/spec/tasks.ts";
import type { Files, Github } from "../ports.ts";

/** The agent's soft deadline; the work job's own limit is 60 minutes. */
const MINUTES = 50;
const DIFFERENT_APPROACH = 3;

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
  if (attempt.nonce !== inputs.nonce) throw stale(`attempt ${key} has been given to another workflow run`);
  if (attempt.outcome !== null) throw stale(`attempt ${key} has ended already`);
  if (attempt.headSha !== inputs.sha) throw stale(`attempt ${key} is about another commit`);
  const unit = planFile.plan.units.find((other) => unitSlug(other, ports.hash) === name.slug);
  if (!unit) throw stale(`the plan has no unit ${name.slug}`);
  const job = jobFor({ state, planFile, unit, attempt });
  const brief = buildBrief(await briefInput(ports, { state, planFile, unit, attempt }));
  await ports.files.write(`${folder}/brief.md`, brief);
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

interface Context {
  state: State;
  planFile: PlanFile;
  unit: PlanUnit;
  attempt: AttemptView;
}

function jobFor({ state, planFile: { config }, unit, attempt }: Context): Job {
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
    unitId: unit.id,
    title: unit.title,
    tasks: unit.taskIds,
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
    verify: verifyCommands(config, unit.type),
    writes: unit.writes,
    protectedPaths: config.protectedPaths,
    limits: { minutes: MINUTES },
  };
}

async function briefInput(ports: PreparePorts, context: Context): Promise<BriefInput> {
  const { state, planFile, unit, attempt } = context;
  const [tasks, requirements, bugfix, design] = await Promise.all(
    ["tasks.md", "requirements.md", "bugfix.md", "design.md"].map((name) => specText(ports, state, name)),
  );
  const details = new Map(parseTasks(tasks!).tasks.map((task) => [task.id, task.details]));
  const planned = planFile.plan.tasks.filter((task) => unit.taskIds.includes(task.id));
  const texts = parseRequirements(requirements !== "" ? requirements! : bugfix!).texts;
  const wanted = [...new Set(planned.flatMap((task) => task.requirements))];
  const declared = unit.writes.filter(({ source }) => source !== "inferred");
  const words = [...unit.writes, ...unit.reads].flatMap(({ path }) => [path, path.split("/").at(-1) ?? path]);
  return {
    role: attempt.role,
    reviewer: attempt.reviewer,
    attempt: attempt.n,
    unit: { id: unit.id, title: unit.title, type: unit.type },
    spec: state.spec,
    tasks: planned.map((task) => ({
      id: task.id,
      title: task.title,
      done: task.status === "completed",
      details: details.get(task.id) ?? "",
    })),
    requirements: wanted.map((id) => ({ id, text: texts.get(id) ?? "(not found in requirements.md)" })),
    design: designExcerpt(design!, [...words, ...unit.title.split(/\s+/)]),
    writes: {
      paths: (declared.length > 0 ? declared : unit.writes).map(({ path }) => path),
      isHard: declared.length > 0,
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

/** Empty when the spec has no such file. */
async function specText({ github }: PreparePorts, { base, spec }: State, name: string): Promise<string> {
  const bytes = await github.code.file(base.sha, `${spec.path}/${name}`);
  const decoded = bytes === null ? null : decodeSpec(bytes);
  return decoded !== null && "text" in decoded ? decoded.text : "";
}

async function whatCameBefore(
  ports: PreparePorts,
  context: Context,
): Promise<Pick<BriefInput, "findings" | "troubles" | "history">> {
  const { state, unit, attempt } = context;
  if (attempt.role === "implement" && attempt.n === 1) return { findings: [], troubles: [], history: [] };
  const own = attemptsOf(state).filter((other) => other.slug === attempt.slug && other.key !== attempt.key);
  const reviews = own.filter((other) => other.role === "review" && other.result !== null);
  // A review looks at the head with fresh eyes, knowing only what that reviewer said of earlier heads.
  const concerning =
    attempt.role === "review"
      ? reviews.filter(
          ({ reviewer, headSha }) => reviewer === attempt.reviewer && headSha !== attempt.headSha,
        )
      : reviews.filter(({ headSha }) => headSha === attempt.headSha);
  const findings = concerning
    .flatMap((other) => other.result?.findings ?? [])
    .filter(({ severity }) => severity !== "none");
  const order = ["critical", "major", "minor", "none"];
  const worstFirst = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  if (attempt.role === "review") return { findings: worstFirst, troubles: [], history: [] };
  const works = own.filter(
    (other) => other.role === "implement" || other.role === "fix" || other.role === "resolve",
  );
  const troubles = [...own.filter((other) => other.role === "verify").slice(-1), ...works.slice(-1)].flatMap(
    troubleOf,
  );
  const rejected = state.rejected[unit.id];
  if (rejected) troubles.push({ what: "Together with work that has landed", text: rejected.because });
  const earlier = attempt.role === "fix" && attempt.n >= DIFFERENT_APPROACH ? [...works, ...reviews] : [];
  return {
    findings: worstFirst,
    troubles: [...troubles, ...(await remarksOfPeople(ports, context))],
    history: earlier.toSorted((a, b) => a.at.localeCompare(b.at)).map(historyOf),
  };
}

function troubleOf({ role, outcome, result }: AttemptView): BriefInput["troubles"][number][] {
  if (!result) return [];
  if (outcome === "red")
    return [
      {
        what: `The ${role === "verify" ? "" : "last attempt's "}verify commands ended red with`,
        text: result.tail || result.summary,
      },
    ];
  if (outcome === "refused") return [{ what: "The last hand-over was refused", text: result.summary }];
  return outcome === "completed" || outcome === "green" || result.summary === ""
    ? []
    : [{ what: `The last attempt ended as ${outcome ?? "lost"}`, text: result.summary }];
}

const historyOf = ({ role, reviewer, n, outcome, result }: AttemptView): string =>
  [
    `${role} ${n}${reviewer ? ` (${reviewer})` : ""}: ${outcome}. ${result?.summary ?? ""}`,
    ...(result?.findings ?? []).map((finding) => `  ${finding.severity}: ${finding.summary}`),
  ].join("\n");

/** Requests for changes by people with write access; the words of others are left out. */
async function remarksOfPeople(
  { github }: PreparePorts,
  { state, attempt }: Context,
): Promise<BriefInput["troubles"]> {
  const board = await github.board.board(integrationBranch(state.run));
  const pull = board.pulls.find(
    ({ head, state: is }) => head === unitBranch(state.run, attempt.slug) && is === "open",
  );
  if (!pull) return [];
  const asked = (await github.board.reviews(pull.number)).filter(
    (review) => review.state === "CHANGES_REQUESTED" && !review.authorIsBot && review.body.trim() !== "",
  );
  const remarks: BriefInput["troubles"][number][] = [];
  for (const review of asked) {
    const level = await github.board.permission(review.author);
    if (level === "write" || level === "admin")
      remarks.push({ what: "A person with write access asks for changes", text: review.body });
  }
  return remarks;
}
