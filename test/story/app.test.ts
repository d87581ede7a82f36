/** Runs through the App's server: signed webhooks over HTTP from the local GitHub, passes, agents' jobs. */
import { describe, expect, it } from "vitest";
import type { State } from "../../src/domain/run/journal.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { appStory, askByApp, type AppWorld } from "../support/app-world.ts";
import { pretend, touched, UNTOUCHED } from "../support/outsider.ts";
import { goodFate } from "../support/scripted-run.ts";
import { scriptedJobs, type Fate } from "../support/scripted-jobs.ts";
import { AT, REPO } from "../support/world.ts";

const jobs = ({ local }: AppWorld): number => local.actions!.runs(REPO).length;

async function stateOf({ github }: AppWorld, run: number): Promise<State> {
  const { revision } = (await github.journal.find(run))!;
  return (await github.journal.read(revision)).state;
}

it("comment, plan, confirm, complete: nothing but webhooks moves it", () =>
  appStory(async (world) => {
    const run = await askByApp(world);
    await world.pass();
    expect((await world.comments(run)).at(-1)).toContain("/orchestrate confirm");
    await world.say(run, "/orchestrate confirm");
    await world.until(() => world.github.journal.hasEnded(run));
    expect(await stateOf(world, run)).toMatchObject({ form: "app", ended: { outcome: "complete" } });
    const { pulls } = world.as("octo").rest;
    const { data: final } = await pulls.list({ ...AT, base: "main" });
    expect(final.map(({ draft, user }) => ({ draft, by: user?.login }))).toEqual([
      { draft: false, by: "roundtable[bot]" },
    ]);
    const { data: units } = await pulls.list({ ...AT, base: `roundtable/${run}/main`, state: "all" });
    const { data: reviews } = await pulls.listReviews({ ...AT, pull_number: units[0]!.number });
    // The author's own review is no approval.
    expect(reviews.map(({ user, state }) => `${user?.login} ${state}`)).toEqual([
      "roundtable[bot] COMMENTED",
    ]);
  }));

it("pause holds back what has not begun, resume lets it go on, cancel ends it", () => {
  const begun: unknown[] = [];
  const good = (attempt: AttemptView): Fate => (begun.push(attempt.key), goodFate(attempt));
  return appStory(
    async (world) => {
      const run = await askByApp(world, "octo", "- [ ] 1. Write a greeting\n  - _Writes: src/1.txt_\n");
      await world.pass();
      await world.say(run, "/orchestrate confirm");
      await world.until(() => Promise.resolve(begun.length === 1));
      await world.say(run, "/orchestrate pause");
      for (let n = 0; n < 3; n++) await world.pass(30_000);
      expect([begun.length, (await stateOf(world, run)).paused]).toEqual([1, true]);
      await world.say(run, "/orchestrate resume");
      await world.until(() => Promise.resolve(begun.length > 1));
      await world.say(run, "/orchestrate cancel");
      await world.until(() => world.github.journal.hasEnded(run));
      expect(await stateOf(world, run)).toMatchObject({ ended: { outcome: "halted" } });
    },
    { jobs: (github) => scriptedJobs(github, good, { seconds: 30 }).workflows },
  );
});

describe("who has no write access", () => {
  it.each(["reader", "stranger"])("gets nothing by asking: %s", (login) =>
    appStory(async (world) => {
      const issue = await askByApp(world, login);
      await world.pass();
      await world.pass();
      expect(await world.comments(issue)).toHaveLength(1);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }),
  );

  it.each(["reader", "stranger"])("moves no run of others: %s", (login) =>
    appStory(async (world) => {
      const run = await askByApp(world);
      await world.pass();
      for (const command of ["confirm", "cancel"]) await world.say(run, `/orchestrate ${command}`, login);
      await world.pass();
      await world.pass();
      expect(await stateOf(world, run)).toMatchObject({ consent: null, ended: null });
      expect(jobs(world)).toBe(0);
    }),
  );
});

it("a fork that looks like the run changes nothing: its branches, pull requests, records, reviews and commands", () =>
  appStory(async (world) => {
    const run = await askByApp(world);
    await world.pass();
    await world.say(run, "/orchestrate confirm");
    await world.until(() => Promise.resolve(jobs(world) === 1));
    await world.say(run, "/orchestrate pause");
    for (let n = 0; n < 3; n++) await world.pass();
    const { issues, pulls } = await world.github.board.board(`roundtable/${run}/main`);
    const unit = {
      number: issues.find(({ title }) => title.startsWith("1."))!.number,
      pull: pulls[0]!.number,
    };
    const before = await stateOf(world, run);
    const theirs = await pretend(world, { run, unit });
    await world.local.settled();
    for (let n = 0; n < 3; n++) await world.pass();
    // Their command is remembered as seen.
    const { commands: _, intents: __, ...after } = await stateOf(world, run);
    expect(before).toMatchObject(after);
    expect(await touched(world, theirs)).toEqual(theirs.map(() => UNTOUCHED));

    await world.say(run, "/orchestrate resume");
    await world.until(() => world.github.journal.hasEnded(run));
    expect(await stateOf(world, run)).toMatchObject({ ended: { outcome: "complete" } });
    expect(await touched(world, theirs)).toEqual(theirs.map(() => UNTOUCHED));
    const head = (await world.github.code.branch(`roundtable/${run}/main`))!;
    const file = new TextDecoder().decode((await world.github.code.file(head, "a.txt")) ?? undefined);
    expect(file).toMatch(/implement 1/);
    expect(file).not.toContain("outsider");
    expect(await world.github.code.file(head, "1.txt")).toBeNull();
    const { data: final } = await world
      .as("octo")
      .rest.pulls.list({ ...AT, head: `octo:roundtable/${run}/main` });
    expect(final.map(({ user }) => user?.login)).toEqual(["roundtable[bot]"]);
  }));
