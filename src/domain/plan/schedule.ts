/** How long the plan takes with so many workers, one step a unit, and how parallel it is. */
import { setsMeet } from "./locks.ts";
import type { Plan, PlanUnit } from "./plan.ts";

/** Longest chain of units that wait for it, itself included: what to start first. */
export function heights(units: readonly PlanUnit[]): Map<string, number> {
  const dependents = new Map<string, string[]>(units.map((unit) => [unit.id, []]));
  for (const unit of units) for (const edge of unit.dependsOn) dependents.get(edge.id)?.push(unit.id);
  const height = new Map<string, number>();
  for (const root of units) {
    const stack = [root.id];
    const onStack = new Set(stack);
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const open = dependents.get(id)!.filter((other) => !height.has(other) && !onStack.has(other));
      if (open.length > 0 && !height.has(id)) {
        stack.push(open[0]!);
        onStack.add(open[0]!);
        continue;
      }
      if (!height.has(id))
        height.set(id, 1 + Math.max(0, ...dependents.get(id)!.map((other) => height.get(other) ?? 0)));
      onStack.delete(stack.pop()!);
    }
  }
  return height;
}

export function scheduleOf(units: readonly PlanUnit[], workers: number): Plan["schedule"] {
  const height = heights(units);
  const waves: string[][] = [];
  const done = new Set<string>();
  const open = units.toSorted((a, b) => height.get(b.id)! - height.get(a.id)!);
  while (done.size < units.length) {
    const wave: PlanUnit[] = [];
    for (const unit of open) {
      if (done.has(unit.id) || wave.length >= workers) continue;
      const isFree = unit.dependsOn.every((edge) => done.has(edge.id));
      if (isFree && !wave.some((other) => lock(unit, other))) wave.push(unit);
    }
    if (wave.length === 0) break;
    for (const unit of wave) done.add(unit.id);
    waves.push(wave.map((unit) => unit.id));
  }
  const width = Math.max(0, ...waves.map((wave) => wave.length));
  return {
    workers,
    makespan: waves.length,
    criticalPath: criticalPath(units, height),
    waves,
    width,
    because: sentence(units, { width, workers, steps: waves.length }),
  };
}

/** Unknown paths may be any: two such units are kept apart. */
export const lock = (a: PlanUnit, b: PlanUnit): boolean =>
  (a.unknownPaths && b.unknownPaths) ||
  setsMeet(
    a.writes.map(({ path }) => path),
    b.writes.map(({ path }) => path),
  );

function criticalPath(units: readonly PlanUnit[], height: ReadonlyMap<string, number>): string[] {
  const path: string[] = [];
  let next = units.filter((unit) => unit.dependsOn.length === 0);
  while (next.length > 0) {
    const top = next.toSorted((a, b) => height.get(b.id)! - height.get(a.id)!)[0]!;
    path.push(top.id);
    next = units.filter(
      (unit) =>
        unit.dependsOn.some((edge) => edge.id === top.id) && height.get(unit.id)! < height.get(top.id)!,
    );
  }
  return path;
}

function sentence(
  units: readonly PlanUnit[],
  { width, workers, steps }: { width: number; workers: number; steps: number },
): string {
  if (units.length === 0) return "There is nothing to do.";
  if (width > 1)
    return `Up to ${width} units work side by side; ${units.length} units take ${steps} steps with ${workers} workers.`;
  if (workers === 1) return "One unit at a time, because one worker is allowed.";
  if (units.every((unit) => unit.unknownPaths))
    return "One unit at a time, because no unit names the paths it writes.";
  return "One unit at a time, because each waits for the one before it.";
}
