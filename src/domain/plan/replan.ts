/** A new plan of the same spec, beside the one that is being carried out. Units are known by their ids. */
import type { Config } from "../config.ts";
import { specChanges } from "../spec/changes.ts";
import { parseRequirements } from "../spec/requirements.ts";
import { estimateOf } from "./estimate.ts";
import type { Plan, PlanTask, PlanUnit } from "./plan.ts";

export interface SpecTexts {
  tasks: string;
  /** requirements.md, or bugfix.md in its place. */
  requirements: string | null;
}

export interface Plans {
  old: Plan;
  next: Plan;
}

/** Ids of the units that both plans have and that say something else now: what has begun of them begins anew. */
export function changedUnits(
  { old, next }: Plans,
  { before, after }: { before: SpecTexts; after: SpecTexts },
): string[] {
  const changes = specChanges(before.tasks, after.tasks);
  const touched = new Set(
    changes ? [...changes.added, ...changes.gone, ...changes.retitled, ...changes.reworded] : [],
  );
  const criteria = changedCriteria(before.requirements, after.requirements);
  const was = new Map(old.units.map((unit) => [unit.id, unit]));
  return next.units
    .filter((unit) => {
      const other = was.get(unit.id);
      if (!other) return false;
      const isGate = unit.type === "checkpoint";
      return (
        [...other.taskIds, ...unit.taskIds].some((id) => touched.has(id)) ||
        requirementsOf(next, unit).some((id) => criteria.has(id)) ||
        isGate !== (other.type === "checkpoint") ||
        (unit.person === null) !== (other.person === null) ||
        (isGate && dependenciesOf(unit).some((id) => !dependenciesOf(other).includes(id)))
      );
    })
    .map(({ id }) => id);
}

/** A requirement covers the criteria below it. */
function changedCriteria(before: string | null, after: string | null): Set<string> {
  const [was, is] = [before, after].map((text) => parseRequirements(text ?? "").texts) as [
    ReadonlyMap<string, string>,
    ReadonlyMap<string, string>,
  ];
  const ids = [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
  return new Set(ids.flatMap((id) => id.split(".").map((_, at, parts) => parts.slice(0, at + 1).join("."))));
}

const requirementsOf = ({ tasks }: Plan, { taskIds }: PlanUnit): string[] =>
  tasks.filter(({ id }) => taskIds.includes(id)).flatMap(({ requirements }) => requirements);

const dependenciesOf = ({ dependsOn }: PlanUnit): string[] => dependsOn.map(({ id }) => id);

/**
 * Why the new plan cannot take over: what has landed is known by its id, so that neither its task may stand under
 * another one now, nor another task under its own. One sentence each.
 */
export function takenIds({ old, next }: Plans, landed: ReadonlySet<string>): string[] {
  const titleOf = new Map(next.tasks.map(({ id, title }) => [id, title]));
  return old.units
    .filter(({ id, type }) => landed.has(id) && type !== "checkpoint")
    .flatMap(({ id, title }) => {
      const now = titleOf.get(id);
      if (now === title) return [];
      const elsewhere = next.units.find((unit) => unit.title === title);
      if (elsewhere)
        return [
          `Unit ${id} has landed, and its task stands under ${elsewhere.id} now: it would be done twice. Give it the id ${id} again, and what is new ids that were not used.`,
        ];
      return now === undefined
        ? []
        : [
            `Unit ${id} has landed, and another task stands under that id now: it would not be done. Give it an id that was not used.`,
          ];
    });
}

/** What stays as it landed: a checkpoint that the new plan changes has yet to be passed. */
export const staying = (old: Plan, landed: Iterable<string>, changed: readonly string[]): Set<string> =>
  new Set(
    [...landed].filter(
      (id) => !changed.includes(id) || old.units.find((unit) => unit.id === id)?.type !== "checkpoint",
    ),
  );

/** The new plan with what has landed as it landed, whatever the spec says of it now. */
export function withLanded({ old, next }: Plans, landed: ReadonlySet<string>, config: Config): Plan {
  const kept = new Map(old.units.filter(({ id }) => landed.has(id)).map((unit) => [unit.id, unit]));
  const keptTasks = new Map(
    [...kept.values()].flatMap(({ taskIds }) =>
      old.tasks.filter(({ id }) => taskIds.includes(id)).map((task) => [task.id, task] as const),
    ),
  );
  const units = carriedOver(next.units, kept);
  return {
    ...next,
    units,
    tasks: carriedOver<PlanTask>(next.tasks, keptTasks),
    leftOut: [...next.leftOut.filter(({ id }) => !kept.has(id)), ...lateTasks(next.units, kept)],
    estimate: estimateOf(
      units.filter(({ id }) => !landed.has(id)),
      config,
    ),
  };
}

function carriedOver<Item extends { id: string }>(
  items: readonly Item[],
  kept: ReadonlyMap<string, Item>,
): Item[] {
  const ids = new Set(items.map(({ id }) => id));
  return [
    ...[...kept.values()].filter(({ id }) => !ids.has(id)),
    ...items.map((item) => kept.get(item.id) ?? item),
  ];
}

const lateTasks = (units: readonly PlanUnit[], kept: ReadonlyMap<string, PlanUnit>): Plan["leftOut"] =>
  units.flatMap(({ id: unit, taskIds }) =>
    taskIds
      .filter((id) => kept.has(unit) && !kept.get(unit)!.taskIds.includes(id))
      .map((id) => ({
        id,
        why: `unit ${unit} had landed before it was written: give it to a unit of its own`,
      })),
  );
