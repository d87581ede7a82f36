/** `roundtable doctor` on a repository: a fault of each kind, and none where nothing is wrong. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { OWN_LABELS } from "../../src/domain/board/labels.ts";
import { CHECKS } from "../../src/domain/doctor/checks.ts";
import { MACHINE_CHECKS } from "../../src/domain/doctor/machine.ts";
import { DoctorReport } from "../../src/domain/doctor/report.ts";
import { WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import { aScreen } from "../support/screen.ts";
import { AT, REPO, story, type World } from "../support/world.ts";

const [PASS, AGENT] = WORKFLOW_FILES.map(({ from, to }) => ({
  path: to,
  text: readFileSync(from, "utf8"),
})) as [{ path: string; text: string }, { path: string; text: string }];
const CONFIG = ".github/roundtable.yml";
const AGENTS = "agents: {coder: {backend: claude}}\n";
const VERIFIED = "version: 1\nverify: ['true']\n";

/** Everything is as it should be. */
async function setUp(world: World): Promise<void> {
  await world.commit({
    [PASS.path]: PASS.text,
    [AGENT.path]: AGENT.text,
    [CONFIG]: `${VERIFIED}${AGENTS}`,
  });
  for (const secret of ["ROUNDTABLE_TOKEN", "ANTHROPIC_API_KEY"]) await addSecret(world, secret);
  const { issues } = world.as("octo").rest;
  for (const { name, color } of OWN_LABELS) await issues.createLabel({ ...AT, name, color });
}

const addSecret = (world: World, name: string): Promise<unknown> =>
  world.as("octo").rest.actions.createOrUpdateRepoSecret({
    ...AT,
    secret_name: name,
    encrypted_value: "c2VhbGVk",
    key_id: "1",
  });

async function examine(
  world: World,
  {
    token = world.local.token({ login: "octo" }),
    repo = REPO,
    probe = false,
  }: { token?: string; repo?: string; probe?: boolean } = {},
): Promise<{ code: number; report: DoctorReport }> {
  const screen = aScreen("/", { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: token });
  const code = await doctor({ repo, json: true, ...(probe ? { probe } : {}) }, screen);
  return { code, report: DoctorReport.parse(JSON.parse(screen.out.join("\n"))) };
}

const codesOf = ({ findings }: DoctorReport): string[] => findings.map(({ code }) => code);

const admin = (world: World) => world.as("octo").rest;

/** `what` is matched against method and path. */
const answering = (world: World, what: RegExp, answer: () => Response): void => {
  world.local.interceptor = ({ method, url }) =>
    what.test(`${method} ${new URL(url).pathname}`) ? answer() : null;
};

const ruleset = (world: World) =>
  admin(world).repos.createRepoRuleset({
    ...AT,
    name: "All",
    enforcement: "active",
    conditions: { ref_name: { include: ["~ALL"], exclude: [] } },
    rules: [{ type: "creation" }],
  });

const protect = async (world: World, pattern: string): Promise<void> => {
  const { data } = await admin(world).repos.get(AT);
  await world
    .as("octo")
    .graphql(
      "mutation($id: ID!, $pattern: String!) { createBranchProtectionRule(input: {repositoryId: $id, pattern: $pattern}) { branchProtectionRule { pattern } } }",
      { id: data.node_id, pattern },
    );
};

const rate = (remaining: number) => (): Response => {
  const one = { limit: 5000, remaining, used: 5000 - remaining, reset: 1_800_000_000 };
  return Response.json({ resources: { core: one, graphql: one, search: one }, rate: one });
};

interface Fault {
  code: string;
  name: string;
  severity: "error" | "warning" | "note";
  make(world: World): Promise<unknown> | void;
  says: string;
  /** What is said beside it, because of the same fault. */
  also?: readonly string[];
}

