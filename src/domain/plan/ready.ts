/** Which units may start now, and the name of the wait for each that may not (design 2.5, section 6). */
import type { Config } from "../config.ts";
import type { Plan, PlanUnit } from "./plan.ts";
import { startOrder } from "./schedule.ts";
import { setsMeet } from "./locks.ts";

export interface Standing {
  plan: Pick<Plan, "units">;
  profile: Config["profile"];
  /** Landed units, passed gates, and units skipped by a person. */
  landed: ReadonlySet<string>;
  cancelled: ReadonlySet<string>;
  /** Begun and not over: they hold their paths and a slot. */
  active: ReadonlySet<string>;
  maxParallel: number;
  /** Paths by which units have grown beyond the plan: they are held like those of the plan. */
  writeSets: Readonly<Record<string, readonly string[]>>;
}

export interface UnitWait {
  for: "dependency" | "gate" | "lock" | "slot" | "unknown-paths";
  on: string[];
  because: string;
}

export function readyUnits(standing: Standing): { ready: string[]; waits: Record<string, UnitWait> } {
  const { plan, landed, cancelled, active } = standing;
  const byId = new Map(plan.units.map((unit) => [unit.id, unit]));
  const busy = [...active].flatMap((id) => byId.get(id) ?? []);
  const ready: string[] = [];
  const waits: Record<string, UnitWait> = {};
  for (const unit of startOrder(plan.units)) {
    if (landed.has(unit.id) || cancelled.has(unit.id) || active.has(unit.id)) continue;
    const wait = waitOf(unit, { standing, byId, busy });
    if (wait) waits[unit.id] = wait;
    else {
      ready.push(unit.id);
      busy.push(unit);
    }
  }
  return { ready, waits };
}

function waitOf(
  unit: PlanUnit,
  {
    standing,
    byId,
    busy,
  }: { standing: Standing; byId: ReadonlyMap<string, PlanUnit>; busy: readonly PlanUnit[] },
): UnitWait | null {
  const missing = unit.dependsOn
    .map((edge) => edge.id)
    .filter((id) => byId.has(id) && !standing.landed.has(id));
  if (missing.length > 0) {
    const gate = missing.find((id) => byId.get(id)!.type === "checkpoint");
    if (gate) return { for: "gate", on: [gate], because: `checkpoint ${gate} has not passed yet` };
    return {
      for: "dependency",
      on: missing,
      because: `${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} not landed yet`,
    };
  }
  if (unit.type === "checkpoint") return null;
  if (busy.length >= standing.maxParallel)
    return { for: "slot", on: [], because: `${busy.length} of ${standing.maxParallel} slots are taken` };
  return lockWait(unit, standing.writeSets, busy) ?? unknownPaths(unit, standing.profile, busy);
}

/** Who writes a path has it alone; those who only read it share it. */
function lockWait(unit: PlanUnit, grown: Standing["writeSets"], busy: readonly PlanUnit[]): UnitWait | null {
  const [writes, reads] = [heldPaths(unit, grown), readPaths(unit)];
  for (const other of busy) {
    const held = heldPaths(other, grown);
    const how = setsMeet(writes, held)
      ? "holds paths that it writes too"
      : setsMeet(reads, held)
        ? "writes paths that it reads"
        : setsMeet(writes, readPaths(other))
          ? "reads paths that it writes"
          : null;
    if (how !== null) return { for: "lock", on: [other.id], because: `unit ${other.id} ${how}` };
  }
  return null;
}

export const declaredPaths = (unit: PlanUnit): string[] =>
  unit.writes.filter(({ source }) => source !== "inferred").map(({ path }) => path);

/** Are the declared paths all that it may change? Not where some are a guess or not understood. */
export const isHard = (unit: PlanUnit): boolean =>
  !unit.unknownPaths && declaredPaths(unit).length === unit.writes.length;

export const readPaths = (unit: PlanUnit): string[] => unit.reads.map(({ path }) => path);

/** Paths that a unit holds: those of the plan and those it grew by. */
export const heldPaths = (unit: PlanUnit, grown: Standing["writeSets"]): string[] => [
  ...unit.writes.map(({ path }) => path),
  ...(grown[unit.id] ?? []),
];

/** safe: alone in the run; balanced: one such unit at a time beside others; throughput: free. */
function unknownPaths(
  unit: PlanUnit,
  profile: Config["profile"],
  busy: readonly PlanUnit[],
): UnitWait | null {
  if (profile === "throughput") return null;
  if (profile === "safe") {
    const other = busy[0];
    const blocks = other && (unit.unknownPaths || busy.some(({ unknownPaths: unknown }) => unknown));
    return blocks
      ? {
          for: "unknown-paths",
          on: [other.id],
          because: "with profile safe a unit of unknown paths works alone",
        }
      : null;
  }
  const other = unit.unknownPaths ? busy.find(({ unknownPaths: unknown }) => unknown) : undefined;
  return other
    ? {
        for: "unknown-paths",
        on: [other.id],
        because: `its paths are not known, and neither are those of unit ${other.id}`,
      }
    : null;
}
