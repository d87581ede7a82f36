import type { CodeReader } from "../../application/ports.ts";
import type { CheckFact } from "../../domain/run/facts.ts";
import { UserError } from "../../domain/problem.ts";
import { remembered, type Client } from "./client.ts";
import { filesAt } from "./files-at.ts";
import { isStatus } from "./refusals.ts";
import { matchingRefs } from "./refs.ts";

interface TreeEntry {
  path: string;
  sha: string;
  mode: string;
}

/** A skipped check counts as passing: https://docs.github.com/en/rest/checks/runs */
const PASSING: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);
const OVER: ReadonlySet<string> = new Set(["completed", "success", "failure", "error"]);

function stateOf(status: string, conclusion: string | null): CheckFact["state"] {
  if (!OVER.has(status)) return "pending";
  return PASSING.has(conclusion ?? "") ? "green" : "red";
}

/** Each costs a request. */
const MOST_CHANGES = 30;

type Commit = NonNullable<Awaited<ReturnType<CodeReader["readCommit"]>>>;

export interface CommitMemory {
  tree(sha: string): string | null;
  keep(commit: Commit): void;
}

const MOST_COMMITS = 1000;

/** Commits never change. */
export function createCommitMemory(): CommitMemory & { commit(sha: string): Commit | null } {
  const commits = new Map<string, Commit>();
  return {
    commit: (sha) => commits.get(sha) ?? null,
    tree: (sha) => commits.get(sha)?.tree ?? null,
    keep(commit) {
      commits.set(commit.sha, commit);
      if (commits.size > MOST_COMMITS) commits.delete(commits.keys().next().value!);
    },
  };
}

