/** What `plan` says in a terminal: it fits, it lines up, and nothing in a spec can give the terminal orders. */
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { graphOf } from "../../../src/domain/board/graph.ts";
import {
  adviceOf,
  markedLine,
  mistakesOf,
  shownDiagnostics,
} from "../../../src/domain/plan-view/diagnostics.ts";
import { cut, PLAIN, widthOf, wrapped, type Look } from "../../../src/domain/plan-view/look.ts";
import { planPage } from "../../../src/domain/plan-view/page.ts";
import { planText } from "../../../src/domain/plan-view/text.ts";
import { textGraph } from "../../../src/domain/plan-view/text-graph.ts";
import { planTable } from "../../../src/domain/plan/table.ts";
import { formatProblem } from "../../../src/domain/problem.ts";
import { aPlan, sha256 } from "../../support/run.ts";

const TASKS = [
  "- [ ] 1. Read durations",
  "  - _writes: src/parse.js, test/parse.test.js_",
  "- [ ] 2. 期間の解析：入力文字列を読み取り、単位ごとに合計して返す関数を実装する",
  "  - _writes: src/期間.js_",
  "  - _Depends: none_",
  "- [ ] 3. Refuse untrusted passwords and all that comes from outside",
  "  - _Depends: 1, 2_",
  "  - _writes: src/careful.js_",
  "- [ ] 4. Checkpoint",
  "",
].join("\n");

const screen = (columns: number): Look => ({ ...PLAIN, columns });
/** The table alone: below it stand sentences of any length. */
const rows = (text: string): string[] => text.split("\n").slice(2, 7);

describe("the table", () => {
  it("says who does what, in which order, and how long the longest chain is", () => {
    const said = planTable(aPlan(TASKS));
    expect(rows(said)).toEqual([
      "unit  title                                                                   type        agent     reviewers              waits for  writes",
      "1     Read durations                                                          code        practice  correctness            –          src/parse.js, test/parse.test.js",
      "2     期間の解析：入力文字列を読み取り、単位ごとに合計して返す関数を実装する  code        practice  correctness            –          src/期間.js",
      "3     Refuse untrusted passwords and all that comes from outside              code        practice  correctness, security  1, 2       src/careful.js",
      "4     Checkpoint                                                              checkpoint  –         –                      3          –",
    ]);
    expect(said).toContain("Longest chain: 1 → 3 → 4.");
    expect(said).toContain(aPlan(TASKS).schedule.because);
  });

  it.each([140, 100, 80, 60, 40])("fits %d columns", (columns) => {
    for (const line of rows(planTable(aPlan(TASKS), screen(columns))))
      expect(widthOf(line), line).toBeLessThanOrEqual(columns);
  });

  it("gives up reviewers first and never the unit, its title and what it waits for", () => {
    const heads = (columns: number): string[] =>
      rows(planTable(aPlan(TASKS), screen(columns)))[0]!.split(/ {2,}/);
    expect(heads(76)).toEqual(["unit", "title", "type", "waits for", "writes"]);
    expect(heads(40)).toEqual(["unit", "title", "waits for"]);
  });

  it("says what is left out, reason by reason", () => {
    const said = planTable(aPlan("- [x] 1. A\n- [ ] 2. B\n- [ ]* 3. C\n- [ ]* 4. D\n"));
    expect(said.split("\n").slice(-2)).toEqual([
      "Left out because it is done already: 1.",
      "Left out because it is optional: 3, 4.",
    ]);
  });

  it("says so when nothing is open", () =>
    expect(planTable(aPlan("- [x] 1. A\n"))).toContain("Nothing to do: no unit is open."));
});

