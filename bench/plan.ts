/**
 * How long a whole plan takes (parse and plan, without start-up) and how much memory: `npm run bench:plan`. Each case
 * runs in a process of its own; it ends with 1 when a limit is broken. Limits are of processor time, which other work
 * on the machine does not lengthen; the clock's time is shown beside it.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { parseConfig } from "../src/domain/config.ts";
import { makePlan } from "../src/domain/plan/make.ts";
import { SHAPES } from "./specs.ts";

interface Measure {
  tasks: number;
  units: number;
  edges: number;
  /** Of processor time. */
  seconds: number;
  clock: number;
  megabytes: number;
}

interface Case {
  shape: string;
  tasks: number;
  limits: {
    seconds?: number;
    megabytes?: number;
    /** As many times as long as an earlier case. */ times?: [number, Case];
  };
}

const TEN = { shape: "mixed", tasks: 10_000, limits: { seconds: 2, megabytes: 400 } };
const LOCKS = { shape: "locks", tasks: 1000, limits: {} };
const NAMES = { shape: "names", tasks: 1000, limits: {} };
const GLOBS = { shape: "globs", tasks: 1000, limits: {} };
const CASES: readonly Case[] = [
  { shape: "mixed", tasks: 100, limits: {} },
  { shape: "mixed", tasks: 1000, limits: {} },
  TEN,
  { shape: "mixed", tasks: 50_000, limits: { times: [6, TEN] } },
  { shape: "chain", tasks: 5000, limits: { seconds: 2 } },
  { shape: "fan", tasks: 2000, limits: { seconds: 2 } },
  LOCKS,
  // Eight times as many: linear is 8, quadratic 64.
  { shape: "locks", tasks: 8000, limits: { times: [16, LOCKS] } },
  NAMES,
  { shape: "names", tasks: 8000, limits: { times: [16, NAMES] } },
  GLOBS,
  { shape: "globs", tasks: 8000, limits: { times: [16, GLOBS] } },
];

const [shape, tasks] = process.argv.slice(2);
if (shape === undefined) process.exitCode = runAll();
else process.stdout.write(JSON.stringify(measure(shape, Number(tasks))));

function measure(name: string, count: number): Measure {
  const { files, ...texts } = SHAPES[name]!(count);
  const { config } = parseConfig("version: 1\n");
  const request = {
    spec: { name: "bench", path: ".kiro/specs/bench", sha: null, ...texts },
    config,
    flags: {},
    files,
    hash: (text: string) => createHash("sha256").update(text).digest("hex"),
  };
  const before = { clock: performance.now(), used: process.cpuUsage() };
  const plan = makePlan(request);
  const used = process.cpuUsage(before.used);
  const clock = (performance.now() - before.clock) / 1000;
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors[0]!.what);
  return {
    tasks: plan.tasks.length,
    units: plan.units.length,
    edges: plan.units.reduce((sum, unit) => sum + unit.dependsOn.length, 0),
    seconds: Math.min(clock, (used.user + used.system) / 1e6),
    clock,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
}

function runAll(): number {
  const measured = new Map<Case, Measure>();
  let broken = 0;
  for (const one of CASES) {
    const child = spawnSync(process.execPath, [import.meta.filename, one.shape, String(one.tasks)], {
      encoding: "utf8",
    });
    if (child.status !== 0) throw new Error(child.stderr);
    const found = JSON.parse(child.stdout) as Measure;
    measured.set(one, found);
    const faults = faultsOf(one, measured);
    broken += faults.length;
    console.log(
      [
        one.shape.padEnd(6),
        `${found.tasks} tasks`.padStart(12),
        `${found.units} units`.padStart(12),
        `${found.edges} edges`.padStart(13),
        `${found.seconds.toFixed(3)} s`.padStart(9),
        `(${found.clock.toFixed(3)} s)`.padStart(11),
        `${Math.round(found.megabytes)} MB`.padStart(7),
        ...faults,
      ].join("  "),
    );
  }
  return broken > 0 ? 1 : 0;
}

function faultsOf({ limits, ...one }: Case, measured: ReadonlyMap<Case, Measure>): string[] {
  const found = [...measured.values()].at(-1)!;
  const [times, other] = limits.times ?? [];
  const most = other === undefined ? limits.seconds : times! * measured.get(other)!.seconds;
  return [
    ...(found.tasks < one.tasks ? ["too few tasks were read"] : []),
    ...(most !== undefined && found.seconds > most ? [`too slow: at most ${most.toFixed(3)} s`] : []),
    ...(found.megabytes > (limits.megabytes ?? Infinity) ? [`too much: at most ${limits.megabytes} MB`] : []),
  ];
}
