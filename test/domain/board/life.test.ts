/** A look at jobs that take long writes the tracking comment once in ten minutes, however much moves in them meanwhile. */
import { expect, it } from "vitest";
import { lifeLines } from "../../../src/domain/board/life.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { clockTime } from "../../../src/domain/text/clock-time.ts";
import { NOTHING } from "../../support/pass.ts";
import { anAttempt, aSnapshot } from "../../support/run.ts";

const BEGAN = Date.parse("2026-01-02T00:00:00.000Z");
const at = (minutes: number): Date => new Date(BEGAN + minutes * 60_000);
const UNITS = Array.from({ length: 60 }, (_, n) => String(n + 1));
const TASKS = UNITS.map((id) => `- [ ] ${id}. Write ${id}\n  - _writes: src/${id}.txt_\n`).join("");

/** All at work, begun one after the other within half an hour; each has given a sign a moment ago. */
function seenAt(minutes: number, tracking: string | null): RunSnapshot {
  const keys = UNITS.map((id) => `${id}/implement/1`);
  const snapshot = aSnapshot(TASKS, {
    journal: {
      began: Object.fromEntries(UNITS.map((id) => [id, "b".repeat(40)])),
      attempts: Object.fromEntries(
        keys.map((key, n) => [key, anAttempt({ runId: n, at: at(n / 2).toISOString() })]),
      ),
    },
    outcomes: Object.fromEntries(
      keys.map((key, runId) => [
        key,
        {
          ...NOTHING,
          runId,
          conclusion: null,
          life: { isQueued: false, at: `work: Step ${minutes}`, lastSign: at(minutes).toISOString() },
        },
      ]),
    ),
  });
  const known = { id: 1, author: snapshot.me, authorIsBot: true, edited: true, answered: false, eyes: 0 };
  const comments = tracking === null ? [] : [{ ...known, body: tracking, createdAt: at(0) }];
  return { ...snapshot, tracking: { ...snapshot.tracking, comments } };
}

const bodyOf = ({ effects }: RunDecision): string | null =>
  effects.flatMap((effect) => (effect.id === "tracking" && "body" in effect ? [effect.body!] : []))[0] ??
  null;

function look(minutes: number, tracking: string | null): string | null {
  const pass = { id: "p", now: at(minutes), seed: "5eed", takesOver: false };
  return bodyOf(decide(seenAt(minutes, tracking), pass));
}

it("sixty jobs, looked at each minute for an hour: the comment is written when the line is due, and says the newest then", () => {
  const written: number[] = [];
  let tracking = look(31, null);
  for (let minute = 32; minute <= 90; minute++) {
    const body = look(minute, tracking);
    if (body === null) continue;
    written.push(minute);
    tracking = body;
    expect(body).toContain(`at work: Step ${minute}, last sign of life ${clockTime(at(minute))}`);
  }
  expect(written).toEqual([40, 50, 60, 70, 80, 90]);
});

it("what a person has written into it elsewhere is put right at once", () => {
  const tracking = look(31, null)!;
  expect(look(32, tracking)).toBeNull();
  expect(look(32, tracking.replace("units** landed", "units** won"))).toContain("units** landed");
});

it("an attempt is named from its tenth minute on, with the next line", () => {
  const seen = seenAt(35, null);
  const { view } = decide(seen, { id: "p", now: at(35), seed: "5eed", takesOver: false });
  expect(
    lifeLines(view, at(35))
      .filter((line) => line.startsWith("- "))
      .at(-1),
  ).toBe("- … and 33 more");
});
