/** A local GitHub in a folder of its own, with two people and a repository that has one commit. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Octokit } from "@octokit/rest";
import { z } from "zod";

import { createJudgedGithub } from "./judge.ts";
import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import type { TokenRequest } from "../../src/local-github/tokens.ts";
import { createTestMachine } from "./machine.ts";
import type { TestMachine } from "./machine.ts";

export const REPO = { owner: "octo", repo: "demo" } as const;
export const FULL_NAME = "octo/demo";

export interface TestWorld {
  github: LocalGithub;
  machine: TestMachine;
  folder: string;
  /** Where the repository is when it lies in a folder. */
  repository: string;
  /** `octo`, who owns the repository. */
  owner: Octokit;
  /** `guest`, who may only read. */
  guest: Octokit;
  as(token: TokenRequest): Octokit;
  /** The first commit of `main`. */
  first: string;
  close(): Promise<void>;
}

/** Who lets git programs in, or opens the world again from its folder alone, has it lie there. */
export async function createTestWorld(lies: "in memory" | "in a folder" = "in memory"): Promise<TestWorld> {
  const machine = createTestMachine();
  const folder = await mkdtemp(join(tmpdir(), "local-github-"));
  const memory = lies === "in memory" ? { memory: createMemoryGit() } : {};
  const github = await createJudgedGithub({ machine, folder, ...memory });
  github.addAccount({ login: "octo", type: "User" });
  github.addAccount({ login: "guest", type: "User" });
  await github.addRepository({ fullName: FULL_NAME, defaultBranch: "main" });
  const as = (token: TokenRequest): Octokit => octokitFor(github, github.token(token));
  const owner = as({ login: "octo" });
  const { data } = await owner.rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: "README.md",
    message: "First",
    content: Buffer.from("# Demo\n\none\ntwo\nthree\n").toString("base64"),
  });
  return {
    github,
    machine,
    folder,
    repository: join(folder, "repositories", `${FULL_NAME}.git`),
    owner,
    guest: as({ login: "guest" }),
    as,
    first: data.commit.sha ?? "",
    close: async () => {
      try {
        await github.close();
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

export function octokitFor(github: LocalGithub, token: string): Octokit {
  return new Octokit({
    auth: token,
    baseUrl: github.origin(),
    request: { fetch: (url: string, init: RequestInit) => github.fetch(new Request(url, init)) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}

/** A branch with one commit that writes files, made through the API; answers the commit. */
export async function commitOn(
  octokit: Octokit,
  branch: string,
  change: { from: string; files: Record<string, string | null>; message?: string },
): Promise<string> {
  const { data: parent } = await octokit.rest.git.getCommit({ ...REPO, commit_sha: change.from });
  const { data: tree } = await octokit.rest.git.createTree({
    ...REPO,
    base_tree: parent.tree.sha,
    tree: Object.entries(change.files).map(([path, content]) => ({
      path,
      mode: "100644" as const,
      type: "blob" as const,
      ...(content === null ? { sha: null } : { content }),
    })),
  });
  const { data: commit } = await octokit.rest.git.createCommit({
    ...REPO,
    message: change.message ?? `Change ${branch}`,
    tree: tree.sha,
    parents: [change.from],
  });
  const ref = `heads/${branch}`;
  const known = await octokit.rest.git.listMatchingRefs({ ...REPO, ref });
  if (known.data.some((one) => one.ref === `refs/${ref}`)) {
    await octokit.rest.git.updateRef({ ...REPO, ref, sha: commit.sha });
  } else {
    await octokit.rest.git.createRef({ ...REPO, ref: `refs/${ref}`, sha: commit.sha });
  }
  return commit.sha;
}

/** The status, message and errors of a refusal; fails when the call succeeds. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ status: number; message: string; errors: unknown }> {
  try {
    await call;
  } catch (error) {
    const refused = Refusal.safeParse(error);
    if (!refused.success) throw error;
    const { status, response } = refused.data;
    return { status, message: response.data.message, errors: response.data.errors };
  }
  throw new Error("The call succeeded.");
}

const Refusal = z.object({
  status: z.number(),
  response: z.object({ data: z.object({ message: z.string(), errors: z.unknown().optional() }) }),
});
