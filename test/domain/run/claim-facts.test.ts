/** Which unit a pull request of others names: by its issue, on a line of its own at the beginning. */
import { describe, expect, it } from "vitest";
import { issuesNamed, pullNaming } from "../../../src/domain/run/claim-facts.ts";
import type { OutsidePullFact } from "../../../src/domain/run/facts.ts";
import { aPull } from "../../support/view.ts";

it.each<[body: string, issues: number[]]>([
  ["Closes #15", [15]],
  ["closes: #15\r\n\r\nMore.", [15]],
  ["What I did.\n\n- Fixes #15", [15]],
  ["  * resolved #15 at last", [15]],
  ["Closes #15\nFixes #15", [15]],
  ["Closes #15\nCloses #16", [15, 16]],
  ["", []],
  ["It closes #15", []],
  ["> Closes #15", []],
  ["`Closes #15`", []],
  ["<!-- Closes #15 -->", []],
  ["Closes octo/other#15", []],
  ["Closes #15x", []],
  ["Closed as #15", []],
  [`${"\n".repeat(10)}Closes #15`, []],
])("%j names %j", (body, issues) => expect(issuesNamed(body)).toEqual(issues));

describe("of several", () => {
  const outside = (change: Partial<OutsidePullFact>): OutsidePullFact => ({
    ...aPull({ body: "Closes #13" }),
    author: "kim",
    authorIsBot: false,
    ...change,
  });
  const closed = outside({ number: 20, state: "closed" });
  const merged = outside({ number: 21, state: "closed", merged: true });
  const [first, second] = [outside({ number: 22 }), outside({ number: 23 })];
  const ofTwo = outside({ number: 19, body: "Closes #13\nCloses #14" });

  it.each<[name: string, pulls: OutsidePullFact[], number: number | null]>([
    ["the oldest open one", [second, merged, closed, first], 22],
    ["else one that was merged", [closed, merged], 21],
    ["none that was closed", [closed], null],
    ["none that names another issue too", [ofTwo], null],
  ])("counts %s", (_, pulls, number) =>
    expect(pullNaming(pulls, { number: 13 })?.number ?? null).toBe(number),
  );
});
