/** Which issues and pull requests are a unit's: those that a mark names it in, of this run alone. */
import { expect, it } from "vitest";
import { aPull, anIssue, aView, unitOf } from "../../support/view.ts";

const mark = (kind: string, run: number, unit: string): string =>
  `Text.\n\n<!-- roundtable:${kind} run=${run} unit=${unit} -->\n`;

it.each<[string, number, string, boolean]>([
  ["its own", 12, "1", true],
  ["another run's", 13, "1", false],
  ["that of a run whose number begins alike", 1, "1", false],
  ["another unit's", 12, "2", false],
  ["that of a unit whose id begins alike", 12, "11", false],
])("%s", (_, ...[run, unit, isIts]) => {
  const view = aView({
    issues: [anIssue({ body: mark("unit", run, unit) })],
    pulls: [aPull({ body: mark("pr", run, unit) })],
  });
  const { issue, pull } = unitOf(view);
  expect([issue !== null, pull !== null]).toEqual([isIts, isIts]);
});

it("where there are two, the first", () => {
  const [first, second] = [anIssue({ number: 13 }), anIssue({ number: 15 })];
  expect(unitOf(aView({ issues: [second, first] })).issue?.number).toBe(13);
});
