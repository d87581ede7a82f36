import type { Clock, Github } from "../../application/ports.ts";
import { createBoardReader } from "./board-reader.ts";
import { createBoardWriter } from "./board-writer.ts";
import { createClient, type ClientOptions } from "./client.ts";
import { createCodeReader } from "./code-reader.ts";
import { createCodeWriter } from "./code-writer.ts";
import { createIssueLinks } from "./issue-links.ts";
import { createJournalStore } from "./journal-store.ts";
import { createWorkflows } from "./workflows.ts";

export interface GithubOptions {
  token: string;
  /** A second identity for reviews; null where there is one only, and reviews become comments. */
  reviewerToken: string | null;
  /** `owner/repo`. */
  fullName: string;
  baseUrl: string;
  fetch?: typeof fetch;
  clock: Clock;
  /** The login our writes carry, where the token cannot ask for it (an installation token has no user). */
  me: string;
  reviewer: string;
}

export function createGithub({ reviewerToken, me, reviewer, ...options }: GithubOptions): Github {
  const client = createClient(options);
  const reviews = reviewerToken === null ? client : createClient({ ...options, token: reviewerToken });
  const identity = { me, reviewer: reviewerToken === null ? me : reviewer };
  const boardReader = createBoardReader(client, identity);
  const codeReader = createCodeReader(client);
  return {
    journal: createJournalStore(client),
    board: {
      ...boardReader,
      ...createBoardWriter({ client, reviews, identity, reader: boardReader }),
      ...createIssueLinks(client),
    },
    code: { ...codeReader, ...createCodeWriter(client, codeReader) },
    workflows: createWorkflows(client, boardReader),
    now: client.now,
  };
}

/** The account of a token. An installation's token has no user to ask for by REST; GraphQL's viewer tells. */
export async function loginOf(options: ClientOptions): Promise<string> {
  const { viewer } = await createClient(options).graphql<{ viewer: { login: string } }>(
    "{ viewer { login } }",
  );
  return viewer.login;
}
