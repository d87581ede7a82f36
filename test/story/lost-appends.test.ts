/** A journal that moves on under a pass: it observes again at once, then with growing patience, and not for ever. */
import { expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import { story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";

/** A GitHub whose references are read stale as long as `line.isStale`: each append is lost. */
function stale({ github }: World): { github: Github; line: { isStale: boolean; tried: number } } {
  const line = { isStale: true, tried: 0 };
  const journal: Github["journal"] = {
    ...github.journal,
    async append(...entry) {
      line.tried += 1;
      return line.isStale ? "lost" : github.journal.append(...entry);
    },
  };
  return { github: { ...github, journal }, line };
}

async function asked(world: World): Promise<number> {
  await world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: .github/CODEOWNERS_\n" });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  return run;
}

it("tries three times at once, then once a look, each later than the one before, then fails", () =>
  story(async (world) => {
    await asked(world);
    const { github, line } = stale(world);
    const reconciler = world.reconciler({ github });
    const waits: number[] = [];
    for (let look = 0; look < 5; look++) {
      const { runs } = await reconciler.pass();
      expect(runs).toMatchObject([{ outcome: "running", isHeldBack: true }]);
      expect(line.tried).toBe(3 + look);
      waits.push((runs[0]!.lookAgainAt!.getTime() - world.machine.clock.now().getTime()) / 1000);
    }
    for (const [look, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(2 ** (look + 1));
      expect(wait).toBeLessThanOrEqual(2 ** (look + 2));
    }
    await expect(reconciler.pass()).rejects.toThrow(/journal of run \d+ could not be written/);
    await world.pass();
  }));

it("forgets the losses with the next append", () =>
  story(async (world) => {
    const run = await asked(world);
    const { github, line } = stale(world);
    const reconciler = world.reconciler({ github });
    for (let look = 0; look < 3; look++) await reconciler.pass();
    line.isStale = false;
    expect((await reconciler.pass()).runs).toMatchObject([{ outcome: "decision", isHeldBack: false }]);
    line.isStale = true;
    line.tried = 0;
    await world.say(run, "/orchestrate pause");
    await reconciler.pass();
    expect(line.tried).toBe(3);
    await world.pass();
  }));

it("leaves the end to whoever has written it", () =>
  story(async (world) => {
    const run = await asked(world);
    const { github } = stale(world);
    const late: Github["journal"] = {
      ...github.journal,
      async append(...entry) {
        await world.say(run, "/orchestrate cancel");
        await world.pass();
        return github.journal.append(...entry);
      },
    };
    const { runs, failed } = await world.reconciler({ github: { ...github, journal: late } }).pass();
    expect({ runs, failed }).toEqual({ runs: [], failed: [] });
    expect(await world.github.journal.hasEnded(run)).toBe(true);
  }));

it("fails at a run that never comes to rest, and says what it would write", () =>
  story(async (world) => {
    await asked(world);
    const journal: Github["journal"] = {
      ...world.github.journal,
      append: async (_, revision) => ({ revision, at: world.github.now() }),
    };
    const endless = world.reconciler({ github: { ...world.github, journal } });
    await expect(endless.pass()).rejects.toThrow(/did not come to rest in 101 rounds; next: \w/);
    await world.pass();
  }));
