/** Puts together where branch code runs. */
import { readMachine } from "../adapters/system/abilities.ts";
import { openPlace, type Ground, type Place } from "../adapters/system/isolation.ts";
import { findSystem } from "../adapters/system/other-user.ts";
import type { MachineReader } from "../application/doctor/ports.ts";
import type { Log } from "../application/ports.ts";
import { machine } from "./compose.ts";

export type { Place };

/** Where the branch code of a job runs. */
export const composePlace = async (log: Log, ground: Ground): Promise<Place> =>
  openPlace({ ...machine, log }, await findSystem(), ground);

/** Looks at this machine, as programs with this environment see it. */
export const composeMachineReader = (env: Readonly<Record<string, string>>): MachineReader => ({
  machine: async (programs) => readMachine(machine.processes, { env, programs, system: await findSystem() }),
});
