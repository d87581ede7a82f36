/** Kiro's "Task Dependency Graph": a fence with `{"waves": […]}` in any of the shapes seen. A task it leaves out is no mistake. */
import { z } from "zod";
import type { Diagnostic } from "../problem.ts";
import { jsonLines } from "../text/json-lines.ts";
import { leadingId } from "./task-id.ts";

export interface Wave {
  /** As the graph counts; from 1 where it does not. */
  number: number;
  line: number;
  tasks: string[];
}

export interface Waves {
  line: number;
  /** In their order. */
  waves: Wave[];
  /** Task → those it waits for, where the graph names them task by task. */
  dependsOn: ReadonlyMap<string, { line: number; ids: string[] }>;
}

const Id = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]);
const Ids = z.array(Id.transform((id) => leadingId(id.trim())?.id ?? id.trim()));
/** A list of what a whole wave waits for says no more than the waves do. */
const DependsOn = z.record(z.string(), Ids).catch({});
const WrittenWave = z.union([
  Ids.transform((tasks) => ({ tasks, number: null, dependsOn: {}, dependencies: {} })),
  z
    .looseObject({
      tasks: Ids,
      wave: z.unknown().optional(),
      id: z.unknown().optional(),
      dependsOn: DependsOn,
      dependencies: DependsOn,
    })
    .transform(({ wave, id, ...rest }) => ({ ...rest, number: numberOf(wave) ?? numberOf(id) })),
]);
const Graph = z.looseObject({ waves: z.array(WrittenWave) });

/** `1`, `"wave-1"`. */
function numberOf(value: unknown): number | null {
  const digits = typeof value === "string" ? /^(?:wave[\s_-]*)?(\d{1,9})$/i.exec(value)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}

export function readWaves(
  fences: readonly { line: number; text: string }[],
  { ids, diagnostics }: { ids: ReadonlySet<string>; diagnostics: Diagnostic[] },
): Waves | null {
  for (const { line, text } of fences) {
    if (!text.includes('"waves"')) continue;
    const warn = (why: string): unknown =>
      diagnostics.push({
        severity: "warning",
        code: "waves",
        line,
        column: 1,
        what: "The dependency graph cannot be read",
        why,
        fix: "It is left aside; the order follows from the rest.",
      });
    let raw: unknown;
    try {
      raw = JSON.parse(text, numbersAsWritten);
    } catch {
      warn("it is not JSON");
      continue;
    }
    const graph = Graph.safeParse(raw);
    if (graph.success) {
      const lines = jsonLines(text, 4);
      const lineOf: LineOf = (...path) => line + (lines(["waves", ...path]) ?? 0);
      const waves = inOrder(graph.data.waves, lineOf);
      const dependsOn = byTask(graph.data.waves, lineOf);
      const named = new Set([...waves.flatMap(({ tasks }) => tasks), ...dependsOn.keys()]);
      const unknown = [...named].filter((id) => !ids.has(id));
      if (unknown.length > 0) diagnostics.push(strangers(unknown, line));
      return { line, waves, dependsOn };
    }
    warn('it is not {"waves": [{"tasks": ["1.1"]}]}');
  }
  return null;
}

const strangers = (ids: readonly string[], line: number): Diagnostic => ({
  severity: "note",
  code: "waves-stranger",
  line,
  column: 1,
  what: `The dependency graph names ids that no task has: ${ids.slice(0, 10).join(", ")}${ids.length > 10 ? " …" : ""}`,
  why: "it is read by the ids of tasks",
  fix: "They are left aside; name tasks of this file.",
});

/** `1.10` as a number is task 1.10, not 1.1. */
const numbersAsWritten = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === "number" ? (context?.source ?? String(value)) : value;

/** Of a wave or a key in it. */
type LineOf = (...path: [wave: number, ...keys: string[]]) => number;

/** By their own numbers where all have one. */
function inOrder(waves: readonly z.infer<typeof WrittenWave>[], lineOf: LineOf): Wave[] {
  const isNumbered = waves.every((wave) => wave.number !== null);
  return waves
    .map(({ tasks, number }, at) => ({ tasks, number: isNumbered ? number! : at + 1, line: lineOf(at) }))
    .toSorted((a, b) => a.number - b.number);
}

function byTask(waves: readonly z.infer<typeof WrittenWave>[], lineOf: LineOf): Waves["dependsOn"] {
  const found = new Map<string, { line: number; ids: string[] }>();
  for (const [at, wave] of waves.entries())
    for (const key of ["dependsOn", "dependencies"] as const)
      for (const [task, ids] of Object.entries(wave[key]))
        found.set(task, { line: lineOf(at, key, task), ids });
  return found;
}
