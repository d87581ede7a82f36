/** Labels are a picture of the phase, never its source. What people put on beside ours stays. */
import { OWN_LABEL } from "../run/names.ts";
import { PHASES, type PhaseKind } from "../run/phase.ts";
import type { RunView, UnitView } from "../run/view.ts";

export interface LabelForm {
  name: string;
  color: string;
  description: string;
}

const COLORS: Readonly<Record<PhaseKind, string>> = {
  not_started: "ededed",
  in_progress: "1d76db",
  pending_review: "fbca04",
  under_review: "d4a72c",
  fix_required: "d93f0b",
  final_review: "8250df",
  completed: "1a7f37",
  blocked: "b60205",
  skipped: "bfd4f2",
  cancelled: "57606a",
};

export const phaseLabel = (kind: PhaseKind): string => kind.replaceAll("_", "-");

const PHASE_LABELS = PHASES.map((kind): LabelForm => ({
  name: phaseLabel(kind),
  color: COLORS[kind],
  description: `Roundtable: a unit that is ${kind.replaceAll("_", " ")}`,
}));
const FIXED: readonly LabelForm[] = [
  { name: OWN_LABEL, color: "0e8a16", description: "Made by Roundtable" },
  ...PHASE_LABELS,
  {
    name: "roundtable:hold",
    color: "f9d0c4",
    description: "Roundtable leaves this unit alone while the label is on",
  },
  { name: "decision-needed", color: "e99695", description: "Roundtable: a person must decide" },
  {
    name: "escalated",
    color: "b60205",
    description: "Roundtable: a decision has waited for more than a day",
  },
  { name: "quality-warning", color: "e4e669", description: "Roundtable: reviews did not converge" },
  { name: "follow-up", color: "c5def5", description: "Roundtable: minor findings for later" },
];

export const agentLabel = (agent: string): string => `agent:${agent}`.slice(0, 50);
export const criticalityLabel = (level: string): string => `criticality:${level}`;

export function labelsForRun(view: RunView): LabelForm[] {
  const agents = [...new Set(view.units.filter((unit) => !unit.isGate).map((unit) => unit.unit.agent))];
  const levels = [...new Set(view.units.map((unit) => unit.unit.criticality))];
  return [
    ...FIXED,
    ...agents.map((agent) => ({
      name: agentLabel(agent),
      color: "c2e0c6",
      description: "Roundtable: the agent of a unit",
    })),
    ...levels.map((level) => ({
      name: criticalityLabel(level),
      color: "fef2c0",
      description: "Roundtable: how careful a unit's review is",
    })),
  ];
}

const STATUS = new Set([...PHASE_LABELS.map(({ name }) => name), "decision-needed"]);

const isForeign = (name: string): boolean =>
  !STATUS.has(name) && name !== OWN_LABEL && !name.startsWith("agent:") && !name.startsWith("criticality:");

export function issueLabels(view: RunView, unit: UnitView): string[] {
  const { agent, criticality } = unit.unit;
  return [
    ...(unit.issue?.labels ?? []).filter(isForeign),
    OWN_LABEL,
    phaseLabel(view.phases.get(unit.unit.id)!.kind),
    ...(unit.isGate ? [] : [agentLabel(agent), criticalityLabel(criticality)]),
    ...(unit.decision ? ["decision-needed"] : []),
  ];
}

export function pullLabels(view: RunView, unit: UnitView): string[] {
  const foreign = (unit.pull?.labels ?? []).filter((name) => name !== OWN_LABEL && name !== "fix-required");
  const sentBack = view.phases.get(unit.unit.id)!.kind === "fix_required";
  return [...foreign, OWN_LABEL, ...(sentBack ? ["fix-required"] : [])];
}
