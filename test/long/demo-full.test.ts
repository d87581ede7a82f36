/** The second example: everything that goes wrong in it is put right, and what its script tells of it is so. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { factsOf, type Sitting } from "../../scripts/demo-facts.ts";
import { demo, EXAMPLE, eventsOf, SPEC } from "../../scripts/demo-full.ts";
import type { Event } from "../../src/domain/run/draft.ts";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { faults, git, runLocal, temporary } from "../support/local-run.ts";

const folder = temporary();
afterAll(() => folder.done());

const sittings: Sitting[] = [];
const shown: string[] = [];
const printed: string[] = [];
let events: Event[];
let isWhole: boolean;

beforeAll(async () => {
  isWhole = await demo({
    async sit(say) {
      const options = { from: EXAMPLE, ...(say === null ? {} : { say }) };
      const { report, code, lines } = await runLocal({ spec: SPEC, out: join(folder.path, "out"), options });
      shown.push(...lines);
      sittings.push({ report, code });
      return { report, code };
    },
    print: (line) => void printed.push(line),
  });
  events = eventsOf(sittings.at(-1)!.report);
}, 300_000);

type Unit = LocalReport["units"][number];
const unitOf = (id: string): Unit => sittings[1]!.report.units.find((unit) => unit.id === id)!;
const attemptsOf = (id: string): string[] =>
  unitOf(id).attempts.map(({ role, n, agent, outcome }) => `${role} ${n}: ${agent}, ${outcome}`);

describe("the second example", () => {
  it("asks a person, goes on with the answer, and lands every unit", () => {
    expect(faults(shown)).toEqual([]);
    expect(sittings.map(({ code, report }) => [code, report.outcome])).toEqual([
      [2, "decision"],
      [0, "complete"],
    ]);
    const [asked, answered] = sittings.map(({ report }) =>
      report.decisions.map(({ kind, unit, answer }) => ({ kind, unit, answer })),
    );
    expect(asked).toEqual([{ kind: "outside-write-set", unit: "3", answer: null }]);
    expect(answered).toEqual([{ kind: "outside-write-set", unit: "3", answer: 1 }]);
    expect(sittings[0]!.report.units.filter((unit) => unit.landedSha === null).map(({ id }) => id)).toEqual([
      "3",
      "8",
    ]);
    expect(sittings[1]!.report.units.filter((unit) => unit.landedSha === null)).toEqual([]);
  });

  it("its own tests pass on the integration branch", () => {
    const { run, paths } = sittings[1]!.report;
    const clone = join(folder.path, "clone");
    git(folder.path, "clone", "--quiet", "--branch", run!.integrationBranch, paths.repository, clone);
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--test"], {
      cwd: clone,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    expect(stdout + stderr).toMatch(/^(?:#|ℹ) fail 0$/m);
    expect(status).toBe(0);
  });

  it("two reviewers do not agree about one head, and the unit goes back", () => {
    const [first] = unitOf("1").reviews;
    const ofFirst = unitOf("1").reviews.filter(({ sha }) => sha === first!.sha);
    expect(ofFirst.map(({ role, verdict }) => `${role} ${verdict}`).toSorted()).toEqual([
      "architecture pass",
      "correctness fail",
    ]);
    expect(attemptsOf("1")).toEqual(["implement 1: junior, completed", "fix 1: junior, completed"]);
  });

  it("a conflict is solved by an attempt, and reviewed again", () => {
    expect(attemptsOf("4")).toEqual(["implement 1: junior, completed", "resolve 1: junior, completed"]);
    expect(new Set(unitOf("4").reviews.map(({ sha }) => sha)).size).toBe(2);
  });

  it("after two failed fixes the escalation agent puts the unit in order", () => {
    expect(attemptsOf("2")).toEqual([
      "implement 1: junior, red",
      "fix 1: junior, red",
      "fix 2: junior, red",
      "fix 3: senior, completed",
    ]);
  });

  it("a minor finding sends nothing back and becomes the follow-up issue", () => {
    expect(unitOf("6").reviews).toMatchObject([{ verdict: "pass", findings: 1 }]);
    expect(attemptsOf("6")).toEqual(["implement 1: junior, completed"]);
    expect(sittings[1]!.report.run!.followUp).toBeGreaterThan(0);
    expect(sittings[0]!.report.run!.followUp).toBeNull();
  });

  it("three are red together; alone two of them land, and the third when it is mended", () => {
    const three = events.filter(
      ({ unit, what }) =>
        ["5", "6", "7"].includes(unit ?? "") && ["train coupled", "train red", "landed"].includes(what),
    );
    expect(three.map(({ what, unit }) => `${what} ${unit}`)).toEqual([
      "train coupled 5",
      "train coupled 6",
      "train coupled 7",
      "train red 5",
      "train red 6",
      "train red 7",
      "train coupled 5",
      "landed 5",
      "train coupled 6",
      "landed 6",
      "train coupled 7",
      "train red 7",
      "train coupled 7",
      "landed 7",
    ]);
    expect(attemptsOf("7")).toEqual(["implement 1: junior, completed", "fix 1: junior, completed"]);
  });
});

describe("what the script tells", () => {
  it("is all six, and each with its unit", () => {
    expect(isWhole).toBe(true);
    expect(
      printed.filter((line) => line.includes("✔")).map((line) => /units? [\d, ]*\d/.exec(line)![0]),
    ).toEqual(["unit 1", "unit 4", "unit 2", "unit 3", "unit 6", "units 5, 6, 7"]);
    expect(printed.filter((line) => line.includes("✘"))).toEqual([]);
  });

  /** The run as it was, but for one thing. */
  const without = (change: (first: Sitting, last: Sitting, journal: Event[]) => void): string[] => {
    const [first, last, journal] = structuredClone([sittings[0]!, sittings[1]!, events] as const);
    change(first, last, journal);
    return factsOf([first, last], journal)
      .filter(({ told }) => told === null)
      .map(({ name }) => name);
  };
  const unitIn = ({ report }: Sitting, id: string): Unit => report.units.find((unit) => unit.id === id)!;

  it.each<[string, string, (first: Sitting, last: Sitting, journal: Event[]) => void]>([
    ["reviewers of one mind", "reviewers disagree", (_, last) => unitIn(last, "1").reviews.splice(0, 2)],
    ["no resolve attempt", "a conflict is solved", (_, last) => unitIn(last, "4").attempts.pop()],
    ["two fixes", "fixes are escalated", (_, last) => unitIn(last, "2").attempts.pop()],
    [
      "a third fix by the same agent",
      "fixes are escalated",
      (_, last) => (unitIn(last, "2").attempts.at(-1)!.agent = "junior"),
    ],
    ["no open question", "a person decides", (first) => (first.report.decisions[0]!.answer = 1)],
    ["another exit code", "a person decides", (first) => (first.code = 0)],
    ["no follow-up issue", "a finding is deferred", (_, last) => (last.report.run!.followUp = null)],
    [
      "a red train of which nobody was sent back",
      "a red train of three",
      (_, __, journal) =>
        journal.splice(
          journal.findLastIndex(({ what }) => what === "train red"),
          1,
        ),
    ],
  ])("misses with %s: %s", (_, missing, change) => {
    expect(without(change)).toEqual([missing]);
  });

  it("is a failure where the run ends without a question", async () => {
    const said: string[] = [];
    const end = await demo({ sit: async () => sittings[1]!, print: (line) => void said.push(line) });
    expect(end).toBe(false);
    expect(said.join("")).toContain("Nobody was asked: complete");
  });
});
