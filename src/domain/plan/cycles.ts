/** Units, or tasks of one unit, that wait for one another. */
import type { Diagnostic } from "../problem.ts";
import type { Task } from "../spec/tasks.ts";
import type { Edge, Edges } from "./edges.ts";
import type { Group } from "./units.ts";

interface Reporting {
  groups: readonly Group[];
  /** The line that names a dependency of a task. */
  lineOf: (task: Task, dependency: string) => number;
  diagnostics: Diagnostic[];
}

/** Reports each cycle that a walk through the edges closes. True when there is one. */
export function reportCycles(edges: Edges, reporting: Reporting): boolean {
  const { groups, diagnostics } = reporting;
  const lineOf = new Map(groups.map((group) => [group.id, group.tasks[0]!.line]));
  const cycles = cyclesAmong(edges.ids, (id) => edges.of(id));
  for (const cycle of cycles) {
    const ids = cycle.map(({ from }) => from);
    diagnostics.push({
      severity: "error",
      code: "cycle",
      line: Number(/^line (\d+)/.exec(cycle[0]!.edge.because)?.[1] ?? lineOf.get(ids[0]!)),
      column: 1,
      what: `Units wait for one another: ${shown(ids).join(" → ")} → ${ids[0]}`,
      why: shown(cycle.map(({ edge }) => edge.because)).join("; "),
      fix: cycle.some(({ edge }) => edge.source === "lifted")
        ? "Take one of these dependencies out, or make the sub-task a task of its own: one agent does a whole unit."
        : "Take one of these dependencies out.",
    });
  }
  const inner = groups.filter((group) => reportWithin(group, reporting));
  return cycles.length > 0 || inner.length > 0;
}

/**
 * Tasks of one unit that wait for one another. Each task has a beginning and an end: it begins after the ends of what
 * it depends on and after its parent's beginning; it ends after the ends of the tasks below it.
 */
function reportWithin(group: Group, { lineOf, diagnostics }: Reporting): boolean {
  const tasks = group.tasks.filter(({ status }) => status !== "completed");
  if (tasks.every(({ dependsOn }) => dependsOn.length === 0)) return false;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const waits = new Map<string, { id: string; says: string | null }[]>(
    tasks.flatMap(({ id }) => [
      [`begin ${id}`, []],
      [`end ${id}`, [{ id: `begin ${id}`, says: null }]],
    ]),
  );
  for (const task of tasks) {
    if (task.parent !== null && byId.has(task.parent)) {
      waits.get(`begin ${task.id}`)!.push({ id: `begin ${task.parent}`, says: null });
      waits.get(`end ${task.parent}`)!.push({ id: `end ${task.id}`, says: null });
    }
    for (const id of task.dependsOn) {
      const other = byId.get(id);
      if (other && other !== task && !isAbove(id, task, byId) && !isAbove(task.id, other, byId))
        waits.get(`begin ${task.id}`)!.push({
          id: `end ${id}`,
          says: `line ${lineOf(task, id)}: ${task.id} depends on ${id}`,
        });
    }
  }
  const cycles = cyclesAmong([...waits.keys()], (id) => waits.get(id)!);
  for (const cycle of cycles) {
    const said = cycle.flatMap(({ edge }) => edge.says ?? []);
    diagnostics.push({
      severity: "error",
      code: "cycle",
      line: Number(/^line (\d+)/.exec(said[0]!)![1]),
      column: 1,
      what: `Tasks of unit ${group.id} wait for one another`,
      why: shown(said).join("; "),
      fix: "Take one of these dependencies out.",
    });
  }
  return cycles.length > 0;
}

/** Does a task stand below the one of this id? */
export function isAbove(id: string, task: Task, byId: ReadonlyMap<string, Task>): boolean {
  const seen = new Set<string>();
  for (let up = task.parent; up !== null && !seen.has(up); up = byId.get(up)?.parent ?? null) {
    if (up === id) return true;
    seen.add(up);
  }
  return false;
}

const shown = (values: readonly string[]): string[] =>
  values.length <= 12
    ? [...values]
    : [...values.slice(0, 10), `… (${values.length - 11} more)`, values.at(-1)!];

interface Step<E> {
  from: string;
  edge: E;
}

/** A cycle for each edge that leads back onto the path of a depth-first walk; without such an edge there is none. */
export function cyclesAmong<E extends Pick<Edge, "id">>(
  ids: readonly string[],
  edgesFrom: (id: string) => readonly E[],
): Step<E>[][] {
  const done = new Set<string>();
  const cycles: Step<E>[][] = [];
  for (const start of ids) {
    if (done.has(start)) continue;
    const stack = [{ id: start, edges: edgesFrom(start), next: 0 }];
    const depth = new Map([[start, 0]]);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const edge = top.edges[top.next++];
      if (!edge) {
        done.add(top.id);
        depth.delete(top.id);
        stack.pop();
      } else if (depth.has(edge.id)) {
        const around = stack.slice(depth.get(edge.id));
        cycles.push(around.map((step) => ({ from: step.id, edge: step.edges[step.next - 1]! })));
        if (cycles.length === MAX_CYCLES) return cycles;
      } else if (!done.has(edge.id)) {
        depth.set(edge.id, stack.length);
        stack.push({ id: edge.id, edges: edgesFrom(edge.id), next: 0 });
      }
    }
  }
  return cycles;
}

const MAX_CYCLES = 20;

export const isCyclic = (edges: Edges): boolean => cyclesAmong(edges.ids, (id) => edges.of(id)).length > 0;
