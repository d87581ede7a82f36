/** One spec at one commit → the plan (design section 6). Mistakes are in `diagnostics`; with an error there is no run. */
import { PARALLEL, type Config } from "../config.ts";
import type { Diagnostic } from "../problem.ts";
import { hintedPaths } from "../spec/details.ts";
import { parseSpec } from "../spec/spec.ts";
import type { Task } from "../spec/tasks.ts";
import { agentOf, criticalityOf, reviewersOf, typeOf } from "./classify.ts";
import { edgesOf, type Group } from "./edges.ts";
import { protection } from "../handover/protected-path.ts";
import type { PathUse, Plan, PlanUnit } from "./plan.ts";
import { scheduleOf } from "./schedule.ts";
import type { Hash } from "./slug.ts";

export interface PlanFlags {
  profile?: Config["profile"];
  maxParallel?: number;
  agent?: string;
  includeOptional?: boolean;
  only?: readonly string[];
}

export interface PlanRequest {
  spec: {
    name: string;
    path: string;
    /** Null for a working tree. */
    sha: string | null;
    tasksText: string;
    requirementsText: string | null;
    designText: string | null;
  };
  config: Config;
  flags: PlanFlags;
  /** The repository's files, to tell a hint at a path from a word. */
  files: readonly string[];
  hash: Hash;
}

export function makePlan({ spec, config, flags, files, hash }: PlanRequest): Plan {
  const { tasks, waves, diagnostics } = parseSpec({
    tasks: spec.tasksText,
    requirements: spec.requirementsText,
    design: spec.designText,
  });
  const unitOf = unitsOf(tasks);
  const profile = flags.profile ?? config.profile;
  const workers = flags.maxParallel ?? (flags.profile ? PARALLEL[flags.profile] : config.maxParallel);
  if (flags.agent !== undefined && !(flags.agent in config.agents)) {
    diagnostics.push(
      wholeFile({
        code: "unknown-agent",
        what: `There is no agent "${flags.agent}"`,
        why: "`agents` in the configuration does not name it",
        fix: `Known: ${Object.keys(config.agents).join(", ")}.`,
      }),
    );
  }
  const { groups, leftOut } = choose(groupsOf(tasks, unitOf), { flags, diagnostics });
  const edges = edgesOf({ groups, unitOf, waves, profile, diagnostics });
  const units = groups.map((group) =>
    unitFrom(group, { edges: edges.get(group.id)!, config, flags, files, specPath: spec.path }),
  );
  const texts = [spec.tasksText, spec.requirementsText, spec.designText];
  return {
    v: 1,
    spec: { name: spec.name, path: spec.path, sha: spec.sha },
    tasks: tasks.map(
      ({ id, title, status, optional, parent, line, requirements, dependsOn, writes, reads }) => ({
        id,
        title,
        status,
        optional,
        parent,
        line,
        requirements,
        dependsOn,
        writes,
        reads,
      }),
    ),
    units,
    leftOut,
    diagnostics: diagnostics.toSorted((a, b) => a.line - b.line),
    schedule: scheduleOf(units, workers),
    estimate: { jobs: jobsOf(units), minutes: null, tokens: null, usd: null },
    hash: hash(JSON.stringify([texts, config, flags])),
  };
}

const wholeFile = (text: Pick<Diagnostic, "code" | "what" | "why" | "fix">): Diagnostic => ({
  severity: "error",
  line: 1,
  column: 1,
  ...text,
});

/** Each task to the top-level task it stands below. */
function unitsOf(tasks: readonly Task[]): Map<string, string> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return new Map(
    tasks.map((task) => {
      let top = task;
      const seen = new Set([top.id]);
      while (top.parent !== null && byId.has(top.parent) && !seen.has(top.parent)) {
        top = byId.get(top.parent)!;
        seen.add(top.id);
      }
      return [task.id, top.id];
    }),
  );
}

function groupsOf(tasks: readonly Task[], unitOf: ReadonlyMap<string, string>): Group[] {
  const members = new Map<string, Task[]>();
  for (const task of tasks) {
    const unit = unitOf.get(task.id)!;
    members.set(unit, [...(members.get(unit) ?? []), task]);
  }
  return [...members].map(([id, below]) => {
    const top = below.find((task) => task.id === id)!;
    return { id, tasks: [top, ...below.filter((task) => task !== top)], isCheckpoint: top.isCheckpoint };
  });
}

