/** The plan's graph without what clutters it: each unit on its level, with only those edges that no other path says. */
import type { PlanUnit } from "../plan/plan.ts";

export type Linked = Pick<PlanUnit, "id"> & { dependsOn: readonly { id: string }[] };

export interface Placed<Unit> {
  unit: Unit;
  /** From 1: one more than the deepest it waits for. */
  level: number;
  waitsFor: string[];
}

/** Level by level, in document order within one. An edge that closes a circle (an error of the spec) leads to a later level. */
export function placed<Unit extends Linked>(units: readonly Unit[]): Placed<Unit>[] {
  const ids = new Set(units.map(({ id }) => id));
  const bit = new Map<string, bigint>();
  const reached = new Map<string, bigint>();
  return generations(units).flatMap((generation, at) =>
    generation.map((unit) => {
      const waits = [...new Set(unit.dependsOn.map(({ id }) => id))].filter((id) => ids.has(id));
      const direct = waits.filter((id) => bit.has(id));
      const behind = direct.reduce((all, id) => all | reached.get(id)!, 0n);
      const waitsFor = waits.filter((id) => !bit.has(id) || (behind & bit.get(id)!) === 0n);
      bit.set(unit.id, 1n << BigInt(bit.size));
      reached.set(
        unit.id,
        direct.reduce((all, id) => all | bit.get(id)!, behind),
      );
      return { unit, level: at + 1, waitsFor };
    }),
  );
}

function generations<Unit extends Linked>(units: readonly Unit[]): Unit[][] {
  const ids = new Set(units.map(({ id }) => id));
  const open = new Map<string, number>();
  const dependents = new Map<string, string[]>(units.map(({ id }) => [id, []]));
  for (const { id, dependsOn } of units) {
    const waits = [...new Set(dependsOn.map((edge) => edge.id))].filter((other) => ids.has(other));
    open.set(id, waits.length);
    for (const other of waits) dependents.get(other)!.push(id);
  }
  const found: Unit[][] = [];
  let left = units;
  while (left.length > 0) {
    const free = left.filter(({ id }) => (open.get(id) ?? 0) === 0);
    const generation = free.length > 0 ? free : left.slice(0, 1);
    const taken = new Set(generation.map(({ id }) => id));
    for (const id of taken) for (const next of dependents.get(id)!) open.set(next, open.get(next)! - 1);
    left = left.filter(({ id }) => !taken.has(id));
    found.push(generation);
  }
  return found;
}
