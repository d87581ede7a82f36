/** How long the plan takes with so many workers, one step a unit, and how parallel it is and why. */
import type { Config } from "../config.ts";
import { LockIndex } from "./lock-index.ts";
import type { Plan, PlanUnit } from "./plan.ts";
import { Queue } from "./queue.ts";

/** Longest chain of units that wait for it, itself included: what to start first. */
export function heights(units: readonly PlanUnit[]): Map<string, number> {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const height = new Map(units.map((unit) => [unit.id, 1]));
  const waiting = dependentsOf(units);
  const left = new Map([...waiting].map(([id, dependents]) => [id, dependents.length]));
  const open = units.filter((unit) => left.get(unit.id) === 0);
  for (let unit = open.pop(); unit; unit = open.pop()) {
    for (const { id } of unit.dependsOn) {
      if (!byId.has(id)) continue;
      height.set(id, Math.max(height.get(id)!, height.get(unit.id)! + 1));
      left.set(id, left.get(id)! - 1);
      if (left.get(id) === 0) open.push(byId.get(id)!);
    }
  }
  return height;
}

function dependentsOf(units: readonly PlanUnit[]): Map<string, PlanUnit[]> {
  const dependents = new Map<string, PlanUnit[]>(units.map((unit) => [unit.id, []]));
  for (const unit of units) for (const edge of unit.dependsOn) dependents.get(edge.id)?.push(unit);
  return dependents;
}

/** Of two units that may start, the one that comes first here does: critical path, dependents, priority, document. */
export function startOrder(units: readonly PlanUnit[]): PlanUnit[] {
  const height = heights(units);
  const dependents = dependentsOf(units);
  return units.toSorted(
    (a, b) =>
      height.get(b.id)! - height.get(a.id)! ||
      dependents.get(b.id)!.length - dependents.get(a.id)!.length ||
      a.priority - b.priority,
  );
}

interface Limits {
  workers: number;
  profile: Config["profile"];
}

export function scheduleOf(units: readonly PlanUnit[], limits: Limits): Plan["schedule"] {
  const order = startOrder(units);
  const waves = stepsOf(order, limits);
  const width = widest(waves);
  const path = criticalPath(order);
  const free = limits.workers < units.length ? stepsOf(order, { ...limits, workers: units.length }) : waves;
  return {
    workers: limits.workers,
    makespan: waves.length,
    criticalPath: path,
    waves,
    width,
    because: sentence(units, {
      ...limits,
      width,
      steps: waves.length,
      chain: path.length,
      free: { width: widest(free), steps: free.length },
    }),
  };
}

const widest = (waves: readonly (readonly string[])[]): number =>
  waves.reduce((most, wave) => Math.max(most, wave.length), 0);

/** Step by step the first units in order that are free; who meets a lock stands in the line of that lock. */
function stepsOf(order: readonly PlanUnit[], { workers, profile }: Limits): string[][] {
  const placeOf = new Map(order.map((unit, place) => [unit.id, place]));
  const left = order.map((unit) => unit.dependsOn.filter((edge) => placeOf.has(edge.id)).length);
  const dependents = dependentsOf(order);
  const lines = new Map<string, Queue>();
  /** In whose line a unit of `open` stood. */
  const cameFrom = new Map<number, string>();
  const open = new Queue();
  const steps: string[][] = [];
  for (const [place, count] of left.entries()) if (count === 0) open.add(place);
  const callNext = (lock: string): void => {
    const next = lines.get(lock)?.take();
    if (next === undefined) return;
    cameFrom.set(next, lock);
    open.add(next);
  };
  while (open.size > 0) {
    const step = new Step(profile);
    const resting = new Set<string>();
    while (open.size > 0 && step.units.length < workers) {
      const place = open.take()!;
      const unit = order[place]!;
      const lock = step.lockAgainst(unit);
      const line = cameFrom.get(place);
      cameFrom.delete(place);
      if (lock === null) step.begin(unit);
      else {
        if (!lines.has(lock)) lines.set(lock, new Queue());
        lines.get(lock)!.add(place);
        resting.add(lock);
      }
      // The next in line has a chance only while that lock is free.
      if (line !== undefined && line !== lock) {
        if (step.holds(line)) resting.add(line);
        else callNext(line);
      }
    }
    for (const unit of step.units)
      for (const other of dependents.get(unit.id)!) {
        const place = placeOf.get(other.id)!;
        left[place]! -= 1;
        if (left[place] === 0) open.add(place);
      }
    for (const lock of resting) callNext(lock);
    steps.push(step.units.map(({ id }) => id));
  }
  return steps;
}

