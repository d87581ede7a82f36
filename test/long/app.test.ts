/** A run through the App's server that is stopped and started again in the middle, and loses webhooks meanwhile. */
import { expect, it } from "vitest";
import { appStory, askByApp } from "../support/app-world.ts";
import { AT, REPO } from "../support/world.ts";

const TASKS = `- [ ] 1. Write a greeting
  - _Writes: a.txt_
- [ ] 2. Write another
  - _Depends: 1_
  - _Writes: b.txt_
`;

it(
  "servers come and go, and every second webhook is lost: the run ends, and nothing is there twice",
  () =>
    appStory(async (world) => {
      let n = 0;
      world.local.deliveryFate = () => (n++ % 2 === 0 ? "lost" : "once");
      const run = await askByApp(world, "octo", TASKS);
      await world.until(async () => (await world.comments(run)).length > 1);
      await world.say(run, "/orchestrate confirm");
      for (let looks = 0; !(await world.github.journal.hasEnded(run)); looks++) {
        if (looks === 40) throw new Error("it does not end");
        await world.stop();
        await world.pass(1000);
        await world.start();
        for (let step = 0; step < 3; step++) await world.pass();
        await world.pass(150_000);
      }
      const { issues, pulls } = await world.local.view(REPO);
      for (const all of [issues, pulls]) {
        const titles = all.map(({ title }) => title);
        expect(titles).toEqual([...new Set(titles)]);
      }
      const { data: final } = await world.as("octo").rest.pulls.list({ ...AT, base: "main" });
      expect(final.map(({ draft }) => draft)).toEqual([false]);
      const names = world.local.actions!.runs(REPO).map(({ displayTitle }) => displayTitle);
      expect(names).toEqual([...new Set(names)]);
    }),
  600_000,
);
