/** Lines of the predecessor's list about dispatch and the beginning of a run: see test/parity-run.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import { absorb } from "../../../src/domain/run/decide.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import { PlanFile, type State } from "../../../src/domain/run/journal.ts";
import { parseState } from "../../../src/domain/run/read-state.ts";
import { viewOf } from "../../../src/domain/run/view.ts";
import { MAIN, NOW, snapshotOf, type World } from "../../support/asked.ts";
import { at, NOTHING, openOf, pass, passOver, phasesAt, phasesOf, startsOf } from "../../support/pass.ts";
import { anAttempt } from "../../support/run.ts";
import { aWork, HEAD } from "../../support/view.ts";

const OLD = "1".repeat(40);
const red = (change: Partial<Attempt> = {}): Attempt => aWork({ outcome: "red", at: at(0), ...change });
const TWO =
  "- [ ] 1. First\n  - _writes: src/1.js_\n- [ ] 2. Second\n  - _Depends: none_\n  - _writes: src/2.js_\n";
/** Before anything has begun. */
const untouched = (tasks: string, landed: State["landed"] = {}): World => ({
  tasks,
  journal: { began: {}, landed, integration: MAIN },
  facts: { board: { issues: [], pulls: [] }, branches: { "roundtable/12/main": MAIN } },
});

describe("dispatch, line by line", () => {
  const NESTED = `- [ ] 1. Core
  - [ ] 1.1 Read
    - _writes: src/core.py_
    - _reads: config.json_
  - [ ] 1.2 Write
    - _writes: src/out.py_
- [ ] 2. Docs
  - _Depends: none_
  - _writes: docs/a.md_
- [ ] 3. Above
  - _Depends: 1_
  - _writes: src/above.py_
`;

  it("I1 units start, no sub-tasks; who depends on a parent waits until that has landed", () => {
    const first = pass(untouched(NESTED));
    expect(startsOf(first)).toEqual(["branch:1", "branch:2"]);
    expect(first.waits).toContainEqual(expect.objectContaining({ unit: "3", for: "dependency" }));
    const landed = { "1": { head: HEAD, sha: MAIN } };
    expect(startsOf(pass(untouched(NESTED, landed)))).toEqual(["branch:2", "branch:3"]);
  });

  it("I2 the journal keeps each task with its parent and its files", () => {
    const { planFile } = snapshotOf(untouched(NESTED));
    const { plan } = PlanFile.parse(JSON.parse(JSON.stringify(planFile)));
    expect(plan.tasks).toMatchObject([
      { id: "1", parent: null },
      { id: "1.1", parent: "1", writes: ["src/core.py"], reads: ["config.json"] },
      { id: "1.2", parent: "1", writes: ["src/out.py"], reads: [] },
      { id: "2", parent: null, writes: ["docs/a.md"] },
      { id: "3", parent: null, dependsOn: ["1"] },
    ]);
    expect(plan.units.map(({ taskIds }) => taskIds)).toEqual([["1", "1.1", "1.2"], ["2"], ["3"]]);
  });

  it("I4 work to be mended gets one fix, and is in progress with it", () => {
    const decision = pass({ journal: { attempts: { "1/implement/1": red() } } });
    expect(startsOf(decision)).toEqual(["dispatch:1/fix/1"]);
    expect(phasesOf(decision)[0]).toBe("in_progress");
    expect(decision.state.attempts["1/fix/1"]).toMatchObject({ agent: "practice", outcome: null, lost: 0 });
    expect(startsOf(passOver({ ...snapshotOf({ journal: {} }), state: decision.state }))).toEqual([]);
  });

  it("I5 one pass mends and begins, and by itself changes nothing of what it has seen", () => {
    const snapshot = snapshotOf({ tasks: TWO, journal: { attempts: { "1/implement/1": red() } } });
    const before = structuredClone(snapshot);
    expect(startsOf(passOver(snapshot))).toEqual(["branch:2", "dispatch:1/fix/1"]);
    expect(snapshot).toEqual(before);
  });

  it("I6 F9 a fix that is done counts, and waits for its review", () => {
    const attempts = { "1/implement/1": red({ committed: OLD }), "1/fix/1": aWork({ at: at(1) }) };
    expect(phasesAt(snapshotOf({ journal: { attempts } }))[0]).toBe("pending_review");
    expect(startsOf(pass({ journal: { attempts } }))).toEqual(["dispatch:1/review/1"]);
    const again = { ...attempts, "1/fix/1": red({ at: at(1) }) };
    expect(startsOf(pass({ journal: { attempts: again } }))).toEqual(["dispatch:1/fix/2"]);
  });

  it("I6 F10 a fix that was never at work counts for nothing: it is the same one that is dispatched again", () => {
    const sent = pass({ journal: { attempts: { "1/implement/1": red() } } });
    const id = sent.effects.find(({ kind }) => kind === "dispatch")!.id;
    const refused = absorb(
      sent.state,
      [{ kind: "refused", effect: id, what: "No.", fix: "Allow it." }],
      new Date(NOW),
    );
    const told = passOver({ ...snapshotOf({ journal: {} }), state: refused });
    expect(startsOf(told)).toEqual([]);
    expect(openOf(told)).toMatchObject([{ kind: "refused" }]);

    const underWay = anAttempt({ at: at(1), headSha: HEAD });
    const lost = pass({
      journal: { attempts: { "1/implement/1": red(), "1/fix/1": underWay } },
      facts: { outcomes: { "1/fix/1": NOTHING } },
    });
    expect(startsOf(lost)).toEqual(["dispatch:1/fix/1"]);
    expect(Object.keys(lost.state.attempts)).toEqual(["1/implement/1", "1/fix/1"]);
  });
});

