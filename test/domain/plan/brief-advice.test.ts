import { describe, expect, it } from "vitest";
import { buildBrief, ownWords, WORD_BUDGET } from "../../../src/domain/agent/brief.ts";
import { quotesOf, unitBrief } from "../../../src/domain/agent/unit-brief.ts";
import { parseConfig } from "../../../src/domain/config.ts";
import { aPlan } from "../../support/run.ts";

const TASKS = `- [ ] 1. Parse
  - _writes: src/parse.ts_
- [ ] 2. Audit the parser
- [ ] 3. Checkpoint - all green
- [ ] 4. Write CI
  - _writes: .github/workflows/ci.yml_
`;
const rulesOf = (words: number): string =>
  words === 0
    ? "version: 1\n"
    : `version: 1\nbriefs:\n  rules:\n${Array.from({ length: Math.ceil(words / 50) }, () => `    - ${"go ".repeat(50)}`).join("\n")}\n`;
const said = (tasks: string, config?: string) =>
  aPlan(tasks, config === undefined ? {} : { config }).diagnostics.filter(({ code }) =>
    code.startsWith("brief-"),
  );

describe("the plan warns of briefs", () => {
  it("with more words of ours than they may hold, by unit", () => {
    expect(said(TASKS)).toEqual([]);
    const [warning, ...more] = said(TASKS, rulesOf(400));
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ severity: "warning", code: "brief-words", line: 1 });
    expect(warning!.what).toMatch(/^The briefs of 1, 2 may hold \d{3} words of ours$/);
    expect(warning!.fix).toContain("Shorten those rules");
  });

  it("before the first brief of that configuration is over the limit", () => {
    const quotes = quotesOf({ tasks: TASKS, requirements: "", design: "", rubric: "" });
    const seen = [0, 100, 200, 300, 400].map((words) => {
      const plan = aPlan(TASKS, { config: rulesOf(words) });
      const subject = { plan, config: parseConfig(rulesOf(words)).config, unit: plan.units[0]!, quotes };
      const brief = buildBrief(unitBrief(subject, { role: "implement", reviewer: null, attempt: 1 }));
      return { isOver: ownWords(brief) > WORD_BUDGET, isWarned: said(TASKS, rulesOf(words)).length > 0 };
    });
    expect(seen.filter(({ isOver, isWarned }) => isOver && !isWarned)).toEqual([]);
    expect(seen.map(({ isWarned }) => isWarned)).toEqual([false, true, true, true, true]);
  });

  it.each([
    ["- [ ] 1. Small\n  - one line\n- [ ] 2. Big\n", "Split it, or move what only explains to design.md."],
    ["- [ ] 1. Small\n- [ ] 2. Big\n  - [ ] 2.1 Part\n", "Make several units of its sub-tasks."],
  ])("that would quote very much, with the unit", (tasks, fix) => {
    const big = tasks + "    - so many words of detail\n".repeat(500);
    const [warning, ...more] = said(big);
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ severity: "warning", code: "brief-data", fix });
    expect(warning!.what).toMatch(/^The brief of unit 2 would quote 1\d{4} characters of the spec$/);
    expect(warning!.line).toBe(tasks.split("\n").findIndex((line) => line.startsWith("- [ ] 2.")) + 1);
    expect(said(tasks)).toEqual([]);
  });
});
