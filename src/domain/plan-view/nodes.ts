/** The nodes of a drawn graph: the units; beyond 60 they are drawn in groups, each of which says how many it holds. */
import type { PlanUnit } from "../plan/plan.ts";
import { counted } from "./look.ts";
import { placed, type Placed } from "./order.ts";

export type Drawn = Pick<PlanUnit, "id" | "title" | "type" | "dependsOn">;

export interface GraphNode {
  /** Of the unit, or the group's own. */
  id: string;
  label: string;
  /** Ids of the units that it stands for. */
  members: string[];
  type: PlanUnit["type"] | "group";
  level: number;
  waitsFor: string[];
}

const MAX_NODES = 60;

interface Group {
  label: string;
  type: GraphNode["type"];
  units: readonly Drawn[];
}

export function nodesOf(units: readonly Drawn[]): GraphNode[] {
  const all = placed(units);
  if (all.length <= MAX_NODES)
    return all.map(({ unit, level, waitsFor }) => ({
      id: unit.id,
      label: `${unit.id} ${unit.title}`,
      members: [unit.id],
      type: unit.type,
      level,
      waitsFor,
    }));
  const sections = sectionsOf(units);
  return drawn(sections.length > 3 && sections.length <= MAX_NODES ? sections : bandsOf(all));
}

/** A checkpoint divides what stands before it from what stands after it. */
function sectionsOf(units: readonly Drawn[]): Group[] {
  const groups: Group[] = [];
  let section: Drawn[] = [];
  let since = "from the start";
  const close = (): void => {
    if (section.length > 0)
      groups.push({ label: `${counted(section.length, "unit")} ${since}`, type: "group", units: section });
    section = [];
  };
  for (const unit of units) {
    if (unit.type !== "checkpoint") {
      section.push(unit);
      continue;
    }
    close();
    groups.push({ label: `${unit.id} ${unit.title}`, type: "checkpoint", units: [unit] });
    since = `after checkpoint ${unit.id}`;
  }
  close();
  return groups;
}

/** Neighbouring levels, as many in each as it takes. */
function bandsOf(all: readonly Placed<Drawn>[]): Group[] {
  const depth = Math.max(...all.map(({ level }) => level));
  const height = Math.ceil(depth / MAX_NODES);
  return Array.from({ length: Math.ceil(depth / height) }, (_, at) => {
    const [first, last] = [at * height + 1, Math.min(depth, (at + 1) * height)];
    const units = all.filter(({ level }) => level >= first && level <= last).map(({ unit }) => unit);
    const levels = first === last ? `level ${first}` : `levels ${first} to ${last}`;
    return { label: `${counted(units.length, "unit")} on ${levels}`, type: "group", units };
  });
}

function drawn(groups: readonly Group[]): GraphNode[] {
  const nameOf = new Map(groups.flatMap(({ units }, at) => units.map(({ id }) => [id, `group ${at + 1}`])));
  const linked = groups.map((group, at) => ({
    ...group,
    id: `group ${at + 1}`,
    dependsOn: group.units
      .flatMap(({ dependsOn }) => dependsOn.map(({ id }) => ({ id: nameOf.get(id) ?? "" })))
      .filter(({ id }) => id !== `group ${at + 1}`),
  }));
  return placed(linked).map(({ unit: { id, label, type, units }, level, waitsFor }) => ({
    id,
    label,
    members: units.map((unit) => unit.id),
    type,
    level,
    waitsFor,
  }));
}
