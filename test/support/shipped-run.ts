/** A confirmed run in a story's world whose jobs are those of the shipped agent workflow. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunReport } from "../../src/application/report.ts";
import { ROOT } from "./local-run.ts";
import type { World } from "./world.ts";

export const SPEC = ".kiro/specs/x";
export const WORKFLOW = ".github/workflows/roundtable-agent.yml";
export const SHIPPED = readFileSync(join(ROOT, "workflows/roundtable-agent.yml"), "utf8");

export interface ShippedRun {
  run: number;
  say(body: string): Promise<void>;
  /** One pass, and what was begun comes to its end. */
  step(): Promise<RunReport>;
  /** Passes until it is so. */
  until(is: (report: RunReport) => boolean): Promise<RunReport>;
  /** Passes until nothing is under way any more. */
  rest(): Promise<RunReport>;
}

export interface Asked {
  tasks: string;
  /** Beside the spec and the workflow. */
  files?: Readonly<Record<string, string>>;
  flags?: string;
}

export async function confirmedRun(
  world: World,
  { tasks, files = {}, flags = "--agent practice" }: Asked,
): Promise<ShippedRun> {
  await world.commit({ [`${SPEC}/tasks.md`]: tasks, [WORKFLOW]: SHIPPED, ...files });
  const run = await world.ask(`/orchestrate ${SPEC} ${flags}`.trim());
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  const step: ShippedRun["step"] = async () => {
    const report = (await world.pass()).runs.find((one) => one.run === run)!;
    if (report.outcome === "running") await world.local.settled();
    return report;
  };
  const until: ShippedRun["until"] = async (is) => {
    for (let look = 0; look < 60; look++) {
      const report = await step();
      if (is(report)) return report;
    }
    throw new Error("it never came to be so");
  };
  return {
    run,
    say: async (body) => void (await world.say(run, body)),
    step,
    until,
    rest: () => until(({ outcome }) => outcome !== "running"),
  };
}

/** The open decisions as `kind` of `unit`. */
export const asked = (report: RunReport): string[] =>
  Object.values(report.view.state.decisions)
    .filter((decision) => decision.answer === null)
    .map(({ kind, unit }) => `${kind} of ${unit ?? "run"}`);

export const phases = (report: RunReport): Record<string, string> =>
  Object.fromEntries([...report.view.phases].map(([id, phase]) => [id, phase.kind]));
