/** Which unit waits for which, each edge with its source and a sentence that names the line (design section 6). */
import type { Config } from "../config.ts";
import type { Diagnostic } from "../problem.ts";
import type { OrderHint } from "../spec/order-hints.ts";
import type { Task } from "../spec/tasks.ts";
import type { Waves } from "../spec/waves.ts";
import { nearest } from "../text/nearest.ts";
import { PROPOSED } from "./classify.ts";
import { isAbove, reportCycles } from "./cycles.ts";
import { dependencyLines } from "./dependency-lines.ts";
import { followHints } from "./hinted.ts";
import { orderInterleaved } from "./interleaved.ts";
import { followWaves, guardCheckpoints } from "./order.ts";
import type { PlanUnit } from "./plan.ts";
import type { ProposedUnit } from "./proposal.ts";
import { followFile } from "./silent.ts";
import type { Group } from "./units.ts";

export type Edge = PlanUnit["dependsOn"][number];

export interface EdgeRequest {
  /** The units of this run, in the order of the file. */
  groups: readonly Group[];
  /** All units of the file. */
  allGroups: readonly Group[];
  /** Task id → id of its unit, for all tasks, planned or not. */
  unitOf: ReadonlyMap<string, string>;
  waves: Waves | null;
  hints: readonly OrderHint[];
  profile: Config["profile"];
  /** The lines of tasks.md. */
  lines: readonly string[];
  /** What a planning model adds. */
  proposed: ReadonlyMap<string, Pick<ProposedUnit, "dependsOn">>;
  diagnostics: Diagnostic[];
}

/** More than this is no plan that anyone can read or GitHub can hold. */
const MAX_EDGES = 200_000;

/** Edges by the unit that waits; one edge for each pair of units, the first one found. */
export class Edges {
  readonly #byUnit: ReadonlyMap<string, Map<string, Edge>>;
  #count = 0;

  constructor(ids: readonly string[]) {
    this.#byUnit = new Map(ids.map((id) => [id, new Map<string, Edge>()]));
  }

