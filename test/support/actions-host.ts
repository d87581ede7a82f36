/** A local GitHub with an Actions engine, and a repository that holds every workflow of test/fixtures/workflows. */
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Octokit } from "@octokit/rest";

import { createActions } from "../../src/local-github/actions/engine.ts";
import type { ActionsOptions } from "../../src/local-github/actions/engine.ts";
import type { ActionsEngine, WorkflowRunView } from "../../src/local-github/actions/host.ts";
import { createJudgedGithub } from "./judge.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import type { Delivery } from "../../src/local-github/webhooks.ts";
import { commitOn, FULL_NAME, octokitFor, REPO } from "./local-github.ts";
import { createTestMachine } from "./machine.ts";
import type { TestMachine } from "./machine.ts";

export interface ActionsWorld {
  github: LocalGithub;
  engine: ActionsEngine;
  machine: TestMachine;
  folder: string;
  owner: Octokit;
  /** All webhooks so far. */
  deliveries: Delivery[];
  /** The newest commit of `main`. */
  head: string;
  as(token: Parameters<LocalGithub["token"]>[0]): Octokit;
  /** Answers the id of the run. */
  dispatch(file: string, inputs?: Record<string, string>): Promise<number>;
  run(id: number): WorkflowRunView;
  /** Dispatches and waits for the end. */
  play(file: string, inputs?: Record<string, string>): Promise<WorkflowRunView>;
  /** Resolves when the run is in that state. */
  reaches(id: number, test: (run: WorkflowRunView) => boolean): Promise<WorkflowRunView>;
  close(): Promise<void>;
}

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;

export async function createActionsWorld(options: Partial<ActionsOptions> = {}): Promise<ActionsWorld> {
  const machine = createTestMachine();
  const folder = await mkdtemp(join(tmpdir(), "local-actions-"));
  const actions = createActions({
    folder: join(folder, "actions"),
    actionsAt: { "acme/tool": join(FIXTURES, "actions", "tool") },
    secrets: { MODEL_KEY: "key-of-the-model" },
    ...options,
  });
  const github = await createJudgedGithub({ machine, folder, actions });
  const deliveries: Delivery[] = [];
  github.onDelivery((delivery) => void deliveries.push(delivery));
  for (const login of ["octo", "guest"]) github.addAccount({ login, type: "User" });
  await github.addRepository({ fullName: FULL_NAME, defaultBranch: "main" });
  await github.addRepository({ fullName: "octo/private", defaultBranch: "main", private: true });
  const server = await github.listen({ port: 0 });
  const as: ActionsWorld["as"] = (token) => octokitFor(github, github.token(token));
  const owner = as({ login: "octo" });
  const head = await fill(owner);
  const { actions: engine } = github;
  if (engine === null) throw new Error("The local GitHub has no Actions engine.");

  const run = (id: number): WorkflowRunView => {
    const found = engine.runs(FULL_NAME).find((one) => one.id === id);
    if (found === undefined) throw new Error(`There is no run ${id}.`);
    return found;
  };
  const dispatch: ActionsWorld["dispatch"] = async (file, inputs = {}) => {
    const { data } = await owner.request(`POST /repos/${FULL_NAME}/actions/workflows/${file}/dispatches`, {
      ref: "main",
      inputs,
      return_run_details: true,
    });
    return Number(data.workflow_run_id);
  };
  const reaches: ActionsWorld["reaches"] = async (id, test) => {
    // oxlint-disable-next-line no-await-in-loop -- processes give no signal that the test could wait for
    while (!test(run(id))) await new Promise((resolve) => setImmediate(resolve));
    return run(id);
  };
  return {
    github,
    engine,
    machine,
    folder,
    owner,
    deliveries,
    head,
    as,
    dispatch,
    run,
    reaches,
    play: async (file, inputs) => reaches(await dispatch(file, inputs), isOver),
    close: async () => {
      try {
        await github.close();
        await server.close();
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

export function isOver(run: WorkflowRunView): boolean {
  return run.status === "completed";
}

export function logOf(run: WorkflowRunView, job: string): Promise<string> {
  const found = run.jobs.find((one) => one.name === job);
  if (found === undefined) throw new Error(`The run has no job ${job}.`);
  return readFile(found.log, "utf8").catch(() => "");
}

/** Job name to conclusion. */
export function conclusions(run: WorkflowRunView): Record<string, string | null> {
  return Object.fromEntries(run.jobs.map((job) => [job.name, job.conclusion]));
}

async function fill(owner: Octokit): Promise<string> {
  const { data } = await owner.rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: "README.md",
    message: "First",
    content: Buffer.from("# Demo\n").toString("base64"),
  });
  const first = data.commit.sha ?? "";
  await commitOn(owner, "side", { from: first, files: { "side.txt": "on the side\n" } });
  const names = await readdir(join(FIXTURES, "workflows"));
  const files = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FIXTURES, "workflows", name), "utf8");
      return [`.github/workflows/${name}`, text] as const;
    }),
  );
  return commitOn(owner, "main", {
    from: first,
    files: {
      ...Object.fromEntries(files),
      "local-action/action.yml":
        "name: Local\ndescription: In the repository\nruns: { using: node24, main: main.mjs }\n",
      "local-action/main.mjs": 'console.log("local ran");\n',
    },
  });
}
