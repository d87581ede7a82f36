/** Decisions that wait, units that fail, reviews that do not converge: by one pass on a made snapshot. */
import { describe, expect, it } from "vitest";
import { issueLabels } from "../../../src/domain/board/labels.ts";
import { decide, type RunDecision } from "../../../src/domain/run/decide.ts";
import type { CommentFact } from "../../../src/domain/run/facts.ts";
import type { Decision, State } from "../../../src/domain/run/journal.ts";
import type { RunSnapshot } from "../../../src/domain/run/snapshot.ts";
import { NOTHING } from "../../support/pass.ts";
import { aResult, anAttempt, aSnapshot } from "../../support/run.ts";
import { anIssue, aPull, aReview } from "../../support/view.ts";

const TASKS = [1, 2, 3, 4]
  .map((n) => `- [ ] ${n}. Unit ${n}\n  - _writes: src/${n}.js_\n`)
  .join("")
  .concat('\n```json\n{"waves": [["1", "2", "3", "4"]]}\n```\n');
const ASKED = "2026-01-01T00:00:00.000Z";
const after = (hours: number): Date => new Date(Date.parse(ASKED) + hours * 3_600_000);

const aDecision = (change: Partial<Decision> = {}): Decision => ({
  kind: "fixes-used-up",
  unit: "1",
  question: "What now?",
  options: [{ does: "retry", text: "Again" }],
  at: ASKED,
  default: null,
  deadline: null,
  answer: null,
  ...change,
});

function passAt(
  hours: number,
  journal: Partial<State>,
  { comments = [], outcomes = {} }: { comments?: CommentFact[]; outcomes?: RunSnapshot["outcomes"] } = {},
): RunDecision {
  const snapshot = aSnapshot(TASKS, {
    journal,
    branches: { "roundtable/12/main": "9".repeat(40) },
    outcomes,
  });
  return decide(
    { ...snapshot, permissions: { you: "write" }, tracking: { state: "open", labels: [], comments } },
    { id: "p", now: after(hours), seed: "5eed", takesOver: false },
  );
}

const commentsOf = (decision: RunDecision): string[] =>
  decision.effects.flatMap((effect) => (effect.kind === "ensure-comment" ? [effect.body] : []));
const started = ({ state }: Pick<RunDecision, "state">): string[] =>
  Object.keys(state.began).filter((id) => !(`${id}/implement/1` in state.attempts));

describe("a decision that nobody answers", () => {
  const decisions = { d1: aDecision() };
  const isCall = (body: string): boolean =>
    body.startsWith("@you: decision d1 has waited for more than a day");

  it("is looked at again after a day", () => {
    const early = passAt(1, { decisions });
    expect(commentsOf(early).filter(isCall)).toEqual([]);
    expect(early.lookAgainAt).toEqual(after(24));
  });

  it("calls the one who confirmed, once, and says so by a label", () => {
    const [call] = commentsOf(passAt(25, { decisions })).filter(isCall);
    expect(call).toMatch(/<!-- roundtable:decision run=12 id=d1 reminder=1 -->$/);
    const mine: CommentFact = {
      id: 7,
      author: aSnapshot(TASKS).me,
      authorIsBot: true,
      body: call!,
      createdAt: new Date(ASKED),
      edited: false,
      answered: false,
      eyes: 0,
    };
    const again = passAt(50, { decisions }, { comments: [mine] });
    expect(commentsOf(again).filter(isCall)).toEqual([]);
    expect(issueLabels(again.view, again.view.byId.get("1")!)).toContain("escalated");
    expect(again.lookAgainAt).toBeNull();
  });
});

