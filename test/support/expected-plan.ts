/** Plans of real specs as a person reads them (test/fixtures/expected), and how a plan differs from one. */
import { z } from "zod";
import { TaskStatus, type Plan } from "../../src/domain/plan/plan.ts";

/** Why the right reading is open to argument: such an item is neither asked for nor forbidden. */
const debatable = z.string().optional();

const ExpectedTask = z.strictObject({
  /** Null for a task without an id of its own: its line names it. */
  id: z.string().nullable(),
  parent: z.string().optional(),
  parentLine: z.int().optional(),
  line: z.int(),
  heading: z.boolean().default(false),
  /** Where the mark stands, when that is not the task's own line. */
  markLine: z.int().optional(),
  /** A heading without a mark has none. */
  status: TaskStatus.optional(),
  optional: z.boolean().default(false),
  checkpoint: z.boolean().default(false),
  /** As the plan names them: "R2.AC1" is criterion 2.1, and FR-1 is not NFR-1. */
  requirements: z.array(z.string()).optional(),
  writes: z.array(z.string()).optional(),
  debatable,
  /** Which fields the debate is about; without it the whole task. */
  about: z.array(z.enum(["id", "parent", "status", "optional", "checkpoint", "requirements"])).optional(),
});
type ExpectedTask = z.infer<typeof ExpectedTask>;

/** An edge that two places prove stands twice. */
const ExpectedEdge = z.strictObject({
  /** The unit that waits. */
  from: z.string(),
  /** The unit it waits for. */
  to: z.string(),
  source: z.enum(["declared", "waves", "lifted", "checkpoint"]),
  /** The line of the spec that proves it. */
  line: z.int(),
  debatable,
});

const NotTasks = z.strictObject({
  line: z.int(),
  to: z.int().optional(),
  kind: z.enum(["criterion", "done", "note", "fence", "detail"]),
  debatable,
});

export const ExpectedPlan = z.strictObject({
  /** The spec's folder in the corpus. */
  spec: z.string(),
  why: z.string(),
  tasks: z.array(ExpectedTask),
  /** Units with work left, without optional tasks; by line where there is no id. */
  open: z.array(
    z.union([z.strictObject({ id: z.string(), debatable }), z.strictObject({ line: z.int(), debatable })]),
  ),
  edges: z.array(ExpectedEdge).default([]),
  notTasks: z.array(NotTasks).default([]),
});
export type ExpectedPlan = z.infer<typeof ExpectedPlan>;

/** The same tasks.md with no box ticked: done units are left out of a plan, and their edges with them. */
export function reopened(text: string, { tasks }: ExpectedPlan): string {
  const marks = new Set(tasks.map(({ markLine }) => markLine));
  return text
    .split("\n")
    .map((line, at) =>
      marks.has(at + 1) || /^\s*[-*+] \[/.test(line) ? line.replace(/\[[^\]]{0,3}\]/, "[ ]") : line,
    )
    .join("\n");
}

/** What is wrong with the fixture itself. */
export function faultsOf(expected: ExpectedPlan): string[] {
  const ids = new Set(expected.tasks.map(({ id }) => id));
  const roots = rootsOf(expected);
  const lines = expected.tasks.map(({ line }) => line);
  return [
    ...lines.filter((line, at) => lines.indexOf(line) !== at).map((line) => `line ${line} is named twice`),
    ...lines.filter((line) => isNoTask(expected, line)).map((line) => `line ${line} is a task and is none`),
    ...expected.tasks.flatMap(({ line, parent }) =>
      parent === undefined || ids.has(parent) ? [] : [`line ${line}: there is no task ${parent}`],
    ),
    ...expected.edges
      .flatMap(({ from, to }) => [from, to])
      .filter((id) => !roots.some((root) => root.id === id))
      .map((id) => `there is no unit ${id}`),
    ...expected.open
      .filter((unit) => !roots.some((root) => isNamed(unit, root)))
      .map((unit) => `there is no unit ${JSON.stringify(unit)}`),
  ];
}