describe("the beginning of a run, line by line", () => {
  it("E2 a journal from before self-checks were counted reads as one without any", () => {
    const { state } = snapshotOf({ journal: { attempts: { "1/implement/1": aWork() } } });
    const old = JSON.stringify(state, (key, value: unknown) => (key === "selfChecks" ? undefined : value));
    expect(old).not.toContain("selfChecks");
    expect(parseState(old)).toEqual(state);
  });

  it("E2 E3 begins with nothing decided and nothing tried, and is read back from the journal as it was", () => {
    const snapshot = snapshotOf(untouched(TWO));
    const { state, planFile } = snapshot;
    expect(parseState(JSON.stringify(state))).toEqual(state);
    expect(state).toMatchObject({
      spec: { name: "x" },
      attempts: {},
      decisions: {},
      landed: {},
      train: null,
    });
    expect(planFile.plan.units).toMatchObject([
      { id: "1", title: "First", type: "code", dependsOn: [] },
      { id: "2", title: "Second", type: "code", dependsOn: [] },
    ]);
    expect(phasesAt(snapshot)).toEqual(["not_started", "not_started"]);
    const body = trackingBody(viewOf(snapshot, state), [], new Date(NOW));
    for (const part of ["Mental Model", "Narrative Delta", "Risks & Debt"])
      expect(body).toContain(`### ${part}`);
  });

  it("E4 E9 begins with what depends on nothing, and with something in any order", () => {
    const CHAIN = "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1, 2_\n";
    expect(startsOf(pass(untouched(CHAIN)))).toEqual(["branch:1"]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (masks) => {
        const free = new Set<string>();
        const tasks = masks.map((mask, n) => {
          const before = masks.flatMap((_, bit) => (bit < n && (mask >> bit) & 1 ? [String(bit + 1)] : []));
          if (before.length === 0) free.add(`branch:${n + 1}`);
          return `- [ ] ${n + 1}. Unit\n  - _Depends: ${before.join(", ") || "none"}_\n  - _writes: src/${n}.js_\n`;
        });
        const starts = startsOf(pass(untouched(tasks.join(""))));
        expect(starts).toHaveLength(Math.min(3, free.size));
        expect(starts.filter((one) => !free.has(one))).toEqual([]);
      }),
    );
  });
});
