/**
 * The part of a long run that a person looks at: what is under way or stands still, what comes next, and what those
 * stand on. The rest is two nodes that say how many units they hold.
 */
import { counted } from "../plan-view/look.ts";
import type { Drawn } from "../plan-view/nodes.ts";
import type { PhaseKind } from "../run/phase.ts";
import type { RunView } from "../run/view.ts";
import { graphOf } from "./graph.ts";

const MAX_NODES = 60;

const OVER = "Before:";
const LATER = "Later:";

/** A fenced Mermaid block of at most 60 nodes, coloured by phase. */
export function frontierGraph({ units, phases }: RunView): string[] {
  const all: readonly Drawn[] = units.map(({ unit }) => unit);
  const kindOf = (id: string): PhaseKind => phases.get(id)!.kind;
  const tiers = all.length > MAX_NODES ? tiersOf(all, { phases, kindOf }) : [];
  const chosen = new Set(tiers.flat().slice(0, MAX_NODES - 2));
  // All of a short run, and of one in which nothing is left to do.
  if (chosen.size === 0) return graphOf(all, kindOf);
  const hidden = all.filter(({ id }) => !chosen.has(id));
  const over = hidden.filter(({ id }) => isOver(kindOf(id)));
  const later = hidden.filter(({ id }) => !isOver(kindOf(id)));
  const overIds = new Set(over.map(({ id }) => id));
  const drawn = all
    .filter(({ id }) => chosen.has(id))
    .map((unit) =>
      unit.dependsOn.some(({ id }) => overIds.has(id))
        ? { ...unit, dependsOn: [...unit.dependsOn, edgeTo(OVER)] }
        : unit,
    );
  const behind = new Set(later.flatMap(({ dependsOn }) => dependsOn.map(({ id }) => id)));
  const rest: Drawn[] = [
    { id: OVER, title: counted(over.length, "unit"), type: "code" as const, dependsOn: [] },
    {
      id: LATER,
      title: counted(later.length, "unit"),
      type: "code" as const,
      dependsOn: drawn.filter(({ id }) => behind.has(id)).map(({ id }) => edgeTo(id)),
    },
  ].filter(({ id }) => (id === OVER ? over : later).length > 0);
  return graphOf([...rest.slice(0, -1), ...drawn, ...rest.slice(-1)], (id) =>
    id === OVER ? "completed" : id === LATER ? "not_started" : kindOf(id),
  );
}

const edgeTo = (id: string): Drawn["dependsOn"][number] => ({ id, source: "declared", because: "" });

const isOver = (kind: PhaseKind): boolean =>
  kind === "completed" || kind === "skipped" || kind === "cancelled";

/** Ids in order of interest; empty when all units are over. */
function tiersOf(
  all: readonly Drawn[],
  { phases, kindOf }: Pick<RunView, "phases"> & { kindOf(id: string): PhaseKind },
): string[][] {
  const idsOf = (is: (unit: Drawn) => boolean): string[] => all.filter(is).map(({ id }) => id);
  const known = new Set(all.map(({ id }) => id));
  const isBehind = (id: string): boolean => {
    const phase = phases.get(id)!;
    return phase.kind === "blocked" && phase.decision === null;
  };
  const active = idsOf(({ id }) => !isOver(kindOf(id)) && kindOf(id) !== "not_started" && !isBehind(id));
  const isActive = new Set(active);
  const next = idsOf(
    ({ id, dependsOn }) =>
      kindOf(id) === "not_started" &&
      dependsOn.every((edge) => !known.has(edge.id) || isActive.has(edge.id) || isOver(kindOf(edge.id))),
  );
  const shown = new Set([...active, ...next]);
  const below = new Set(
    all.filter(({ id }) => shown.has(id)).flatMap(({ dependsOn }) => dependsOn.map(({ id }) => id)),
  );
  return [
    active,
    next,
    idsOf(({ id }) => below.has(id) && !shown.has(id)),
    idsOf(({ id }) => isBehind(id) && !below.has(id)),
  ];
}
