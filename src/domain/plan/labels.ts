/** Labels by which people override what the rules say: `agent:claude`, `criticality:complex`, a priority. */
import type { Diagnostic } from "../problem.ts";
import type { Group } from "./units.ts";

export interface Labels {
  /** Of the tracking issue: they hold for every unit. */
  run?: readonly string[];
  /** Unit id → those of its own issue, which come first. */
  units?: Readonly<Record<string, readonly string[]>>;
}

export interface Label {
  text: string;
  on: "its issue" | "the tracking issue";
}

export const labelsOf = ({ run = [], units = {} }: Labels, unit: string): Label[] => [
  ...((Object.hasOwn(units, unit) && units[unit]) || []).map((text) => ({ text, on: "its issue" as const })),
  ...run.map((text) => ({ text, on: "the tracking issue" as const })),
];

type Kind = "agent" | "criticality";

/** What a label such as `agent:claude` says of an agent. */
export const valueOf = (kind: Kind, { text }: Pick<Label, "text">): string | undefined =>
  text.startsWith(`${kind}:`) ? text.slice(kind.length + 1).trim() : undefined;

export const isOverride = (text: string): boolean =>
  (["agent", "criticality"] satisfies Kind[]).some((kind) => valueOf(kind, { text }) !== undefined);

/** Labels that name an agent which is not there. */
export function unknownAgents(
  labels: Labels,
  { groups, agents }: { groups: readonly Group[]; agents: readonly string[] },
): Diagnostic[] {
  const warning = (label: Label, whose: string, line: number): Diagnostic[] => {
    const agent = valueOf("agent", label);
    if (agent === undefined || agents.includes(agent)) return [];
    return [
      {
        severity: "warning",
        code: "unknown-agent",
        line,
        column: 1,
        what: `${whose} has the label ${label.text}`,
        why: "`agents` in the configuration does not name that agent",
        fix: `The label is left aside. Known: ${agents.join(", ")}.`,
      },
    ];
  };
  return [
    ...labelsOf({ ...labels, units: {} }, "").flatMap((label) => warning(label, "The tracking issue", 1)),
    ...groups.flatMap(({ id, tasks }) =>
      labelsOf({ ...labels, run: [] }, id).flatMap((label) =>
        warning(label, `The issue of unit ${id}`, tasks[0]!.line),
      ),
    ),
  ];
}
