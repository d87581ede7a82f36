/**
 * A world for stories: a local GitHub with the people and bots of a run, a repository with a spec, and our reconciler.
 * It leaves nothing unsaid: `done()` fails on requests that no route knew, and on commands that nobody of ours has read.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { UNPACED } from "../../src/adapters/github/pacer.ts";
import { ACTION_NAME } from "../../src/domain/doctor/shipped.ts";
import { createReconciler, type ReconcilerOptions } from "../../src/application/reconcile.ts";
import type { Github } from "../../src/application/ports.ts";
import { parseCommand } from "../../src/domain/run/command.ts";
import type { PassReport } from "../../src/application/report.ts";
import { createActions } from "../../src/local-github/actions/engine.ts";
import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import { createJudgedGithub } from "./judge.ts";
import { createTestMachine, type TestMachine } from "./machine.ts";
import { sha256 } from "./run.ts";
import { ROOT } from "./local-run.ts";
import { stepsHere } from "./steps-here.ts";

export const REPO = "octo/demo";
export const AT = { owner: "octo", repo: "demo" };
export const APP = "roundtable[bot]";
export const APP_PERMISSIONS = {
  actions: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  metadata: "read",
  workflows: "write",
} as const;

export interface World {
  machine: TestMachine;
  local: LocalGithub;
  github: Github;
  /** As the App, with these permissions. */
  appWith(permissions: Readonly<Record<string, "read" | "write">>, fullName?: string): Github;
  /** Plain Octokit as a person. */
  as(login: string): Octokit;
  /** Commits files to a branch, as the owner. */
  commit(files: Readonly<Record<string, string>>, branch?: string): Promise<string>;
  /** A new issue with a command as its first comment. */
  ask(command: string, by?: string): Promise<number>;
  say(issue: number, body: string, by?: string): Promise<number>;
  pass(): Promise<PassReport>;
  /** All comments on an issue, as `login: body`. */
  comments(issue: number): Promise<string[]>;
  /** Our reconciler, another copy of it. */
  reconciler(change?: Partial<ReconcilerOptions>): ReturnType<typeof createReconciler>;
  done(): Promise<void>;
}

export interface WorldOptions {
  /** Left out: one whose clock the story moves. */
  machine?: TestMachine;
  /** Where the repository lies; git programs, as jobs start them, reach only a folder. */
  lies?: "in memory" | "in a folder";
  /** Where the Action's steps are played; left out: in processes of their own. */
  steps?: "here";
  /** In a private repository a job's token reads just what its permissions name. */
  isPrivate?: boolean;
  /** Of the repository's Actions; read when a job begins. */
  secrets?: Readonly<Record<string, string>>;
  /** What the repository's owner is; apps reach projects of organizations alone. */
  ownedBy?: "User" | "Organization";
  /** Variables of the same, read so too. */
  vars?: Readonly<Record<string, string>>;
  /** Commands of people that must stay unheard, oldest first; every other one must be read before the story's end. */
  unheard?: readonly string[];
  /** Our account, beside that of the workflows. */
  me?: string;
}

