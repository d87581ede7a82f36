/**
 * Searches worlds for what breaks them: `npm run sim -- --seeds 1000 [--from 1]`; one of them again, told in full:
 * `npm run sim -- --seed 17 --trace`. With `--crash` it kills the App at each write of one small run;
 * `--large` plays 60 units and tells what that took.
 */
import { parseArgs } from "node:util";
import { crashPoints, playWithCrash } from "./crash.ts";
import { FAULT_NAMES } from "./faults.ts";
import { play, type Played } from "./play.ts";
import { LARGE, worldOf } from "./seeds.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    crash: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
  },
});

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

async function crashEverywhere(): Promise<void> {
  const { points, end } = await crashPoints();
  let failed = 0;
  for (const point of points) {
    const cut = await playWithCrash(point);
    const isSame = cut.end === end && cut.played.violations.length === 0;
    if (!isSame) failed += 1;
    if (!isSame) line(`killed ${point.moment} write ${point.at}: another end`);
  }
  line(`${points.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
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

if (values.large) await playLarge();
else if (values.crash) await crashEverywhere();
else if (values.seed !== undefined) {
  const seed = Number(values.seed);
  tell(seed, await play(worldOf(seed)), values.trace ? Infinity : 40);
} else {
  const injected = new Map<string, number>();
  const checked = new Map<string, number>();
  const totals = { hours: 0, steps: 0, passed: 0, failed: 0 };
  const from = Number(values.from);
  for (let seed = from; seed < from + Number(values.seeds); seed++) {
    const played = await play(worldOf(seed));
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
