/** `roundtable doctor` on a repository: a fault of each kind, and none where nothing is wrong. */
import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/domain/doctor/checks.ts";
import { MACHINE_CHECKS } from "../../src/domain/doctor/machine.ts";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { aScreen } from "../support/screen.ts";
import { FAULTS } from "../support/set-up-faults.ts";
import { admin, codesOf, examine, setUp } from "../support/set-up-world.ts";
import { AT, REPO, story } from "../support/world.ts";

describe("doctor", () => {
  it("finds nothing where nothing is wrong", () =>
    story(
      async (world) => {
        await setUp(world);
        const { code, report } = await examine(world);
        expect({ code, findings: report.findings, isFit: report.isFit }).toEqual({
          code: 0,
          findings: [],
          isFit: true,
        });
        expect(report.unknown).toEqual([]);
        expect(report.sound).toContain("ruleset");
      },
      { isPrivate: true },
    ));

  it.each(FAULTS)("finds $name: $code", ({ code: wanted, severity, make, says, also = [] }) =>
    story(
      async (world) => {
        await setUp(world);
        await make(world);
        const { code, report } = await examine(world);
        expect(codesOf(report).toSorted()).toEqual([wanted, ...also].toSorted());
        const finding = report.findings.find((one) => one.code === wanted)!;
        expect(finding.severity).toBe(severity);
        expect(`${finding.what}: ${finding.why}. ${finding.fix}`).toContain(says);
        expect(code).toBe(report.findings.some((one) => one.severity === "error") ? 1 : 0);
      },
      { isPrivate: true },
    ),
  );

  it.each([
    {
      name: "read issues",
      code: "permissions",
      permissions: { issues: undefined },
      says: "The token may not read issues",
    },
    {
      name: "read contents",
      code: "permissions",
      permissions: { contents: undefined },
      says: "may not read contents",
    },
  ])("finds an App that may not $name", ({ code, permissions, says }) =>
    story(
      async (world) => {
        await setUp(world);
        const read = { actions: "read", contents: "read", issues: "read", pull_requests: "read" } as const;
        const all = { ...read, metadata: "read" as const, ...permissions };
        const given = Object.entries(all).flatMap(([key, level]) => (level ? [[key, level] as const] : []));
        const token = world.local.token({ login: "roundtable[bot]", permissions: Object.fromEntries(given) });
        const { code: ended, report } = await examine(world, { token });
        expect(report.findings.filter((one) => one.code === code).map(({ what }) => what)).toEqual([
          expect.stringContaining(says),
        ]);
        expect(ended).toBe(1);
      },
      { isPrivate: true },
    ),
  );

  it("says what it could not look at, and what that takes", () =>
    story(
      async (world) => {
        await setUp(world);
        const { code, report } = await examine(world, { token: world.local.token({ login: "reader" }) });
        expect(codesOf(report)).toEqual(["write-access", "model-keys"]);
        expect(report.findings[0]!.what).toBe("reader may not write here");
        expect(report.unknown).toContainEqual({
          code: "actions-off",
          needs: "a token of an administrator, or with the permission administration: read",
        });
        expect(code).toBe(0);
      },
      { isPrivate: true },
    ));

  it("finds a repository without a commit", () =>
    story(async (world) => {
      await world.local.addRepository({ fullName: "octo/empty", defaultBranch: "main" });
      const { code, report } = await examine(world, { repo: "octo/empty" });
      expect(codesOf(report)).toContain("no-commits");
      expect(code).toBe(1);
    }));

  it("of a repository that the token cannot see is a mistake of one sentence", () =>
    story(
      async (world) => {
        await expect(examine(world, { token: world.local.token({ login: "stranger" }) })).rejects.toThrow(
          "GitHub shows this token no repository octo/demo",
        );
      },
      { isPrivate: true },
    ));

  it("tells a person in lines, gravest first", () =>
    story(
      async (world) => {
        await setUp(world);
        await admin(world).repos.update({ ...AT, has_issues: false });
        await admin(world).issues.deleteLabel({ ...AT, name: "roundtable:hold" });
        const screen = aScreen("/", {
          GITHUB_API_URL: world.local.origin(),
          GITHUB_TOKEN: world.local.token({ login: "octo" }),
        });
        await doctor({ repo: REPO }, screen);
        expect(screen.out.slice(0, 3)).toEqual([
          "octo/demo, as octo",
          expect.stringMatching(/^error: Issues are switched off: a run is asked for.*\. Switch on Issues/),
          expect.stringMatching(/^note: 1 of \d+ labels/),
        ]);
        expect(screen.out.at(-1)).toBe("1 error would prevent a run or stop it.");
      },
      { isPrivate: true },
    ));

  it("has a story for each finding of the table", () => {
    const elsewhere = [
      "no-commits",
      "permissions",
      "write-access",
      // doctor-granted.test.ts
      "granted",
      ...MACHINE_CHECKS.map(({ code }) => code),
    ];
    const told = new Set([...FAULTS.map(({ code }) => code), ...elsewhere]);
    expect(CHECKS.map(({ code }) => code).filter((code) => !told.has(code))).toEqual([]);
  });
});
