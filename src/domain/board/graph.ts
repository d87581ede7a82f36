/** The plan as a Mermaid graph. Node names are numbers of ours; titles are data and stay in quotes. */
import { nodesOf, type Drawn, type GraphNode } from "../plan-view/nodes.ts";
import { PHASES, type PhaseKind } from "../run/phase.ts";
import { phaseColor } from "./labels.ts";

/** Mermaid draws nothing at all beyond 500: https://mermaid.js.org/config/schema-docs/config.html#maxedges */
const MAX_EDGES = 400;

/** A fenced block: the fences are the first and the last line. */
export function graphOf(units: readonly Drawn[], phaseOf?: (id: string) => PhaseKind): string[] {
  const nodes = nodesOf(units);
  const name = new Map(nodes.map((node, at) => [node.id, `u${at + 1}`]));
  const kinds = nodes.map((node) => (phaseOf ? phaseOfAll(node, phaseOf) : null));
  const edges = nodes.flatMap((node) =>
    node.waitsFor.map((id) => `  ${name.get(id)} --> ${name.get(node.id)}`),
  );
  return [
    "```mermaid",
    "flowchart LR",
    ...nodes.map((node, at) => `  ${name.get(node.id)}${shapeOf(node)}${kinds[at] ? `:::${kinds[at]}` : ""}`),
    ...edges.slice(0, MAX_EDGES),
    ...(edges.length > MAX_EDGES ? [`  edges["and ${edges.length - MAX_EDGES} more edges"]`] : []),
    ...PHASES.filter((kind) => kinds.includes(kind)).map(classOf),
    "```",
  ];
}

/** Null where the units of a group differ. */
function phaseOfAll({ members }: GraphNode, phaseOf: (id: string) => PhaseKind): PhaseKind | null {
  const kinds = new Set(members.map(phaseOf));
  return kinds.size === 1 ? [...kinds][0]! : null;
}

function shapeOf({ label, type }: GraphNode): string {
  const text = quoted(label);
  if (type === "checkpoint") return `{{"${text}"}}`;
  return type === "group" ? `[["${text}"]]` : `["${text}"]`;
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
