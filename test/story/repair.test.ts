/** `roundtable repair`: a run whose journal somebody broke goes on from what is left, and nothing is done twice. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/domain/problem.ts";
import { force, headOf, push, removeJournal } from "../support/damage.ts";
import { repaired as say } from "../support/repaired.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { AT, story, type World } from "../support/world.ts";

const TASKS = `- [ ] 1. Write a
  - In \`src/1.txt\`
- [ ] 2. Write b
  - In \`src/2.txt\`
  - _depends: 1_
- [ ] 3. Write c
  - In \`src/3.txt\`
  - _depends: 2_
`;

type Damage = (world: World, run: number) => Promise<unknown>;

const FROM_PAST = /^The journal of run \d+ cannot be read: .*\. It goes on from revision [0-9a-f]{7}\./;
const FROM_BOARD = /^The journal of run \d+ cannot be read: .* No revision of it is left/;

const DAMAGES: Readonly<Record<string, readonly [Damage, RegExp]>> = {
  "state.json is no JSON": [(world, run) => push(world, run, { "state.json": "{" }), FROM_PAST],
  "its state is half": [(world, run) => push(world, run, { "state.json": '{"v":1,"run":7}' }), FROM_PAST],
  "plan.json is gone": [(world, run) => push(world, run, { "plan.json": null }), FROM_PAST],
  "its ref stands on the base branch": [
    async (world, run) => force(world, run, await headOf(world, "heads/main")),
    FROM_BOARD,
  ],
  "its ref is gone": [removeJournal, FROM_BOARD],
};

/** One unit landed, the second at work. */
async function underWay(world: World): Promise<ScriptedRun> {
  const scripted = await scriptedRun(world, { tasks: TASKS });
  await scripted.until(
    ({ view: { state } }) => state.landed["1"] !== undefined && state.began["2"] !== undefined,
  );
  return scripted;
}

/** Everything that a run makes, without numbers. */
async function madeBy(world: World, run: number): Promise<object> {
  const { issues, git } = world.as("octo").rest;
  const { data: all } = await issues.listForRepo({ ...AT, state: "all", per_page: 100 });
  const { data: refs } = await git.listMatchingRefs({ ...AT, ref: `heads/roundtable/${run}/` });
  const kind = ({ pull_request }: { pull_request?: unknown }): string => (pull_request ? "pull" : "issue");
  return {
    board: all.map((one) => `${kind(one)} ${one.state}: ${one.title}`).toSorted(),
    branches: refs.map(({ ref }) => ref).toSorted(),
    comments: (await world.comments(run)).filter((body) => body.startsWith("roundtable[bot]")).length,
  };
}

const UNTOUCHED = await (async () => {
  let made: object = {};
  await story(async (world) => {
    const { run, rest } = await scriptedRun(world, { tasks: TASKS });
    await rest();
    made = await madeBy(world, run);
  });
  return made;
})();

