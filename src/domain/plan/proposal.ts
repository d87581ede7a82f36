/**
 * What a planning model proposes (design section 6). It is a guess like any other: labels, the command, rules by path and
 * what the spec declares stand above it; it can add order but take none away, and can make no unit less critical.
 */
import { z } from "zod";
import { isScript, type Config } from "../config.ts";
import { pathFault } from "../handover/path-fault.ts";
import { protection } from "../handover/protected-path.ts";
import { cyclesAmong } from "./cycles.ts";
import { Criticality, UnitType, type Plan } from "./plan.ts";

const id = z.string().min(1).max(100);

export const ProposedUnit = z.strictObject({
  id,
  type: UnitType.exclude(["checkpoint"]).optional(),
  agent: z.string().max(39).optional(),
  criticality: Criticality.optional(),
  writes: z.array(z.string().max(500)).max(100).default([]),
  dependsOn: z.array(id).max(200).default([]),
});
export type ProposedUnit = z.infer<typeof ProposedUnit>;

export const Proposal = z.strictObject({ units: z.array(ProposedUnit).max(2000) });
export type Proposal = z.infer<typeof Proposal>;

/** All that keeps a proposal from being taken over, as sentences that its model can act on; empty when it fits the plan. */
export function proposalFaults(
  { units: proposed }: Proposal,
  plan: Plan,
  config: Pick<Config, "agents" | "protectedPaths">,
): string[] {
  const units = new Map(plan.units.map((unit) => [unit.id, unit]));
  const known = Object.keys(config.agents).filter((name) => !isScript(name, config));
  const seen = new Set<string>();
  const faults = proposed.flatMap((one): string[] => {
    const unit = units.get(one.id);
    const isTwice = seen.has(one.id);
    seen.add(one.id);
    if (!unit) return [unknown(one.id, plan)];
    if (isTwice) return [`Unit ${one.id} is proposed twice.`];
    if (unit.type === "checkpoint")
      return [`Unit ${one.id} is a checkpoint: nothing can be proposed for it.`];
    return [
      ...(one.agent !== undefined && !known.includes(one.agent)
        ? [`There is no agent "${one.agent}"; known are ${known.join(", ")}.`]
        : []),
      ...one.writes.flatMap((path) => pathSentence(path, plan, config)),
      ...one.dependsOn.flatMap((other) =>
        other === one.id
          ? [`Unit ${one.id} cannot wait for itself.`]
          : units.has(other)
            ? []
            : [unknown(other, plan)],
      ),
    ];
  });
  return faults.length > 0 ? faults : cyclesWith(proposed, plan);
}

function unknown(name: string, { units, tasks }: Plan): string {
  const unit = units.find(({ taskIds }) => taskIds.includes(name));
  if (unit) return `${name} is a task of unit ${unit.id}: only whole units are planned.`;
  return tasks.some((task) => task.id === name)
    ? `Task ${name} is not part of this run.`
    : `There is no unit ${JSON.stringify(name)}.`;
}

function pathSentence(
  path: string,
  { spec }: Plan,
  { protectedPaths }: Pick<Config, "protectedPaths">,
): string[] {
  const fault = pathFault(path.replace(/\/$/, ""));
  if (fault !== null) return [`${JSON.stringify(path)} is no path inside the repository: ${fault}.`];
  const why = protection(path, { specPath: spec.path, protectedPaths });
  return why === null ? [] : [`${path} may not be changed by an agent: ${why}.`];
}

/** A plan without cycles gets none. */
function cyclesWith(proposed: readonly ProposedUnit[], { units }: Plan): string[] {
  const more = new Map(proposed.map(({ id: from, dependsOn }) => [from, dependsOn]));
  const waits = new Map(
    units.map((unit) => [
      unit.id,
      [...new Set([...unit.dependsOn.map((edge) => edge.id), ...(more.get(unit.id) ?? [])])],
    ]),
  );
  return cyclesAmong([...waits.keys()], (from) => waits.get(from)!.map((to) => ({ id: to }))).map(
    (cycle) =>
      `Units would wait for one another: ${cycle.map(({ from }) => from).join(" → ")} → ${cycle[0]!.from}.`,
  );
}