describe("the graph in text", () => {
  it("stands level by level, with only those edges that no other path says", () => {
    expect(textGraph(aPlan(TASKS).units, screen(70))).toEqual([
      "level 1 ┬─ 1 Read durations",
      "        └─ 2 期間の解析：入力文字列を読み取り…",
      "level 2 ── 3 Refuse untrusted passwords and al…  ← 1, 2",
      "level 3 ── 4 Checkpoint                          ← 3",
    ]);
  });

  it("ends for units that wait for one another", () => {
    const circle = aPlan("- [ ] 1. A\n  - _Depends: 2_\n- [ ] 2. B\n  - _Depends: 1_\n");
    expect(textGraph(circle.units)).toEqual(["level 1 ── 1 A  ← 2", "level 2 ── 2 B  ← 1"]);
    expect(rows(planTable(circle)).map((row) => row.split(/ {2,}/)[5])).toEqual(["waits for", "2", "1"]);
    expect(graphOf(circle.units)).toEqual(expect.arrayContaining(["  u1 --> u2", "  u2 --> u1"]));
    const page = planPage(circle, { tasksText: "", hash: sha256 });
    // Two lines in each of the two drawings.
    expect(page.match(/<path [^>]*\bd="M/g)).toHaveLength(4);
  });

  it("of 2,000 units with 100 checkpoints is there at once", () => {
    const text = Array.from({ length: 2000 }, (_, at) => `- [ ] ${at + 1}. ${at % 20 ? "A" : "Checkpoint"}`);
    expect(textGraph(aPlan(text.join("\n")).units)).toHaveLength(2000);
  });
});

describe("a mistake", () => {
  it.each([
    ["LF", "# Plan\n\n- [ ] 1. 期間\n  - _Depends: 9_\n"],
    ["CR", "# Plan\r\r- [ ] 1. 期間\r  - _Depends: 9_\r"],
  ])("shows its file, its place, the line, and a mark below it as wide as the text: %s", (_, text) => {
    const { diagnostics } = aPlan(text);
    expect(shownDiagnostics(mistakesOf(diagnostics), { file: "x/tasks.md", text })).toEqual([
      "x/tasks.md:4:1: error: Task 1 depends on 9: there is no task of that id. Did you mean 1?",
      "    4 |   - _Depends: 9_",
      "      |   ^^^^^^^^^^^^^^",
    ]);
  });

  it.each([
    ["from its column on", "  - [?] 1. A", 3, "  ^^^^^^^^^^"],
    ["not below white space", "    - [?] 1. A", 1, "    ^^^^^^^^^^"],
    ["below a tab", "\t- [?] 1. A", 2, "    ^^^^^^^^^^"],
    ["behind wide letters", "期間 x", 4, "     ^"],
    ["the whole line when the column lies behind it", "ab", 9, "^^"],
  ])("is marked %s", (...[, line, column, mark]) => expect(markedLine(line, column)?.mark).toBe(mark));

  it("on an empty line has no mark", () => expect(markedLine("  ", 1)).toBeNull());

  it("tells the tones apart, and says at the end that nothing would start", () => {
    const text = "- [?] 1. A\n  - _Depends: 9_\n";
    const look: Look = { columns: 80, paint: (tone, said) => `<${tone}>${said}</>` };
    const said = planText(aPlan(text), text, look);
    expect(said).toContain("<error>.kiro/specs/x/tasks.md:2:1: error: ");
    expect(said).toContain("<warning>.kiro/specs/x/tasks.md:1:1: warning: ");
    expect(said.split("\n").at(-1)).toBe("1 error, 1 warning: nothing would start.");
  });

  it("of the command has no place in the file", () => {
    const text = "# Plan\n- [ ] 1. A\n- [ ] 2. B\n";
    const said = planText(aPlan(text, { flags: { only: ["9"] } }), text);
    expect(said).toMatch(/^error: There is no unit 9: /m);
    expect(said).not.toContain("# Plan");
  });

  it("of a file without tasks is all that is said", () =>
    expect(planText(aPlan("# Plan\n"), "# Plan\n")).toMatch(
      /^\.kiro\/specs\/x\/tasks\.md:1:1: error: There is no task .*\n {4}1 \| # Plan\n {6}\| \^{6}\n\n1 error: nothing would start\.$/,
    ));
});

describe("advice on the plan as a whole", () => {
  it.each([
    ["one-unit", "- [ ] 1. A\n"],
    ["sequential", "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n"],
    ["no-order", "- [ ] 1. A\n- [ ] 2. B\n"],
  ])("%s is a sentence below the table, and no mistake", (code, text) => {
    const plan = aPlan(text);
    const [note] = plan.diagnostics.filter((one) => one.code === code);
    expect(adviceOf(plan.diagnostics)).toContain(formatProblem(note!));
    expect(mistakesOf(plan.diagnostics)).toEqual([]);
    expect(planText(plan, text).split("\n")).toContain(formatProblem(note!));
  });
});

describe("the estimate", () => {
  it("is marked as one, with the figures that somebody gave and a word on the others", () => {
    const config =
      "version: 1\nagents: { a: { backend: claude, model: m } }\nrouting: { default: a }\nreviewers: { agent: a }\n";
    const said = (more: string): string =>
      planTable(aPlan("- [ ] 1. A\n", { config: config + more }))
        .split("\n")
        .at(-1)!;
    expect(said("")).toMatch(/^At least \d+ workflow runs\. An estimate: .*not known/);
    expect(
      said(
        "prices: { m: { input: 3, output: 15, attempt: { input: 1000000, output: 100000, minutes: 10 } } }\n",
      ),
    ).toMatch(/^At least \d+ workflow runs, 20 minutes of agents, 2,200,000 tokens, 9 USD\. An estimate: /);
  });
});

describe("text of others", () => {
  it("gives a terminal no orders, whatever it holds", () => {
    const title = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .map((text) => text.replaceAll(/[\r\n]/g, ""));
    const orders = fc.constantFrom("\u001B[31m", "\u009B2J", "\u0007", "\u202E", "\u200B", "\u2066", "\r");
    fc.assert(
      fc.property(title, orders, title, (before, order, after) => {
        const text = `- [?] 1. ${before}${order}${after}\n- [ ] 2. B\n`;
        const said = planText(aPlan(text), text, screen(80));
        expect(said).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      }),
      { numRuns: 300 },
    );
  });

  it("gives none from ids and reasons either", () => {
    const plan = aPlan("- [ ] 1. A\n");
    const said = planTable({ ...plan, leftOut: [{ id: "2\u001B[2J", why: "it is \u009Bdone" }] });
    expect(said).toMatch(/^Left out because it is {2}done: 2 \[2J\.$/m);
  });

  it("is cut to its width and never within a letter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const short = cut(text, width);
        expect(stringWidth(short)).toBeLessThanOrEqual(width);
        expect(short === text || text.startsWith(short.slice(0, -1))).toBe(true);
        for (const line of wrapped(text, { width, lines: 3 }))
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
    expect(cut("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3)).toBe("👨‍👩‍👧‍👦…");
    expect(wrapped("Read untrusted durations now", { width: 16, lines: 2 })).toEqual([
      "Read untrusted",
      "durations now",
    ]);
  });
});