describe("three units that failed", () => {
  const failed = (...units: string[]): Partial<State> => ({
    began: Object.fromEntries(units.map((unit) => [unit, "9".repeat(40)])),
    attempts: Object.fromEntries(
      units.map((unit) => [
        `${unit}/implement/1`,
        anAttempt({ outcome: "red", result: aResult({ files: [] }) }),
      ]),
    ),
    decisions: Object.fromEntries(units.map((unit, at) => [`d${at + 1}`, aDecision({ unit })])),
  });
  const braked = passAt(1, failed("1", "2", "3")).state;

  it("stop what has not begun, and ask; two do not", () => {
    expect(started(passAt(1, failed("1", "2")))).toEqual(["3", "4"]);
    const decision = passAt(1, failed("1", "2", "3"));
    expect(started(decision)).toEqual([]);
    expect(decision.state.decisions["d4"]).toMatchObject({ kind: "failed-units", unit: null });
    expect(decision.waits).toContainEqual(expect.objectContaining({ unit: "4", for: "decision" }));
  });

  it("stop it in the pass in which the third one fails", () => {
    const { attempts, began, decisions: two } = failed("1", "2");
    const last = anAttempt({ lost: 2 });
    const journal = {
      attempts: { ...attempts, "3/implement/1": last },
      began: { ...began, "3": "9".repeat(40) },
      decisions: two!,
    };
    const decision = passAt(1, journal, { outcomes: { "3/implement/1": NOTHING } });
    expect(Object.values(decision.state.decisions).map(({ kind }) => kind)).toEqual([
      "fixes-used-up",
      "fixes-used-up",
      "lost",
      "failed-units",
    ]);
    expect(started(decision)).toEqual([]);
  });

  it("pause the run at the deadline, which a person can undo", () => {
    expect(passAt(72, braked).state.paused).toBe(false);
    const later = passAt(74, braked);
    expect(later.state).toMatchObject({
      paused: true,
      decisions: { d4: { answer: { option: 3, by: "roundtable" } } },
    });
    expect(started(later)).toEqual([]);
  });

  const answered = (option: number): RunDecision =>
    passAt(2, braked, {
      comments: [
        {
          id: 50,
          author: "you",
          authorIsBot: false,
          body: `/orchestrate decide d4 ${option}`,
          createdAt: new Date(ASKED),
          edited: false,
          answered: false,
          eyes: 0,
        },
      ],
    });

  it.each([
    { option: 1, what: "go on with the others", begun: ["4"], open: ["d1", "d2", "d3"] },
    { option: 2, what: "get another attempt each, which takes all slots", begun: [], open: [] },
    { option: 3, what: "wait for a changed spec", begun: [], open: ["d1", "d2", "d3"] },
    { option: 4, what: "are left out, and what landed is taken", begun: [], open: [] },
    { option: 5, what: "end the run", begun: [], open: [] },
  ])("answered with $option they $what", ({ option, begun, open }) => {
    const { state } = answered(option);
    expect(started({ state })).toEqual(begun);
    expect(Object.keys(state.decisions).filter((id) => state.decisions[id]!.answer === null)).toEqual(open);
    expect(state.granted).toEqual(option === 2 ? { "1": 1, "2": 1, "3": 1 } : {});
    expect(Object.values(state.dropped).map(({ as }) => as)).toEqual(
      Array<string>(option < 4 ? 0 : 4).fill(option === 4 ? "skipped" : "cancelled"),
    );
    expect(state.ended?.outcome).toBe(option === 4 ? "complete" : option === 5 ? "halted" : undefined);
  });

  it("are not asked about again", () => {
    const go = answered(1).state;
    expect(passAt(3, go).state.decisions).not.toHaveProperty("d5");
  });
});

describe("a unit that was reviewed at five heads", () => {
  const HEAD = "f".repeat(40);
  const rounds = Object.fromEntries(
    [1, 2, 3, 4, 5].map((n) => [`1/review/${n}`, aReview([], { headSha: String(n).repeat(40) })]),
  );
  const done = anAttempt({ outcome: "completed", result: aResult(), committed: HEAD });
  const journal: Partial<State> = {
    attempts: { "1/implement/1": done, ...rounds },
    began: { "1": "9".repeat(40) },
  };
  const pass = (change: Partial<State> = {}): RunDecision => {
    const snapshot = aSnapshot(TASKS, {
      journal: { ...journal, ...change },
      branches: { "roundtable/12/main": "9".repeat(40), "roundtable/12/unit-1": HEAD },
      board: { issues: [], pulls: [aPull({ headSha: HEAD })] },
    });
    return decide(snapshot, { id: "p", now: after(1), seed: "5eed", takesOver: false });
  };

  it("is not reviewed a sixth time without a person's word, and says so by a label", () => {
    const decision = pass();
    expect(Object.keys(decision.state.attempts)).not.toContain("1/review/6");
    expect(decision.state.decisions["d1"]).toMatchObject({ kind: "review-rounds", unit: "1" });
    expect(issueLabels(decision.view, decision.view.byId.get("1")!)).toContain("quality-warning");
  });

  it("is reviewed once more when a person grants it", () => {
    expect(Object.keys(pass({ granted: { "1": 1 } }).state.attempts)).toContain("1/review/6");
  });
});

it.each(["roundtable:hold", "Roundtable:Hold"])(
  "a unit whose issue has the label %s does not begin",
  (label) => {
    const snapshot = aSnapshot(TASKS, { board: { issues: [anIssue({ labels: [label] })], pulls: [] } });
    const pass = { id: "p", now: after(1), seed: "5eed", takesOver: false };
    const { state, waits } = decide(snapshot, pass);
    expect(Object.keys(state.began)).not.toContain("1");
    expect(waits).toContainEqual(expect.objectContaining({ unit: "1", for: "hold" }));
  },
);

describe("a unit that waits for a person", () => {
  const slots = (isAtWork: boolean): string[] => {
    const open = ["1", "2", "3"].map((id, at) => [
      `${id}/implement/1`,
      anAttempt({ runId: 100 + at, at: ASKED, ...(id === "1" && !isAtWork && { outcome: "failed" }) }),
    ]);
    const { state } = passAt(1, {
      began: { 1: "9".repeat(40), 2: "9".repeat(40), 3: "9".repeat(40) },
      attempts: Object.fromEntries(open) as State["attempts"],
      decisions: { d1: aDecision() },
    });
    return Object.keys(state.began);
  };

  it("leaves its slot to the next one, but not while its job is under way", () => {
    expect(slots(false)).toEqual(["1", "2", "3", "4"]);
    expect(slots(true)).toEqual(["1", "2", "3"]);
  });
});