const FAULTS: readonly Fault[] = [
  {
    code: "archived",
    name: "an archived repository",
    severity: "error",
    make: (world) => admin(world).repos.update({ ...AT, archived: true }),
    says: "Unarchive it: ",
  },
  {
    code: "issues-off",
    name: "issues switched off",
    severity: "error",
    make: (world) => admin(world).repos.update({ ...AT, has_issues: false }),
    says: "octo/demo/settings.",
  },
  {
    code: "actions-off",
    name: "actions switched off",
    severity: "error",
    make: (world) => admin(world).actions.setGithubActionsPermissionsRepository({ ...AT, enabled: false }),
    says: "octo/demo/settings/actions.",
  },
  {
    code: "actions-refused",
    name: "only actions of the repository's owner allowed",
    severity: "error",
    make: (world) =>
      admin(world).actions.setGithubActionsPermissionsRepository({
        ...AT,
        enabled: true,
        allowed_actions: "local_only",
      }),
    says: "refuse roundtable-dev/roundtable and actions of GitHub",
  },
  {
    code: "actions-refused",
    name: "our action not among those selected",
    severity: "error",
    make: async (world) => {
      const { actions } = admin(world);
      await actions.setGithubActionsPermissionsRepository({
        ...AT,
        enabled: true,
        allowed_actions: "selected",
      });
      await actions.setAllowedActionsRepository({ ...AT, patterns_allowed: ["other/*"] });
    },
    says: "refuse roundtable-dev/roundtable:",
  },
  {
    code: "pulls-by-actions",
    name: "Actions may not open pull requests, and have no other token",
    severity: "error",
    make: (world) => {
      world.local.setActionsMayApprove(REPO, false);
      return withoutToken(world);
    },
    says: '"Allow GitHub Actions to create and approve pull requests": ',
    also: ["identity"],
  },
  {
    code: "agent-workflow",
    name: "no agent workflow",
    severity: "error",
    make: (world) => remove(world, AGENT.path),
    says: "roundtable-agent.yml is not on the default branch main",
  },
  {
    code: "agent-workflow",
    name: "an agent workflow that takes other inputs",
    severity: "error",
    make: (world) =>
      world.commit({ [AGENT.path]: AGENT.text.replaceAll("      nonce:\n", "      other:\n") }),
    says: "it does not take the input nonce",
    also: ["workflow-changed"],
  },
  {
    code: "pass-workflow",
    name: "no pass workflow",
    severity: "warning",
    make: (world) => remove(world, PASS.path),
    says: "roundtable.yml is not on the default branch main",
  },
  {
    code: "workflow-disabled",
    name: "a workflow switched off",
    severity: "error",
    make: (world) =>
      answering(world, /^GET .*\/actions\/workflows$/, () =>
        Response.json({ total_count: 1, workflows: [{ path: AGENT.path, state: "disabled_inactivity" }] }),
      ),
    says: "gh workflow enable roundtable-agent.yml.",
  },
  {
    code: "action-version",
    name: "another version of the action",
    severity: "warning",
    make: (world) =>
      world.commit({
        [PASS.path]: PASS.text.replaceAll("roundtable-dev/roundtable@v0", "roundtable-dev/roundtable@main"),
      }),
    says: "uses roundtable-dev/roundtable@main",
  },
  {
    code: "workflow-changed",
    name: "a workflow that was changed",
    severity: "note",
    make: (world) =>
      world.commit({ [PASS.path]: PASS.text.replace("timeout-minutes: 30", "timeout-minutes: 31") }),
    says: "they differ from line ",
  },
  {
    code: "runner",
    name: "a runner of which nothing is known",
    severity: "note",
    make: (world) =>
      world.commit({ [AGENT.path]: AGENT.text.replaceAll("runs-on: ubuntu-latest", "runs-on: self-hosted") }),
    says: "it runs on self-hosted",
    also: ["runner"],
  },
  {
    code: "configuration",
    name: "no configuration",
    severity: "warning",
    make: (world) => remove(world, CONFIG),
    says: "There is no .github/roundtable.yml",
  },
  {
    code: "configuration",
    name: "a configuration with a mistake",
    severity: "error",
    make: (world) => world.commit({ [CONFIG]: `${VERIFIED}${AGENTS}profil: safe\n` }),
    says: '.github/roundtable.yml:4:1: Unknown key "profil"',
  },
  {
    code: "verify-commands",
    name: "nothing is verified",
    severity: "warning",
    make: (world) => world.commit({ [CONFIG]: `version: 1\n${AGENTS}` }),
    says: "names no verify commands",
  },
  {
    code: "agents",
    name: "an agent without a model",
    severity: "error",
    make: async (world) => {
      await addSecret(world, "OPENAI_API_KEY");
      await world.commit({ [CONFIG]: `${VERIFIED}agents: {coder: {backend: opencode}}\n` });
    },
    says: "The agent coder has no model",
  },
  {
    code: "model-keys",
    name: "a key that is no secret",
    severity: "error",
    make: (world) => world.commit({ [CONFIG]: `${VERIFIED}agents: {coder: {backend: gemini}}\n` }),
    says: "The secret GEMINI_API_KEY is not there",
  },
  {
    code: "ruleset",
    name: "a ruleset over the run's branches",
    severity: "warning",
    make: ruleset,
    says: "Exclude refs/heads/roundtable/**/* from it.",
  },
  {
    code: "branch-protection",
    name: "a branch protection over the run's branches",
    severity: "warning",
    make: (world) => protect(world, "**/*"),
    says: "octo/demo/settings/branches.",
  },
  {
    code: "identity",
    name: "no token but the workflow's own",
    severity: "note",
    make: (world) => withoutToken(world),
    says: "checks on its pull requests wait until a person approves them",
  },
  {
    code: "own-workflows",
    name: "own workflows that begin by a run's pushes",
    severity: "warning",
    make: (world) =>
      world.commit({
        ".github/workflows/test.yml":
          "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n",
      }),
    says: "begin by what a run pushes: .github/workflows/test.yml",
  },
  {
    code: "checks-required",
    name: "checks that can never begin",
    severity: "error",
    make: (world) => world.commit({ [CONFIG]: `${VERIFIED}${AGENTS}checks: required\n` }),
    says: "no workflow of the base branch begins by a push to the branch of a train",
  },
  {
    code: "projects",
    name: "project boards out of reach",
    severity: "note",
    make: (world) => {
      let asked = 0;
      answering(world, /^POST .*\/graphql$/, () => {
        asked += 1;
        const login = { data: { viewer: { login: "octo" } } };
        const refused = { data: null, errors: [{ type: "FORBIDDEN", message: "Resource not accessible" }] };
        return Response.json(asked === 1 ? login : refused);
      });
    },
    says: "Project boards are out of reach",
  },
  {
    code: "labels",
    name: "a label that is missing",
    severity: "note",
    make: (world) => admin(world).issues.deleteLabel({ ...AT, name: "roundtable:hold" }),
    says: "1 of ",
  },
  {
    code: "rate",
    name: "few requests left",
    severity: "warning",
    make: (world) => answering(world, /^GET .*\/rate_limit$/, rate(499)),
    says: "499 of 5000 requests an hour are left",
  },
  {
    code: "rate",
    name: "no requests left",
    severity: "error",
    make: (world) => answering(world, /^GET .*\/rate_limit$/, rate(0)),
    says: "Wait until 2027-01-15T08:00:00.000Z",
  },
];

async function remove({ github }: World, path: string): Promise<void> {
  const files = [{ path, mode: "100644" as const, content: null }];
  const expectedHead = (await github.code.branch("main"))!;
  await github.code.commit({ branch: "main", expectedHead, commits: [{ message: `Remove ${path}`, files }] });
}

const withoutToken = (world: World): Promise<unknown> =>
  admin(world).actions.deleteRepoSecret({ ...AT, secret_name: "ROUNDTABLE_TOKEN" });

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
      ...MACHINE_CHECKS.map(({ code }) => code),
    ];
    const told = new Set([...FAULTS.map(({ code }) => code), ...elsewhere]);
    expect(CHECKS.map(({ code }) => code).filter((code) => !told.has(code))).toEqual([]);
  });
});

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
      expect(made).toBe(2);
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
