import type { Clock, Github } from "../../application/ports.ts";
import { createLook } from "./board-look.ts";
import { createBoardMemory } from "./board-memory.ts";
import { createBoardReader } from "./board-reader.ts";
import { createClient, type ClientOptions } from "./client.ts";
import { createCodeReader, createCommitMemory } from "./code-reader.ts";
import { createCodeWriter } from "./code-writer.ts";
import { createEdits } from "./edits.ts";
import { createIssueLinks } from "./issue-links.ts";
import { createIssueWriter } from "./issue-writer.ts";
import { createJournalStore } from "./journal-store.ts";
import { createTalk } from "./talk.ts";
import type { Pacer } from "./pacer.ts";
import { createProjectMirror } from "./project.ts";
import { createPullWriter } from "./pull-writer.ts";
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
  /** For both identities, of which one may be nobody else than the other. Left out: a new one, for what this one sends. */
  pacer?: Pacer;
}

export function createGithub({ reviewerToken, me, reviewer, ...options }: GithubOptions): Github {
  const client = createClient(options);
  const reviews = reviewerToken === null ? client : createClient({ ...options, token: reviewerToken });
  const identity = { me, reviewer: reviewerToken === null ? me : reviewer };
  const { clock } = options;
  const memory = createBoardMemory(clock);
  const edits = createEdits(client);
  const known = createCommitMemory();
  const talk = createTalk(clock);
  const look = createLook(client, { me, memory, talk, clock });
  const boardReader = createBoardReader(client, { identity, look, talk });
  const codeReader = createCodeReader(client, known);
  return {
    journal: createJournalStore(client),
    board: {
      ...boardReader,
      ...createIssueWriter(client, { identity, memory, talk, edits, reader: boardReader }),
      ...createPullWriter(client, { reviews, identity, memory, edits, reader: boardReader }),
      ...createIssueLinks(client, { memory, edits }),
    },
    code: { ...codeReader, ...createCodeWriter(client, { reader: codeReader, known, memory }) },
    workflows: createWorkflows(client, boardReader),
    projects: createProjectMirror(client),
    now: client.now,
    outage: client.outage,
  };
}

/** The account of a token. An installation's token has no user to ask for by REST; GraphQL's viewer tells. */
export async function loginOf(options: ClientOptions): Promise<string> {
  const { viewer } = await createClient(options).graphql<{ viewer: { login: string } }>(
    "{ viewer { login } }",
  );
  return viewer.login;
}
