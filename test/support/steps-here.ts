/**
 * The Action's steps, played by its own code in this process: one of its own for each takes most of a story's time, and
 * test/e2e has them. All that such a step starts is a process still.
 */
import { join } from "node:path";
import { machine } from "../../src/entry/compose.ts";
import type { Processes, ProcessRequest, ProcessResult } from "../../src/local-github/ports.ts";
import { playMode } from "../sim/job.ts";
import { ROOT } from "./local-run.ts";

const ACTION = join(ROOT, "dist/action.js");

export const stepsHere = (processes: Processes): Processes => ({
  run: (request) => (request.args[0] === ACTION ? playStep(request) : processes.run(request)),
});

async function playStep(request: ProcessRequest): Promise<ProcessResult> {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  request.signal?.addEventListener("abort", () => kill(), { once: true });
  const life = { ...machine, fetch, name: "step", isDead: () => false, kill, killed };
  const mode = playMode({ request, files: machine.files }, life);
  const code = await Promise.race([mode, killed.then(() => null)]);
  const nothing = new Uint8Array();
  return {
    code,
    signal: code === null ? "SIGKILL" : null,
    stdout: nothing,
    stderr: nothing,
    timedOut: false,
  };
}
