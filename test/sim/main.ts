/**
 * Searches worlds for what breaks them: `npm run sim -- --seeds 1000 [--from 1]`; one of them again, told in full:
 * `npm run sim -- --seed 17 --trace`. `--crash` kills a process before and after each request of a run, `--faults` lets
 * each request, webhook and job of one fail; `--mutant NAME` puts a defect in; `--large` plays 60 units and tells what
 * that took.
 */
import { parseArgs } from "node:util";
import { FAULT_NAMES, FAULTS, type FaultName, type OneFault } from "./faults.ts";
import { argsOf, copySource, MUTANTS } from "./mutants.ts";
import { play, type Play, type Played } from "./play.ts";
import { LARGE, worldOf } from "./seeds.ts";
import {
  again,
  andEvery,
  comesToTheSameEnd,
  differences,
  playWith,
  playWorld,
  SINGLE_FAULTS,
  undisturbed,
  type Course,
  type Undisturbed,
} from "./single-faults.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    units: { type: "string" },
    promises: { type: "boolean", default: false },
    mutant: { type: "string" },
    trace: { type: "boolean", default: false },
    course: { type: "string" },
    fault: { type: "string" },
    kind: { type: "string" },
    every: { type: "string", default: "1" },
    offset: { type: "string", default: "0" },
    faults: { type: "boolean", default: false },
    crash: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
  },
});

const worldAt = (seed: number): Play => ({
  ...worldOf(seed),
  ...(values.units !== undefined && { units: Number(values.units) }),
});

/** Those that are asked for, or else these. */
const courses = (...usual: readonly Course["name"][]): readonly Course[] =>
  (values.course === undefined ? usual : [values.course as Course["name"]]).map((name) => ({
    name,
    seed: Number(values.seed ?? 1),
  }));
const kindsAsked = (): readonly FaultName[] =>
  values.kind === undefined ? SINGLE_FAULTS : [values.kind as FaultName];

const line = (text: string): void => void process.stdout.write(`${text}\n`);

/** What a world came to, in a line, and where it is broken what led to it. */
function tell(seed: number, { violations, world, journal, hours, steps }: Played, last: number): void {
  const end = journal?.state.ended?.outcome ?? "no end";
  line(
    `seed ${seed}: ${end} after ${hours.toFixed(1)} hours, ${steps} steps, ${world.effects.length} writes`,
  );
  if (violations.length === 0 && last < Infinity) return;
  for (const entry of world.trace.lines(last === Infinity ? undefined : last)) line(`  ${entry}`);
  for (const violation of violations) line(`  BROKEN ${violation}`);
  line(`  Again: npm run sim -- --seed ${seed} --trace`);
}

