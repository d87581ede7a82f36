/** One run, and one thing that goes wrong in it, at each of the chances that it has: the run comes to the same end. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { EXAMPLE, EXAMPLE_SPEC } from "../support/local-run.ts";
import { endOf } from "./end-of.ts";
import type { FaultName, OneFault } from "./faults.ts";
import { SHORT_REST } from "./rest.ts";
import { PLAIN } from "./spec.ts";
import { play, type Given, type Play, type Played } from "./play.ts";
import { namesOfWrites } from "./writes.ts";

const SMALL: Play = {
  seed: 1,
  form: "app",
  scale: 0,
  faultHours: 0,
  everyMinutes: 5,
  units: 2,
  flags: "--agent practice --profile throughput",
  isLively: false,
  isPlain: true,
  setting: PLAIN,
  rest: SHORT_REST,
};

/** The example as it lies in the repository, all its units and reviewers. */
function example(): Given {
  const names = readdirSync(EXAMPLE, { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => statSync(join(EXAMPLE, name)).isFile());
  const files = paths.map((path) => [path, readFileSync(join(EXAMPLE, path), "utf8")] as const);
  return { spec: relative(EXAMPLE, EXAMPLE_SPEC), files: Object.fromEntries(files) };
}

const COURSES = {
  app: () => SMALL,
  // GitHub's schedule comes every hour.
  action: (): Play => ({ ...SMALL, form: "action", rest: { settles: 2, quiet: 1.5 } }),
  example: (): Play => ({ ...SMALL, flags: "--agent practice", given: example() }),
  /** People are at work as well, and agents err. */
  lively: (): Play => ({ ...SMALL, isLively: true, faultHours: 2 }),
} as const satisfies Record<string, () => Play>;

export interface Course {
  name: keyof typeof COURSES;
  seed: number;
}

const playOf = ({ name, seed }: Course): Play => ({ ...COURSES[name](), seed });

export const SINGLE_FAULTS: readonly FaultName[] = [
  "request-lost",
  "answer-lost",
  "webhook-lost",
  "run-lost",
  "run-cancelled",
  "job-killed",
  "agent-dies",
];

/** Its promises are looked at, its end is not. */
export const playWorld = (world: { course: Course; fault?: OneFault }): Promise<Played> =>
  play({ ...playOf(world.course), only: world.fault });

export interface Undisturbed {
  played: Played;
  end: string;
  /** All chances that these kinds had. */
  points: OneFault[];
  /** Names of its writes. */
  writes: readonly string[];
}

export async function undisturbed(course: Course, kinds: readonly FaultName[]): Promise<Undisturbed> {
  const played = await play(playOf(course));
  const points = kinds.flatMap((kind) =>
    Array.from({ length: played.world.faults.chances.get(kind) ?? 0 }, (_, at) => ({ kind, at: at + 1 })),
  );
  return { played, end: await endOf(played), points, writes: played.world.effects.map(namesOfWrites()) };
}

/** The same at so many writes more, each that many after the one before. */
export const andEvery = ({ writes }: Undisturbed, { kind, at }: OneFault, every: number): OneFault => ({
  kind,
  at,
  every,
  writes: new Set(writes.filter((_, before) => before + 1 >= at && (before + 1 - at) % every === 0)),
});

export async function playWith(course: Course, only: OneFault): Promise<{ played: Played; end: string }> {
  const played = await play({ ...playOf(course), only });
  return { played, end: await endOf(played) };
}

/**
 * A verification whose process is killed is red, as one is that uses up the memory: a fix follows, or a question, and
 * the end tells of it. What is promised holds all the same.
 */
export const comesToTheSameEnd = ({ kind }: OneFault): boolean => kind !== "job-killed";

/** Where two ends differ first, and what there is in only one of them. */
export function differences(expected: string, found: string): string[] {
  const [one, other] = [expected, found].map((text) => text.split(/\n|\\n/)) as [string[], string[]];
  const first = one.findIndex((line, at) => line !== other[at]);
  return [
    `  after ${one.slice(Math.max(0, first - 2), first).join(" / ")}:`,
    `- ${one[first] ?? ""}`,
    `+ ${other[first] ?? ""}`,
    ...one.filter((line) => !other.includes(line)).map((line) => `- ${line.trim()}`),
    ...other.filter((line) => !one.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

/** As `--fault` takes it: `killed:23`, or `killed-after-write:3/12` where it happens at every twelfth write after that too. */
export const nameOf = ({ kind, at, every }: OneFault): string =>
  `${kind}:${at}${every === undefined ? "" : `/${every}`}`;

export const again = ({ name, seed }: Course, fault: OneFault): string =>
  `npm run sim -- --course ${name} --seed ${seed} --fault ${nameOf(fault)} --trace`;
