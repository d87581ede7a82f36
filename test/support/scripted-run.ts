/** A confirmed run in a story's world whose jobs are scripted, with the time of its own. */
import type { Github } from "../../src/application/ports.ts";
import type { RunReport } from "../../src/application/report.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { scriptedJobs, type Fate, type Script } from "./scripted-jobs.ts";
import { SPEC } from "./shipped-run.ts";
import type { World } from "./world.ts";

export interface ScriptedRun {
  run: number;
  /** With the scripted jobs in place of Actions. */
  github: Github;
  /** One pass, and half a minute later, or when an attempt that backs off is due. */
  step(): Promise<RunReport>;
  /** Passes until it is so. */
  until(is: (report: RunReport) => boolean | Promise<boolean>): Promise<RunReport>;
  /** Passes until a person or nobody is waited for. */
  rest(): Promise<RunReport>;
}

export async function scriptedRun(
  world: World,
  {
    tasks,
    files = {},
    flags = "",
    fateOf = goodFate,
    github = world.github,
    ...script
  }: {
    tasks: string;
    files?: Readonly<Record<string, string>>;
    flags?: string;
    fateOf?: (attempt: AttemptView) => Fate;
    github?: Github;
  } & Script,
): Promise<ScriptedRun> {
  const scripted = { ...github, workflows: scriptedJobs(github, fateOf, script).workflows };
  const reconciler = world.reconciler({ github: scripted });
  await world.commit({ [`${SPEC}/tasks.md`]: tasks, ...files });
  const run = await world.ask(`/orchestrate ${SPEC} ${flags}`.trim());
  await reconciler.pass();
  // A model may have to plan first.
  while ((await reconciler.pass()).runs.some(({ did }) => Object.keys(did).length > 0));
  await world.say(run, "/orchestrate confirm");
  const step = async (): Promise<RunReport> => {
    const report = (await reconciler.pass()).runs.find((one) => one.run === run)!;
    const now = world.machine.clock.now().getTime();
    const isBackingOff = report.waits.some((wait) => wait.for === "back-off");
    const due = isBackingOff ? (report.lookAgainAt?.getTime() ?? now) : now;
    if (report.outcome === "running") world.machine.clock.advance(Math.max(31_000, due - now));
    return report;
  };
  const until: ScriptedRun["until"] = async (is) => {
    for (let passes = 0; passes < 100; passes++) {
      const report = await step();
      if (await is(report)) return report;
    }
    throw new Error("it never came to be so");
  };
  return { run, github: scripted, step, until, rest: () => until(({ outcome }) => outcome !== "running") };
}

export const goodFate = ({ role }: AttemptView): Fate =>
  role === "review" ? "pass" : role === "verify" ? "green" : "good";
