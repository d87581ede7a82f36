/** Which unit waits for which, each edge with its source and a sentence (design section 6). */
import type { Task } from "../spec/tasks.ts";
import type { Waves } from "../spec/waves.ts";
import { nearest } from "../text/nearest.ts";
import type { Diagnostic } from "../problem.ts";
import type { Config } from "../config.ts";
import type { PlanUnit, Source } from "./plan.ts";

export type Edge = PlanUnit["dependsOn"][number];

export interface Group {
  id: string;
  tasks: readonly Task[];
  isCheckpoint: boolean;
}

export interface EdgeRequest {
  groups: readonly Group[];
  /** Task id → id of its unit, for all tasks, planned or not. */
  unitOf: ReadonlyMap<string, string>;
  waves: Waves | null;
  profile: Config["profile"];
  diagnostics: Diagnostic[];
}

export function edgesOf(request: EdgeRequest): Map<string, Edge[]> {
  const edges = new Map<string, Edge[]>(request.groups.map((group) => [group.id, []]));
  const add = (from: string, edge: Edge): void => {
    const list = edges.get(from);
    if (list && edge.id !== from && edges.has(edge.id) && !list.some((other) => other.id === edge.id))
      list.push(edge);
  };
  const declared = declare(request, add);
  const ordered = followWaves(request, add);
  guardCheckpoints(request.groups, add);
  if (!declared && !ordered) chain(request, add);
  reportCycles(edges, request);
  return edges;
}

type Add = (from: string, edge: Edge) => void;

function declare({ groups, unitOf, diagnostics }: EdgeRequest, add: Add): boolean {
  let any = false;
  for (const group of groups) {
    for (const task of group.tasks) {
      for (const id of task.dependsOn) {
        any = true;
        const target = unitOf.get(id);
        if (target === undefined) {
          const close = nearest(id, [...unitOf.keys()]);
          diagnostics.push({
            severity: "error",
            code: "unknown-dependency",
            line: task.line,
            column: 1,
            what: `Task ${task.id} depends on ${id}`,
            why: "there is no task of that id",
            fix: close ? `Did you mean ${close}?` : "Name a task of this file.",
          });
          continue;
        }
        const isLifted = task.id !== group.id || target !== id;
        const source: Source = isLifted ? "lifted" : "declared";
        add(group.id, { id: target, source, because: `line ${task.line}: ${task.id} depends on ${id}` });
      }
    }
  }
  return any;
}

/** A unit waits for those whose every task stands in an earlier wave than its first. */
function followWaves({ groups, waves, diagnostics }: EdgeRequest, add: Add): boolean {
  if (!waves) return false;
  const waveOf = new Map<string, number>();
  for (const [number, ids] of waves.waves.entries())
    for (const id of ids) if (!waveOf.has(id)) waveOf.set(id, number);
  const spans = groups.flatMap((group) => {
    const numbers = group.tasks.flatMap((task) => waveOf.get(task.id) ?? []);
    return numbers.length > 0 ? [{ group, first: Math.min(...numbers), last: Math.max(...numbers) }] : [];
  });
  const known = new Set(groups.flatMap((group) => group.tasks.map((task) => task.id)));
  for (const id of waveOf.keys()) {
    if (!known.has(id) && spans.length === 0)
      diagnostics.push({
        severity: "warning",
        code: "waves-unknown",
        line: waves.line,
        column: 1,
        what: `The dependency graph names ${id}`,
        why: "no open task has that id",
        fix: "It is left aside.",
      });
  }
  for (const later of spans) {
    for (const earlier of spans) {
      if (earlier.last < later.first)
        add(later.group.id, {
          id: earlier.group.id,
          source: "waves",
          because: `line ${waves.line}: wave ${earlier.last} comes before wave ${later.first}`,
        });
    }
  }
  return spans.length > 0;
}

/** A checkpoint waits for everything before it, and everything after waits for it. */
function guardCheckpoints(groups: readonly Group[], add: Add): void {
  for (const [at, group] of groups.entries()) {
    if (!group.isCheckpoint) continue;
    const line = group.tasks[0]!.line;
    for (const before of groups.slice(0, at))
      add(group.id, {
        id: before.id,
        source: "checkpoint",
        because: `line ${line}: a checkpoint waits for everything before it`,
      });
    for (const after of groups.slice(at + 1))
      add(after.id, {
        id: group.id,
        source: "checkpoint",
        because: `line ${line}: it stands after checkpoint ${group.id}`,
      });
  }
}

/** Nothing is declared: tasks are taken to build on the one before, and the plan says so. */
function chain({ groups, profile, diagnostics }: EdgeRequest, add: Add): void {
  if (groups.length < 2) return;
  const line = groups[0]!.tasks[0]!.line;
  if (profile === "throughput") {
    diagnostics.push({
      severity: "note",
      code: "no-order",
      line,
      column: 1,
      what: "The spec declares no order",
      why: "no `_Depends:` and no waves",
      fix: "With profile throughput only checkpoints and path locks hold units back.",
    });
    return;
  }
  for (const [at, group] of groups.entries()) {
    const before = groups[at - 1];
    if (before)
      add(group.id, {
        id: before.id,
        source: "inferred",
        because: "the spec declares no order, so each unit follows the one before",
      });
  }
  diagnostics.push({
    severity: "note",
    code: "no-order",
    line,
    column: 1,
    what: "The spec declares no order",
    why: "no `_Depends:` and no waves, so units follow one another",
    fix: "Add `_Depends: 1, 2_` lines, or ask with --profile throughput.",
  });
}

function reportCycles(edges: Map<string, Edge[]>, { groups, diagnostics }: EdgeRequest): void {
  const done = new Set<string>();
  const lineOf = new Map(groups.map((group) => [group.id, group.tasks[0]!.line]));
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path: string[] = [];
    const stack: { id: string; next: number }[] = [{ id: start, next: 0 }];
    path.push(start);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const edge = edges.get(top.id)?.[top.next++];
      if (!edge) {
        done.add(top.id);
        stack.pop();
        path.pop();
      } else if (path.includes(edge.id)) {
        const cycle = [...path.slice(path.indexOf(edge.id)), edge.id];
        diagnostics.push({
          severity: "error",
          code: "cycle",
          line: lineOf.get(top.id)!,
          column: 1,
          what: `Units wait for one another: ${cycle.join(" → ")}`,
          why: `${top.id}: ${edge.because}`,
          fix: "Take one of these dependencies out.",
        });
      } else if (!done.has(edge.id)) {
        stack.push({ id: edge.id, next: 0 });
        path.push(edge.id);
      }
    }
  }
}
