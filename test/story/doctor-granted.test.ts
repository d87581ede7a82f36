/** What GitHub tells that a token may do, and what a run would lack by it. */
import { describe, expect, it } from "vitest";
import { APP_KEY } from "../support/app-key.ts";
import { registerApp } from "../support/app-world.ts";
import { CONFIG, examine, setUp, VERIFIED, AGENTS } from "../support/set-up-world.ts";
import { REPO, story, type World } from "../support/world.ts";

async function said(world: World, given: Parameters<typeof examine>[1]): Promise<string[]> {
  const { report } = await examine(world, given);
  return report.findings
    .filter(({ code }) => code === "granted")
    .map(({ severity, what, why, fix }) => `${severity}: ${what}: ${why}. ${fix}`);
}

const configured = (world: World, more: string): Promise<string> =>
  world.commit({ [CONFIG]: `${VERIFIED}${AGENTS}${more}` });

describe("a classic token's scopes", () => {
  const scoped = (world: World, ...scopes: string[]) => ({
    token: world.local.token({ login: "octo", scopes }),
  });

  it("suffice, or are named with the way to add them", () =>
    story(
      async (world) => {
        await setUp(world);
        expect(await said(world, scoped(world, "repo"))).toEqual([]);
        expect(await said(world, scoped(world, "public_repo", "gist"))).toEqual([
          `warning: The token lacks the scope repo: GitHub tells that it has public_repo, gist: it could not write what a run writes. Add it on ${world.local.origin()}/settings/tokens, or by gh auth refresh --scopes repo.`,
        ]);
        await configured(world, "project: auto\n");
        expect(await said(world, scoped(world, "repo", "project"))).toEqual([]);
        expect(await said(world, scoped(world))).toEqual([
          expect.stringContaining("lacks the scopes repo and project: GitHub tells that it has none"),
        ]);
      },
      { isPrivate: true },
    ));

  it("may be fewer for a public repository", () =>
    story(async (world) => {
      await setUp(world);
      expect(await said(world, scoped(world, "public_repo"))).toEqual([]);
      expect((await said(world, scoped(world)))[0]).toContain("lacks the scope public_repo");
    }));

  it("are not known of an installation's token: that takes the App's key", () =>
    story(async (world) => {
      await setUp(world);
      const { report } = await examine(world, {
        token: world.local.token({ login: "roundtable[bot]", permissions: { contents: "read" } }),
      });
      expect(report.unknown).toContainEqual({
        code: "granted",
        needs: "a classic token, or the App's own APP_ID and PRIVATE_KEY",
      });
    }));
});

describe("an App's permissions", () => {
  async function asApp(
    world: World,
  ): Promise<{ app: number; installation: number; env: Record<string, string> }> {
    await setUp(world);
    const app = registerApp(world.local);
    const installation = world.local.apps.install(app, { account: "octo", repositories: [REPO] });
    return {
      app,
      installation,
      env: { APP_ID: String(app), PRIVATE_KEY: APP_KEY.privateKey, GITHUB_TOKEN: "" },
    };
  }

  it("suffice as its manifest has them", () =>
    story(async (world) => {
      const { env } = await asApp(world);
      const { report } = await examine(world, { env });
      expect(report.account).toBe("roundtable[bot]");
      expect(report.sound).toContain("granted");
    }));

  it("that it asks for and nobody accepted, and those that it does not ask for, are named with the page", () =>
    story(async (world) => {
      const { app, installation, env } = await asApp(world);
      await configured(world, "project: auto\n");
      const origin = world.local.origin();
      const lacks = "warning: The App's installation lacks the permission organization_projects: write: ";
      const accept = `an owner accepts it at ${origin}/settings/installations/${installation}.`;
      expect(await said(world, { env })).toEqual([
        `${lacks}the App does not ask for it. Add it at ${origin}/settings/apps/roundtable/permissions; then ${accept}`,
      ]);
      world.local.apps.askFor(app, { actions: "write", organization_projects: "write" });
      expect(await said(world, { env })).toEqual([
        `${lacks}the App asks for it, and nobody has accepted that yet. Let it be accepted: ${accept}`,
      ]);
    }));

  it("that a run cannot do without prevent it", () =>
    story(async (world) => {
      await setUp(world);
      const app = world.local.apps.register({
        slug: "small",
        owner: "octo",
        publicKey: APP_KEY.publicKey,
        webhook: null,
        permissions: { contents: "write", issues: "write", pull_requests: "read", actions: "write" },
        events: [],
      }).id;
      world.local.apps.install(app, { account: "octo" });
      const env = { APP_ID: String(app), PRIVATE_KEY: APP_KEY.privateKey };
      expect(await said(world, { env })).toEqual([
        expect.stringContaining("error: The App's installation lacks the permission pull_requests: write"),
      ]);
      await configured(world, "checks: required\n");
      expect(await said(world, { env })).toHaveLength(3);
    }));

  it("of an App that is not installed there is a mistake of one sentence", () =>
    story(async (world) => {
      await setUp(world);
      const env = { APP_ID: String(registerApp(world.local)), PRIVATE_KEY: APP_KEY.privateKey };
      await expect(examine(world, { env })).rejects.toThrow(
        `gives no token for ${REPO}: it is not installed there`,
      );
    }));
});
