/** Plays one world from its seed to its end, and looks at it after every step. */
import { GOOD, HUMAN } from "./agents.ts";
import { boardIsTrue } from "./board.ts";
import { comesToItsEnd } from "./ends.ts";
import { INVARIANTS, type Checked } from "./invariants.ts";
import { onePassMore, outages, schedule } from "./machines.ts";
import { ask, meddle } from "./people.ts";
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
  /** Hours after the run's end: what happened at the end is put right, and then nothing more may be written. */
  rest?: { settles: number; quiet: number };
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
/** From the calm on; decisions that nobody answers have a deadline of three days. */
const MOST_HOURS = 24 * 4;
/** Steps in one moment of time. */
const MOST_STILL = 2000;
/** Of a run that has not ended; the longest that people are silent is twelve hours. */
const MOST_IDLE_HOURS = 16;
const REST = { settles: 2, quiet: 3 };
/** Where nobody answers, people are called once more after a day, and an answer holds by itself after three. */
const LEFT_IDLE_HOURS = 30;

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
  const { settles, quiet } = given.rest ?? REST;
  const limit = began + (given.faultHours + MOST_HOURS) * HOUR;
  let quietFrom: number | null = null;
  let written = Infinity;
  let still = 0;
  let hasPassed = false;
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
    const isOver = (played.journal?.state.ended ?? null) !== null && !played.journal!.isOpen;
    if (isOver && world.isCalm() && quietFrom === null) quietFrom = clock.ms() + settles * HOUR;
    if (quietFrom !== null && written === Infinity && clock.ms() > quietFrom) written = world.effects.length;
    const isStuck =
      world.isCalm() && clock.ms() - Math.max(began, lastWrite(world)) > idleHours(world) * HOUR;
    if (isStuck && world.isLeft && quietFrom === null) quietFrom = clock.ms();
    if (written < Infinity && !hasPassed) {
      hasPassed = true;
      void onePassMore(world);
    }
    if (
      (isStuck && quietFrom === null) ||
      clock.ms() > limit ||
      (quietFrom !== null && clock.ms() > quietFrom + quiet * HOUR)
    )
      break;
  }
  await look(eye, played);
  played.hours = (clock.ms() - began) / HOUR;
  const after = world.effects
    .slice(written)
    .filter(({ path }) => !/access_tokens|\/dispatches$/.test(path))
    .map(({ by, method, path }) => `${by} ${method} ${path}`);
  const { journal, passes } = played;
  const rest = {
    journal,
    repository: world.local.repository(REPO),
    projects: world.local.projects,
    head: journal && (await world.local.git(REPO).refSha(`refs/heads/roundtable/${journal.run}/main`)),
    after,
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

const idleHours = ({ isLeft }: SimWorld): number => (isLeft ? LEFT_IDLE_HOURS : MOST_IDLE_HOURS);

/** Signing in is no sign of life. */
const lastWrite = ({ effects }: SimWorld): number =>
  effects.findLast(({ path }) => !path.includes("/access_tokens"))?.at ?? 0;

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
