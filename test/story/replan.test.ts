/** The spec changes while its run is under way, and a new plan takes over within the run. */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { goodFate, scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { asked, phases, SPEC } from "../support/shipped-run.ts";
import { AT, story, type World } from "../support/world.ts";

const unit = (id: string, title: string, more = ""): string =>
  `- [ ] ${id}. ${title}\n  - _Depends: none_\n  - _writes: src/${id}.txt_\n${more}`;
const FIRST = unit("1", "Write the parser");
const SECOND = unit("2", "Write the printer");
const THIRD = unit("3", "Write the scanner");
const FOURTH = unit("4", "Write the guide");
const OLD = FIRST + SECOND + THIRD + FOURTH;
/** 2 says something else, 3 is gone, 5 is new. */
const NEW = `${FIRST}${unit("2", "Write the printer", "  - It prints in colour\n")}${FOURTH}${unit("5", "Write the tests")}`;

/** Unit 1 has landed; the others are at work and do not come to an end. */
async function underWay(world: World): Promise<ScriptedRun & { say(body: string): Promise<void> }> {
  const told = await scriptedRun(world, {
    tasks: OLD,
    flags: "--max-parallel 4",
    fateOf: (attempt) =>
      ["2", "3", "4"].includes(attempt.slug) && attempt.role === "implement" ? "hangs" : goodFate(attempt),
  });
  await told.until(({ view }) => view.state.landed["1"] !== undefined && view.state.train === null);
  return {
    ...told,
    say: async (body) => void (await world.say(told.run, body)),
  };
}

const board = (world: World, run: number) => world.github.board.board(`roundtable/${run}/main`);

const confirmOf = (report: RunReport): string => {
  const { made } = report.view.state.replan!;
  return `/orchestrate confirm ${made!.hash.slice(0, 12)}`;
};

/** Answers to commands since they were last looked at. */
async function replies(world: World, run: number): Promise<string[]> {
  const all = (await world.comments(run)).filter((body) => body.includes("reply="));
  const seen = seenReplies.get(world) ?? 0;
  seenReplies.set(world, all.length);
  return all.slice(seen);
}
const seenReplies = new WeakMap<World, number>();

const stands = (world: World, run: number) =>
  board(world, run).then(({ issues, pulls }) => ({
    issues: Object.fromEntries(
      issues.map(({ title, state, labels }) => [
        title,
        `${state} ${labels.filter((label) => /^(cancelled|completed|in-progress|not-started)$/.test(label)).join()}`,
      ]),
    ),
    pulls: pulls
      .map(({ head, state, merged }) => `${head.split("/").at(-1)} ${merged ? "merged" : state}`)
      .toSorted(),
  }));

describe("/orchestrate replan", () => {
  it("shows what is new, asks for consent, and takes over: landed stays, the same goes on, changed begins anew, gone is closed", () =>
    story(async (world) => {
      const { run, step, rest, say } = await underWay(world);
      await world.commit({ [`${SPEC}/tasks.md`]: NEW });
      await say("/orchestrate replan");
      const waiting = await step();
      const shown = (await world.comments(run)).find((body) => body.includes("A new plan, in place of"))!;
      expect(shown).toContain("| landed | 1 |");
      expect(shown).toContain("| unchanged | 4 |");
      expect(shown).toContain("| changed | 2 |");
      expect(shown).toContain("| added | 5 |");
      expect(shown).toContain("| removed | 3 |");
      expect(shown).toContain(confirmOf(waiting));
      expect(phases(waiting)).toEqual({
        1: "completed",
        2: "in_progress",
        3: "in_progress",
        4: "in_progress",
      });
      const before = attemptsOf(waiting.view.state).find(({ key }) => key === "4/implement/1")!;

      await say(confirmOf(waiting));
      const after = await step();
      const { state } = after.view;
      expect(state.consent).toMatchObject({ by: "octo", planHash: state.planHash, baseSha: state.spec.sha });
      expect(phases(after)).toEqual({
        1: "completed",
        2: "completed",
        4: "in_progress",
        5: "completed",
      });
      expect(state.attempts["2/implement/1"]!.outcome).toBe("cancelled");
      expect(state.attempts["3/implement/1"]!.outcome).toBe("cancelled");
      expect(state.attempts["2_2/implement/1"]!.outcome).toBe("completed");
      expect(state.attempts["4/implement/1"]).toMatchObject({ nonce: before.nonce, outcome: null });
      expect(await stands(world, run)).toEqual({
        issues: {
          "1. Write the parser": "closed completed",
          "2. Write the printer": "closed completed",
          "3. Write the scanner": "closed cancelled",
          "4. Write the guide": "open in-progress",
          "5. Write the tests": "closed completed",
        },
        pulls: [
          "unit-1 merged",
          "unit-2 closed",
          "unit-2_2 merged",
          "unit-3 closed",
          "unit-4 open",
          "unit-5 merged",
        ],
      });
      expect(await plansIn(world, state)).toEqual(
        [waiting.view.state, state].map(({ planHash }) => planHash.slice(0, 40)).toSorted(),
      );

      await say("/orchestrate skip 4");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(phases(end)).toEqual({ 1: "completed", 2: "completed", 4: "skipped", 5: "completed" });
      const head = end.view.integrationHead!;
      const tasks = new TextDecoder().decode(
        (await world.github.code.file(head, `${SPEC}/tasks.md`)) ?? undefined,
      );
      expect(tasks).toBe(
        NEW.replaceAll("- [ ] 1", "- [x] 1")
          .replaceAll("- [ ] 2", "- [x] 2")
          .replaceAll("- [ ] 5", "- [x] 5"),
      );
      expect(end.view.finalPull).not.toBeNull();
    }));

  it("taken over by a pass that GitHub then answers no write of, it is gone on with by the next; nothing is doubled", () =>
    story(async (world) => {
      const { run, step, say } = await underWay(world);
      await world.commit({ [`${SPEC}/tasks.md`]: NEW });
      await say("/orchestrate replan");
      await say(confirmOf(await step()));
      world.local.interceptor = ({ method, url }) =>
        method !== "GET" && /\/(issues|pulls)(\/|$)/.test(new URL(url).pathname)
          ? new Response("{}", { status: 502 })
          : null;
      await step();
      world.local.interceptor = null;
      world.machine.clock.advance(180_000);
      await step();
      const { issues, pulls } = await stands(world, run);
      expect(Object.keys(issues).toSorted()).toEqual([
        "1. Write the parser",
        "2. Write the printer",
        "3. Write the scanner",
        "4. Write the guide",
        "5. Write the tests",
      ]);
      expect((await board(world, run)).issues).toHaveLength(5);
      expect(pulls).toEqual([
        "unit-1 merged",
        "unit-2 closed",
        "unit-2_2 merged",
        "unit-3 closed",
        "unit-4 open",
        "unit-5 merged",
      ]);
    }));

  it("is an answer to the question about a changed spec; nothing further begins before it is confirmed", () =>
    story(async (world) => {
      const told = await scriptedRun(world, {
        tasks: `${FIRST}- [ ] 2. Write the printer\n  - _Depends: 1_\n`,
        fateOf: (attempt) =>
          attempt.slug === "1" && attempt.role === "implement" ? "asks" : goodFate(attempt),
      });
      await told.rest();
      await world.commit({ [`${SPEC}/tasks.md`]: FIRST + THIRD });
      expect(asked(await told.rest())).toEqual(["question of 1", "spec-changed of run"]);
      await world.say(told.run, "/orchestrate decide d2 4");
      const waiting = await told.rest();
      expect(waiting.reason).toContain("the new plan waits for /orchestrate confirm");
      expect(Object.keys(waiting.view.state.began)).toEqual(["1"]);
      await world.say(told.run, confirmOf(waiting));
      const end = await told.rest();
      expect(phases(end)).toEqual({ 1: "blocked", 3: "completed" });
      expect(asked(end)).toEqual(["question of 1"]);
      const { issues } = await board(world, told.run);
      expect(issues.map(({ title, state }) => `${title}: ${state}`).toSorted()).toEqual([
        "1. Write the parser: open",
        "2. Write the printer: closed",
        "3. Write the scanner: closed",
      ]);
    }));

  it("the plan before it holds where there can be no new one, or a person leaves it; why is said once", () =>
    story(async (world) => {
      const { run, step, say } = await underWay(world);
      const { planHash } = (await step()).view.state;
      const moved = `${unit("1", "Write the lexer")}${unit("2", "Write the parser")}`;
      for (const [tasks, answer] of [
        [null, "There is no spec at that path"],
        [`${FIRST}- [ ] 2. Write the printer\n  - _Depends: 9_\n`, "tasks.md:"],
        [moved, "Unit 1 has landed, and its task stands under 2 now"],
        [OLD, "the plan holds"],
        [NEW, null],
      ] as const) {
        await (tasks === null ? removeSpec(world) : world.commit({ [`${SPEC}/tasks.md`]: tasks }));
        await say("/orchestrate replan");
        const { view } = await step();
        expect(view.state.planHash).toBe(planHash);
        expect(view.state.replan === null).toBe(answer !== null);
        if (answer !== null) expect(await replies(world, run)).toEqual([expect.stringContaining(answer)]);
      }
      await say("/orchestrate confirm 000000000000");
      expect((await step()).view.state.replan).not.toBeNull();
      await say("/orchestrate resume");
      await say("/orchestrate confirm");
      const { view } = await step();
      expect(view.state).toMatchObject({ replan: null, planHash });
      expect((await replies(world, run)).join("\n")).toMatch(
        /not the hash of the plan that waits[^]*confirmed already/,
      );
    }));

  it("a confirm that was said before the new plan was shown, a reader's, and one after it expired are void", () =>
    story(async (world) => {
      const { run, step, say } = await underWay(world);
      await world.commit({ [`${SPEC}/tasks.md`]: NEW });
      await say("/orchestrate replan");
      await say("/orchestrate confirm");
      await step();
      await world.say(run, "/orchestrate confirm", "reader");
      const waiting = await step();
      expect(waiting.view.state.replan).not.toBeNull();
      world.machine.clock.advance(72 * 3_600_000);
      await say(confirmOf(waiting));
      const { view } = await step();
      expect(view.state.replan).toBeNull();
      expect(view.state.planHash).toBe(waiting.view.state.planHash);
      expect((await world.comments(run)).join("\n")).toMatch(/A new plan is being made[^]*has expired/);
    }));

  it("before consent the plan is made anew at the base branch's head, and only that one can be confirmed", () =>
    story(async (world) => {
      await world.commit({ [`${SPEC}/tasks.md`]: OLD });
      const run = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      const first = (await world.pass()).runs[0]!.view.state;
      const sha = await world.commit({ [`${SPEC}/tasks.md`]: NEW });
      await world.say(run, "/orchestrate replan");
      await world.say(run, `/orchestrate confirm ${first.planHash.slice(0, 12)}`);
      const { state } = (await world.pass()).runs[0]!.view;
      expect(state).toMatchObject({ consent: null, base: { sha }, spec: { sha } });
      await world.say(run, `/orchestrate confirm ${first.planHash.slice(0, 12)}`);
      expect((await world.pass()).runs[0]!.view.state.consent).toBeNull();
      await world.say(run, `/orchestrate confirm ${state.planHash.slice(0, 12)}`);
      const report = (await world.pass()).runs[0]!;
      expect(report.view.state.consent).toMatchObject({ planHash: state.planHash, baseSha: sha });
      expect(Object.keys(phases(report))).toEqual(["1", "2", "4", "5"]);
      expect((await world.comments(run)).filter((body) => body.includes("## Plan for"))).toHaveLength(2);
    }));
});

async function plansIn(world: World, { run, planHash }: RunReport["view"]["state"]): Promise<string[]> {
  const { revision } = (await world.github.journal.find(run))!;
  const { data } = await world.as("octo").rest.git.getTree({ ...AT, tree_sha: revision, recursive: "1" });
  const kept = data.tree.flatMap(({ path }) => /^plans\/(.+)\.json$/.exec(path)?.[1] ?? []);
  return [...new Set([...kept, planHash.slice(0, 40)])].toSorted();
}

async function removeSpec(world: World): Promise<void> {
  const { git } = world.as("octo").rest;
  const ref = "heads/main";
  const { sha: head } = (await git.getRef({ ...AT, ref })).data.object;
  const gone = { path: `${SPEC}/tasks.md`, mode: "100644", type: "blob", sha: null } as const;
  const tree = (await git.createTree({ ...AT, base_tree: head, tree: [gone] })).data.sha;
  const message = "Take the spec away";
  const { sha } = (await git.createCommit({ ...AT, message, tree, parents: [head] })).data;
  await git.updateRef({ ...AT, ref, sha });
}
