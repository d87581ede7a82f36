/**
 * Labels are a picture of the phase, never its source. What people put on beside ours stays.
 *
 * GitHub knows a label by its name in any case and keeps the case it was made with: ours are compared so, and written
 * as the repository spells them, else a "Completed" made by a person would be taken for a stranger's for ever.
 */
import { Criticality } from "../plan/plan.ts";
import { HOLD_LABEL, OWN_LABEL, reminderMarker } from "../run/names.ts";
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

export const phaseColor = (kind: PhaseKind): string => COLORS[kind];

export const phaseLabel = (kind: PhaseKind): string => kind.replaceAll("_", "-");

const PHASE_LABELS = PHASES.map((kind): LabelForm => ({
  name: phaseLabel(kind),
  color: COLORS[kind],
  description: `Roundtable: a unit that is ${kind.replaceAll("_", " ")}`,
}));

/** All labels but those that name an agent or a criticality: see `labelsForRun`. */
export const OWN_LABELS: readonly LabelForm[] = [
  { name: OWN_LABEL, color: "0e8a16", description: "Made by Roundtable" },
  ...PHASE_LABELS,
  {
    name: HOLD_LABEL,
    color: "f9d0c4",
    description: "Roundtable neither begins nor lands this unit while the label is on",
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

/** GitHub takes names of up to 50 characters. */
export const agentLabel = (agent: string): string => `agent:${agent}`.slice(0, 50);
export const criticalityLabel = (level: Criticality): string => `criticality:${level}`;

export function labelsForRun(view: RunView): LabelForm[] {
  const worked = view.units.filter(({ isGate }) => !isGate);
  const agents = [...new Set(worked.filter(byAgent).map((unit) => agentLabel(workedBy(unit))))];
  const levels = Criticality.options.filter((level) => worked.some(({ unit }) => unit.criticality === level));
  return [
    ...OWN_LABELS,
    ...agents.map((name) => ({ name, color: "c2e0c6", description: "Roundtable: the agent of a unit" })),
    ...levels.map((level) => ({
      name: criticalityLabel(level),
      color: "fef2c0",
      description: "Roundtable: how careful a unit's review is",
    })),
  ];
}

/** The whole set wanted on a unit's issue: the strangers' that are there now, and ours. */
export function issueLabels(view: RunView, unit: UnitView): string[] {
  const { criticality } = unit.unit;
  return asSpelled(view, [
    ...(unit.issue?.labels ?? []).filter(isForeign),
    OWN_LABEL,
    phaseLabel(view.phases.get(unit.unit.id)!.kind),
    ...(byAgent(unit) ? [agentLabel(workedBy(unit))] : []),
    ...(unit.isGate ? [] : [criticalityLabel(criticality)]),
    ...(unit.decision ? ["decision-needed"] : []),
    ...(unit.decision && isReminded(view, unit.decision.id) ? ["escalated"] : []),
    ...warning(view, unit),
  ]);
}

/** The whole set wanted on the issue of a unit that the plan has no more. */
export const leftLabels = (view: RunView, { labels }: { labels: readonly string[] }): string[] =>
  asSpelled(view, [...labels.filter(isForeign), OWN_LABEL, phaseLabel("cancelled")]);

/** The whole set wanted on the tracking issue: whatever is there, and whether the run as a whole waits for a person. */
export function trackingLabels(view: RunView): string[] {
  const open = Object.entries(view.state.decisions).filter(
    ([, { unit, answer }]) => unit === null && answer === null,
  );
  const kept = view.snapshot.tracking.labels.filter(
    (name) => !["decision-needed", "escalated"].includes(name.toLowerCase()),
  );
  return asSpelled(view, [
    ...kept,
    ...(open.length > 0 ? ["decision-needed"] : []),
    ...(open.some(([id]) => isReminded(view, id)) ? ["escalated"] : []),
  ]);
}

export function pullLabels(view: RunView, unit: UnitView): string[] {
  const ours = new Set([OWN_LABEL, "fix-required", "quality-warning"]);
  const foreign = (unit.pull?.labels ?? []).filter((name) => !ours.has(name.toLowerCase()));
  const sentBack = view.phases.get(unit.unit.id)!.kind === "fix_required";
  return asSpelled(view, [
    ...foreign,
    OWN_LABEL,
    ...(sentBack ? ["fix-required"] : []),
    ...warning(view, unit),
  ]);
}

/** Its reviews did not come to an end by themselves. */
const warning = ({ state }: RunView, { unit }: UnitView): string[] =>
  Object.values(state.decisions).some((one) => one.kind === "review-rounds" && one.unit === unit.id)
    ? ["quality-warning"]
    : [];

function isReminded({ snapshot, state }: RunView, id: string): boolean {
  const mark = reminderMarker(state.run, id);
  return snapshot.tracking.comments.some(
    ({ author, body }) => author === snapshot.me && body.trimEnd().endsWith(mark),
  );
}

/** Whose attempt the last one was, if it has one. */
const workedBy = ({ unit, work }: UnitView): string =>
  work.findLast(({ role }) => role !== "resolve")?.agent ?? unit.agent;

const byAgent = ({ isGate, unit, claim }: UnitView): boolean =>
  !isGate && unit.person === null && claim === null;

const STATUS = new Set([
  OWN_LABEL,
  "decision-needed",
  "escalated",
  "quality-warning",
  ...PHASE_LABELS.map(({ name }) => name),
]);

const isForeign = (label: string): boolean => {
  const name = label.toLowerCase();
  return !STATUS.has(name) && !name.startsWith("agent:") && !name.startsWith("criticality:");
};

/** By the list that a look has brought: each issue and pull request of it asks. */
const spellings = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function asSpelled({ snapshot: { labels } }: RunView, names: readonly string[]): string[] {
  const known = spellings.get(labels) ?? new Map(labels.map((name) => [name.toLowerCase(), name]));
  spellings.set(labels, known);
  return names.map((name) => known.get(name.toLowerCase()) ?? name);
}
