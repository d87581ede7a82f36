/** What `roundtable repair` needs of a journal beyond what passes do: its past, and to put one in place of a broken one. */
import type { JournalHistory, LineCommit } from "../../application/repair/ports.ts";
import { createClient, type ClientOptions } from "./client.ts";
import { isStatus } from "./refusals.ts";
import { findJournal, makeJournal, shortOf } from "./journal-place.ts";
import { movedUnless, removeRef } from "./refs.ts";

const PER_PAGE = 100;
/** Of a line nobody needs to see more. */
const MAX_PAGES = 10;

export function createJournalHistory(options: ClientOptions): JournalHistory {
  const client = createClient(options);
  const { octokit, owner, repo } = client;

  /** Commits that a page of the list tells, by SHA. */
  async function page(sha: string): Promise<Map<string, LineCommit>> {
    const { data } = await octokit.rest.repos.listCommits({ owner, repo, sha, per_page: PER_PAGE });
    return new Map(
      data.map((one) => [
        one.sha,
        {
          sha: one.sha,
          message: one.commit.message,
          parent: one.parents[0]?.sha ?? null,
          author: one.author?.login ?? "",
        },
      ]),
    );
  }

  async function lastPage(tree: string): Promise<number> {
    const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: tree, recursive: "1" });
    const pages = data.tree.flatMap(({ path }) => /^events\/(\d{4,})\.jsonl$/.exec(path)?.[1] ?? []);
    return Math.max(0, ...pages.map(Number));
  }

  return {
    async head(run) {
      const found = await findJournal(client, run);
      return found && { revision: found.revision, isEnded: found.isEnded };
    },
    async line(from, isLast = () => false) {
      const line: LineCommit[] = [];
      let next: string | null = from;
      for (let read = 0; next !== null && read < MAX_PAGES; read++) {
        const told: Map<string, LineCommit> = await page(next);
        for (let at = told.get(next); at !== undefined; at = next === null ? undefined : told.get(next)) {
          line.push(at);
          next = isLast(at) ? null : at.parent;
        }
      }
      return line;
    },
    async commit(short) {
      try {
        return (await octokit.rest.repos.getCommit({ owner, repo, ref: short })).data.sha;
      } catch (error) {
        if (isStatus(error, 404, 409, 422)) return null;
        throw error;
      }
    },
    async put(run, { onto, ground, planFile, state, message, events }) {
      const next = String((ground === null ? 0 : await lastPage(ground)) + 1).padStart(4, "0");
      const files = {
        "plan.json": JSON.stringify(planFile),
        "state.json": `${JSON.stringify(state, null, 1)}\n`,
        [`events/${next}.jsonl`]: events.map((event) => `${JSON.stringify(event)}\n`).join(""),
      };
      const tree = await octokit.rest.git.createTree({
        owner,
        repo,
        ...(ground !== null && { base_tree: ground }),
        tree: Object.entries(files).map(([path, content]) => ({
          path,
          content,
          mode: "100644",
          type: "blob",
        })),
      });
      const parents = onto === null ? [] : [onto];
      const made = await octokit.rest.git.createCommit({
        owner,
        repo,
        message,
        tree: tree.data.sha,
        parents,
      });
      const { sha } = made.data;
      if (onto === null) {
        const place = await makeJournal(client, { run, sha });
        return place === "lost" ? "lost" : { revision: sha };
      }
      const ref = (await findJournal(client, run))?.place.open(run);
      if (ref === undefined) return "lost";
      try {
        await octokit.rest.git.updateRef({ owner, repo, ref: shortOf(ref), sha, force: false });
        return { revision: sha };
      } catch (error) {
        movedUnless(error, ref);
        return "lost";
      }
    },
    async reopen(run, revision) {
      const found = await findJournal(client, run);
      if (found === null) return;
      const { place } = found;
      if (found.isEnded)
        await octokit.rest.git.createRef({ owner, repo, ref: place.open(run), sha: revision });
      await removeRef(client, shortOf(place.ended(run)));
    },
  };
}
