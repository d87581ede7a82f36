/**
 * Every temporary folder of the tests lies in one, which goes when they end. What a worker keeps for all its tests would
 * else be left: it is ended by a signal, and none of its own listeners is asked. What is left where all is ended so goes
 * with a later run.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DAY_MS = 24 * 3_600_000;

export default function setup(): () => void {
  const at = tmpdir();
  for (const name of readdirSync(at).filter((one) => /^roundtable-tests-\w{6}$/.test(one))) {
    const changed = statSync(join(at, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (changed < Date.now() - DAY_MS) remove(join(at, name));
  }
  const folder = mkdtempSync(join(at, "roundtable-tests-"));
  // As the one that it stands for: agents of other users write there.
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  return () => remove(folder);
}

/** Fails no tests: what another user has left in there, or somebody still writes, stays. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    console.warn(`${folder} is left: ${String(error)}`);
  }
}
