/** Puts together the GitHub on this machine. */
import { createGithub } from "../adapters/github/github.ts";
import { UNPACED } from "../adapters/github/pacer.ts";
import { machine } from "../adapters/system/machine.ts";
import type { Github } from "../application/ports.ts";
import { AGENT_WORKFLOW } from "../domain/run/names.ts";
import { createActions } from "../local-github/actions/engine.ts";
import { createLocalGithub, type LocalGithub } from "../local-github/github.ts";
import { renderBoard } from "../local-github/pages/board.ts";

/** Accounts of a local run (contracts, "CLI"). */
export const LOCAL = { you: "you", app: "roundtable[bot]", reviewer: "github-actions[bot]" } as const;

export interface LocalWorldOptions {
  /** Where its state lies; opened again, it goes on. */
  folder: string;
  /** The bare copy of the user's repository. */
  repository: { fullName: string; folder: string; defaultBranch: string };
  /** `owner/name` of `uses:` → the folder with action.yml. */
  actionsAt: Readonly<Record<string, string>>;
  /** 0 picks a free one. */
  port: number;
  /** What workflows may name as secrets; masked in their logs, kept nowhere. */
  secrets?: Readonly<Record<string, string>>;
}

export interface LocalWorld {
  /** Pull requests by the App, reviews by a second account. */
  github: Github;
  /** What a person does there: opening the issue, commenting. */
  person: Person;
  local: LocalGithub;
  origin: string;
  /** The board as one HTML page. */
  renderBoard(): Promise<string>;
  onDelivery(listener: () => void): void;
  close(): Promise<void>;
}

export interface Person {
  openIssue(title: string, body: string): Promise<number>;
  comment(issue: number, body: string): Promise<void>;
}

/** Only the agent workflow runs there: the pass is in process (form `app`). */
export async function composeLocal({
  folder,
  repository,
  actionsAt,
  port,
  secrets = {},
}: LocalWorldOptions): Promise<LocalWorld> {
  const { fullName } = repository;
  const isAgentWorkflow = (path: string): boolean => path === `.github/workflows/${AGENT_WORKFLOW}`;
  const local = await createLocalGithub({
    machine,
    folder,
    actions: createActions({ folder: `${folder}/actions`, actionsAt, enabled: isAgentWorkflow, secrets }),
  });
  try {
    const { origin } = await local.listen({ port });
    if (!(await hasRepository(local, fullName))) {
      await local.addRepository({
        fullName,
        defaultBranch: repository.defaultBranch,
        adopt: repository.folder,
      });
    }
    local.addAccount({ login: LOCAL.you, type: "User" });
    local.setPermission(fullName, LOCAL.you, "admin");
    local.setActionsMayApprove(fullName, true);
    const write = {
      actions: "write",
      contents: "write",
      issues: "write",
      pull_requests: "write",
      metadata: "read",
    } as const;
    const github = createGithub({
      token: local.token({ login: LOCAL.app, permissions: write }),
      reviewerToken: local.token({
        login: LOCAL.reviewer,
        permissions: { contents: "read", pull_requests: "write" },
      }),
      fullName,
      baseUrl: origin,
      fetch,
      clock: machine.clock,
      me: LOCAL.app,
      reviewer: LOCAL.reviewer,
      pacer: UNPACED,
    });
    return {
      github,
      person: createPerson({ local, origin, fullName, token: local.token({ login: LOCAL.you }) }),
      local,
      origin,
      renderBoard: async () => renderBoard(await local.view(fullName)),
      onDelivery: (listener) => void local.onDelivery(listener),
      close: () => local.close(),
    };
  } catch (error) {
    await local.close();
    throw error;
  }
}

function createPerson({
  local,
  origin,
  fullName,
  token,
}: {
  local: LocalGithub;
  origin: string;
  fullName: string;
  token: string;
}): Person {
  const post = async (path: string, body: object): Promise<{ number: number }> => {
    const response = await fetch(`${origin}/repos/${fullName}/${path}`, {
      method: "POST",
      headers: {
        authorization: `token ${token}`,
        "content-type": "application/json",
        "user-agent": "roundtable",
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the local GitHub answered ${response.status} to ${path}`);
    // What a person said is never lost to a killed process: nobody would say it again.
    await local.save();
    return (await response.json()) as { number: number };
  };
  return {
    openIssue: async (title, body) => (await post("issues", { title, body })).number,
    comment: async (issue, body) => void (await post(`issues/${issue}/comments`, { body })),
  };
}

async function hasRepository(local: LocalGithub, fullName: string): Promise<boolean> {
  try {
    await local.view(fullName);
    return true;
  } catch {
    return false;
  }
}
