/**
 * One workflow file as the runner needs it. What the parser accepts and this runner cannot do is a problem of the
 * file: the run then ends as `startup_failure` and its log names the thing.
 */
import { field, isList, isMap, parseWorkflow, texts } from "./parser.ts";
import type { Tree } from "./parser.ts";
import { permissionsOf } from "./permissions.ts";
import type { Permissions } from "./permissions.ts";

export interface Workflow {
  path: string;
  name: string;
  runName: Tree;
  /** Event name to its filters. */
  on: Readonly<Record<string, Tree>>;
  env: Tree;
  defaults: RunDefaults;
  concurrency: Tree;
  jobs: readonly JobDefinition[];
  /** Why it cannot run; empty when it can. */
  problems: readonly string[];
}

interface RunDefaults {
  shell: Tree;
  workingDirectory: Tree;
}

export interface JobDefinition {
  id: string;
  name: Tree;
  needs: readonly string[];
  if: Tree;
  strategy: Tree;
  env: Tree;
  outputs: Tree;
  permissions: Permissions;
  concurrency: Tree;
  timeoutMinutes: Tree;
  continueOnError: Tree;
  defaults: RunDefaults;
  runsOn: Tree;
  steps: readonly StepDefinition[];
}

export interface StepDefinition {
  id: string | null;
  name: Tree;
  if: Tree;
  env: Tree;
  continueOnError: Tree;
  timeoutMinutes: Tree;
  /** Null in a step that uses an action. */
  run: Tree;
  shell: Tree;
  workingDirectory: Tree;
  uses: string | null;
  with: Tree;
}

const UNSUPPORTED_IN_JOB = ["container", "services", "uses", "snapshot"];
const UNSUPPORTED_IN_STEP = ["background", "wait", "wait-all", "cancel", "parallel"];

const cache = new Map<string, Promise<Workflow>>();

/** Parsed once per text: a run of many jobs asks often. */
export function readWorkflow(path: string, text: string): Promise<Workflow> {
  const key = `${path}\n${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size > 100) cache.clear();
  const workflow = parse(path, text);
  cache.set(key, workflow);
  return workflow;
}

async function parse(path: string, text: string): Promise<Workflow> {
  const { tree, problems } = await parseWorkflow(path, text);
  const name = field(tree, "name");
  const permissions = permissionsOf(field(tree, "permissions"), null);
  const jobs = field(tree, "jobs");
  const entries = isMap(jobs) ? Object.entries(jobs) : [];
  return {
    path,
    name: typeof name === "string" && name !== "" ? name : path,
    runName: field(tree, "run-name"),
    on: triggersOf(field(tree, "on")),
    env: field(tree, "env"),
    defaults: defaultsOf(tree),
    concurrency: field(tree, "concurrency"),
    jobs: entries.map(([id, job]) => jobOf({ id, job, permissions })),
    problems: [
      ...problems,
      ...pathFilters(field(tree, "on")),
      ...entries.flatMap(([id, job]) => refusalsOf(id, job)),
    ],
  };
}

function triggersOf(on: Tree): Record<string, Tree> {
  if (isMap(on)) return { ...on };
  return Object.fromEntries(texts(on).map((event) => [event, null]));
}

function jobOf({ id, job, permissions }: { id: string; job: Tree; permissions: Permissions }): JobDefinition {
  const steps = field(job, "steps");
  return {
    id,
    name: field(job, "name"),
    needs: texts(field(job, "needs")),
    if: field(job, "if"),
    strategy: field(job, "strategy"),
    env: field(job, "env"),
    outputs: field(job, "outputs"),
    permissions: permissionsOf(field(job, "permissions"), permissions),
    concurrency: field(job, "concurrency"),
    timeoutMinutes: field(job, "timeout-minutes"),
    continueOnError: field(job, "continue-on-error"),
    defaults: defaultsOf(job),
    runsOn: field(job, "runs-on"),
    steps: isList(steps) ? steps.map(stepOf) : [],
  };
}

function stepOf(step: Tree): StepDefinition {
  const [id, uses] = [field(step, "id"), field(step, "uses")];
  return {
    id: typeof id === "string" ? id : null,
    name: field(step, "name"),
    if: field(step, "if"),
    env: field(step, "env"),
    continueOnError: field(step, "continue-on-error"),
    timeoutMinutes: field(step, "timeout-minutes"),
    run: field(step, "run"),
    shell: field(step, "shell"),
    workingDirectory: field(step, "working-directory"),
    uses: typeof uses === "string" ? uses : null,
    with: field(step, "with"),
  };
}

function defaultsOf(tree: Tree): RunDefaults {
  const run = field(field(tree, "defaults"), "run");
  return { shell: field(run, "shell"), workingDirectory: field(run, "working-directory") };
}

function pathFilters(on: Tree): string[] {
  return (isMap(on) ? Object.entries(on) : []).flatMap(([event, filter]) =>
    ["paths", "paths-ignore"]
      .filter((name) => field(filter, name) !== null)
      .map((name) => `on.${event}.${name} is not supported by the local runner`),
  );
}

function refusalsOf(id: string, job: Tree): string[] {
  const inJob = UNSUPPORTED_IN_JOB.filter((name) => field(job, name) !== null).map((name) =>
    name === "uses"
      ? `Job ${id}: reusable workflows (uses: ${texts(field(job, "uses")).join("")}) are not supported by the local runner`
      : `Job ${id}: ${name} is not supported by the local runner`,
  );
  const steps = field(job, "steps");
  const inSteps = (isList(steps) ? steps : []).flatMap((step, index) =>
    UNSUPPORTED_IN_STEP.filter((name) => field(step, name) !== null).map(
      (name) => `Job ${id}, step ${index + 1}: ${name} is not supported by the local runner`,
    ),
  );
  return [...inJob, ...inSteps];
}
