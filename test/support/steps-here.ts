/**
 * The Action's steps, played by its own code in this process: one of its own for each takes most of a story's time, and
 * test/e2e has them. All that such a step starts is a process still, and so is a pass, which begins later than the job
 * that has woken it ends.
 */
import { join } from "node:path";
import { machine } from "../../src/entry/compose.ts";
import type { Processes, ProcessRequest, ProcessResult } from "../../src/local-github/ports.ts";
import { playMode } from "../sim/job.ts";
import { ROOT } from "./local-run.ts";

const ACTION = join(ROOT, "dist/action.js");

export const stepsHere = (processes: Processes): Processes => ({
  run: (request) =>
    request.args[0] === ACTION && request.env["INPUT_MODE"] !== "pass"
      ? playStep(request)
      : processes.run(request),
});

async function playStep(request: ProcessRequest): Promise<ProcessResult> {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  // The Action ends at each of them.
  const { signal, signals } = request;
  for (const one of [signal, signals?.SIGINT, signals?.SIGTERM])
    one?.addEventListener("abort", () => kill(), { once: true });
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
