/** The REST of Actions as Octokit sees it. */
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createActionsWorld } from "../../support/actions-host.ts";
import type { ActionsWorld } from "../../support/actions-host.ts";
import { commitOn, FULL_NAME, refusalOf, REPO } from "../../support/local-github.ts";

let world: ActionsWorld;
const enabled = (path: string): boolean => !path.endsWith("/matrix.yml");

beforeAll(async () => {
  world = await createActionsWorld({ enabled });
  const text = "on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }\n";
  await commitOn(world.owner, "elsewhere", {
    from: world.head,
    files: { ".github/workflows/elsewhere.yml": text },
  });
});
afterAll(() => world.close());

const dispatches = (file: string): string => `POST /repos/${FULL_NAME}/actions/workflows/${file}/dispatches`;

describe("dispatch", () => {
  it("answers 204, or 200 with the run where that is asked for", async () => {
    const plain = await world.owner.request(dispatches("permissions.yml"), { ref: "main" });
    expect(plain.status).toBe(204);
    const told = await world.owner.request(dispatches("permissions.yml"), {
      ref: "refs/heads/main",
      return_run_details: true,
    });
    const id = Number(told.data.workflow_run_id);
    expect(told.status).toBe(200);
    expect(told.data).toEqual({
      workflow_run_id: id,
      run_url: `${world.github.origin()}/repos/${FULL_NAME}/actions/runs/${id}`,
      html_url: `${world.github.origin()}/${FULL_NAME}/actions/runs/${id}`,
    });
    const newest = await world.owner.request(dispatches("permissions.yml"), {
      ref: "main",
      headers: { "x-github-api-version": "2026-03-10" },
    });
    expect(newest.status).toBe(200);
    await world.engine.settled();
  });

  const many = Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`i${index}`, "x"]));
  it.each([
    { why: "an unknown ref", file: "gate.yml", body: { ref: "nowhere" }, says: "No ref found for: nowhere" },
    {
      why: "a workflow without the trigger",
      file: "listens.yml",
      body: { ref: "main" },
      says: "Workflow does not have 'workflow_dispatch' trigger",
    },
    {
      why: "an input that is not declared",
      file: "gate.yml",
      body: { ref: "main", inputs: { gate: "x", other: "y" } },
      says: 'Unexpected inputs provided: ["other"]',
    },
    {
      why: "a required input that is missing",
      file: "gate.yml",
      body: { ref: "main" },
      says: "Required input 'gate' not provided",
    },
    {
      why: "more than 25 inputs",
      file: "gate.yml",
      body: { ref: "main", inputs: many },
      says: "Invalid request.\n\nNo more than 25 properties are allowed; 26 were supplied.",
    },
  ])("is refused with 422 for $why", async ({ file, body, says }) => {
    expect(await refusalOf(world.owner.request(dispatches(file), body))).toMatchObject({
      status: 422,
      message: says,
    });
  });

  it("is refused for a SHA: a ref is a branch or a tag", async () => {
    const call = world.owner.request(dispatches("gate.yml"), { ref: world.head });
    expect(await refusalOf(call)).toMatchObject({ status: 422, message: `No ref found for: ${world.head}` });
  });

  it.each([
    { why: "no such file", file: "nothing.yml" },
    { why: "a file that only another branch has", file: "elsewhere.yml" },
    { why: "a workflow that is not enabled", file: "matrix.yml" },
  ])("is refused with 404 for $why", async ({ file }) => {
    const call = world.owner.request(dispatches(file), { ref: "elsewhere" });
    expect(await refusalOf(call)).toMatchObject({ status: 404 });
  });

  it("is refused to who may only read", async () => {
    const call = world.as({ login: "guest" }).request(dispatches("permissions.yml"), { ref: "main" });
    expect(await refusalOf(call)).toMatchObject({ status: 403 });
  });
});

