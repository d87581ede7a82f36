/** `roundtable doctor --probe`: what it tries, what it finds, and that nothing of it stays. */
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { aScreen } from "../support/screen.ts";
import { answering, codesOf, examine, setUp } from "../support/set-up-world.ts";
import { AT, story, type World } from "../support/world.ts";

/** All refs and labels of the repository. */
async function things(world: World): Promise<string[]> {
  const { rest } = world.as("octo");
  const refs = ["heads/", "roundtable/", "roundtable-ended/"].map((ref) =>
    rest.git.listMatchingRefs({ ...AT, ref }),
  );
  const labels = await rest.issues.listLabelsForRepo({ ...AT, per_page: 100 });
  return [
    ...(await Promise.all(refs)).flatMap(({ data }) => data.map(({ ref, object }) => `${ref} ${object.sha}`)),
    ...labels.data.map(({ name }) => name),
  ];
}

describe("doctor --probe", () => {
  it("tries what a run makes, and leaves nothing", () =>
    story(async (world) => {
      await setUp(world);
      const before = await things(world);
      const writes = world.local.counters.writes;
      const { code, report } = await examine(world, { probe: true });
      expect(code).toBe(0);
      expect(report.sound.filter((one) => one.startsWith("probe-"))).toEqual([
        "probe-commit",
        "probe-branch",
        "probe-journal",
        "probe-label",
        "probe-cleanup",
      ]);
      expect(world.local.counters.writes).toBeGreaterThan(writes + 8);
      expect(await things(world)).toEqual(before);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it.each([
    {
      name: "commits are refused",
      refuses: /^POST .*\/git\/commits$/,
      code: "probe-commit",
      severity: "error",
    },
    {
      name: "branches are refused",
      refuses: /^POST .*\/git\/refs$/,
      code: "probe-branch",
      severity: "error",
    },
    {
      name: "a branch may not be reset",
      refuses: /^PATCH .*\/git\/refs\/heads/,
      code: "probe-branch",
      severity: "error",
    },
    {
      name: "merges are refused",
      refuses: /^POST .*\/merges$/,
      code: "probe-branch",
      severity: "error",
    },
    {
      name: "labels are refused",
      refuses: /^POST .*\/labels$/,
      code: "probe-label",
      severity: "error",
    },
  ])("finds that $name, and leaves nothing", ({ refuses, code, severity }) =>
    story(async (world) => {
      await setUp(world);
      const before = await things(world);
      answering(world, refuses, () =>
        Response.json({ message: "Repository rule violations found", errors: [] }, { status: 422 }),
      );
      const { code: ended, report } = await examine(world, { probe: true });
      world.local.interceptor = null;
      expect(report.findings.find((one) => one.code === code)).toMatchObject({ severity });
      expect(report.sound).toContain("probe-cleanup");
      expect(ended).toBe(1);
      expect(await things(world)).toEqual(before);
    }),
  );

  it("finds refs of a journal that are refused, and a server that does not guard their order", () =>
    story(async (world) => {
      await setUp(world);
      const before = await things(world);
      let made = 0;
      answering(world, /^POST .*\/git\/refs$/, () => {
        made += 1;
        return Response.json({ message: "Reference name is not allowed" }, { status: 422 });
      });
      const refused = await examine(world, { probe: true });
      expect(made).toBe(3);
      expect(codesOf(refused.report)).toEqual(["probe-branch", "probe-journal"]);
      answering(world, /^PATCH .*\/git\/refs\/roundtable/, () =>
        Response.json({ ref: "refs/x", node_id: "x", url: "http://x", object: { sha: "0".repeat(40) } }),
      );
      const unguarded = await examine(world, { probe: true });
      world.local.interceptor = null;
      expect(unguarded.report.findings.map(({ code, what }) => `${code}: ${what}`)).toEqual([
        "probe-journal: A journal's ref moved to a commit that does not follow the one before",
      ]);
      expect(await things(world)).toEqual(before);
    }));

  it("removes what it made when GitHub fails between, and names what it could not remove", () =>
    story(async (world) => {
      await setUp(world);
      const before = await things(world);
      answering(world, /^POST .*\/merges$/, () => new Response("{}", { status: 502 }));
      await expect(examine(world, { probe: true })).rejects.toThrow("GitHub answered 502");
      expect(await things(world)).toEqual(before);
      answering(world, /^DELETE .*\/labels\//, () => Response.json({ message: "no" }, { status: 403 }));
      const { code, report } = await examine(world, { probe: true });
      expect(report.findings).toMatchObject([
        {
          code: "probe-cleanup",
          severity: "warning",
          what: expect.stringMatching(/^the label .* could not be removed/),
        },
      ]);
      expect(code).toBe(0);
      world.local.interceptor = null;
      expect((await things(world)).length).toBe(before.length + 1);
    }));

  it("needs a repository", async () => {
    await expect(doctor({ probe: true }, aScreen("/"))).rejects.toThrow("--probe stands without --repo");
  });
});
