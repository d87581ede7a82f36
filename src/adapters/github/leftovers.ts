/** The only place that takes anything away from a repository. */
import type { LeftoverStore } from "../../application/cleanup/ports.ts";
import { createClient, type ClientOptions } from "./client.ts";
import { endedJournals, listEnded } from "./journal-place.ts";
import { isStatus } from "./refusals.ts";
import { removeRef } from "./refs.ts";

export function createLeftovers(options: ClientOptions): LeftoverStore {
  const client = createClient(options);
  const { octokit, owner, repo } = client;
  const at = { owner, repo, per_page: 100 };
  return {
    endedRuns: () => listEnded(client),
    async openPulls() {
      const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...at, state: "open" });
      return pulls.map(({ number, head, base }) => ({
        number,
        base: base.ref,
        // A fork's branch of that name is another one; null once the fork is deleted.
        head: head.repo?.id === base.repo.id ? head.ref : null,
      }));
    },
    async artifacts() {
      const artifacts = await octokit.paginate(octokit.rest.actions.listArtifactsForRepo, at);
      return artifacts.filter(({ expired }) => !expired).map(({ id, name }) => ({ id, name }));
    },
    async removeArtifact(id) {
      try {
        await octokit.rest.actions.deleteArtifact({ owner, repo, artifact_id: id });
      } catch (error) {
        if (!isStatus(error, 404, 410)) throw error;
      }
    },
    removeBranch: (name) => removeRef(client, `heads/${name}`),
    async removeJournal(run) {
      for (const ref of endedJournals(run)) await removeRef(client, ref);
    },
  };
}
