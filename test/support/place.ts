/** A place for branch code made from a real checkout, and what programs in it say. */
import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openPlace, type Ground, type Place } from "../../src/adapters/system/isolation.ts";
import { machine } from "../../src/adapters/system/machine.ts";
import { findSystem, type System } from "../../src/adapters/system/other-user.ts";
import type { Log, Processes } from "../../src/application/ports.ts";
import { makeCheckout, quiet, type Checkout } from "./checkout.ts";

/** Ways to another user that this machine has: as root both, where sudo is there. */
export const WAYS: { way: string; system: Partial<System> }[] = [
  ...(process.getuid?.() === 0 ? [{ way: "root", system: { uid: 0 } }] : []),
  ...(spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0
    ? [{ way: "sudo", system: { uid: 1000 } }]
    : []),
];

export interface Opened {
  place: Place;
  checkout: Checkout;
  /** Standard output of a shell line, run as branch code is. */
  sh(script: string, more?: { env?: Record<string, string> }): Promise<string>;
}

export interface Given {
  system?: Partial<System>;
  ground?: Partial<Ground>;
  processes?: Processes;
  log?: Log;
  /** What is done in the checkout before. */
  before?: (checkout: Checkout) => Promise<unknown>;
}

export async function open({
  system = {},
  ground = {},
  processes = machine.processes,
  log = quiet.log,
  before,
}: Given): Promise<Opened> {
  const checkout = await makeCheckout({ "a.txt": "one\n", ".gitignore": "ignored\n" });
  await before?.(checkout);
  const root = join(checkout.folder, "..");
  // The test's own folder is closed to others; to go through must do.
  await chmod(root, 0o711);
  const { sudo, setpriv } = await findSystem();
  const place = await openPlace(
    { ...machine, processes, log },
    { uid: process.getuid?.() ?? null, sudo, setpriv, places: root, ...system },
    {
      checkout: checkout.folder,
      folder: checkout.own,
      env: { PATH: "/usr/bin:/bin" },
      needs: [],
      staysRather: false,
      network: [],
      ...ground,
    },
  );
  onTestFinished(() => place.close());
  const sh: Opened["sh"] = async (script, { env = {} } = {}) => {
    const { stdout, stderr } = await place.processes.run({
      command: "bash",
      args: ["-c", script],
      cwd: place.checkout,
      env: { ...place.env, ...env },
    });
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  return { place, checkout, sh };
}
