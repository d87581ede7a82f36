/** `issues.subtasks: sub-issues`: the tasks of a unit as issues of their own, from the plan to the landing. */
import { describe, expect, it } from "vitest";
import { goodFate, scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, story, type World } from "../support/world.ts";

const TASKS = `- [ ] 1. Write the parser
  - [x] 1.1 Read a character
  - [ ] 1.2 Read a line
    - _Requirements: 2.1_
  - [ ] 1.3 Read a file
- [ ] 2. Write the printer
  - _Depends: 1_
- [ ] 3. Write the guide
  - _Depends: 2_
  - [ ] 3.1 Write its one page
`;
const FILES = { ".github/roundtable.yml": "version: 1\nissues: { subtasks: sub-issues }\n" };

const begun = (world: World, isHanging: (slug: string) => boolean): Promise<ScriptedRun> =>
  scriptedRun(world, {
    tasks: TASKS,
    files: FILES,
    fateOf: (attempt) => (isHanging(attempt.slug) ? "hangs" : goodFate(attempt)),
  });

async function issuesOf(world: World) {
  const octokit = world.as("octo");
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...AT, state: "all", per_page: 100 });
  return all
    .filter((issue) => !issue.pull_request && issue.user?.login !== "octo")
    .map((issue) => ({
      ...issue,
      parent: Number(issue.parent_issue_url?.split("/").at(-1)),
      stands: `${issue.title}: ${issue.state}`,
    }));
}
const called = async (world: World, title: string) =>
  (await issuesOf(world)).find((issue) => issue.title === title)!;
const stands = async (world: World): Promise<string[]> =>
  (await issuesOf(world)).map((issue) => issue.stands).toSorted();

describe("the tasks of a unit", () => {
  it("are issues below its own in place of its checklist; what was done before, and a unit's only task, are not", () =>
    story(async (world) => {
      const { step } = await begun(world, () => true);
      await step();
      await step();
      const unit = await called(world, "1. Write the parser");
      expect(await stands(world)).toEqual(
        [
          "1. Write the parser: open",
          "1.2 Read a line: open",
          "1.3 Read a file: open",
          "2. Write the printer: open",
          "3. Write the guide: open",
        ].map((line) => line.replace(/^(\d\.\d) /, "$1. ")),
      );
      for (const title of ["1.2. Read a line", "1.3. Read a file"])
        expect(await called(world, title)).toMatchObject({
          parent: unit.number,
          body: expect.stringContaining(`of #${unit.number}`) as string,
        });
      expect((await called(world, "1.2. Read a line")).body).toContain("- Requirements: 2.1");
      expect(unit.body).not.toContain("Read a line");
      expect((await called(world, "3. Write the guide")).body).toContain("- [ ] 3.1 Write its one page");
    }));

  it("are closed when it has landed", () =>
    story(async (world) => {
      const { rest } = await begun(world, () => false);
      expect((await rest()).outcome).toBe("complete");
      expect(await stands(world)).toContain("1.2. Read a line: closed");
      const { state_reason: reason } = await called(world, "1.3. Read a file");
      expect(reason).toBe("completed");
      expect((await issuesOf(world)).filter(({ state }) => state === "open")).toEqual([]);
    }));

  it("are closed as not planned when it is skipped", () =>
    story(async (world) => {
      const { run, step } = await begun(world, () => true);
      await step();
      await step();
      await world.say(run, "/orchestrate skip 1 --with-dependents");
      await step();
      expect(await called(world, "1.2. Read a line")).toMatchObject({
        state: "closed",
        state_reason: "not_planned",
      });
    }));

  it("stand as they should again after a person changed them, and are made once", () =>
    story(async (world) => {
      const { run, github, step } = await begun(world, () => true);
      await step();
      await step();
      const [unit, line, file] = [
        await called(world, "1. Write the parser"),
        await called(world, "1.2. Read a line"),
        await called(world, "1.3. Read a file"),
      ];
      const { issues } = world.as("octo").rest;
      await issues.update({ ...AT, issue_number: line.number, title: "Mine", body: "Mine", state: "closed" });
      await issues.setLabels({ ...AT, issue_number: line.number, labels: ["mine"] });
      await issues.removeSubIssue({ ...AT, issue_number: unit.number, sub_issue_id: file.id });
      world.machine.clock.advance(61 * 60_000);
      await step();
      const again = await called(world, "1.2. Read a line");
      expect(again).toMatchObject({ number: line.number, state: "open" });
      const labels = again.labels.map((label) => (typeof label === "string" ? label : label.name));
      expect(new Set(labels)).toEqual(new Set(["mine", "roundtable"]));
      expect((await called(world, "1.3. Read a file")).parent).toBe(unit.number);
      expect(await issuesOf(world)).toHaveLength(5);
      const revision = async () => (await github.journal.find(run))!.revision;
      const before = await revision();
      await step();
      expect(await revision(), "a look at what is as it should be writes nothing").toBe(before);
    }));

  it("that a new plan has no more are closed", () =>
    story(async (world) => {
      const { run, step } = await begun(world, () => true);
      await step();
      await step();
      await world.commit({
        [`${SPEC}/tasks.md`]: TASKS.replace("  - [ ] 1.3 Read a file\n", "  - [ ] 1.4 Read all\n"),
      });
      await world.say(run, "/orchestrate replan");
      const { hash } = (await step()).view.state.replan!.made!;
      await world.say(run, `/orchestrate confirm ${hash.slice(0, 12)}`);
      await step();
      await step();
      await step();
      expect(await stands(world)).toEqual(
        expect.arrayContaining(["1.2. Read a line: open", "1.3. Read a file: closed", "1.4. Read all: open"]),
      );
    }));
});
