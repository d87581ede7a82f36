/** The plan as a Mermaid graph. Node names are numbers of ours; titles are data and stay in quotes. */
import type { PlanUnit } from "../plan/plan.ts";
import { PHASES, type PhaseKind } from "../run/phase.ts";
import { phaseColor } from "./labels.ts";

const MAX_NODES = 60;

/** Mermaid draws nothing at all beyond 500: https://mermaid.js.org/config/schema-docs/config.html#maxedges */
const MAX_EDGES = 400;

/** A fenced block: the fences are the first and the last line. */
export function graphOf(
  units: readonly Pick<PlanUnit, "id" | "title" | "type" | "dependsOn">[],
  phaseOf?: (id: string) => PhaseKind,
): string[] {
  const shown = units.slice(0, MAX_NODES);
  const node = new Map(shown.map((unit, at) => [unit.id, `u${at + 1}`]));
  const kinds = phaseOf ? shown.map((unit) => phaseOf(unit.id)) : [];
  const edges = shown.flatMap((unit) =>
    reduced(unit, units).flatMap((id) =>
      node.has(id) ? [`  ${node.get(id)} --> ${node.get(unit.id)}`] : [],
    ),
  );
  return [
    "```mermaid",
    "flowchart LR",
    ...shown.map((unit, at) => {
      const label = quoted(`${unit.id} ${unit.title}`);
      const shape = unit.type === "checkpoint" ? `{{"${label}"}}` : `["${label}"]`;
      return `  ${node.get(unit.id)}${shape}${kinds[at] ? `:::${kinds[at]}` : ""}`;
    }),
    ...edges.slice(0, MAX_EDGES),
    ...(units.length > MAX_NODES ? [`  more["and ${units.length - MAX_NODES} more units"]`] : []),
    ...(edges.length > MAX_EDGES ? [`  edges["and ${edges.length - MAX_EDGES} more edges"]`] : []),
    ...PHASES.filter((kind) => kinds.includes(kind)).map(classOf),
    "```",
  ];
}

/** An edge that another path says already would only clutter. */
function reduced(
  unit: Pick<PlanUnit, "dependsOn">,
  units: readonly Pick<PlanUnit, "id" | "dependsOn">[],
): string[] {
  const byId = new Map(units.map((other) => [other.id, other]));
  const direct = unit.dependsOn.map((edge) => edge.id);
  const reachable = new Set<string>();
  const queue = direct.flatMap((id) => byId.get(id)?.dependsOn.map((edge) => edge.id) ?? []);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reachable.has(id)) continue;
    reachable.add(id);
    queue.push(...(byId.get(id)?.dependsOn.map((edge) => edge.id) ?? []));
  }
  return direct.filter((id) => !reachable.has(id));
}

const quoted = (text: string): string =>
  [
    ...text
      .replaceAll(/[^\p{L}\p{N} .,:()/_-]/gu, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  ]
    .slice(0, 48)
    .join("");

/** Light fills take dark letters. */
const LIGHT: ReadonlySet<PhaseKind> = new Set(["not_started", "pending_review", "under_review", "skipped"]);

const classOf = (kind: PhaseKind): string =>
  `  classDef ${kind} fill:#${phaseColor(kind)},color:${LIGHT.has(kind) ? "#24292f" : "#fff"}`;
