/** Whole runs on the local GitHub that come to a question, its answer as a comment, and the world when the run rests again. */
import { expect } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { phaseLabel } from "../../src/domain/board/labels.ts";
import type { Decision } from "../../src/domain/run/journal.ts";
import { PHASES } from "../../src/domain/run/phase.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import type { Fate } from "./scripted-jobs.ts";
import { goodFate, scriptedRun, type ScriptedRun } from "./scripted-run.ts";
import { asked } from "./shipped-run.ts";
import { REPO, story, type World } from "./world.ts";

export interface Told extends ScriptedRun {
  world: World;
  say(command: string): Promise<void>;
  wait(hours: number): void;
}

type Does = Decision["options"][number]["does"];

export interface AnswerStory {
  tasks: string;
  files?: Readonly<Record<string, string>>;
  flags?: string;
  /** Until the answer; from then on all goes well. */
  fateOf?(attempt: AttemptView): Fate;
  /** US dollars that its model would take until the answer; from then on half a dollar. */
  wantsOf?(attempt: AttemptView): number;
  /** What leads to the question; without a report of it, it comes by itself from there. */
  lead?(told: Told): Promise<RunReport | void>;
  /** After the answer; left out: passes until a person or nobody is waited for. */
  rest?(told: Told, does: Does | null): Promise<RunReport>;
  /** What a person puts right before such an answer. */
  mended?: Readonly<Partial<Record<Does, (told: Told) => Promise<unknown>>>>;
  /**
   * By option, in their order, what GitHub shows then: how the run stands; of each unit the label, the state of its issue
   * and that of its pull request; the units' files on the integration branch; the run's branches.
   */
  after: Readonly<Partial<Record<Does, string>>>;
}

export const optionsOf = ({ after }: AnswerStory): Does[] => Object.keys(after) as Does[];

export const ONE = "- [ ] 1. Write a\n  - _writes: src/1.txt_\n";
export const TWO = `${ONE}- [ ] 2. Write b\n  - _writes: src/2.txt_\n  - _Depends: 1_\n`;

/** A person approves each unit. */
export const WATCHED = { ".github/roundtable.yml": "version: 1\nrequire_human: [standard]\n" };

/** Done and read by an agent that takes 2 USD an attempt by estimate. */
export const paid = (budget: string): Record<string, string> => ({
  ".github/roundtable.yml": `version: 1
agents: { paid: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
budget: ${budget}
`,
});

/** The open question of that kind, and its id. */
function openOf({ view }: RunReport, kind: string): [id: string, decision: Decision] {
  const open = Object.entries(view.state.decisions).filter(([, { answer }]) => answer === null);
  const found = open.find(([, decision]) => decision.kind === kind);
  if (!found) throw new Error(`asked is not ${kind}, but ${open.map(([, one]) => one.kind).join(", ")}`);
  return found;
}

export const kindOf = (name: string): string => name.replace(/ \(.*/, "");

/** Leads a run to the question and answers it so: the world after. Null: nobody answers until the deadline has passed. */
export async function answering(name: string, told: AnswerStory, does: Does | null): Promise<string> {
  let after = "";
  await story(async (world) => {
    let isAnswered = false;
    const { tasks, files = {}, flags = "", fateOf = goodFate, wantsOf } = told;
    const run = await scriptedRun(world, {
      tasks,
      files,
      flags,
      fateOf: (attempt) => (isAnswered ? goodFate(attempt) : fateOf(attempt)),
      ...(wantsOf && { wantsOf: (attempt: AttemptView) => (isAnswered ? 0.5 : wantsOf(attempt)) }),
    });
    const telling: Told = {
      ...run,
      world,
      say: async (command) => void (await world.say(run.run, `/orchestrate ${command}`)),
      wait: (hours) => world.machine.clock.advance(hours * 3_600_000),
    };
    const asks = (await told.lead?.(telling)) ?? (await run.rest());
    const [id, { options, default: standard }] = openOf(asks, kindOf(name));
    expect(options.map((option) => option.does)).toEqual(optionsOf(told));
    const option = does === null ? standard! : 1 + options.findIndex((one) => one.does === does);
    const takes = options[option - 1]!.does;
    await told.mended?.[takes]?.(telling);
    // Nobody answers in the second in which it is asked.
    telling.wait(0.1);
    isAnswered = true;
    if (does === null) telling.wait(73);
    else await telling.say(`decide ${id} ${option}`);
    const report = await (told.rest ? told.rest(telling, does) : run.rest());
    expect(report.view.state.decisions[id]!.answer).toMatchObject({ option });
    after = await worldAfter(world, report);
  });
  return after;
}

async function worldAfter(world: World, report: RunReport): Promise<string> {
  const { issues, pulls, branches } = await world.local.view(REPO);
  const prefix = `roundtable/${report.run}/`;
  const own = branches.filter(({ name }) => name.startsWith(prefix));
  const units = report.view.units.map(({ unit, issue, branch }) => {
    const shown = issues.find(({ number }) => number === issue?.number);
    const pull = pulls.find(({ head }) => head === branch);
    const label = shown?.labels.find(({ name }) => PHASE_NAMES.has(name))?.name;
    const state = pull?.mergedAt == null ? pull?.state : "merged";
    return `${unit.id} ${label ?? "none"}, ${shown?.state ?? "none"}, ${state ?? "none"}`;
  });
  const { files } = await world.github.code.paths(own.find(({ name }) => name === `${prefix}main`)!.sha);
  const stands = [
    report.outcome,
    ...(report.view.state.paused ? ["paused"] : []),
    ...asked(report),
    ...(pulls.some(({ head, base }) => head === `${prefix}main` && base === "main")
      ? ["final pull waits"]
      : []),
  ];
  return [
    stands.join("; "),
    ...units,
    files.filter((path) => /^(src\/|shared)/.test(path)).join(" ") || "nothing",
    own.map(({ name }) => name.slice(prefix.length)).join(" "),
  ].join(" / ");
}

const PHASE_NAMES: ReadonlySet<string> = new Set(PHASES.map(phaseLabel));