const UNKNOWN = "unknown paths";

const pathsOf = (uses: PlanUnit["writes"]): string[] => uses.map(({ path }) => path);

/** What works at one time, and what it holds. */
class Step {
  readonly units: PlanUnit[] = [];
  readonly #profile: Config["profile"];
  readonly #written = new LockIndex();
  readonly #read = new LockIndex();
  /** What no other may hold: those who only read a path share it. */
  readonly #keys = new Set<string>();
  #isUnknown = false;

  constructor(profile: Config["profile"]) {
    this.#profile = profile;
  }

  /** The key of what holds a unit back: a path, or paths that nobody knows (design section 6). */
  lockAgainst(unit: PlanUnit): string | null {
    if (this.#profile === "balanced" && unit.unknownPaths && this.#isUnknown) return UNKNOWN;
    if (this.#profile === "safe" && this.units.length > 0 && (unit.unknownPaths || this.#isUnknown))
      return UNKNOWN;
    const [writes, reads] = [pathsOf(unit.writes), pathsOf(unit.reads)];
    return this.#written.blocker([...writes, ...reads]) ?? this.#read.blocker(writes);
  }

  begin(unit: PlanUnit): void {
    this.units.push(unit);
    this.#isUnknown ||= unit.unknownPaths;
    if (unit.unknownPaths) this.#keys.add(UNKNOWN);
    for (const path of pathsOf(unit.writes)) this.#keys.add(this.#written.add(path));
    for (const path of pathsOf(unit.reads)) this.#read.add(path);
  }

  holds(key: string): boolean {
    return this.#keys.has(key);
  }
}

function criticalPath(order: readonly PlanUnit[]): string[] {
  const height = heights(order);
  const placeOf = new Map(order.map((unit, place) => [unit.id, place]));
  const dependents = dependentsOf(order);
  const path: string[] = [];
  let top = order[0];
  while (top) {
    path.push(top.id);
    const wanted = height.get(top.id)! - 1;
    top = dependents
      .get(top.id)!
      .filter((unit) => height.get(unit.id) === wanted)
      .toSorted((a, b) => placeOf.get(a.id)! - placeOf.get(b.id)!)[0];
  }
  return path;
}

interface Shape extends Limits {
  width: number;
  steps: number;
  /** Units on the longest chain of dependencies. */
  chain: number;
  /** The same with as many workers as units. */
  free: { width: number; steps: number };
}

function chainSentence(units: readonly PlanUnit[]): string {
  const sources = new Set(units.flatMap(({ dependsOn }) => dependsOn.map(({ source }) => source)));
  if (!sources.has("inferred")) return "One unit at a time, because each waits for the one before it.";
  return [...sources].every((source) => source === "inferred" || source === "checkpoint")
    ? "One unit at a time, because each follows the one before: nothing says otherwise."
    : "One unit at a time, because each waits for the one before it, some only because nothing says otherwise.";
}

function sentence(units: readonly PlanUnit[], shape: Shape): string {
  const { width, workers, profile, steps, chain, free } = shape;
  if (units.length === 0) return "There is nothing to do.";
  if (units.length === 1) return "There is one unit, so nothing works beside it.";
  if (width > 1) {
    const why =
      steps === chain
        ? `the longest chain has ${chain}`
        : steps === free.steps
          ? "paths that they share, or that nobody knows, keep some apart"
          : `more workers would take at least ${free.steps}`;
    return `Up to ${width} units work side by side; ${units.length} units take ${steps} steps with ${workers} workers: ${why}.`;
  }
  if (workers === 1 && free.width > 1)
    return `One unit at a time, because ${profile === "safe" ? "profile safe allows one worker" : "one worker is allowed"}; the spec has room for ${free.width}.`;
  if (chain === units.length) return chainSentence(units);
  if (units.every((unit) => unit.unknownPaths))
    return "One unit at a time, because no unit names the paths it writes.";
  return "One unit at a time, because what they wait for and the paths they share leave room for no more.";
}
