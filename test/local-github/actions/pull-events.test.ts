import { afterEach, beforeEach, expect, it } from "vitest";

import type { WorkflowRunView } from "../../../src/local-github/actions/host.ts";
import { createActionsWorld, isOver, logOf } from "../../support/actions-host.ts";
import type { ActionsWorld } from "../../support/actions-host.ts";
import { commitOn, FULL_NAME, refusalOf, REPO } from "../../support/local-github.ts";

const CHECKS = `name: Checks
on:
  pull_request:
  pull_request_review:
jobs:
  says:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event_name }} \${{ github.event.action }} \${{ github.ref }} \${{ github.head_ref }} \${{ github.base_ref }}"
      - uses: actions/checkout@v4
      - run: cat side.txt base.txt
`;

/** Opens a pull request by its own token. */
const OPENS = `name: Opens
on: workflow_dispatch
permissions: { pull-requests: write, contents: write }
jobs:
  opens:
    runs-on: ubuntu-latest
    steps:
      - shell: node
        env: { TOKEN: "\${{ github.token }}" }
        run: |
          const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, TOKEN } = process.env;
          const headers = { authorization: \`token \${TOKEN}\`, "user-agent": "job" };
          const body = JSON.stringify({ title: "By a job", head: "side", base: "main" });
          fetch(\`\${api}/repos/\${repository}/pulls\`, { method: "POST", headers, body }).then((r) => console.log(r.status));
`;

let world: ActionsWorld;
beforeEach(async () => {
  world = await createActionsWorld();
  world.github.setActionsMayApprove(FULL_NAME, true);
  await commitOn(world.owner, "main", {
    from: world.head,
    files: {
      ".github/workflows/checks.yml": CHECKS,
      ".github/workflows/opens.yml": OPENS,
      "base.txt": "in the base\n",
    },
  });
});
afterEach(() => world.close());

const checks = (): WorkflowRunView[] =>
  world.engine
    .runs(FULL_NAME)
    .filter((run) => run.name === "Checks")
    .toReversed();

async function open(): Promise<number> {
  const { data } = await world.owner.rest.pulls.create({
    ...REPO,
    title: "Side",
    head: "side",
    base: "main",
  });
  return data.number;
}

it("a pull request's runs see its test merge, and are listed by its head", async () => {
  const number = await open();
  const sha = await commitOn(world.owner, "side", {
    from: (await world.owner.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha,
    files: { "side.txt": "changed\n" },
  });
  await world.owner.rest.pulls.update({ ...REPO, pull_number: number, title: "Edited" });
  await world.github.settled();
  const logs = await Promise.all(checks().map((run) => logOf(run, "says")));
  expect(logs[0]).toContain(`pull_request opened refs/pull/${number}/merge side main`);
  expect(logs[1]).toContain(`pull_request synchronize refs/pull/${number}/merge side main`);
  expect(logs[1]).toContain("changed\nin the base\n");
  expect(logs).toHaveLength(2);
  const { data } = await world.owner.rest.actions.listWorkflowRunsForRepo({ ...REPO, head_sha: sha });
  expect(data.workflow_runs).toMatchObject([{ event: "pull_request", head_branch: "side", head_sha: sha }]);
});

it("a pull request in conflict starts nothing", async () => {
  await commitOn(world.owner, "main", {
    from: (await world.owner.rest.git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha,
    files: { "side.txt": "otherwise\n" },
  });
  await open();
  await world.github.settled();
  expect(checks()).toEqual([]);
});

it("a review starts the workflow of the pull request's test merge", async () => {
  const number = await open();
  await world.github.settled();
  const review = await world
    .as({ login: "guest" })
    .rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
  await world.github.settled();
  await world.owner.rest.pulls.dismissReview({
    ...REPO,
    pull_number: number,
    review_id: review.data.id,
    message: "Not yet",
  });
  await world.github.settled();
  const logs = await Promise.all(checks().map((run) => logOf(run, "says")));
  expect(logs.slice(1).map((log) => /pull_request_review \w+ \S+/u.exec(log)?.[0])).toEqual([
    `pull_request_review submitted refs/pull/${number}/merge`,
    `pull_request_review dismissed refs/pull/${number}/merge`,
  ]);
});

it("what a job's token opens has its runs wait until somebody approves them", async () => {
  await world.play("opens.yml");
  await world.github.settled();
  expect(checks()).toMatchObject([{ status: "completed", conclusion: "action_required", jobs: [] }]);
  const [waiting] = checks();
  const run = { ...REPO, run_id: waiting?.id ?? 0 };
  expect((await world.owner.rest.actions.approveWorkflowRun(run)).status).toBe(201);
  await world.reaches(run.run_id, isOver);
  await world.github.settled();
  expect(checks()).toMatchObject([{ conclusion: "success" }]);
  expect((await refusalOf(world.owner.rest.actions.approveWorkflowRun(run))).status).toBe(403);
});

it("what an app's token opens runs at once", async () => {
  const app = world.as({ login: "helper", permissions: { pull_requests: "write", contents: "write" } });
  await app.rest.pulls.create({ ...REPO, title: "By an app", head: "side", base: "main" });
  await world.github.settled();
  expect(checks()).toMatchObject([{ conclusion: "success" }]);
});
