/** Plays one world from its seed to its end, and looks at it after every step. */
import { GOOD, HUMAN } from "./agents.ts";
import { boardIsTrue } from "./board.ts";
import { comesToItsEnd } from "./ends.ts";
import { INVARIANTS, type Checked } from "./invariants.ts";
import { outages, schedule } from "./machines.ts";
import { ask, meddle } from "./people.ts";
import { watchForRest, type RestHours } from "./rest.ts";
import { createEye, type Eye, type Journal } from "./seen.ts";
import { configOf, plainTasks, SPEC, tasksOf, type Setting } from "./spec.ts";
import { createSimWorld, REPO, type SimWorld, type WorldOptions } from "./world.ts";

export interface Play extends Pick<
  WorldOptions,
  "seed" | "form" | "scale" | "faultHours" | "everyMinutes" | "only"
> {
  units: number;
  flags: string;
  /** Agents err, and people meddle. */
  isLively: boolean;
  /** Units that may all be at work at once. */
  isPlain: boolean;
  /** A repository with its spec, in place of one that is made up. */
  given?: Given;
  rest?: RestHours;
  setting: Setting;
}

export interface Given {
  spec: string;
  files: Readonly<Record<string, string>>;
}

export interface Played {
  world: SimWorld;
  journal: Journal | null;
  violations: string[];
  /** That have appended to a journal since the faults stopped. */
  passes: Set<string>;
  /** How much each invariant had to check. */
  checked: Map<string, number>;
  hours: number;
  steps: number;
}

const HOUR = 3_600_000;
/** Steps in one moment of time. */
const MOST_STILL = 2000;
const REST: RestHours = { settles: 2, quiet: 3 };

export async function play(given: Play): Promise<Played> {
  const world = await createSimWorld({
    ...given,
    habits: given.isLively ? HUMAN : GOOD,
    hasProjects: given.setting.hasProject,
  });
  const { clock } = world;
  const eye = createEye(world);
  const played: Played = {
    world,
    journal: null,
    violations: [],
    passes: new Set(),
    checked: new Map(),
    hours: 0,
    steps: 0,
  };
  const began = clock.ms();
  await world.commit(filesOf(given, world));
  await populate(given, { world, eye });
  const resting = watchForRest(world, { ...(given.rest ?? REST), faultHours: given.faultHours });
  let still = 0;
  for (;;) {
    await world.drain();
    if (!(await look(eye, played))) break;
    const before = clock.ms();
    if (!clock.advance()) throw new Error("nobody waits for anything");
    played.steps += 1;
    still = clock.ms() === before ? still + 1 : 0;
    if (still > MOST_STILL) {
      played.violations.push("end: time stands still, and something is done again and again");
      break;
    }
    if (resting.isOver(played.journal)) break;
  }
  await look(eye, played);
  played.hours = (clock.ms() - began) / HOUR;
  const { journal, passes } = played;
  const rest = {
    journal,
    repository: world.local.repository(REPO),
    projects: world.local.projects,
    head: journal && (await world.local.git(REPO).refSha(`refs/heads/roundtable/${journal.run}/main`)),
    after: resting.writtenAfter(),
    isLeft: world.isLeft,
    passes: passes.size,
  };
  note(played, "end", comesToItsEnd(rest));
  note(played, "board", boardIsTrue(rest));
  return played;
}

function filesOf({ given, isPlain, units, setting }: Play, { chance }: SimWorld): Given["files"] {
  if (given) return given.files;
  const tasks = isPlain ? plainTasks(units) : tasksOf(units, chance.of("spec"));
  const config = configOf(setting);
  const configured = config === null ? {} : { ".github/roundtable.yml": config };
  return { ...configured, [`${SPEC}/tasks.md`]: tasks, "shared.txt": "nothing\n" };
}

async function populate(given: Play, { world, eye }: { world: SimWorld; eye: Eye }): Promise<void> {
  if (given.form === "app") {
    await world.startApp();
    if (world.faults.strikes("replicas")) {
      await world.startApp();
      world.isHeardByAll = world.faults.strikes("webhook-to-all");
    }
  } else void schedule(world);
  void ask({ world, eye, spec: given.given?.spec ?? SPEC, flags: given.flags, isPatient: !given.isLively });
  if (given.isLively) void meddle({ world, eye });
  void outages(world);
}

/** False where something is broken: what follows from that is not told. */
async function look(eye: Eye, played: Played): Promise<boolean> {
  const { world } = played;
  const seen = await eye.see();
  if (seen === null) return true;
  played.journal = seen.journals[0] ?? null;
  if (world.isCalm())
    for (const { pass } of seen.appends.filter(({ ms }) => ms > world.clock.ms() - 1))
      played.passes.add(pass);
  for (const { name, check } of INVARIANTS) note(played, name, check(seen));
  return played.violations.length === 0;
}

function note({ checked, violations }: Played, name: string, { count, broken }: Checked): void {
  checked.set(name, (checked.get(name) ?? 0) + count);
  violations.push(...broken.map((what) => `${name}: ${what}`));
}
