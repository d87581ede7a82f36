/**
 * What the contract of the GitHub ports needs of a GitHub. The tests beside this file assert only what GitHub's public
 * REST and GraphQL promise: another implementation of `openContractWorld` is another GitHub under the same contract.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { createGithub } from "../../../src/adapters/github/github.ts";
import { createLeftovers } from "../../../src/adapters/github/leftovers.ts";
import type { LeftoverStore } from "../../../src/application/cleanup/ports.ts";
import type { Github } from "../../../src/application/ports.ts";
import { createActions } from "../../../src/local-github/actions/engine.ts";
import type { ActionsHost } from "../../../src/local-github/actions/host.ts";
import { createJudgedGithub } from "../../support/judge.ts";
import { createTestMachine } from "../../support/machine.ts";
import type { Line } from "./line.ts";

/** A name that also stands in the addresses of pull requests. */
export const AT = { owner: "octo", repo: "pull" } as const;
export const ME = "roundtable[bot]";
export const REVIEWER = "github-actions[bot]";

/** What a body may hold and GitHub keeps as it is. */
export const HOSTILE =
  "`$(id)` @octo fixes #1 <!-- x --> \u202E ${{ secrets.A }} \u{1F600} %2e%2e/\r\n\ttab | \\";

type Permissions = Readonly<Record<string, "read" | "write">>;

export const PERMISSIONS: Permissions = {
  actions: "write",
  checks: "read",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "read",
  workflows: "write",
};

export interface Connection {
  permissions?: Permissions;
  /** Left out: a job's token, of another account than the App. Null: the App alone. */
  reviewer?: null;
  /** What stands between us and GitHub. */
  line?: (next: Line) => Line;
  repo?: string;
}

export interface ContractWorld {
  /** The product's way in: an App, with the token of a job for its reviews. */
  github: Github;
  /** Plain Octokit: the App itself, the repository's owner, who also is its admin, and the reviewer. */
  app: Octokit;
  owner: Octokit;
  reviewer: Octokit;
  /** The first commit of the default branch `main`. */
  first: string;
  connect(connection?: Connection): Github;
  /** By the App. */
  leftovers: LeftoverStore;
  /** An empty repository of the owner; a private one refuses drafts, as those of free accounts. */
  addRepository(name: string, options?: { private?: boolean }): Promise<void>;
  /** A server's hook takes no refs whose names begin so. */
  refuseRefs(name: string, prefix: string | null): void;
  giveRole(login: string, role: "none" | "read" | "triage" | "write" | "admin"): void;
  /** GitHub's clock goes on by a second. */
  later(): void;
  /** Resolves when no workflow run is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openContractWorld(): Promise<ContractWorld> {
  const folder = await mkdtemp(join(tmpdir(), "github-contract-"));
  const machine = createTestMachine();
  const engine = createActions({ folder: join(folder, "actions"), actionsAt: {} });
  let host: ActionsHost | null = null;
  const local = await createJudgedGithub({
    machine,
    folder: join(folder, "github"),
    actions: (given) => engine((host = given)),
  });
  for (const login of ["octo", "kim"]) local.addAccount({ login, type: "User" });
  await local.addRepository({ fullName: "octo/pull", defaultBranch: "main" });
  const line: Line = (input, init) => local.fetch(new Request(input, init));
  const plain = (token: string): Octokit =>
    new Octokit({
      auth: token,
      baseUrl: local.origin(),
      request: { fetch: line },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
  const appToken = (permissions: Permissions): string => local.token({ login: ME, permissions });
  const reviewerToken = (host as ActionsHost | null)!.mintJobToken({
    fullName: "octo/pull",
    runId: 1,
    permissions: { contents: "write", "pull-requests": "write" },
  });
  const owner = plain(local.token({ login: "octo" }));
  const { data } = await owner.rest.repos.createOrUpdateFileContents({
    ...AT,
    path: "README.md",
    message: "First",
    content: Buffer.from("# Demo\n").toString("base64"),
  });
  const connect: ContractWorld["connect"] = (connection = {}) =>
    createGithub({
      token: appToken(connection.permissions ?? PERMISSIONS),
      reviewerToken: connection.reviewer === null ? null : reviewerToken,
      fullName: `octo/${connection.repo ?? AT.repo}`,
      baseUrl: local.origin(),
      fetch: connection.line ? connection.line(line) : line,
      clock: machine.clock,
      me: ME,
      reviewer: REVIEWER,
    });
  return {
    github: connect(),
    app: plain(appToken(PERMISSIONS)),
    owner,
    reviewer: plain(reviewerToken),
    first: data.commit.sha!,
    connect,
    leftovers: createLeftovers({
      token: appToken(PERMISSIONS),
      fullName: "octo/pull",
      baseUrl: local.origin(),
      fetch: line,
      clock: machine.clock,
    }),
    refuseRefs: (name, prefix) => local.setRefusedRefs(`octo/${name}`, prefix),
    addRepository: (name, options = {}) =>
      local.addRepository({
        fullName: `octo/${name}`,
        defaultBranch: "main",
        private: options.private === true,
        refusesDrafts: options.private === true,
      }),
    giveRole: (login, role) => local.setPermission("octo/pull", login, role),
    later: () => machine.clock.advance(1000),
    settled: () => local.settled(),
    close: async () => {
      const unknown = [...local.unknownRoutes];
      await local.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      if (unknown.length > 0) throw new Error(`no route knew: ${unknown.join(", ")}`);
    },
  };
}

/** A commit with files on top of another; `branch` is made to point at it when it is given. */
export async function commitOn(
  world: ContractWorld,
  { files, from = world.first, branch }: { files: Record<string, string>; from?: string; branch?: string },
): Promise<string> {
  const { git } = world.owner.rest;
  const tree = await git.createTree({
    ...AT,
    base_tree: (await git.getCommit({ ...AT, commit_sha: from })).data.tree.sha,
    tree: Object.entries(files).map(([path, content]) => ({ path, mode: "100644", type: "blob", content })),
  });
  const { data } = await git.createCommit({
    ...AT,
    message: `Write ${Object.keys(files).join(", ")}`,
    tree: tree.data.sha,
    parents: [from],
  });
  if (branch !== undefined) await git.createRef({ ...AT, ref: `refs/heads/${branch}`, sha: data.sha });
  return data.sha;
}

/** What a call was refused with; null when it was not. */
export const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

/** A workflow of that name on the default branch. */
export const addWorkflow = (world: ContractWorld, file: string, text: string): Promise<unknown> =>
  world.owner.rest.repos.createOrUpdateFileContents({
    ...AT,
    path: `.github/workflows/${file}`,
    message: `Add ${file}`,
    content: Buffer.from(text).toString("base64"),
  });
