/** How a local run's passes come to an end, whatever they see. */
import { describe, expect, it } from "vitest";
import type { PassReport, RunReport } from "../../src/application/report.ts";
import { drive, type Drive, type DriveEnd } from "../../src/entry/local/drive.ts";

const MINUTE = 60_000;

const report = (outcome: RunReport["outcome"]): RunReport => ({
  run: 1,
  outcome,
  reason: "",
  view: {} as RunReport["view"],
  waits: [],
  did: {},
  lookAgainAt: null,
  isHeldBack: false,
});

const pass = (change: Partial<PassReport> = {}): PassReport => ({
  asks: [],
  runs: [],
  failed: [],
  lookAgainAt: null,
  ...change,
});

/** Driven through these passes, the last one for ever; each pause takes ten seconds. */
function driven(
  passes: readonly PassReport[],
  ended: RunReport | null = null,
  change: Partial<Drive> = {},
): Promise<DriveEnd> {
  let at = 0;
  let now = 0;
  const given: Drive = {
    reconciler: { pass: async () => passes[Math.min(at++, passes.length - 1)]! },
    person: { openIssue: async () => 1, comment: async () => {} },
    pause: async () => void (now += 10_000),
    isInterrupted: () => now > 10 * MINUTE,
    command: "/orchestrate x",
    title: "Orchestrate x",
    begun: null,
    mayStart: async () => true,
    human: {},
    approves: [],
    say: undefined,
    show: async () => {},
    endOf: async () => ended,
    now: () => now,
    ...change,
  };
  return drive(given);
}

/** A run that waits for a person's word on these units, at these heads. */
function awaiting(heads: Readonly<Record<string, string>>): PassReport {
  const phases = Object.entries(heads).map(
    ([id, head]) =>
      [id, { kind: "under_review", head, open: [], awaits: "a person must approve it" }] as const,
  );
  const view = { state: { consent: {}, decisions: {} }, phases: new Map(phases) };
  return pass({ runs: [{ ...report("decision"), view: view as unknown as RunReport["view"] }] });
}

const SEEN = pass({ runs: [report("running")] });
const HELD = pass({ lookAgainAt: new Date(0) });

describe("driving a local run", () => {
  it("throws what a pass failed with", async () => {
    const why = new Error("not ours to hide");
    await expect(driven([SEEN, pass({ failed: [{ run: 1, why }] })])).rejects.toBe(why);
  });

  it("takes the end from the journal, where no pass has seen it", async () => {
    const end = await driven([SEEN, pass()], report("complete"));
    expect(end).toMatchObject({ kind: "run", report: { outcome: "complete" } });
  });

  it.each([
    ["a run whose journal is gone", [SEEN, pass()], /journal is gone.*--fresh/],
    ["an ask that nobody answers", [pass()], /did not begin.*--fresh/],
    ["a GitHub that asks for patience for ever", [HELD], /asks for patience.*same command/],
    ["one that does so on the way", [SEEN, HELD], /asks for patience.*same command/],
  ])("ends at %s", async (_, passes, says) => {
    await expect(driven(passes)).rejects.toThrow(says);
  });

  it("counts patience from the last look that succeeded", async () => {
    const passes = Array.from({ length: 10 }, () => [HELD, HELD, HELD, SEEN]).flat();
    const end = await driven([...passes, pass({ runs: [report("complete")] })]);
    expect(end).toMatchObject({ kind: "run", report: { outcome: "complete" } });
  });

  it("approves what the script names, all at once, and each head once", async () => {
    const said: string[] = [];
    const person = {
      openIssue: async () => 1,
      comment: async (_: number, body: string) => void said.push(body),
    };
    const looks = [awaiting({ "3": "a", "4": "b", "5": "c" }), awaiting({ "4": "d", "5": "c" })];
    const end = await driven([...looks, looks[1]!], null, { approves: ["3", "4"], person });
    expect(said).toEqual(["/orchestrate x", ...["3", "4", "4"].map((id) => `/orchestrate approve ${id}`)]);
    expect(end).toMatchObject({ kind: "run", report: { outcome: "decision" } });
  });
});
