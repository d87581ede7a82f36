/** A repository gets another name in the middle of a run: GitHub redirects what still asks by the old one. */
import { expect, it } from "vitest";
import type { State } from "../../src/domain/run/journal.ts";
import { appStory, askByApp, type AppWorld } from "../support/app-world.ts";
import { AT, REPO, story } from "../support/world.ts";

const NEW = { owner: "octo", repo: "renamed" };

const rename = (world: Pick<AppWorld, "as">): Promise<unknown> =>
  world.as("octo").rest.repos.update({ ...AT, name: NEW.repo });

async function endOf({ github }: AppWorld, run: number): Promise<State["ended"]> {
  const { revision } = (await github.journal.find(run))!;
  return (await github.journal.read(revision)).state.ended;
}

it("the App goes on with the run under the new name", () =>
  appStory(async (world) => {
    const run = await askByApp(world);
    await world.pass();
    await world.say(run, "/orchestrate confirm");
    await world.until(() => Promise.resolve(world.local.actions!.runs(REPO).length > 0));
    await rename(world);
    await world.until(() => world.github.journal.hasEnded(run));
    expect(await endOf(world, run)).toMatchObject({ outcome: "complete" });
    const { data: final } = await world.as("octo").rest.pulls.list({ ...NEW, base: "main" });
    expect(final).toHaveLength(1);
  }));

it("an issue is still there for who knows the repository by its former name", () =>
  story(async (world) => {
    const { data } = await world.as("octo").rest.issues.create({ ...AT, title: "Please" });
    await world.github.board.repository();
    await rename(world);
    expect(await world.github.board.issue(data.number)).toMatchObject({ title: "Please" });
  }));