/** Done and optional ones are left out; within a unit, done and optional sub-tasks. */
function choose(
  groups: readonly Group[],
  { flags, diagnostics }: { flags: PlanFlags; diagnostics: Diagnostic[] },
): { groups: Group[]; leftOut: Plan["leftOut"] } {
  const leftOut: Plan["leftOut"] = [];
  const only = flags.only === undefined ? null : new Set(flags.only);
  for (const id of only ?? []) {
    if (!groups.some((group) => group.id === id))
      diagnostics.push(
        wholeFile({
          code: "unknown-unit",
          what: `There is no unit ${id}`,
          why: "--only names it",
          fix: `Units: ${groups.map((group) => group.id).join(", ")}.`,
        }),
      );
  }
  const chosen = groups.flatMap((group): Group[] => {
    const top = group.tasks[0]!;
    const out = (why: string): Group[] => {
      leftOut.push({ id: group.id, why });
      return [];
    };
    if (only && !only.has(group.id)) return out("--only does not name it");
    if (top.status === "completed") return out("it is done already");
    if (top.optional && !flags.includeOptional) return out("it is optional");
    const tasks = group.tasks.filter((task) => {
      if (task === top) return true;
      if (task.status === "completed") return false;
      if (!task.optional || flags.includeOptional) return true;
      leftOut.push({ id: task.id, why: "it is optional" });
      return false;
    });
    if (
      group.tasks.length > 1 &&
      tasks.length === 1 &&
      group.tasks.slice(1).every((task) => task.status === "completed")
    )
      return out("all its sub-tasks are done already");
    return [{ ...group, tasks }];
  });
  return { groups: chosen, leftOut };
}

interface Making {
  edges: PlanUnit["dependsOn"];
  config: Config;
  flags: PlanFlags;
  files: readonly string[];
  specPath: string;
}

function unitFrom(group: Group, { edges, config, flags, files, specPath }: Making): PlanUnit {
  const top = group.tasks[0]!;
  const text = group.tasks.map((task) => `${task.title}\n${task.details}`).join("\n");
  const writes = writesOf(group, { text, files });
  const named = writes.map(({ path }) => path);
  const titles = group.tasks.map((task) => task.title).join("\n");
  const type = group.isCheckpoint
    ? { value: "checkpoint" as const, because: "its title says checkpoint" }
    : typeOf(top.title, named);
  const criticality = group.isCheckpoint
    ? { value: "standard" as const, because: "a checkpoint only verifies" }
    : criticalityOf(titles);
  const agent = agentOf(type.value, config, flags.agent);
  const declared = writes.filter(({ source }) => source === "declared");
  const isForPerson =
    declared.length > 0 &&
    declared.every(({ path }) => protection(path, { more: config.protectedPaths, specPath }) !== null);
  return {
    id: group.id,
    title: top.title,
    taskIds: group.tasks.map((task) => task.id),
    type: type.value,
    agent: agent.value,
    criticality: criticality.value,
    reviewers: reviewersOf(
      { type: type.value, criticality: criticality.value, agent: agent.value },
      config,
      flags.agent,
    ),
    dependsOn: edges,
    writes,
    reads: [...new Set(group.tasks.flatMap((task) => task.reads))].map((path) => ({
      path,
      source: "declared" as const,
    })),
    unknownPaths: writes.length === 0 && !group.isCheckpoint,
    person: isForPerson ? "all its declared paths are protected" : null,
    because: { type: type.because, agent: agent.because, criticality: criticality.because },
  };
}

/** Declared paths; else those named between backticks that exist or look like new files beside existing ones. */
function writesOf(group: Group, { text, files }: { text: string; files: readonly string[] }): PathUse[] {
  const declared = [...new Set(group.tasks.flatMap((task) => task.writes))];
  if (declared.length > 0) return declared.map((path) => ({ path, source: "declared" }));
  if (group.isCheckpoint) return [];
  const known = new Set(files);
  const folders = new Set(
    files.flatMap((file) =>
      file
        .split("/")
        .slice(0, -1)
        .map((_, at, parts) => parts.slice(0, at + 1).join("/")),
    ),
  );
  return hintedPaths(text)
    .filter(
      (path) =>
        known.has(path) ||
        folders.has(path.replace(/\/$/, "")) ||
        (path.includes("/") && !path.endsWith("/")),
    )
    .map((path) => ({ path, source: "inferred" }));
}

/** One work job a unit, its reviews, and a verify run each for landing, checkpoints and the end. */
const jobsOf = (units: readonly PlanUnit[]): number =>
  units.length === 0
    ? 0
    : 1 + units.reduce((sum, unit) => sum + (unit.type === "checkpoint" ? 1 : 2 + unit.reviewers.length), 0);
