/** A new plan takes over, moved by nothing but the App's webhooks. */
import { expect, it } from "vitest";
import type { State } from "../../src/domain/run/journal.ts";
import { appStory, askByApp, type AppWorld } from "../support/app-world.ts";

const PATH = ".kiro/specs/x/tasks.md";

async function stateOf({ github }: AppWorld, run: number): Promise<State> {
  const { revision } = (await github.journal.find(run))!;
  return (await github.journal.read(revision)).state;
}

it("a spec that changed during the run: asked for anew, confirmed, complete with what is new", () =>
  appStory(async (world) => {
    const run = await askByApp(world);
    await world.pass();
    await world.say(run, "/orchestrate confirm");
    await world.until(async () => Object.keys((await stateOf(world, run)).began).length > 0);
    const old = await stateOf(world, run);
    const bytes = await world.github.code.file(old.base.sha, PATH);
    const tasks = new TextDecoder().decode(bytes ?? undefined);
    await world.commit({ [PATH]: `${tasks}- [ ] 9. Write the guide\n  - _writes: docs/guide.md_\n` });
    await world.say(run, "/orchestrate replan");
    await world.until(async () => (await stateOf(world, run)).replan?.made != null);
    const { made } = (await stateOf(world, run)).replan!;
    await world.say(run, `/orchestrate confirm ${made!.hash.slice(0, 12)}`);
    await world.until(() => world.github.journal.hasEnded(run));
    const state = await stateOf(world, run);
    expect(state).toMatchObject({
      planHash: made!.hash,
      consent: { by: "octo", planHash: made!.hash, baseSha: made!.sha },
      ended: { outcome: "complete" },
    });
    expect(Object.keys(state.landed)).toContain("9");
    // What was under way went on: nothing began a second time.
    expect(state.anew).toEqual({});
  }));
