/** The plan as a Mermaid graph. Node names are numbers of ours; titles are data and stay in quotes. */
import type { PlanUnit } from "../plan/plan.ts";

const MAX_NODES = 60;

export function graphOf(
  units: readonly Pick<PlanUnit, "id" | "title" | "type" | "dependsOn">[],
  classOf?: (id: string) => string,
): string[] {
  const shown = units.slice(0, MAX_NODES);
  const node = new Map(shown.map((unit, at) => [unit.id, `u${at + 1}`]));
  return [
    "```mermaid",
    "flowchart LR",
    ...shown.map((unit) => {
      const label = quoted(`${unit.id} ${unit.title}`);
      const shape = unit.type === "checkpoint" ? `{{"${label}"}}` : `["${label}"]`;
      return `  ${node.get(unit.id)}${shape}${classOf ? `:::${classOf(unit.id)}` : ""}`;
    }),
    ...shown.flatMap((unit) =>
      reduced(unit, shown).flatMap((id) =>
        node.has(id) ? [`  ${node.get(id)} --> ${node.get(unit.id)}`] : [],
      ),
    ),
    ...(classOf ? CLASSES : []),
    "```",
    ...(units.length > MAX_NODES ? [`The first ${MAX_NODES} of ${units.length} units are shown.`] : []),
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
  text
    .replaceAll(/[^\p{L}\p{N} .,:()/_-]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 48);

const CLASSES = [
  "  classDef completed fill:#1a7f37,color:#fff",
  "  classDef moving fill:#1d76db,color:#fff",
  "  classDef waiting fill:#ededed,color:#24292f",
  "  classDef trouble fill:#d93f0b,color:#fff",
  "  classDef out fill:#57606a,color:#fff",
];