describe("repair", () => {
  it.each(Object.entries(DAMAGES))(
    "%s: the run goes on, and ends as if nothing had been",
    (_, [damage, says]) =>
      story(async (world) => {
        const { run, rest } = await underWay(world);
        await damage(world, run);
        const dry = await say(world, run, { dryRun: true });
        expect(dry).toMatch(says);
        expect(dry).toContain("Nothing was written.");
        expect(await say(world, run)).toMatch(says);

        const { outcome, view } = await rest();
        expect(outcome).toBe("complete");
        expect(await madeBy(world, run)).toEqual(UNTOUCHED);
        expect(view.byId.get("1")!.work.map(({ role, n }) => `${role} ${n}`)).toEqual(["implement 1"]);
      }),
  );

  it("what happened since the last journal in order is taken from GitHub, and what is known nowhere is named", () =>
    story(async (world) => {
      const { run, rest, until } = await scriptedRun(world, { tasks: TASKS });
      await until(({ view: { state } }) => state.began["1"] !== undefined);
      const early = await headOf(world, `roundtable/${run}`);
      await until(({ view: { byId } }) => byId.get("2")!.work[0]?.committed != null);
      await force(world, run, early);
      await push(world, run, { "state.json": "{" });

      const told = await say(world, run);
      for (const sentence of [
        /goes on from revision [0-9a-f]{7}\./,
        /\n  unit 1: landed by #\d+\n/,
        /\n  unit 2: the work of 2\/implement\/1 stands on its branch at [0-9a-f]{7}\n/,
        /\n  1 revision of the journal that cannot be read\n/,
        /\n  findings of reviewers, answers to decisions .*: what is still open is asked again\n/,
      ])
        expect(told).toMatch(sentence);

      const { outcome, view } = await rest();
      expect(outcome).toBe("complete");
      for (const id of ["1", "2", "3"])
        expect(view.byId.get(id)!.work.map(({ role, n }) => `${role} ${n}`)).toEqual(["implement 1"]);
      expect(await madeBy(world, run)).toEqual(UNTOUCHED);
    }));

  it("reads of a unit's branch no more than the unit's own commits, however long the repository's past", () =>
    story(async (world) => {
      for (let n = 0; n < 120; n++) await world.commit({ "n.txt": `${n}` });
      const { run } = await underWay(world);
      await push(world, run, { "state.json": "{" });
      const branch = await headOf(world, `heads/roundtable/${run}/unit-2`);
      const asked: string[] = [];
      world.local.interceptor = ({ method, url }) => {
        const { pathname, searchParams } = new URL(url);
        if (method === "GET" && pathname.endsWith("/commits")) asked.push(searchParams.get("sha") ?? "");
        return null;
      };
      await say(world, run, { dryRun: true });
      expect(asked).toContain(branch);
      // The journal's line, the integration branch's, and one page for each branch of a unit.
      expect(asked).toHaveLength(4);
    }));

  it("an ended run's board is written anew by one more pass", () =>
    story(async (world) => {
      const { run, rest } = await scriptedRun(world, { tasks: TASKS });
      const { view } = await rest();
      await world.pass();
      const { number } = view.byId.get("2")!.issue!;
      const { issues } = world.as("octo").rest;
      await issues.setLabels({ ...AT, issue_number: number, labels: ["mine", "blocked"] });
      await world.pass();
      const labels = async (): Promise<string[]> =>
        (await issues.listLabelsOnIssue({ ...AT, issue_number: number })).data.map(({ name }) => name);
      expect(await labels()).toEqual(["mine", "blocked"]);

      expect(await say(world, run)).toMatch(/is in order\. It has ended; one more pass looks at it\./);
      await world.pass();
      expect(await labels()).toEqual(expect.arrayContaining(["completed", "mine", "roundtable"]));
      expect(await labels()).not.toContain("blocked");
      expect(await headOf(world, `roundtable-ended/${run}`)).toBeDefined();
      expect(await madeBy(world, run)).toEqual(UNTOUCHED);
    }));

  it("is made from the ask that its plan came from, whoever else asked there, and however wrongly", () =>
    story(async (world) => {
      await world.commit({ ".kiro/specs/x/tasks.md": TASKS });
      const run = await world.ask("/orchestrate .kiro/specs/y --max-cost 9");
      await world.say(run, "/orchestrate .kiro/specs/x --max-cost 1000", "stranger");
      await world.pass();
      await world.say(run, "/orchestrate .kiro/specs/x --max-cost 5");
      await world.pass();
      await removeJournal(world, run);

      expect(await say(world, run)).toMatch(FROM_BOARD);
      const { view } = (await world.pass()).runs.find((one) => one.run === run)!;
      expect(view.state).toMatchObject({ ask: { by: "octo", maxCost: 5 }, spec: { path: ".kiro/specs/x" } });
    }));

  it("an ended run whose journal was cleaned away stays ended", () =>
    story(async (world) => {
      const { run, rest } = await underWay(world);
      await rest();
      await world.as("octo").rest.git.deleteRef({ ...AT, ref: `roundtable-ended/${run}` });
      await expect(say(world, run)).rejects.toThrow(`Run ${run} has ended: its summary is there`);
      expect(await world.github.journal.find(run)).toBeNull();
    }));

  it("knows the board also where the newest journal in order is of an earlier repair", () =>
    story(async (world) => {
      const { run, rest } = await underWay(world);
      await push(world, run, { "state.json": "{" });
      await say(world, run);
      const { data } = await world.as("octo").rest.git.listMatchingRefs({ ...AT, ref: `roundtable/${run}` });
      expect(data).toHaveLength(1);
      const before = await headOf(world, `roundtable/${run}`);
      await rest();
      await world.as("octo").rest.git.createRef({ ...AT, ref: `refs/roundtable/${run}`, sha: before });
      await world.as("octo").rest.git.deleteRef({ ...AT, ref: `roundtable-ended/${run}` });
      await push(world, run, { "state.json": "{" });

      expect(await say(world, run)).toMatch(/\n  unit 3: landed by #\d+\n/);
      const { outcome } = await rest();
      expect(outcome).toBe("complete");
      expect(await madeBy(world, run)).toEqual(UNTOUCHED);
    }));

  it.each([
    ["an issue that tracked no run", (world: World) => world.ask("Hello")],
    ["no issue", async () => 999],
  ])("%s: says so", (_, which) =>
    story(async (world) => {
      const run = await which(world);
      await expect(say(world, run)).rejects.toThrow(UserError);
      await expect(say(world, run)).rejects.toThrow(`#${run} has no comment of Roundtable that shows a plan`);
    }),
  );

  it("a journal of a newer program is left alone", () =>
    story(async (world) => {
      const { run } = await underWay(world);
      await push(world, run, { "state.json": '{"v":2,"run":1}' });
      const head = await headOf(world, `roundtable/${run}`);
      await expect(say(world, run)).rejects.toThrow(UserError);
      await expect(say(world, run)).rejects.toThrow("has version 2: this program knows versions up to 1");
      expect(await headOf(world, `roundtable/${run}`)).toBe(head);
    }));
});