/** How the tasks of the plan differ from those a person reads. */
export function taskDifferences(expected: ExpectedPlan, plan: Plan): string[] {
  const got = new Map(plan.tasks.map((task) => [task.line, task]));
  const lineOf = new Map(plan.tasks.map((task) => [task.id, task.line]));
  const wanted = new Map(expected.tasks.map((task) => [task.line, task]));
  const seen = new Set<string>();
  return [
    ...(lineOf.size === plan.tasks.length ? [] : ["an id stands twice"]),
    ...plan.tasks
      .filter(({ line }) => !wanted.has(line) && !isDebated(expected, line))
      .map(({ line, id }) => `line ${line}: no task, read as ${id}`),
    ...expected.tasks.flatMap((task) => {
      const first = task.id !== null && !seen.has(task.id);
      if (first) seen.add(task.id!);
      if (isDebated(expected, task.line)) return [];
      const read = got.get(task.line);
      if (read === undefined) return [`line ${task.line}: task ${task.id} is not read`];
      const fields: [string, unknown, unknown][] = [
        // A task without an id, or with one that is taken, is called something else, whatever that is.
        ["id", first ? task.id : read.id, read.id],
        [
          "parent",
          parentLine(expected, task),
          read.parent === null ? null : (lineOf.get(read.parent) ?? read.parent),
        ],
        ["status", task.status ?? read.status, read.status],
        ["optional", task.optional, read.optional],
        ["requirements", sorted(task.requirements ?? read.requirements), sorted(read.requirements)],
        ["writes", (task.writes ?? read.writes).join(" "), read.writes.join(" ")],
      ];
      return fields
        .filter(([field, want, is]) => want !== is && !(task.about as string[] | undefined)?.includes(field))
        .map(
          ([field, want, is]) =>
            `line ${task.line} (${task.id}): ${field} is ${shown(want)}, read as ${shown(is)}`,
        );
    }),
  ];
}

/** How units, checkpoints and edges of the plan of the reopened spec differ. */
export function unitDifferences(expected: ExpectedPlan, plan: Plan): string[] {
  const lineOf = new Map(plan.tasks.map((task) => [task.id, task.line]));
  const units = new Map(plan.units.map((unit) => [lineOf.get(unit.id), unit]));
  const roots = rootsOf(expected).filter(({ line }) => !isDebated(expected, line));
  return [
    ...plan.units
      .filter(
        ({ id }) =>
          !roots.some(({ line }) => line === lineOf.get(id)) && !isDebated(expected, lineOf.get(id)),
      )
      .map(({ id }) => `${id} is no unit (line ${lineOf.get(id)})`),
    ...roots.flatMap((root) => {
      const unit = units.get(root.line);
      if (unit === undefined) return [`unit ${root.id} (line ${root.line}) is missing`];
      const want = below(expected, root).filter((line) => line !== root.line);
      const is = unit.taskIds
        .map((id) => lineOf.get(id))
        .filter((line) => line !== root.line && !isDebated(expected, line));
      const kind = unit.type === "checkpoint";
      return [
        ...(sorted(want) === sorted(is)
          ? []
          : [`unit ${root.id} has lines ${sorted(want)}, planned ${sorted(is)}`]),
        ...(kind === root.checkpoint || root.about?.includes("checkpoint")
          ? []
          : [`unit ${root.id} is ${root.checkpoint ? "a" : "no"} checkpoint, planned as ${unit.type}`]),
      ];
    }),
    ...edgeDifferences(expected, plan),
  ];
}

/** Whether the plan of the spec as it stands has exactly the units with work left. */
export function openDifferences(expected: ExpectedPlan, plan: Plan): string[] {
  const lineOf = new Map(plan.tasks.map((task) => [task.id, task.line]));
  const planned = new Set(plan.units.map(({ id }) => lineOf.get(id)));
  return rootsOf(expected)
    .filter(({ line }) => !isDebated(expected, line))
    .flatMap((root) => {
      const open = expected.open.find((unit) => isNamed(unit, root));
      if (open?.debatable !== undefined || planned.has(root.line) === (open !== undefined)) return [];
      return [
        `unit ${root.id} (line ${root.line}) has ${open ? "" : "no "}work left, but is ${open ? "left out" : "planned"}`,
      ];
    });
}

