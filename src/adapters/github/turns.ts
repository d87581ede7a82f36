/**
 * What one copy of the server has taken upon itself, so that no other does it too: a ref for each thing, whose commit
 * says who and when. A ref is made once, and moved forward by one only: both are compare-and-swap, as in the journal.
 */
import { UserError } from "../../domain/problem.ts";
import { createClient, type ClientOptions } from "./client.ts";
import { movedUnless, removeRef } from "./refs.ts";
import { isStatus, says } from "./refusals.ts";

/** Who has said nothing for so long is taken for gone. */
const AGE_MS = 120_000;

export interface Turns {
  /** False where another copy is at it. */
  take(name: string, by: string): Promise<boolean>;
  /** What was taken is done. */
  release(name: string): Promise<void>;
}

export function createTurns(options: ClientOptions): Turns {
  const client = createClient(options);
  const { octokit, owner, repo } = client;
  /** On a branch where a server refuses other refs; found out by the first refusal. */
  let root = "roundtable-turns/";
  const refOf = (name: string): string => `${root}${name}`;

  async function commit(by: string, parents: string[]): Promise<string> {
    const { data: tree } = await octokit.rest.git.createTree({
      owner,
      repo,
      tree: [{ path: "turn", mode: "100644", type: "blob", content: by }],
    });
    const { data } = await octokit.rest.git.createCommit({
      owner,
      repo,
      message: `Taken by ${by}`,
      tree: tree.sha,
      parents,
    });
    return data.sha;
  }

  async function takeOver(name: string, by: string): Promise<boolean> {
    const ref = refOf(name);
    try {
      const { data: held } = await octokit.rest.git.getRef({ owner, repo, ref });
      const commit_sha = held.object.sha;
      const { data: turn } = await octokit.rest.git.getCommit({ owner, repo, commit_sha });
      if (client.now().getTime() - Date.parse(turn.committer.date) < AGE_MS) return false;
      const sha = await commit(by, [commit_sha]);
      await octokit.rest.git.updateRef({ owner, repo, ref, sha, force: false });
      return true;
    } catch (error) {
      movedUnless(error, ref);
      return false;
    }
  }

  return {
    async take(name, by) {
      try {
        const sha = await commit(by, []);
        await octokit.rest.git.createRef({ owner, repo, ref: `refs/${refOf(name)}`, sha });
        return true;
      } catch (error) {
        // A repository without a commit has no refs; what is asked there is only refused.
        if (isStatus(error, 409)) return true;
        if (isStatus(error, 422) && says(error, /already exists/i)) return takeOver(name, by);
        const isRefused = isStatus(error, 422) || error instanceof UserError;
        if (!isRefused || root.startsWith("heads/")) throw error;
        root = `heads/${root}`;
        return this.take(name, by);
      }
    },
    release: (name) => removeRef(client, refOf(name)),
  };
}