export async function createWorld({
  machine: given = createTestMachine(),
  lies = "in memory",
  steps,
  isPrivate = false,
  secrets = {},
  vars = {},
  unheard = [],
  ownedBy = "User",
  me = APP,
}: WorldOptions = {}): Promise<World> {
  const machine = steps === "here" ? { ...given, processes: stepsHere(given.processes) } : given;
  const folder = await mkdtemp(join(tmpdir(), "roundtable-story-"));
  const actions = createActions({
    folder: join(folder, "actions"),
    actionsAt: { [ACTION_NAME]: ROOT },
    secrets,
    vars,
  });
  const memory = lies === "in memory" ? { memory: createMemoryGit() } : {};
  const local = await createJudgedGithub({ machine, folder: join(folder, "github"), actions, ...memory });
  local.addAccount({ login: "octo", type: ownedBy });
  for (const login of ["reader", "stranger"]) local.addAccount({ login, type: "User" });
  await local.addRepository({ fullName: REPO, defaultBranch: "main", private: isPrivate });
  local.setPermission(REPO, "reader", "read");
  local.setActionsMayApprove(REPO, true);
  await local.listen({ port: 0 });
  const connect = (token: string): Octokit =>
    new Octokit({
      auth: token,
      baseUrl: local.origin(),
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
  const as = (login: string): Octokit => connect(local.token({ login }));
  const owner = as("octo");
  const appWith: World["appWith"] = (permissions, fullName = REPO) =>
    createGithub({
      token: local.token({ login: APP, permissions }),
      reviewerToken: local.token({
        login: "github-actions[bot]",
        permissions: { pull_requests: "write", contents: "read" },
      }),
      fullName,
      baseUrl: local.origin(),
      fetch,
      clock: machine.clock,
      me: APP,
      reviewer: "github-actions[bot]",
      // Its clock stands still between the steps of a story.
      pacer: UNPACED,
    });
  const github = appWith(APP_PERMISSIONS);
  const quiet = {
    info() {},
    warn() {},
    error(message: string, fields?: unknown) {
      throw new Error(`${message} ${JSON.stringify(fields)}`);
    },
  };
  const reconciler: World["reconciler"] = (change) => {
    const made = createReconciler({
      github,
      random: machine.random,
      log: quiet,
      form: "app",
      hash: sha256,
      ...change,
    });
    return {
      async pass() {
        const report = await made.pass();
        for (const { why } of report.failed) throw why;
        return report;
      },
    };
  };
  const main = reconciler();

  return {
    machine,
    local,
    github,
    appWith,
    as,
    async commit(files, branch = "main") {
      for (const [path, content] of Object.entries(files)) {
        const there = await owner.rest.repos.getContent({ ...AT, path, ref: branch }).catch(() => null);
        const sha = there && !Array.isArray(there.data) ? there.data.sha : undefined;
        await owner.rest.repos.createOrUpdateFileContents({
          ...AT,
          path,
          branch,
          message: `Write ${path}`,
          content: Buffer.from(content).toString("base64"),
          ...(sha ? { sha } : {}),
        });
      }
      const { data } = await owner.rest.git.getRef({ ...AT, ref: `heads/${branch}` });
      return data.object.sha;
    },
    async ask(command, by = "octo") {
      const { data } = await as(by).rest.issues.create({ ...AT, title: "Please" });
      await as(by).rest.issues.createComment({ ...AT, issue_number: data.number, body: command });
      return data.number;
    },
    async say(issue, body, by = "octo") {
      return (await as(by).rest.issues.createComment({ ...AT, issue_number: issue, body })).data.id;
    },
    pass: () => main.pass(),
    async comments(issue) {
      const comments = await owner.paginate(owner.rest.issues.listComments, { ...AT, issue_number: issue });
      return comments.map((comment) => `${comment.user?.login}: ${comment.body}`);
    },
    reconciler,
    async done() {
      const unknown = [...local.unknownRoutes];
      const clones = lies === "in memory" ? local.counters.git : 0;
      let unread: string[];
      try {
        unread = await unreadCommands(local, { github, me });
      } finally {
        await local.close();
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
      if (clones > 0) throw new Error("a git program asked for what lies in memory: this is a playedStory");
      if (unknown.length > 0) throw new Error(`no route knew: ${unknown.join(", ")}`);
      if (JSON.stringify(unread) !== JSON.stringify(unheard))
        throw new Error(`unread at the end are ${JSON.stringify(unread)}, not ${JSON.stringify(unheard)}`);
    },
  };
}

/** Commands of people that carry no reaction of ours and stand in no journal, oldest first. */
async function unreadCommands(
  local: LocalGithub,
  { github, me }: { github: Github; me: string },
): Promise<string[]> {
  local.interceptor = null;
  const { issues, pulls } = await local.view(REPO);
  const isOurs = ({ user }: { user: string }): boolean => user === me || user === "github-actions[bot]";
  const unread: string[] = [];
  const comments = [...issues, ...pulls].flatMap((issue) => issue.comments);
  for (const { id, issue, user, body, reactions } of comments.toSorted((a, b) => a.id - b.id)) {
    if (user.endsWith("[bot]") || parseCommand(body).kind === "none" || reactions.some(isOurs)) continue;
    const run = await github.journal.find(issue);
    const isWritten = run !== null && id in (await github.journal.read(run.revision)).state.commands;
    if (!isWritten) unread.push(body);
  }
  return unread;
}

/** Runs a story in a world of its own. */
export async function story(
  tell: (world: World) => Promise<void>,
  options: WorldOptions = {},
): Promise<void> {
  const world = await createWorld(options);
  try {
    await tell(world);
  } catch (error) {
    // What went wrong first is what is told.
    await world.done().catch(() => {});
    throw error;
  }
  await world.done();
}

/** As `story`, for one whose jobs are played: their git programs reach a folder alone. */
export const playedStory: typeof story = (tell, options) =>
  story(tell, { ...options, lies: "in a folder", steps: "here" });

/** As `playedStory`, with a process for each step, as runners have it. */
export const wholeStory: typeof story = (tell, options) => story(tell, { ...options, lies: "in a folder" });

/** An issue by the workflows' own account, past every check of ours. */
export async function byActions(world: World, body: string): Promise<number> {
  const token = world.local.token({ login: "github-actions[bot]", permissions: { issues: "write" } });
  const response = await fetch(`${world.local.origin()}/repos/${REPO}/issues`, {
    method: "POST",
    headers: { authorization: `token ${token}`, "content-type": "application/json", "user-agent": "test" },
    body: JSON.stringify({ title: "Orchestrate", body }),
  });
  return ((await response.json()) as { number: number }).number;
}