  add(from: string, edge: Edge): void {
    const edges = this.#byUnit.get(from);
    if (!edges || edge.id === from || !this.#byUnit.has(edge.id) || edges.has(edge.id) || this.isFull) return;
    edges.set(edge.id, edge);
    this.#count += 1;
  }

  get size(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= MAX_EDGES;
  }

  copy(): Edges {
    const copy = new Edges(this.ids);
    for (const [from, edges] of this.#byUnit) for (const edge of edges.values()) copy.add(from, edge);
    return copy;
  }

  of(id: string): Edge[] {
    return [...(this.#byUnit.get(id)?.values() ?? [])];
  }

  get ids(): string[] {
    return [...this.#byUnit.keys()];
  }
}

export function edgesOf(request: EdgeRequest): Edges {
  const { groups, allGroups, diagnostics } = request;
  const open = allGroups.filter((group) => group.tasks[0]!.status !== "completed");
  const tasks = allGroups.flatMap((group) => group.tasks);
  const done = new Set(tasks.filter(({ status }) => status === "completed").map(({ id }) => id));
  const lineOf = dependencyLines(request);
  const declaring = { unitOf: request.unitOf, done, lineOf };
  const all = new Edges(open.map(({ id }) => id));
  for (const group of open) declare(group, { ...declaring, edges: all, report: diagnostics });
  const told = all.copy();
  const isOrdered = followWaves(request, told);
  const drawn = followHints(request, { edges: told, done, isOrdered: told.size > 0 || isOrdered });
  const edges = among(groups, told);
  orderInterleaved(request, edges);
  guardCheckpoints({ groups, edges, diagnostics });
  followFile(request, edges, drawn);
  for (const [from, { dependsOn }] of request.proposed)
    for (const id of dependsOn) edges.add(from, { id, source: "inferred", because: PROPOSED });
  if (edges.isFull) {
    diagnostics.push(TOO_MANY);
    return new Edges([]);
  }
  const isSound = !reportCycles(all, { groups: open, lineOf, diagnostics });
  if (isSound) reportCycles(edges, { groups, lineOf, diagnostics });
  return edges;
}

/** The edges between units of this run. Who waits for one that is left out waits for those that this one waits for. */
function among(groups: readonly Group[], told: Edges): Edges {
  const edges = new Edges(groups.map(({ id }) => id));
  const chosen = new Set(edges.ids);
  for (const id of edges.ids) {
    const seen = new Set<string>();
    const open = told.of(id).toReversed();
    for (let edge = open.pop(); edge && !edges.isFull; edge = open.pop()) {
      if (chosen.has(edge.id)) edges.add(id, edge);
      if (chosen.has(edge.id) || seen.has(edge.id)) continue;
      seen.add(edge.id);
      const because = `${edge.because}, which is left out`;
      for (const beyond of told.of(edge.id))
        open.push({ ...beyond, because: `${because}; ${beyond.because}` });
    }
  }
  return edges;
}

const TOO_MANY: Diagnostic = {
  severity: "error",
  code: "too-many-edges",
  line: 1,
  column: 1,
  what: `Units wait for one another in ${MAX_EDGES} ways or more`,
  why: "nobody can read such a plan, and a run could not hold it",
  fix: "Put a checkpoint between wide waves, or make several specs of this one.",
};

interface Declaring {
  unitOf: ReadonlyMap<string, string>;
  /** Ids of tasks that are done: nobody waits for them. */
  done: ReadonlySet<string>;
  edges: Edges;
  lineOf: (task: Task, dependency: string) => number;
  report: Diagnostic[];
}

function declare(group: Group, declaring: Declaring): void {
  const byId = new Map(group.tasks.map((task) => [task.id, task]));
  for (const task of group.tasks) {
    if (task.status === "completed") continue;
    for (const id of task.dependsOn) {
      if (declaring.done.has(id)) continue;
      const target = declaring.unitOf.get(id);
      const line = declaring.lineOf(task, id);
      if (target === undefined) declaring.report.push(unknown(task, { id, line, known: declaring.unitOf }));
      else if (target === group.id) withinUnit(task, { id, line, byId, report: declaring.report });
      else addLifted(declaring, { tasks: [task.id, id] }, `line ${line}: ${task.id} depends on ${id}`);
    }
  }
}

/** The edge between the units of two tasks. */
export function addLifted(
  { unitOf, edges }: Pick<Declaring, "unitOf" | "edges">,
  {
    tasks: [task, dependency],
    source,
  }: { tasks: readonly [string, string]; source?: Edge["source"] | undefined },
  because: string,
): void {
  const [unit, target] = [unitOf.get(task)!, unitOf.get(dependency)!];
  const isLifted = unit !== task || target !== dependency;
  edges.add(unit, {
    id: target,
    source: source ?? (isLifted ? "lifted" : "declared"),
    because: isLifted ? `${because}, so unit ${unit} waits for unit ${target}` : because,
  });
}

function unknown(
  task: Task,
  { id, line, known }: { id: string; line: number; known: ReadonlyMap<string, string> },
): Diagnostic {
  const close = known.size <= 2000 ? nearest(id, [...known.keys()]) : null;
  return {
    severity: "error",
    code: "unknown-dependency",
    line,
    column: 1,
    what: `Task ${task.id} depends on ${id}`,
    why: "there is no task of that id",
    fix: close ? `Did you mean ${close}?` : "Name a task of this file.",
  };
}

interface Within {
  id: string;
  line: number;
  byId: ReadonlyMap<string, Task>;
  report: Diagnostic[];
}

/** One agent does a unit's tasks one after the other: no edge, but a task that waits for itself is a mistake. */
function withinUnit(task: Task, { id, line, byId, report }: Within): void {
  const at = { line, column: 1 };
  // Not there when it is optional and left out.
  const other = byId.get(id);
  if (id === task.id)
    report.push({
      severity: "error",
      code: "cycle",
      ...at,
      what: `Task ${id} waits for itself`,
      why: `line ${line} says so`,
      fix: "Take this dependency out.",
    });
  else if (other && (isAbove(id, task, byId) || isAbove(task.id, other, byId)))
    report.push({
      severity: "warning",
      code: "depends-on-part",
      ...at,
      what: `Task ${task.id} depends on ${id}`,
      why: "one of them is a part of the other",
      fix: "It is left aside; name the tasks that must come first.",
    });
}
