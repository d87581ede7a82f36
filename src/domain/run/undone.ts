import type { Plan } from "../plan/plan.ts";
import type { UnitView } from "./view.ts";

/**
 * Tasks that the unit's attempts left undone by the last word on each, with its note, and those above them: though the
 * unit has landed, none of them is done. A later attempt that does not speak of a task has not done it.
 */
export function undoneTasks({ tasks }: Plan, { unit, work }: UnitView): ReadonlyMap<string, string> {
  const said = work.flatMap(({ committed, result }) => (committed === null ? [] : (result?.tasks ?? [])));
  const last = new Map(said.map((task) => [task.id, task]));
  const undone = new Map(
    [...last.values()]
      .filter(({ id, done }) => !done && unit.taskIds.includes(id))
      .map(({ id, note }) => [id, note]),
  );
  if (undone.size === 0) return undone;
  const parents = new Map(tasks.map(({ id, parent }) => [id, parent]));
  for (const id of undone.keys()) {
    const above = parents.get(id) ?? null;
    if (above !== null && unit.taskIds.includes(above) && !undone.has(above)) undone.set(above, "");
  }
  return undone;
}
