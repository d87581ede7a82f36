import { describe, expect, it } from "vitest";
import { lineLog } from "../../../src/adapters/system/machine.ts";
import { passUntilStill } from "../../../src/application/job/pass.ts";
import type { PassReport, RunReport } from "../../../src/application/report.ts";
import { quiet } from "../../support/checkout.ts";

const START = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;

interface Due {
  /** Minutes after the look. */
  inMinutes?: number;
  held?: true;
  /** The look brings nothing about. */
  idle?: true;
}

const runReport = (change: Partial<RunReport>): RunReport => ({
  run: 12,
  outcome: "running",
  reason: "",
  view: {} as RunReport["view"],
  waits: [],
  did: { comment: 1 },
  lookAgainAt: null,
  isHeldBack: false,
  ...change,
});

/** A world in which each look finds what `dues` says for it; from the last on always the same. */
async function stay(...dues: (Due | null)[]) {
  let now = START;
  const looks: number[] = [];
  const started: Readonly<Record<string, string>>[] = [];
  const minutes = (): number => (now - START) / MINUTE;
  const pass = async (): Promise<PassReport> => {
    const due = dues[Math.min(looks.length, dues.length - 1)]!;
    looks.push(minutes());
    const at = due?.inMinutes === undefined ? null : new Date(now + due.inMinutes * MINUTE);
    return {
      asks: [],
      failed: [],
      runs: [runReport({ lookAgainAt: at, isHeldBack: due?.held === true, ...(due?.idle && { did: {} }) })],
      lookAgainAt: null,
    };
  };
  const dispatch = async (_: string, inputs: Readonly<Record<string, string>>) => {
    started.push(inputs);
    return { runId: 1 };
  };
  const sleep = async (ms: number): Promise<void> => void (now += ms);
  const github = { now: () => new Date(now), workflows: { dispatch } };
  await passUntilStill({ reconciler: { pass }, github, clock: { sleep }, ...quiet }, "12");
  return { looks, started, left: minutes() };
}

describe("a pass", () => {
  it.each<[string, (Due | null)[], number[]]>([
    ["ends when nothing is due", [null], [0]],
    ["leaves to others what is due after five minutes", [{ inMinutes: 6 }], [0]],
    ["waits for a look that is due soon", [{ inMinutes: 0.4 }, null], [0, 0.4]],
    ["sees after half a minute what has happened meanwhile", [{ inMinutes: 2 }, null], [0, 0.5]],
    ["looks no sooner than GitHub allows", [{ inMinutes: 2, held: true }, null], [0, 2]],
    [
      "looks three times more for what woke it and does not show yet",
      [{ idle: true }],
      [0, 5 / 60, 10 / 60, 0.25],
    ],
    ["looks no more once that has shown", [{ idle: true }, null], [0, 5 / 60]],
    [
      "looks no sooner than GitHub allows for that either",
      [{ idle: true, inMinutes: 2, held: true }, null],
      [0, 2],
    ],
  ])("%s", async (_, dues, looks) => {
    expect(await stay(...dues)).toEqual({ looks, started: [], left: looks.at(-1) });
  });

  it("has another one started when a look is still due after five minutes", async () => {
    const { looks, started, left } = await stay({ inMinutes: 1 });
    expect(started).toEqual([{ wake: "12" }]);
    expect(left).toBeLessThanOrEqual(5);
    expect(looks.length).toBeGreaterThan(5);
  });

  it("says what it saw, and no text of others begins a line", async () => {
    const lines: string[] = [];
    const hostile = "why\n::error::not ours";
    const report: PassReport = {
      asks: [{ issue: 7, comment: 0, accepted: false, sentences: [] }],
      failed: [],
      runs: [runReport({ reason: hostile, waits: [{ unit: "3", for: "lock", because: hostile }] })],
      lookAgainAt: null,
    };
    const github = { now: () => new Date(START), workflows: { dispatch: async () => ({ runId: 1 }) } };
    await passUntilStill(
      {
        reconciler: { pass: async () => report },
        github,
        clock: { sleep: async () => {} },
        log: lineLog((_, line) => void lines.push(line)),
      },
      "12",
    );
    expect(lines.map((line) => line.replaceAll("\u200B", ""))).toEqual([
      'ask answered {"issue":7,"accepted":false}',
      'run {"run":12,"outcome":"running","reason":"why\\n::error::not ours"}',
      'wait {"run":12,"unit":"3","because":"why\\n::error::not ours"}',
    ]);
  });

  it("fails its job for a run that cannot be looked at, once the others are served", async () => {
    const reports: PassReport[] = [
      [runReport({ run: 13, lookAgainAt: new Date(START) })],
      [runReport({ run: 13, outcome: "complete" })],
    ].map((runs) => ({
      asks: [],
      runs,
      failed: [{ run: 12, why: new Error("the journal is odd") }],
      lookAgainAt: null,
    }));
    const lines: string[] = [];
    const ended = passUntilStill(
      {
        reconciler: { pass: async () => reports.shift()! },
        github: { now: () => new Date(START), workflows: { dispatch: async () => ({ runId: 1 }) } },
        clock: { sleep: async () => {} },
        log: lineLog((level, line) => void (level === "error" && lines.push(line))),
      },
      "12",
    );
    await expect(ended).rejects.toThrow(/run 12: the journal is odd/);
    expect(reports).toEqual([]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^a run cannot be looked at \{"run":12,"why":"Error: the journal is odd\\n/);
  });
});
