/**
 * Every temporary folder of the tests lies in one, which goes when they end. What a worker keeps for all its tests would
 * else be left: it is ended by a signal, and none of its own listeners is asked.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "roundtable-"));
  // As the one that it stands for: agents of other users write there.
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  return remove;
}
