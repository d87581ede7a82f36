import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createActions } from "../../src/local-github/actions/engine.ts";
import { createJudgedGithub } from "../support/judge.ts";
import type { LocalGithub } from "../../src/local-github/github.ts";
import { FULL_NAME, octokitFor, REPO } from "../support/local-github.ts";
import { createTestMachine } from "../support/machine.ts";

const WORKFLOW = `name: CI
on: { push: { branches: [main] }, workflow_dispatch: {} }
permissions: { issues: write }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo "hello from $GITHUB_REPOSITORY"
`;

describe("the site with its Actions engine", () => {
  let folder: string;
  let github: LocalGithub;
  const open = (): Promise<LocalGithub> =>
    createJudgedGithub({
      machine: createTestMachine(),
      folder,
      actions: createActions({ folder: join(folder, "actions"), actionsAt: {} }),
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "local-github-"));
    github = await open();
    await github.addRepository({ fullName: FULL_NAME, defaultBranch: "main" });
    await github.listen({ port: 0 });
  });
  afterEach(async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it("runs the workflow of a push, tells of it, shows it, and remembers it when opened again", async () => {
    const told: string[] = [];
    github.onDelivery(
      ({ name, payload }) => void told.push([name, payload["action"]].filter(Boolean).join(".")),
    );
    const octokit = octokitFor(github, github.token({ login: "octo" }));
    await octokit.rest.repos.createOrUpdateFileContents({
      ...REPO,
      path: ".github/workflows/ci.yml",
      message: "CI",
      content: Buffer.from(WORKFLOW).toString("base64"),
    });
    await github.settled();
    const { data } = await octokit.rest.actions.listWorkflowRunsForRepo(REPO);
    expect(data.workflow_runs.map((run) => [run.event, run.status, run.conclusion])).toEqual([
      ["push", "completed", "success"],
    ]);
    expect(told).toContain("workflow_run.completed");
    const [run] = (await github.view(FULL_NAME)).runs;
    expect(run?.jobs[0]?.log).toContain("hello from octo/demo");
    await octokit.rest.actions.createWorkflowDispatch({ ...REPO, workflow_id: "ci.yml", ref: "main" });
    await github.settled();
    await github.close();
    github = await open();
    expect((await github.view(FULL_NAME)).runs.map((one) => one.event)).toEqual([
      "workflow_dispatch",
      "push",
    ]);
  });
});