describe("runs, jobs and workflows", () => {
  it("carry the fields of GitHub", async () => {
    const { id } = await world.play("environment.yml", { word: "given" });
    const { data: run } = await world.owner.rest.actions.getWorkflowRun({ ...REPO, run_id: id });
    expect(run).toMatchObject({
      id,
      name: "Environment",
      display_title: "Environment",
      head_branch: "main",
      head_sha: world.head,
      path: ".github/workflows/environment.yml",
      run_number: 1,
      run_attempt: 1,
      event: "workflow_dispatch",
      status: "completed",
      conclusion: "success",
      actor: { login: "octo" },
      triggering_actor: { login: "octo" },
      jobs_url: `${world.github.origin()}/repos/${FULL_NAME}/actions/runs/${id}/jobs`,
    });
    const { data: jobs } = await world.owner.rest.actions.listJobsForWorkflowRun({ ...REPO, run_id: id });
    expect(jobs).toMatchObject({
      total_count: 1,
      jobs: [
        { run_id: id, name: "all", status: "completed", conclusion: "success", labels: ["ubuntu-latest"] },
      ],
    });
    expect(jobs.jobs[0]?.steps?.map((step) => step.number)).toEqual([1, 2, 3, 4, 5, 6]);
    const { data: workflow } = await world.owner.rest.actions.getWorkflow({
      ...REPO,
      workflow_id: run.workflow_id,
    });
    expect(workflow).toMatchObject({ name: "Environment", path: run.path, state: "active" });
    const elsewhere = { owner: "octo", repo: "private", run_id: id };
    expect(await refusalOf(world.owner.rest.actions.getWorkflowRun(elsewhere))).toMatchObject({
      status: 404,
    });
  });

  it("are filtered and paged", async () => {
    const list = async (query: Record<string, string | number>): Promise<number> => {
      const { data } = await world.owner.rest.actions.listWorkflowRunsForRepo({ ...REPO, ...query });
      return data.total_count;
    };
    await world.play("permissions.yml");
    await world.play("permissions.yml");
    const before = await list({});
    await world.play("failing.yml");
    const all = await list({});
    expect(all).toBe(before + 1);
    expect(await list({ status: "failure" })).toBe(1);
    expect(await list({ status: "completed" })).toBe(all);
    expect(await list({ event: "push" })).toBe(0);
    expect(await list({ branch: "main" })).toBe(all);
    expect(await list({ branch: "side" })).toBe(0);
    expect(await list({ created: ">=2026-03-01T12:00:00Z" })).toBe(all);
    expect(await list({ created: "<2026-03-01T12:00:00Z" })).toBe(0);
    expect(await list({ created: "2026-02-01..2026-04-01" })).toBe(all);
    const ofOne = await world.owner.rest.actions.listWorkflowRuns({ ...REPO, workflow_id: "failing.yml" });
    expect(ofOne.data.total_count).toBe(1);
    const page = await world.owner.rest.actions.listWorkflowRunsForRepo({ ...REPO, per_page: 2 });
    expect(page.data.workflow_runs).toHaveLength(2);
    expect(page.headers.link).toContain('page=2>; rel="next"');
    const everything = await world.owner.paginate(world.owner.rest.actions.listWorkflowRunsForRepo, {
      ...REPO,
      per_page: 2,
    });
    expect(everything).toHaveLength(all);
    const { data: workflows } = await world.owner.rest.actions.listRepoWorkflows({ ...REPO, per_page: 100 });
    const paths = workflows.workflows.map((one) => one.path);
    expect(paths).toContain(".github/workflows/gate.yml");
    expect(paths).not.toContain(".github/workflows/matrix.yml");
  });

  it("show their logs behind an address that ends after a minute", async () => {
    const { jobs } = await world.play("permissions.yml");
    const path = `/repos/${FULL_NAME}/actions/jobs/${jobs[0]?.id ?? 0}/logs`;
    const asked = await fetch(`${world.github.origin()}${path}`, {
      redirect: "manual",
      headers: { authorization: `token ${world.github.token({ login: "octo" })}` },
    });
    expect(asked.status).toBe(302);
    const location = asked.headers.get("location") ?? "";
    const log = await fetch(location);
    expect(log.headers.get("content-type")).toContain("text/plain");
    expect(await log.text()).toContain("GITHUB_TOKEN permissions:");
    world.machine.clock.advance(61_000);
    expect((await fetch(location)).status).toBe(410);
  });
});

describe("artifacts", () => {
  it("are listed by name and downloaded as a zip file", async () => {
    const { id } = await world.play("artifacts.yml");
    const { data: ofRun } = await world.owner.rest.actions.listWorkflowRunArtifacts({ ...REPO, run_id: id });
    expect(ofRun.artifacts.map((one) => one.name).toSorted()).toEqual(["folder", "glob", "single"]);
    const { data: named } = await world.owner.rest.actions.listArtifactsForRepo({ ...REPO, name: "folder" });
    const [artifact] = named.artifacts;
    expect(named.total_count).toBe(1);
    expect(artifact).toMatchObject({
      expired: false,
      workflow_run: { id, head_sha: world.head, head_branch: "main" },
    });
    const token = world.github.token({ login: "octo" });
    const zip = await fetch(artifact?.archive_download_url ?? "", {
      headers: { authorization: `token ${token}` },
    });
    const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
    expect(Object.keys(files).toSorted()).toEqual(["deep/two.txt", "one.txt"]);
    expect(strFromU8(files["one.txt"] ?? new Uint8Array())).toBe("one\n");
  });

  it("may hold a job's token, which is void by then", async () => {
    await world.play("acts-by-token.yml");
    const { data } = await world.owner.rest.actions.listArtifactsForRepo({ ...REPO, name: "token" });
    const owners = { authorization: `token ${world.github.token({ login: "octo" })}` };
    const zip = await fetch(data.artifacts[0]?.archive_download_url ?? "", { headers: owners });
    const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
    const token = strFromU8(files["token.txt"] ?? new Uint8Array());
    expect(token).toMatch(/^ghs_/u);
    const after = await fetch(`${world.github.origin()}/repos/${FULL_NAME}`, {
      headers: { authorization: `token ${token}` },
    });
    expect(after.status).toBe(401);
  });
});
