/** `"dependsOn": [1]` of a whole wave: a list of waves, by number or id, or of tasks. */
import type { Diagnostic } from "../problem.ts";

export interface WaveList {
  line: number;
  /** Waves, or single tasks. */
  whom: { name: string; tasks: readonly string[] }[];
}

export interface ListedWave {
  number: number;
  ids: string[];
  tasks: readonly string[];
  /** As it is written; empty ones too. */
  list: { line: number; entries: string[] } | null;
}

/** `1`, `"wave-1"`. */
export function numberOf(value: unknown): number | null {
  const digits = typeof value === "string" ? /^(?:wave[\s_-]*)?(\d{1,9})$/i.exec(value)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}

/** Those of one number are one wave, with a list where each has one: else it waits for all earlier waves anyway. */
export function joined<W extends ListedWave>(waves: readonly W[]): W[] {
  const join = (a: W, b: W): W => ({
    ...a,
    ids: [...a.ids, ...b.ids],
    tasks: [...a.tasks, ...b.tasks],
    list: a.list && b.list && { ...a.list, entries: [...a.list.entries, ...b.list.entries] },
  });
  return [...Map.groupBy(waves, ({ number }) => number).values()].map((same) => same.reduce(join));
}

interface Reading {
  /** Of all tasks of the file. */
  ids: ReadonlySet<string>;
  diagnostics: Diagnostic[];
}

interface Entry {
  name: string;
  /** The place of the wave that names it. */
  at: number;
}

/**
 * What each wave waits for, null where it says nothing that can be followed. The lists are of tasks where one of them
 * names a task that is no earlier wave. Lists that are all empty say no more than the waves do.
 */
export function readLists(waves: readonly ListedWave[], { ids, diagnostics }: Reading): (WaveList | null)[] {
  const entries = waves.flatMap(({ list }, at) => (list?.entries ?? []).map((name) => ({ name, at })));
  if (entries.length === 0) return waves.map(() => null);
  const earlierWave = byName(waves);
  const isOfTasks = entries.some((entry) => ids.has(entry.name) && earlierWave(entry) === undefined);
  const placeOf = new Map(
    waves.flatMap(({ tasks }, at) => tasks.map((id) => [id, at] as const)).toReversed(),
  );
  const whomOf = (entry: Entry): WaveList["whom"] => {
    const { name, at } = entry;
    if (isOfTasks) return ids.has(name) && (placeOf.get(name) ?? -1) < at ? [{ name, tasks: [name] }] : [];
    const wave = earlierWave(entry);
    return wave ? [{ name: `wave ${wave.number}`, tasks: wave.tasks }] : [];
  };
  const lost = entries.filter((entry) => whomOf(entry).length === 0);
  if (lost.length > 0) diagnostics.push(notFollowed(lost, waves));
  return waves.map(({ list }, at) => {
    if (list === null) return null;
    const whom = list.entries.flatMap((name) => whomOf({ name, at }));
    return whom.length === 0 && list.entries.length > 0 ? null : { line: list.line, whom };
  });
}

/** A name that two waves share names none. */
function byName(waves: readonly ListedWave[]): (entry: Entry) => ListedWave | undefined {
  const places = new Map<string, number>();
  for (const [at, { number, ids }] of waves.entries())
    for (const name of [String(number), ...ids]) places.set(name, places.has(name) ? Infinity : at);
  return ({ name, at }) => {
    const place = places.get(String(numberOf(name) ?? name)) ?? Infinity;
    return place < at ? waves[place] : undefined;
  };
}

function notFollowed(lost: readonly Entry[], waves: readonly ListedWave[]): Diagnostic {
  const shown = lost.slice(0, 10).map(({ name, at }) => `wave ${waves[at]!.number} for ${name.slice(0, 40)}`);
  return {
    severity: "note",
    code: "waves-list",
    line: waves[lost[0]!.at]!.list!.line,
    column: 1,
    what: `The dependency graph lets waves wait for what cannot be followed: ${shown.join(", ")}${lost.length > 10 ? " …" : ""}`,
    why: "a wave can wait for earlier waves, or for tasks of this file that no later wave has",
    fix: "It is left aside; a wave of which nothing else is said waits for all earlier ones.",
  };
}
