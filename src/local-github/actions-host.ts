import type { Access } from "./access.ts";
import type { ActionsHost } from "./actions/host.ts";
import { ensureAccount, resolveRepository, isPull } from "./world.ts";
import type { World } from "./world.ts";
import { testMerge } from "./mergeability.ts";
import type { Repository } from "./state.ts";

const ACTIONS = "github-actions[bot]";

/** What the Actions engine is given of this GitHub. */
export function createActionsHost(world: World, access: Access): ActionsHost {
  const named = (fullName: string): Repository => {
    const found = resolveRepository(world, fullName);
    if (found === null) throw new Error(`The local GitHub has no repository ${fullName}.`);
    return found;
  };
  return {
    machine: world.machine,
    origin: world.origin,
    repository: (fullName) => {
      const found = resolveRepository(world, fullName);
      if (found === null) return null;
      const { id, owner, defaultBranch, private: isPrivate } = found;
      const fork = found.forkOf !== undefined;
      return { id, fullName: found.fullName, owner, defaultBranch, private: isPrivate, fork };
    },
    resolve: (fullName, ref) => world.git(named(fullName)).resolve(ref),
    mergeCommit: async (fullName, number) => {
      const repository = named(fullName);
      const issue = repository.issues.find((one) => one.number === number);
      return issue === undefined || !isPull(issue) ? null : testMerge(world, repository, issue);
    },
    readFile: async (fullName, sha, path) => {
      const git = world.git(named(fullName));
      const entry = await git.entryAt(sha, path);
      const blob = entry === null ? null : await git.object(entry.sha);
      return blob?.type === "blob" ? new TextDecoder().decode(blob.content) : null;
    },
    listFolder: async (fullName, sha, folder) => {
      const git = world.git(named(fullName));
      const entry = await git.entryAt(sha, folder);
      if (entry?.mode !== "040000") return [];
      const tree = folder === "" ? sha : entry.sha;
      return ((await git.tree(tree)) ?? []).map((one) => one.name);
    },
    mintJobToken: ({ fullName, runId, permissions }) => {
      ensureAccount(world, ACTIONS, "Bot");
      return access.issue({
        caller: { login: ACTIONS, type: "Bot", workflowRunId: runId },
        permissions: Object.fromEntries(
          // Workflow files name permissions with hyphens, apps with underscores.
          Object.entries(permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]),
        ),
        repositories: [fullName.toLowerCase()],
      });
    },
    revokeToken: access.revoke,
    deliver: ({ name, action, fullName, sender, payload }) => {
      const account = ensureAccount(world, sender, sender.endsWith("[bot]") ? "Bot" : "User");
      const type = account.type === "Bot" ? "Bot" : "User";
      const caller = { login: account.login, type, workflowRunId: null } as const;
      world.emit({ name, action, repository: named(fullName), sender: caller, payload });
    },
  };
}
