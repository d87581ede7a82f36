/** What of a repository's set-up GitHub tells this account, and the few writes that try it. */
import type { Prober, SetUpReader } from "../../application/doctor/ports.ts";
import { UserError } from "../../domain/problem.ts";
import type { AppSignIn } from "./app-sign-in.ts";
import { createClient, type Client, type ClientOptions } from "./client.ts";
import { grantOf, scopesOf } from "./granted.ts";
import { loginOf } from "./github.ts";
import { isStatus, refusedAs, unlessGone } from "./refusals.ts";
import { byRule, movedUnless, removeRef } from "./refs.ts";
import { told } from "./told.ts";
import { workflowStates } from "./workflows.ts";

/** `app`: whose token it is, where it is an App's. */
export function createSetUpReader(options: ClientOptions, app: AppSignIn | null): SetUpReader {
  const client = createClient(options);
  const { octokit, owner, repo } = client;
  const at = { owner, repo };
  const { actions } = octokit.rest;
  return {
    async account() {
      const login = await loginOf(options);
      return { login, isBot: login.endsWith("[bot]") };
    },
    async repository() {
      const { data } = await unlessGone(octokit.rest.repos.get(at), {
        what: `GitHub shows this token no repository ${owner}/${repo}`,
        fix: "Check its name, and use a token that may see it.",
      });
      return {
        page: data.html_url,
        defaultBranch: data.default_branch,
        hasIssues: data.has_issues,
        isArchived: data.archived || data.disabled,
        isPrivate: data.private,
        mayWrite: data.permissions?.push ?? false,
      };
    },
    granted: () => (app === null ? scopesOf(client) : grantOf(app, options.fullName)),
    async unreadable() {
      const reads = {
        contents: () => octokit.rest.git.listMatchingRefs({ ...at, ref: "roundtable/" }),
        issues: () => octokit.rest.issues.listForRepo({ ...at, per_page: 1 }),
        pull_requests: () => octokit.rest.pulls.list({ ...at, per_page: 1 }),
        actions: () => actions.listRepoWorkflows({ ...at, per_page: 1 }),
      };
      const answers = Object.entries(reads).map(async ([permission, read]) =>
        (await told<unknown>(read().catch(emptyOrOff))) === null ? [permission] : [],
      );
      return (await Promise.all(answers)).flat();
    },
    async actions() {
      const answer = await told(actions.getGithubActionsPermissionsRepository(at));
      if (answer === null) return null;
      const { enabled, allowed_actions: allowed = "all" } = answer.data;
      const selected = allowed === "selected" ? await told(actions.getAllowedActionsRepository(at)) : null;
      return {
        isEnabled: enabled,
        allowed,
        isGithubAllowed: selected?.data.github_owned_allowed ?? allowed === "all",
        patterns: selected?.data.patterns_allowed ?? [],
      };
    },
    async mayActionsOpenPulls() {
      const answer = await told(actions.getGithubActionsDefaultWorkflowPermissionsRepository(at));
      return answer && answer.data.can_approve_pull_request_reviews;
    },
    async secrets() {
      const page = { ...at, per_page: 100 };
      const own = await told(octokit.paginate(actions.listRepoSecrets, page));
      const shared = await told(octokit.paginate(actions.listRepoOrganizationSecrets, page));
      return own && [...own, ...(shared ?? [])].map(({ name }) => name);
    },
    async variables() {
      // GitHub gives no more of them at once.
      const page = { ...at, per_page: 30 };
      const own = await told(octokit.paginate(actions.listRepoVariables, page));
      const shared = await told(octokit.paginate(actions.listRepoOrganizationVariables, page));
      return own && [...own, ...(shared ?? [])].map(({ name }) => name);
    },
    async protections() {
      const answer = await toldByGraphql<{ branchProtectionRules: { nodes: { pattern: string }[] } }>(
        client,
        "branchProtectionRules(first: 100) { nodes { pattern } }",
      );
      return typeof answer === "object"
        ? answer.branchProtectionRules.nodes.map(({ pattern }) => pattern)
        : null;
    },
    workflowStates: () => workflowStates(client),
    async rate() {
      const { core } = (await octokit.rest.rateLimit.get()).data.resources;
      const resetAt = new Date(core.reset * 1000).toISOString();
      return { limit: core.limit, remaining: core.remaining, resetAt };
    },
    async reachesProjects() {
      const answer = await toldByGraphql(client, "projectsV2(first: 1) { totalCount }");
      return answer === "unknown" ? null : answer !== "refused";
    },
  };
}

/** An empty repository and switched-off issues are told elsewhere, and no lack of a permission. */
function emptyOrOff(error: unknown): object {
  if (isStatus(error, 409, 410)) return {};
  throw error;
}

async function toldByGraphql<T extends object>(
  { graphql, owner, repo }: Client,
  fields: string,
): Promise<T | "refused" | "unknown"> {
  const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${fields} } }`;
  try {
    const { repository } = await graphql<{ repository: T }>(query, { owner, repo });
    return repository;
  } catch (error) {
    if (error instanceof UserError) return "refused";
    // Another server, or an older one, may not know the field.
    if (error instanceof Error && error.name === "GraphqlResponseError") return "unknown";
    throw error;
  }
}

export function createProber(options: ClientOptions): Prober {
  const client = createClient(options);
  const { octokit, owner, repo } = client;
  const at = { owner, repo };
  const { git, issues, repos } = octokit.rest;
  const what =
    (did: string): ((error: unknown) => never) =>
    (error) => {
      throw refusedAs(byRule(error, did), did);
    };
  return {
    async commit(on, message) {
      const did = "GitHub refused a commit";
      const { data: head } = await git.getCommit({ ...at, commit_sha: on }).catch(what(did));
      const made = git.createCommit({ ...at, message, tree: head.tree.sha, parents: [on] });
      return (await made.catch(what(did))).data.sha;
    },
    async makeRef(ref, sha) {
      await git
        .createRef({ ...at, ref: `refs/${ref}`, sha })
        .catch(what(`GitHub refused to make refs/${ref}`));
    },
    async moveRef(ref, { sha, force }) {
      try {
        await git.updateRef({ ...at, ref, sha, force });
        return "moved";
      } catch (error) {
        movedUnless(error, `refs/${ref}`);
        return "refused";
      }
    },
    async merge(branch, head) {
      await repos.merge({ ...at, base: branch, head }).catch(what(`GitHub refused to merge into ${branch}`));
    },
    async makeLabel(name) {
      const description = "Made by roundtable doctor --probe; it may go";
      await issues
        .createLabel({ ...at, name, color: "ededed", description })
        .catch(what(`GitHub refused to make the label ${name}`));
    },
    removeRef: (ref) => removeRef(client, ref),
    async removeLabel(name) {
      try {
        await issues.deleteLabel({ ...at, name });
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
    },
  };
}
