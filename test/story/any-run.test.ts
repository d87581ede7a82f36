/**
 * Any run, through observe, decide and apply on the local GitHub, with agents and reviewers that err, stall, lie,
 * answer garbage or conflict, and a person who answers: it comes to its end, and only good work lands.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import type { RunReport } from "../../src/application/report.ts";
import { setsMeet } from "../../src/domain/plan/locks.ts";
import { MAX_FIXES, MAX_RESOLVES } from "../../src/domain/run/mend.ts";
import { MAX_LOST } from "../../src/domain/run/draft.ts";
import { isHindrance, MAX_HINDERED } from "../../src/domain/run/hindered.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { MAX_ROUNDS, roundsOf, type UnitView } from "../../src/domain/run/view.ts";
import { REVIEW_FATES, scriptedJobs, VERIFY_FATES, WORK_FATES } from "../support/scripted-jobs.ts";
import { endsOf, factsOf } from "../support/phase-facts.ts";
import { END, rowOf, WORK } from "../support/phase-table.ts";
import { SPEC } from "../support/shipped-run.ts";
import { story, type World } from "../support/world.ts";

const TASKS = `- [ ] 1. Write a
  - _writes: src/1.txt_
- [ ] 2. Write b
  - In \`src/2.txt\`
- [ ] 3. Write c
  - _writes: src/**_
- [ ] 4. Checkpoint - all tests pass
- [ ] 5. Write d, which takes user input and passwords
  - _Depends: 1_
  - In \`src/5.txt\`
`;

/** Numbers that decide one thing after the other: 0 is the good fate. */
const chances = fc.array(fc.nat({ max: 19 }), { minLength: 60, maxLength: 60 });
/** After so many answers a person gives up: what is asked then is aborted. */
const PATIENCE = 14;
const MAX_PASSES = 300;

function pick<T>(list: readonly T[], chance: number): T {
  return chance >= list.length ? list[0]! : list[chance]!;
}

describe("any run", () => {
  it("ends, and what has landed was reviewed and verified", { timeout: 600_000 }, async () => {
    // The long search, `npm run runs`, looks elsewhere each time; a test of every day must not fail by chance.
    const many = process.env["ROUNDTABLE_RUNS"];
    const search = many === undefined ? { numRuns: 4, seed: 1 } : { numRuns: Number(many) };
    await fc.assert(
      fc.asyncProperty(chances, async (numbers) => {
        await story((world) => playOut(world, numbers));
      }),
      { ...search, endOnFailure: many === undefined },
    );
  });
});

async function playOut(world: World, numbers: readonly number[]): Promise<void> {
  let at = 0;
  const next = (): number => numbers[at++ % numbers.length]!;
  const { workflows } = scriptedJobs(world.github, ({ role }) => {
    const fates = role === "review" ? REVIEW_FATES : role === "verify" ? VERIFY_FATES : WORK_FATES;
    return pick<(typeof fates)[number]>(fates, next());
  });
  const github: Github = { ...world.github, workflows };
  const reconciler = world.reconciler({ github });
  await world.commit({ [`${SPEC}/tasks.md`]: TASKS, "shared.txt": "nothing\n" });
  const run = await world.ask(`/orchestrate ${SPEC} --profile throughput`);
  await reconciler.pass();
  await world.say(run, "/orchestrate confirm");

  const begun = new Set<string>();
  let answers = 0;
  let report: RunReport | undefined;
  for (let passes = 0; ; passes++) {
    expect(passes, "passes until the end").toBeLessThan(MAX_PASSES);
    const seen = (await reconciler.pass()).runs.find((one) => one.run === run);
    if (!seen) break;
    report = seen;
    checkMidway(seen, begun);
    if (seen.outcome === "complete" || seen.outcome === "halted") continue;
    const open = Object.entries(seen.view.state.decisions).filter(([, { answer }]) => answer === null);
    if (seen.outcome === "decision") {
      expect(open, `something to decide: ${seen.reason}`).not.toEqual([]);
      for (const [id, { options }] of open) {
        const option = answers++ < PATIENCE ? 1 + (next() % options.length) : options.length;
        await world.say(run, `/orchestrate decide ${id} ${option}`);
      }
      if (seen.view.state.paused) await world.say(run, "/orchestrate resume");
    }
    world.machine.clock.advance(31_000);
  }
  await checkEnd(world, report!);
}

