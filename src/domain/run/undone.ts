import type { Plan } from "../plan/plan.ts";
import type { UnitView } from "./view.ts";

/**
 * Tasks that the unit's last attempt reported as left undone, with its note, and those above them: though the unit has
 * landed, none of them is done.
 */
export function undoneTasks({ tasks }: Plan, { unit, work }: UnitView): ReadonlyMap<string, string> {
  const undone = new Map(
    (work.at(-1)?.result?.tasks ?? [])
      .filter(({ id, done }) => !done && unit.taskIds.includes(id))
      .map(({ id, note }) => [id, note]),
  );
  const parents = new Map(tasks.map(({ id, parent }) => [id, parent]));
  for (const id of undone.keys()) {
    const above = parents.get(id) ?? null;
    if (above !== null && unit.taskIds.includes(above) && !undone.has(above)) undone.set(above, "");
  }
  return undone;
}