/**
 * Every expected edge follows from the plan's, and every edge that the plan says is declared follows from the expected
 * ones. Of an edge that both draw, the plan names a source and a line that is expected.
 */
function edgeDifferences(expected: ExpectedPlan, plan: Plan): string[] {
  const lineOf = new Map(plan.tasks.map((task) => [task.id, task.line]));
  const rootAt = new Map(rootsOf(expected).map((root) => [root.line, root.id]));
  const nameOf = (id: string): string => rootAt.get(lineOf.get(id) ?? 0) ?? id;
  const drawn = plan.units.flatMap((unit) =>
    unit.dependsOn.map(({ id, source, because }) => ({
      from: nameOf(unit.id),
      to: nameOf(id),
      source,
      because,
    })),
  );
  const planned = drawn.filter(({ source }) => source !== "inferred");
  return [
    ...expected.edges
      .filter((edge) => edge.debatable === undefined && !follows(planned, edge))
      .map(
        ({ from, to, source, line }) =>
          `${from} waits for ${to} (${source}, line ${line}), in the plan it does not`,
      ),
    ...planned
      .filter((edge) => edge.source !== "checkpoint" && !follows(expected.edges, edge))
      .map(
        ({ from, to, source, because }) =>
          `${from} does not wait for ${to}, planned as ${source}: ${because}`,
      ),
    ...planned.flatMap(({ from, to, source, because }) => {
      const reasons = expected.edges.filter((edge) => edge.from === from && edge.to === to);
      const isTold = reasons.some(
        (edge) => edge.source === source && because.startsWith(`line ${edge.line}:`),
      );
      if (reasons.length === 0 || isTold) return [];
      const wanted = reasons.map((edge) => `${edge.source}, line ${edge.line}`).join(" or ");
      return [`${from} waits for ${to} (${wanted}), planned as ${source}: ${because}`];
    }),
  ];
}

interface Edge {
  from: string;
  to: string;
}

function follows(edges: readonly Edge[], { from, to }: Edge): boolean {
  const reached = new Set([from]);
  for (const at of reached) for (const edge of edges) if (edge.from === at) reached.add(edge.to);
  return from !== to && reached.has(to);
}

const isNamed = (unit: ExpectedPlan["open"][number], root: ExpectedTask): boolean =>
  "id" in unit ? unit.id === root.id : unit.line === root.line;

const rootsOf = ({ tasks }: ExpectedPlan): ExpectedTask[] =>
  tasks.filter(({ parent, parentLine: line }) => parent === undefined && line === undefined);

function parentLine({ tasks }: ExpectedPlan, task: ExpectedTask): number | null {
  if (task.parent === undefined) return task.parentLine ?? null;
  return tasks.find(({ id }) => id === task.parent)!.line;
}

function below(expected: ExpectedPlan, root: ExpectedTask): number[] {
  const children = expected.tasks.filter(
    (task) => parentLine(expected, task) === root.line && !isDebated(expected, task.line),
  );
  return [root.line, ...children.flatMap((child) => below(expected, child))];
}

const holds = ({ line: from, to = from }: z.infer<typeof NotTasks>, line: number): boolean =>
  from <= line && line <= to;

const isNoTask = ({ notTasks }: ExpectedPlan, line: number): boolean =>
  notTasks.some((range) => holds(range, line));

function isDebated({ tasks, notTasks }: ExpectedPlan, line: number | undefined): boolean {
  if (line === undefined) return false;
  return (
    tasks.some((task) => task.line === line && task.debatable !== undefined && task.about === undefined) ||
    notTasks.some((range) => range.debatable !== undefined && holds(range, line))
  );
}

const sorted = (values: readonly (string | number | undefined)[]): string =>
  [...new Set(values.map(String))].toSorted().join(" ");

const shown = (value: unknown): string => (value === "" ? "none" : String(value));
