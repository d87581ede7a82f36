import { expect, it } from "vitest";
import { machine } from "../../../src/adapters/system/machine.ts";
import { endAll } from "../../../src/adapters/system/end-all.ts";
import type { Processes } from "../../../src/application/ports.ts";

/** Of nobody on this machine. */
const USER = 2_000_000_001;

it("waits for none that is stopped by what it is to end", async () => {
  let begun = 0;
  const stopped: Processes = {
    ...machine.processes,
    run({ timeoutMs }) {
      begun += 1;
      const ended = { code: null, signal: "SIGKILL", stdout: new Uint8Array(), stderr: new Uint8Array() };
      return timeoutMs === undefined ? new Promise(() => {}) : Promise.resolve({ ...ended, timedOut: true });
    },
  };
  const means = { kind: "root", setpriv: "/usr/bin/setpriv" } as const;
  await endAll(machine.clock, { processes: stopped, means, user: USER });
  expect(begun).toBe(1);
}, 5000);
