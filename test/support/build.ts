/** Whole runs use the bundled Action: it is built once before the tests, and compiled once in them. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

export default function setup(): void {
  const root = resolve(import.meta.dirname, "../..");
  execFileSync(process.execPath, ["scripts/build.ts", "--if-stale"], { cwd: root, stdio: "inherit" });
  process.env["NODE_COMPILE_CACHE"] = resolve(root, "node_modules/.cache/compiled");
}
