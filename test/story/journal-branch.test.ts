/** Where a server refuses refs of our own, a run's journal stands on a branch: the whole way, and said. */
import { describe, expect, it } from "vitest";
import { createTurns } from "../../src/adapters/github/turns.ts";
import { goodFate, scriptedRun } from "../support/scripted-run.ts";
import { examine, setUp } from "../support/set-up-world.ts";
import { APP, APP_PERMISSIONS, AT, REPO, story, type World } from "../support/world.ts";

const TASKS = "- [ ] 1. Write a\n- [ ] 2. Write b\n  - _Depends: 1_\n";

async function refsOf(world: World): Promise<string[]> {
  const { rest } = world.as("octo");
  const all = ["roundtable", "heads/roundtable"].map((ref) => rest.git.listMatchingRefs({ ...AT, ref }));
  return (await Promise.all(all)).flatMap(({ data }) => data.map(({ ref }) => ref));
}
const journalsOf = async (world: World): Promise<string[]> =>
  (await refsOf(world)).filter((ref) => !ref.startsWith("refs/heads/") || ref.includes("/journal"));

describe("a server that refuses refs below refs/roundtable", () => {
  it("has a run's journal on a branch, to its end; the plan says so", () =>
    story(async (world) => {
      world.local.setRefusedRefs(REPO, "refs/roundtable");
      const { run, rest } = await scriptedRun(world, { tasks: TASKS, fateOf: goodFate });
      expect(await journalsOf(world)).toEqual([`refs/heads/roundtable/${run}/journal`]);
      const plan = (await world.comments(run)).find((body) => body.includes("/orchestrate confirm"))!;
      expect(plan).toContain("A run's journal stands on a branch");
      expect((await rest()).outcome).toBe("complete");
      expect(await journalsOf(world)).toEqual([`refs/heads/roundtable/${run}/journal-ended`]);
    }));

  it("is told by doctor --probe, with what follows; what it tried is gone", () =>
    story(async (world) => {
      await setUp(world);
      world.local.setRefusedRefs(REPO, "refs/roundtable");
      const { code, report } = await examine(world, { probe: true });
      expect(report.findings).toMatchObject([{ code: "probe-journal", severity: "warning" }]);
      expect(report.findings[0]!.what).toContain("stands on a branch");
      expect(code).toBe(0);
      expect(await refsOf(world)).toEqual([]);
    }));

  it("lets one of several copies of the App answer", () =>
    story(async (world) => {
      await world.commit({ "a.txt": "a" });
      world.local.setRefusedRefs(REPO, "refs/roundtable");
      const token = world.local.token({ login: APP, permissions: APP_PERMISSIONS });
      const at = { token, fullName: REPO, baseUrl: world.local.origin(), clock: world.machine.clock };
      const [one, other] = [createTurns(at), createTurns(at)];
      expect([await one.take("comment-1", "one"), await other.take("comment-1", "other")]).toEqual([
        true,
        false,
      ]);
      await one.release("comment-1");
      expect(await other.take("comment-1", "other")).toBe(true);
    }));
});
