/** An outage of GitHub is told once, and is nobody's failure. */
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { Outage } from "../../../src/domain/run/facts.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";
import { NOTHING } from "../../support/pass.ts";

const time = (minute: number): Date => new Date(Date.parse("2026-01-02T00:00:00.000Z") + minute * 60_000);

function after(
  minute: number,
  outage: Outage | null,
  { before, pastRuns = [] }: { before?: RunDecision; pastRuns?: number[] } = {},
): RunDecision {
  const snapshot = aSnapshot("- [ ] 1. Write a\n  - In `src/1.txt`\n", {
    journal: {
      began: { "1": "b".repeat(40) },
      attempts: { "1/implement/1": anAttempt({ at: time(0).toISOString(), pastRuns }) },
    },
    outcomes: { "1/implement/1": NOTHING },
  });
  const state = before?.state ?? snapshot.state;
  const pass = { id: "p", now: time(minute), seed: "5eed", takesOver: false };
  return decide({ ...snapshot, state, outage }, pass);
}

const outage = (from: number, to: number | null): Outage => ({
  from: time(from),
  to: to === null ? null : time(to),
  why: "GitHub answered 502: its servers are in trouble",
});
const SAYS =
  "GitHub was out of reach from 2026-01-02 00:05 UTC to 2026-01-02 00:25 UTC (GitHub answered 502: its servers are in trouble); nothing was lost, and the run goes on";
const told = ({ events }: RunDecision): string[] =>
  events.filter(({ what }) => what === "outage").map(({ why }) => why);

describe("an outage", () => {
  it("is told once, in one line of the tracking comment and for an hour in status", () => {
    const first = after(26, outage(5, 25));
    expect(told(first)).toEqual([SAYS]);
    expect(first.waits.map(({ because }) => because)).toContain(SAYS);
    expect(trackingBody(first.view, first.waits, time(26)).split("\n")).toContain(`${SAYS}.`);
    const second = after(30, outage(5, 25), { before: first });
    expect(told(second)).toEqual([]);
    expect(
      after(24 + 62, outage(5, 25), { before: first }).waits.map(({ because }) => because),
    ).not.toContain(SAYS);
  });

  it("is in the tracking comment no more once the run has ended", () => {
    const { view, waits } = after(26, outage(5, 25));
    const ended = { at: time(30).toISOString(), outcome: "halted" as const, reason: "cancelled by you" };
    const over = { ...view, state: { ...view.state, ended } };
    expect(trackingBody(over, waits, time(30))).not.toContain("GitHub was out of reach");
  });

  it.each([
    ["that lasts yet", outage(5, null)],
    ["of less than two minutes", outage(5, 6)],
    ["that never was", null],
  ])("%s is not told", (_, last) => {
    const decision = after(26, last);
    expect(told(decision)).toEqual([]);
    expect(decision.state.outage).toBeNull();
  });

  it("uses up none of the tries of an attempt that was at work then, for its first five workflow runs", () => {
    expect(after(26, outage(5, 25)).state.attempts["1/implement/1"]).toMatchObject({
      lost: 0,
      pastRuns: [100],
    });
    const often = after(26, outage(5, 25), { pastRuns: [95, 96, 97, 98, 99] });
    expect(often.state.attempts["1/implement/1"]).toMatchObject({ lost: 1 });
    expect(after(26, null).state.attempts["1/implement/1"]).toMatchObject({ lost: 1, pastRuns: [100] });
  });

  it("excuses no attempt that began when it was over", () => {
    expect(after(26, outage(-25, -5)).state.attempts["1/implement/1"]).toMatchObject({ lost: 1 });
  });
});
