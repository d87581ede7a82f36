/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories */
import { afterEach, beforeEach, expect, it } from "vitest";

import type { WorkflowRunView } from "../../../src/local-github/actions/host.ts";
import { createActionsWorld, logOf } from "../../support/actions-host.ts";
import type { ActionsWorld } from "../../support/actions-host.ts";
import { greedyStep } from "../../support/greedy-step.ts";
import { commitOn, FULL_NAME, refusalOf, REPO } from "../../support/local-github.ts";

const FORK = { owner: "guest", repo: "demo" };
const PATH = ".github/workflows/checks.yml";

/** Says which secret it got, and what it may do with its token. */
const CHECKS = `name: Checks
on:
  push:
  pull_request:
  issue_comment:
permissions: { issues: write }
jobs:
  says:
    runs-on: ubuntu-latest
    steps:
${greedyStep({ secret: "MODEL_KEY", path: "issues", body: { title: "By a job" } })}`;

let world: ActionsWorld;
beforeEach(async () => {
  world = await createActionsWorld();
  await commitOn(world.owner, "main", { from: world.head, files: { [PATH]: CHECKS } });
  await world.github.settled();
});
afterEach(() => world.close());

const guest = () => world.as({ login: "guest" }).rest;

const runs = (of = FULL_NAME): WorkflowRunView[] =>
  world.engine
    .runs(of)
    .filter(({ name, event }) => name === "Checks" && event !== "push")
    .toReversed();

/** Answers the pull request's number; its workflow adds a line to what the base's says. */
async function open(branch = "work"): Promise<number> {
  await guest().repos.createFork(REPO);
  // What lies in one repository of a network is there in all.
  const { data: main } = await guest().git.getRef({ ...REPO, ref: "heads/main" });
  await guest().git.createRef({ ...FORK, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const { data: file } = await guest().repos.getContent({ ...FORK, path: PATH, ref: branch });
  await guest().repos.createOrUpdateFileContents({
    ...FORK,
    path: PATH,
    branch,
    message: "Of mine",
    sha: Array.isArray(file) ? "" : file.sha,
    content: Buffer.from(`${CHECKS}      - run: echo "of ${branch}"\n`).toString("base64"),
  });
  const head = `guest:${branch}`;
  const { data } = await guest().pulls.create({ ...REPO, title: "Theirs", head, base: "main" });
  await world.github.settled();
  return data.number;
}

it("wait for approval while their author has had nothing merged, and belong to the fork's head", async () => {
  await open();
  expect(runs()).toMatchObject([{ event: "pull_request", conclusion: "action_required", jobs: [] }]);
  const at = { ...REPO, run_id: runs()[0]!.id };
  expect((await world.owner.rest.actions.getWorkflowRun(at)).data).toMatchObject({
    repository: { full_name: FULL_NAME },
    head_repository: { full_name: "guest/demo", fork: true },
    head_branch: "work",
  });
  expect((await refusalOf(guest().actions.approveWorkflowRun(at))).status).toBe(403);
  expect((await world.owner.rest.actions.approveWorkflowRun(at)).status).toBe(201);
  await world.github.settled();
  expect(runs()).toMatchObject([{ conclusion: "success" }]);
});

it("get no secrets and a token that only reads, whatever the fork's workflow asks for", async () => {
  const number = await open();
  await world.owner.rest.pulls.merge({ ...REPO, pull_number: number });
  await open("again");
  const last = runs().at(-1)!;
  expect(last).toMatchObject({ event: "pull_request", conclusion: "success" });
  const log = await logOf(last, "says");
  expect(log).toContain("GITHUB_TOKEN permissions: metadata: read, issues: read");
  expect(log).toContain("secret of 0 letters");
  expect(log).toContain("asked: 403");
  expect(log).toContain("of again");
});

it("do not come of comments on it: those run the default branch's workflow, with all it has", async () => {
  const number = await open();
  await guest().issues.createComment({ ...REPO, issue_number: number, body: "/run" });
  await world.github.settled();
  const last = runs().at(-1)!;
  expect(last.event).toBe("issue_comment");
  const log = await logOf(last, "says");
  expect(log).toContain("secret of 16 letters");
  expect(log).toContain("asked: 201");
  expect(log).not.toContain("of work");
});

it("are the base's: a fork's own workflows are off", async () => {
  await open();
  expect(world.engine.runs("guest/demo")).toEqual([]);
  const dispatch = { ...FORK, workflow_id: "checks.yml", ref: "main" };
  expect((await refusalOf(guest().actions.createWorkflowDispatch(dispatch))).status).toBe(404);
});