/** One run again and again, each time with one thing that goes wrong. */
async function sweep(every: readonly Course[], faults: readonly FaultName[]): Promise<void> {
  const totals = { passed: 0, failed: 0 };
  for (const course of every) {
    const { points, end, played } = await undisturbed(course, faults);
    line(`${course.name}: ${points.length} points`);
    for (const violation of played.violations) line(`  BROKEN ${violation}`);
    if (played.violations.length > 0) totals.failed += 1;
    const part = points.filter((_, at) => at % Number(values.every) === Number(values.offset));
    for (const [at, point] of part.entries()) {
      if (at > 0 && at % 100 === 0) line(`  ${at} of ${part.length} are played`);
      const isSame = tellPoint({ course, point, end }, await playWith(course, point));
      totals[isSame ? "passed" : "failed"] += 1;
    }
  }
  line(`${totals.passed} passed, ${totals.failed} failed`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

interface Struck {
  course: Course;
  point: OneFault;
  /** Of the undisturbed run. */
  end: string;
}

/** True where the end is the same. */
function tellPoint(
  { course, point, end }: Struck,
  { played, end: found }: Awaited<ReturnType<typeof playWith>>,
): boolean {
  const { violations, world } = played;
  if (!world.faults.injected.has(point.kind)) violations.push("the fault never happened");
  const isSame = (found === end || !comesToTheSameEnd(point)) && violations.length === 0;
  if (isSame && !values.trace) return true;
  const lines = world.trace.lines();
  const struck = lines.findIndex((entry) => entry.includes("FAULT: "));
  for (const entry of values.trace ? lines : lines.slice(Math.max(0, struck - 10), struck + 30))
    line(`  ${entry}`);
  for (const violation of violations) line(`  BROKEN ${violation}`);
  for (const entry of differences(end, found)) line(`  END ${entry}`);
  line(`  Again: ${again(course, point)}`);
  return isSame;
}

function faultOf(text: string): OneFault {
  const [kind = "", at, every] = text.split(/[:/]/);
  if (!(kind in FAULTS)) throw new Error(`there is no fault ${kind}; faults are: ${FAULT_NAMES.join(", ")}`);
  if (every !== undefined && kind !== "killed-after-write")
    throw new Error(`${text}: only killed-after-write happens several times in a run`);
  return { kind: kind as FaultName, at: Number(at), ...(every !== undefined && { every: Number(every) }) };
}

async function playCourse(course: Course, point: OneFault | null): Promise<void> {
  const usual = await undisturbed(course, []);
  const { end, played } = usual;
  for (const violation of played.violations) line(`  BROKEN ${violation}`);
  const isSound =
    played.violations.length === 0 &&
    (point === null || tellPoint({ course, point, end }, await playWith(course, whole(usual, point))));
  line(isSound ? "1 passed, 0 failed" : "0 passed, 1 failed");
  process.exitCode = isSound ? 0 : 1;
}

const whole = (usual: Undisturbed, point: OneFault): OneFault =>
  point.every === undefined ? point : andEvery(usual, point, point.every);

async function playPromises(course: Course, fault: OneFault | null): Promise<void> {
  tell(course.seed, await playWorld({ course, ...(fault && { fault }) }), values.trace ? Infinity : 40);
}

async function playLarge(): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const played = await play({ ...LARGE, seed: Number(values.seed ?? 1) });
  const [seconds, { user, system }] = [(performance.now() - began) / 1000, process.cpuUsage(cpu)];
  const { rest, graphql } = played.world.local.counters;
  tell(LARGE.seed, played, 40);
  line(
    `60 units, ${rest + graphql} requests: ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  process.exitCode = played.violations.length > 0 ? 1 : 0;
}

/** Its world, or the one that is asked for, in a copy of the source with that defect. */
async function playMutant(name: string): Promise<void> {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (!mutant) throw new Error(`the mutants are: ${MUTANTS.map((one) => one.name).join(", ")}`);
  const course = values.course === undefined ? mutant.world.course : courses()[0]!;
  const fault = values.fault === undefined ? mutant.world.fault : faultOf(values.fault);
  const copy = copySource();
  line(await copy.simulate(mutant.edits, argsOf({ course, ...(fault && { fault }) })));
  copy.done();
}

if (values.mutant !== undefined) await playMutant(values.mutant);
else if (values.large) await playLarge();
else if (values.crash) await sweep(courses("app", "example"), ["killed"]);
else if (values.faults) await sweep(courses("app", "action"), kindsAsked());
else if (values.course !== undefined) {
  const fault = values.fault === undefined ? null : faultOf(values.fault);
  await (values.promises ? playPromises : playCourse)(courses()[0]!, fault);
} else if (values.seed !== undefined) {
  const seed = Number(values.seed);
  const played = await play(worldAt(seed));
  tell(seed, played, values.trace ? Infinity : 40);
  process.exitCode = played.violations.length > 0 ? 1 : 0;
} else {
  const injected = new Map<string, number>();
  const checked = new Map<string, number>();
  const totals = { hours: 0, steps: 0, passed: 0, failed: 0 };
  const from = Number(values.from);
  for (let seed = from; seed < from + Number(values.seeds); seed++) {
    const played = await play(worldAt(seed));
    for (const [kind, n] of played.world.faults.injected) injected.set(kind, (injected.get(kind) ?? 0) + n);
    for (const [name, n] of played.checked) checked.set(name, (checked.get(name) ?? 0) + n);
    totals.hours += played.hours;
    totals.steps += played.steps;
    totals[played.violations.length === 0 ? "passed" : "failed"] += 1;
    tell(seed, played, 40);
  }
  line(`\n${totals.steps} steps in ${totals.hours.toFixed(0)} simulated hours`);
  line(`faults: ${FAULT_NAMES.map((kind) => `${kind} ${injected.get(kind) ?? 0}`).join(", ")}`);
  line(`checked: ${[...checked].map(([name, n]) => `${name} ${n}`).join(", ")}`);
  const missing = [
    ...FAULT_NAMES.filter((kind) => !injected.has(kind)),
    ...[...checked].flatMap(([name, n]) => (n === 0 ? [name] : [])),
  ];
  // A few worlds cannot have it all.
  const isWide = Number(values.seeds) >= 100;
  if (isWide && missing.length > 0) line(`never happened: ${missing.join(", ")}`);
  line(`${totals.passed} passed, ${totals.failed} failed`);
  process.exitCode = totals.failed > 0 || (isWide && missing.length > 0) ? 1 : 0;
}
// What waits for a time that will not come keeps no process alive; what a dead process left behind might.
process.exit();