/** What holds at every moment. */
function checkMidway({ view }: RunReport, begun: Set<string>): void {
  const { state, units, phases } = view;
  for (const unit of units) if (!unit.isGate) checkPhase(unit, view);
  for (const { unit } of units) {
    if (state.began[unit.id] === undefined || begun.has(unit.id)) continue;
    begun.add(unit.id);
    for (const { id } of unit.dependsOn) {
      const isOver = id in state.landed || id in state.dropped;
      expect(isOver, `unit ${unit.id} began before ${id} had landed`).toBe(true);
    }
  }
  const busy = units.filter(({ unit }) => phases.get(unit.id)!.kind === "in_progress");
  for (const one of busy)
    for (const other of busy) {
      if (one === other) continue;
      const [paths, others] = [one, other].map(({ unit }) => unit.writes.map(({ path }) => path));
      expect(setsMeet(paths!, others!), `${one.unit.id} and ${other.unit.id} at once`).toBe(false);
    }
}

/** What the truth table calls unreachable is not reached. */
function checkPhase(unit: UnitView, { state, phases }: RunReport["view"]): void {
  const [facts, ends] = [factsOf(unit, state), endsOf(unit, state)];
  const end = rowOf(END, ends)![1];
  const expected = end === "as its work" ? rowOf(WORK, facts)![1] : end;
  const { kind } = phases.get(unit.unit.id)!;
  const isBehind = kind === "blocked" && unit.decision === null;
  expect(isBehind ? "not_started" : kind, JSON.stringify({ facts, ends })).toBe(expected);
}

async function checkEnd(world: World, { view }: RunReport): Promise<void> {
  const { state, units, phases } = view;
  expect(state.ended).not.toBeNull();
  for (const unit of units) {
    checkCaps(unit, state.granted[unit.unit.id] ?? 0);
    const landed = state.landed[unit.unit.id];
    if (landed && !unit.isGate)
      await checkLanded(world, unit, { ...landed, approved: state.approvals[unit.unit.id]?.head });
    if (!landed)
      expect(["skipped", "cancelled", "blocked", "not_started"]).toContain(phases.get(unit.unit.id)!.kind);
  }
  for (const { lost } of attemptsOf(state)) expect(lost).toBeLessThanOrEqual(MAX_LOST);
  const verified = new Map(
    attemptsOf(state)
      .filter(({ role, outcome }) => role === "verify" && outcome === "green")
      .map((one) => [one.headSha, one]),
  );
  for (const { sha } of Object.values(state.landed))
    expect(verified.has(sha), `${sha} was verified`).toBe(true);
}

function checkCaps(unit: UnitView, granted: number): void {
  const count = (role: string): number =>
    unit.work.filter((attempt) => attempt.role === role && attempt.runId !== null).length;
  const hindered = unit.work.filter(({ outcome }) => isHindrance(outcome)).length;
  expect(count("fix")).toBeLessThanOrEqual(MAX_FIXES + granted + Math.min(hindered, MAX_HINDERED));
  for (const { hindered: times } of unit.work)
    expect(Math.max(times.rate_limited, times.infra)).toBeLessThanOrEqual(MAX_HINDERED);
  const heads = new Set(unit.work.filter(({ role }) => role === "resolve").map(({ headSha }) => headSha));
  expect(count("resolve")).toBeLessThanOrEqual((MAX_RESOLVES + granted) * Math.max(1, heads.size));
  expect(roundsOf(unit)).toBeLessThanOrEqual(MAX_ROUNDS + granted);
}

async function checkLanded(
  world: World,
  unit: UnitView,
  { head, sha, approved }: { head: string; sha: string; approved: string | undefined },
): Promise<void> {
  expect(unit.pull!.headSha).toBe(head);
  expect(await world.github.code.isAncestor(head, sha)).toBe(true);
  if (approved === head) return;
  const jobs = unit.reviewJobs.filter((job) => job.headSha === head);
  expect(new Set(jobs.map(({ reviewer }) => reviewer)).size).toBe(unit.unit.reviewers.length);
  for (const { result } of jobs) expect(["none", "minor"]).toContain(result!.severity);
}
