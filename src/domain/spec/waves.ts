/** Kiro's "Task Dependency Graph": a fence with `{"waves": […]}` in any of the shapes seen. A task it leaves out is no mistake. */
import { z } from "zod";
import type { Diagnostic } from "../problem.ts";
import { jsonLines } from "../text/json-lines.ts";
import { MAX_LINE } from "./scan.ts";
import { leadingId } from "./task-id.ts";
import { joined, numberOf, readLists, type ListedWave, type WaveList } from "./wave-lists.ts";

export interface Wave {
  /** As the graph counts; from 1 where it does not. */
  number: number;
  line: number;
  tasks: readonly string[];
  /** Where the graph lists what the whole wave waits for: that and nothing else. */
  waitsFor: WaveList | null;
}

export interface Waves {
  line: number;
  /** In their order. */
  waves: Wave[];
  /** Task → those it waits for, where the graph names them task by task. */
  dependsOn: ReadonlyMap<string, { line: number; tasks: string[] }>;
}

const Id = z
  .union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])
  .transform((id) => leadingId(id.trim())?.id ?? id.trim());
const Ids = z.array(Id);
const ByTask = z.record(z.string(), Ids);
/** Task by task, or a list for the whole wave. What is neither stands in the list as it is written. */
const DependsOn = z
  .union([ByTask, Ids, Id.transform((id) => [id]), z.unknown().transform((value) => [JSON.stringify(value)])])
  .nullish();
const WrittenWave = z.union([
  Ids.transform((tasks) => ({ tasks, wave: null, id: null, dependsOn: null, dependencies: null })),
  z.looseObject({
    tasks: Ids,
    wave: z.unknown().optional(),
    id: z.unknown().optional(),
    dependsOn: DependsOn,
    dependencies: DependsOn,
  }),
]);
type WrittenWave = z.infer<typeof WrittenWave>;
const Graph = z.looseObject({ waves: z.array(WrittenWave) });

export function readWaves(
  fences: readonly { line: number; text: string }[],
  { ids, diagnostics }: { ids: ReadonlySet<string>; diagnostics: Diagnostic[] },
): Waves | null {
  let found: Waves | null = null;
  for (const { line, text } of fences) {
    if (!text.includes('"waves"')) continue;
    if (found) {
      diagnostics.push(second(line, found.line));
      continue;
    }
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
      const isCut = text.split("\n").some((row) => row.length >= MAX_LINE);
      warn(isCut ? `a line of it is longer than ${MAX_LINE} letters` : "it is not JSON");
      continue;
    }
    const graph = Graph.safeParse(raw);
    if (graph.success) {
      const lines = jsonLines(text, 4);
      const lineOf: LineOf = (...path) => line + (lines(["waves", ...path]) ?? 0);
      const listed = joined(inOrder(graph.data.waves, lineOf));
      const lists = readLists(listed, { ids, diagnostics });
      const waves = listed.map((wave, at) => ({ ...wave, waitsFor: lists[at]! }));
      const stated = byTask(graph.data.waves, lineOf);
      const named = [...waves, ...stated.values()].flatMap(({ tasks }) => tasks);
      const unknown = [...new Set([...named, ...stated.keys()])].filter((id) => !ids.has(id));
      if (unknown.length > 0) diagnostics.push(strangers(unknown, line));
      diagnostics.push(...repeated(waves));
      found = { line, waves, dependsOn: known(stated, ids) };
    } else warn('it is not {"waves": [{"tasks": ["1.1"]}]}');
  }
  return found;
}

const second = (line: number, first: number): Diagnostic => ({
  severity: "warning",
  code: "waves-second",
  line,
  column: 1,
  what: "This dependency graph is left aside",
  why: `the one in line ${first} is followed`,
  fix: "Put all waves into one graph.",
});

/** A task is done once: its first wave holds. */
function repeated(waves: readonly Wave[]): Diagnostic[] {
  const first = new Map<string, Wave>();
  const twice = new Map<Wave, string[]>();
  for (const wave of waves)
    for (const task of wave.tasks) {
      const other = first.get(task) ?? wave;
      first.set(task, other);
      if (other !== wave) twice.set(wave, [...(twice.get(wave) ?? []), task]);
    }
  return [...twice].map(([{ number, line }, tasks]) => ({
    severity: "warning",
    code: "waves-twice",
    line,
    column: 1,
    what: `Wave ${number} names ${tasks.slice(0, 10).join(", ")}${tasks.length > 10 ? " …" : ""} again`,
    why: "an earlier wave has named it, and a task is done once",
    fix: "Its first wave holds; take it out of the others.",
  }));
}

const strangers = (ids: readonly string[], line: number): Diagnostic => ({
  severity: "warning",
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
function inOrder(waves: readonly WrittenWave[], lineOf: LineOf): (ListedWave & { line: number })[] {
  const numbers = waves.map(({ wave, id }) => numberOf(wave) ?? numberOf(id));
  const isNumbered = !numbers.includes(null);
  return waves
    .map((wave, at) => ({
      number: isNumbered ? numbers[at]! : at + 1,
      ids: typeof wave.id === "string" && numberOf(wave.id) === null ? [wave.id.trim()] : [],
      line: lineOf(at),
      tasks: wave.tasks,
      list: listOf(wave, (key) => lineOf(at, key)),
    }))
    .toSorted((a, b) => a.number - b.number);
}

const KEYS = ["dependsOn", "dependencies"] as const;

function listOf(wave: WrittenWave, lineOf: (key: string) => number): ListedWave["list"] {
  const keys = KEYS.filter((key) => Array.isArray(wave[key]));
  const entries = keys.flatMap((key) => wave[key] as string[]);
  return keys.length === 0 ? null : { line: lineOf(keys[0]!), entries };
}

function byTask(waves: readonly WrittenWave[], lineOf: LineOf): Waves["dependsOn"] {
  const found = new Map<string, { line: number; tasks: string[] }>();
  for (const [at, wave] of waves.entries())
    for (const key of KEYS) {
      const dependsOn = wave[key];
      if (!dependsOn || Array.isArray(dependsOn)) continue;
      for (const [task, tasks] of Object.entries(dependsOn))
        found.set(task, { line: lineOf(at, key, task), tasks });
    }
  return found;
}

/** Without the ids that no task has; what names only such says nothing. */
function known(stated: Waves["dependsOn"], ids: ReadonlySet<string>): Waves["dependsOn"] {
  const kept = [...stated].map(
    ([task, { line, tasks }]) => [task, { line, tasks: tasks.filter((id) => ids.has(id)) }] as const,
  );
  return new Map(
    kept.filter(([task, { tasks }]) => tasks.length > 0 || stated.get(task)!.tasks.length === 0),
  );
}