/** Trees never change either: they are kept by their own name where the commit's is known, since many commits share one. */
export function createCodeReader(
  client: Client,
  known: ReturnType<typeof createCommitMemory> = createCommitMemory(),
): CodeReader {
  const { octokit, owner, repo } = client;
  const at = { owner, repo };
  const trees = new Map<string, () => Promise<TreeEntry[]>>();

  function tree(commit: string): Promise<TreeEntry[]> {
    const sha = known.tree(commit) ?? commit;
    const entries = trees.get(sha) ?? remembered(() => entriesOf(sha, ""));
    trees.set(sha, entries);
    if (trees.size > 50) trees.delete(trees.keys().next().value!);
    return entries();
  }

  /** Whole where one answer holds it (100,000 entries, 7 MB), else folder by folder. */
  async function entriesOf(sha: string, prefix: string): Promise<TreeEntry[]> {
    const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: sha, recursive: "1" });
    const below = (entry: TreeEntry): TreeEntry => ({ ...entry, path: prefix + entry.path });
    if (!data.truncated) return data.tree.filter((entry) => entry.type !== "tree").map(below);
    const { data: folder } = await octokit.rest.git.getTree({ ...at, tree_sha: sha });
    if (folder.truncated)
      throw new UserError({
        what: `GitHub does not list the whole folder /${prefix}`,
        why: "it holds too many files",
        fix: "Split the folder.",
      });
    const entries: TreeEntry[] = [];
    for (const entry of folder.tree) {
      if (entry.type !== "tree") entries.push(below(entry));
      else for (const inner of await entriesOf(entry.sha, `${prefix}${entry.path}/`)) entries.push(inner);
    }
    return entries;
  }

  async function blob(sha: string, path: string): Promise<string | null> {
    const entry = (await tree(sha)).find((one) => one.path === path && one.mode.startsWith("100"));
    return entry?.sha ?? null;
  }

  async function file(sha: string, path: string): Promise<Uint8Array | null> {
    const found = await blob(sha, path);
    if (found === null) return null;
    const { data } = await octokit.rest.git.getBlob({ ...at, file_sha: found });
    return new Uint8Array(Buffer.from(data.content, "base64"));
  }

  return {
    async branches(prefix) {
      const refs = await matchingRefs(client, `heads/${prefix}`);
      return Object.fromEntries(refs.map(({ ref, object }) => [ref.slice("refs/heads/".length), object.sha]));
    },
    async branch(name) {
      try {
        const { data } = await octokit.rest.git.getRef({ ...at, ref: `heads/${name}` });
        return data.object.sha;
      } catch (error) {
        if (isStatus(error, 404, 409)) return null;
        throw error;
      }
    },
    async isAncestor(sha, head) {
      try {
        const basehead = `${sha}...${head}`;
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...at,
          basehead,
          per_page: 1,
        });
        return data.status === "ahead" || data.status === "identical";
      } catch (error) {
        if (isStatus(error, 404)) return false;
        throw error;
      }
    },
    async changes(sha, head) {
      try {
        const basehead = `${sha}...${head}`;
        // The first page of commits holds all files.
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...at,
          basehead,
          per_page: 1,
        });
        return (data.files ?? []).map(({ filename, patch }) => ({ path: filename, patch: patch ?? null }));
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
    async paths(sha) {
      const entries = await tree(sha);
      const isFile = (entry: TreeEntry): boolean => entry.mode === "100644" || entry.mode === "100755";
      return {
        files: entries.filter(isFile).map(({ path }) => path),
        special: entries.filter((entry) => !isFile(entry)).map(({ path }) => path),
      };
    },
    blob,
    file,
    async files(sha, paths) {
      const found = await filesAt(client, sha, paths);
      return Promise.all(
        found.map(async (bytes, place) => (bytes === undefined ? file(sha, paths[place]!) : bytes)),
      );
    },
    async recentChanges(sha) {
      const { data } = await octokit.rest.repos.listCommits({ ...at, sha, per_page: MOST_CHANGES });
      const changes = data.filter(({ parents }) => parents.length < 2);
      return Promise.all(
        changes.map(async (change) => {
          const { data: commit } = await octokit.rest.repos.getCommit({ ...at, ref: change.sha });
          return (commit.files ?? []).map(({ filename }) => filename);
        }),
      );
    },
    async checks(sha) {
      const on = { ...at, ref: sha, per_page: 100 };
      const [suites, runs, statuses] = await Promise.all([
        octokit.paginate(octokit.rest.checks.listSuitesForRef, on),
        octokit.paginate(octokit.rest.checks.listForRef, { ...on, filter: "latest" }),
        latestStatuses(octokit, on),
      ]);
      // A job that waits for another one has no check run yet; an app with nothing to check leaves an empty suite behind.
      const begun = suites.filter(
        ({ status, latest_check_runs_count: count }) => status !== "completed" && count > 0,
      );
      return [
        ...begun.map(({ app }) => ({
          name: `checks of ${app?.name ?? "an app"}`,
          state: "pending" as const,
        })),
        ...runs.map(({ name, status, conclusion }) => ({ name, state: stateOf(status, conclusion) })),
        ...statuses.map(({ context: name, state }) => ({ name, state: stateOf(state, state) })),
      ];
    },
    async readCommit(sha) {
      const before = known.commit(sha);
      if (before) return before;
      try {
        const { data } = await octokit.rest.git.getCommit({ ...at, commit_sha: sha });
        const commit = commitOf(data);
        known.keep(commit);
        return commit;
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
  };
}

export const commitOf = (data: {
  sha: string;
  tree: { sha: string };
  parents: readonly { sha: string }[];
  message: string;
}): Commit => ({
  sha: data.sha,
  tree: data.tree.sha,
  parents: data.parents.map(({ sha }) => sha),
  message: data.message,
});

/** The newest of each context. Octokit does not join these pages: the answer names the commit beside its list. */
async function latestStatuses(
  { rest }: Client["octokit"],
  on: { owner: string; repo: string; ref: string; per_page: number },
): Promise<{ context: string; state: string }[]> {
  const statuses: { context: string; state: string }[] = [];
  for (let page = 1; ; page++) {
    const { data } = await rest.repos.getCombinedStatusForRef({ ...on, page });
    statuses.push(...data.statuses);
    if (data.statuses.length < on.per_page) return statuses;
  }
}
