/** A fault of each kind in a repository that is set up, and what `roundtable doctor` finds then. */
import {
  addSecret,
  addVariable,
  admin,
  AGENT,
  AGENTS,
  answering,
  CONFIG,
  PASS,
  VERIFIED,
} from "./set-up-world.ts";
import { AT, REPO, type World } from "./world.ts";

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

export const FAULTS: readonly Fault[] = [
  {
    code: "journal-branch",
    name: "a run whose journal stands on a branch",
    severity: "warning",
    make: async (world) => {
      const { data } = await admin(world).git.getRef({ ...AT, ref: "heads/main" });
      const ref = "refs/heads/roundtable/1/journal";
      await admin(world).git.createRef({ ...AT, ref, sha: data.object.sha });
    },
    says: "leave out the branches roundtable/**.",
  },
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
    code: "identity",
    name: "the key of an App without its id",
    severity: "error",
    make: (world) => addSecret(world, "ROUNDTABLE_APP_KEY"),
    says: "gh variable set ROUNDTABLE_APP_ID",
  },
  {
    code: "identity",
    name: "the id of an App without its key",
    severity: "error",
    make: (world) => addVariable(world, "ROUNDTABLE_APP_ID", "12"),
    says: "gh secret set ROUNDTABLE_APP_KEY",
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
