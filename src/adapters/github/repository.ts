/** A repository's name and default branch. */
import type { BoardReader } from "../../application/ports.ts";
import { remembered, type Client } from "./client.ts";
import { unlessGone } from "./refusals.ts";

type Ask = BoardReader["repository"];

export const askRepository =
  ({ octokit, owner, repo }: Client): Ask =>
  async () => {
    const { data } = await unlessGone(octokit.rest.repos.get({ owner, repo }), {
      what: `GitHub shows us no repository ${owner}/${repo}`,
      fix: "Check its name, and let Roundtable's account or App see it.",
    });
    return { fullName: data.full_name, defaultBranch: data.default_branch };
  };

/** Asked at most once, and not at all where another answer has told it. */
export const knownRepository = (client: Client): Ask =>
  remembered(async () => client.told.repository ?? (await askRepository(client)()));
