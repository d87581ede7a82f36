/** How runs wait, end early, and are taken up again. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { WorkflowRunView } from "../../../src/local-github/actions/host.ts";
import { conclusions, createActionsWorld, isOver, logOf } from "../../support/actions-host.ts";
import type { ActionsWorld } from "../../support/actions-host.ts";
import { commitOn, FULL_NAME, refusalOf, REPO } from "../../support/local-github.ts";

let world: ActionsWorld;
let gate: string;

beforeEach(async () => {
  world = await createActionsWorld();
  gate = join(world.folder, "gate");
});
afterEach(() => world.close());

const open = (): Promise<void> => writeFile(gate, "");
const stepRuns = (run: WorkflowRunView): boolean =>
  run.jobs.some((job) => job.steps.some((step) => step.status === "in_progress"));
const bothRun = (run: WorkflowRunView): boolean =>
  run.jobs.filter((job) => job.steps.some((step) => step.status === "in_progress")).length === 2;
const start = async (file: string, labels: string[]): Promise<number[]> => {
  const ids: number[] = [];
  for (const label of labels) {
    // oxlint-disable-next-line no-await-in-loop -- the order is the case
    ids.push(await world.dispatch(file, { gate, label }));
    // oxlint-disable-next-line no-await-in-loop
    await world.reaches(ids[0] ?? 0, (run) => stepRuns(run) || isOver(run));
  }
  return ids;
};
const ends = (ids: number[]): Promise<(string | null)[]> =>
  Promise.all(ids.map(async (id) => (await world.reaches(id, isOver)).conclusion));
const isPending = (run: WorkflowRunView): boolean => run.status === "pending";

describe("cancelling", () => {
  it("ends the step that runs and leaves what asked for it", async () => {
    const id = await world.dispatch("gate.yml", { gate });
    await world.reaches(id, stepRuns);
    const { status } = await world.owner.rest.actions.cancelWorkflowRun({ ...REPO, run_id: id });
    expect(status).toBe(202);
    world.machine.clock.advance(7500);
    const run = await world.reaches(id, isOver);
    expect(run.conclusion).toBe("cancelled");
    expect(conclusions(run)).toEqual({ waits: "cancelled", always: "success", after: "cancelled" });
    const log = await logOf(run, "waits");
    expect(log).toContain("\ncleaning up\n");
    expect(log).toContain("Error: The run was canceled.");
    expect(log).not.toContain("\nwent on\n");
    expect(await logOf(run, "always")).toContain("\ncancelled\n");
    const again = await refusalOf(world.owner.rest.actions.cancelWorkflowRun({ ...REPO, run_id: id }));
    expect(again).toMatchObject({ status: 409 });
  });

  it("interrupts a program, tells it to end after 7.5 s, kills it after 2.5 more, and what comes after after 5 minutes", async () => {
    await world.close();
    world = await createActionsWorld({ maxJobs: 4 });
    gate = join(world.folder, "gate");
    const id = await world.dispatch("cancels.yml", { gate });
    const jobOf = (run: WorkflowRunView, name: string) => run.jobs.find((job) => job.name === name)!;
    const stepsOf = (name: string) => jobOf(world.run(id), name).steps.map(({ conclusion }) => conclusion);
    const jobEnds = (name: string) => world.reaches(id, (run) => jobOf(run, name).status === "completed");
    await world.reaches(id, (run) => run.jobs.every(({ steps }) => steps[0]?.status === "in_progress"));
    const signs = (sign: string) => world.reaches(id, () => existsSync(`${gate}.${sign}`));
    // Their traps are set.
    await signs("obeys");
    await signs("stubborn");

    await world.owner.rest.actions.cancelWorkflowRun({ ...REPO, run_id: id });
    await jobEnds("obeys");
    expect(stepsOf("obeys")).toEqual(["cancelled", "success", "skipped"]);
    expect(await logOf(world.run(id), "obeys")).toContain("\nkept it\n");

    world.machine.clock.advance(7500);
    await signs("told");
    expect(stepsOf("stubborn")[0]).toBeNull();
    world.machine.clock.advance(2500);
    await jobEnds("stubborn");
    expect(stepsOf("stubborn")).toEqual(["cancelled", "success"]);

    expect(stepsOf("cleans")[0]).toBeNull();
    await open();
    await jobEnds("cleans");
    expect(stepsOf("cleans")).toEqual(["success", "skipped"]);

    expect(stepsOf("lingers")).toEqual([null]);
    world.machine.clock.advance(5 * 60_000);
    await jobEnds("lingers");
    expect(conclusions(await world.reaches(id, isOver))).toEqual({
      obeys: "cancelled",
      stubborn: "cancelled",
      cleans: "cancelled",
      lingers: "cancelled",
    });
  });

  it("by force lets nothing follow", async () => {
    const id = await world.dispatch("gate.yml", { gate });
    await world.reaches(id, stepRuns);
    await world.owner.rest.actions.forceCancelWorkflowRun({ ...REPO, run_id: id });
    const run = await world.reaches(id, isOver);
    expect(conclusions(run)).toEqual({ waits: "cancelled" });
    expect(await logOf(run, "waits")).not.toContain("cleaning up");
  });

  it("by force, after it was interrupted, ends the step that follows: a signal has ended the one before", async () => {
    const begin = (n: number): string => `run: touch ${gate}.${n}; exec sleep 60`;
    const steps = `[{ ${begin(1)} }, { ${begin(2)}, if: always() }]`;
    const text = `on: workflow_dispatch\njobs: { work: { runs-on: ubuntu-latest, steps: ${steps} } }\n`;
    await commitOn(world.owner, "main", {
      from: world.head,
      files: { ".github/workflows/sleeps.yml": text },
    });
    const id = await world.dispatch("sleeps.yml");
    const begins = (n: number) => world.reaches(id, () => existsSync(`${gate}.${n}`));
    await begins(1);
    await world.owner.rest.actions.cancelWorkflowRun({ ...REPO, run_id: id });
    await begins(2);
    await world.owner.rest.actions.forceCancelWorkflowRun({ ...REPO, run_id: id });
    const { jobs } = await world.reaches(id, isOver);
    expect(jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual(["cancelled", "cancelled"]);
  });

  it("of a run that is still queued starts none of its jobs", async () => {
    await world.close();
    world = await createActionsWorld({ maxJobs: 1 });
    gate = join(world.folder, "gate");
    const first = await world.dispatch("gate.yml", { gate });
    await world.reaches(first, stepRuns);
    const second = await world.dispatch("gate.yml", { gate });
    expect(world.run(second).status).toBe("queued");
    await world.owner.rest.actions.forceCancelWorkflowRun({ ...REPO, run_id: second });
    const run = await world.reaches(second, isOver);
    expect(run.conclusion).toBe("cancelled");
    expect(run.jobs.every((job) => job.steps.length === 0)).toBe(true);
    await open();
    expect((await world.reaches(first, isOver)).conclusion).toBe("success");
  });
});

describe("time-outs, on the machine's clock", () => {
  it("fail a step and cancel a job", async () => {
    const id = await world.dispatch("timeouts.yml");
    await world.reaches(id, bothRun);
    world.machine.clock.advance(10 * 60_000);
    const run = await world.reaches(id, isOver);
    expect(conclusions(run)).toEqual({ step: "failure", job: "cancelled" });
    expect(await logOf(run, "step")).toContain("has timed out after 5 minutes.");
    expect(await logOf(run, "step")).toContain("\nafter\n");
    expect(await logOf(run, "job")).toContain("exceeded the maximum execution time of 10m0s");
    expect(await logOf(run, "job")).toContain("\ncleaned\n");
  });
});

describe("concurrency", () => {
  it("lets one run and one wait; a newcomer evicts who waits", async () => {
    const ids = await start("gate-group.yml", ["a", "b", "c"]);
    expect(ids.map((id) => world.run(id).status)).toEqual(["in_progress", "completed", "pending"]);
    await open();
    expect(await ends(ids)).toEqual(["success", "cancelled", "success"]);
  });

  it("with cancel-in-progress evicts who runs, in whatever case the group is written", async () => {
    const [first = 0] = await start("gate-group.yml", ["a"]);
    const [second = 0] = await start("gate-cancels.yml", ["b"]);
    await open();
    expect(await ends([first, second])).toEqual(["cancelled", "success"]);
    expect(await logOf(world.run(first), "waits")).toContain("higher priority waiting request");
  });

  it("with queue: max lets all wait, and a job that its `if` skips takes no place", async () => {
    const ids = await start("gate-queue.yml", ["a", "b", "skipped", "c"]);
    const [, b = 0, skipped = 0, c = 0] = ids;
    expect(await ends([skipped])).toEqual(["skipped"]);
    for (const id of [b, c]) expect(world.run(id).jobs.map((job) => job.status)).toEqual(["pending"]);
    await open();
    expect(await ends(ids)).toEqual(["success", "success", "skipped", "success"]);
  });

  it("gives a cancelled place in the line up", async () => {
    const ids = await start("gate-group.yml", ["a", "b"]);
    const [, second = 0] = ids;
    await world.reaches(second, isPending);
    await world.owner.rest.actions.cancelWorkflowRun({ ...REPO, run_id: second });
    expect((await world.reaches(second, isOver)).conclusion).toBe("cancelled");
    await open();
    expect(await ends(ids)).toEqual(["success", "cancelled"]);
  });
});

describe("a process that ends", () => {
  it("marks what was under way as cancelled when it is taken up again", async () => {
    const id = await world.dispatch("gate.yml", { gate });
    await world.reaches(id, stepRuns);
    const snapshot = world.engine.snapshot();
    await open();
    await world.reaches(id, isOver);
    world.engine.restore(JSON.parse(JSON.stringify(snapshot)));
    const run = world.run(id);
    expect([run.status, run.conclusion]).toEqual(["completed", "cancelled"]);
    expect(conclusions(run)).toEqual({ waits: "cancelled" });
    expect(run.jobs[0]?.steps.map((step) => step.status)).toEqual(["completed", "completed", "completed"]);
    const next = await world.play("permissions.yml");
    expect(next.id).toBeGreaterThan(id);
  });

  it("ends every job, also one with always(), and starts none", async () => {
    const id = await world.dispatch("gate.yml", { gate });
    await world.reaches(id, stepRuns);
    await world.engine.close();
    expect(conclusions(world.run(id))).toMatchObject({ waits: "cancelled" });
    expect(world.run(id).jobs.every((job) => job.conclusion === "cancelled")).toBe(true);
    expect(await refusalOf(world.dispatch("permissions.yml"))).toMatchObject({ status: 503 });
  });

  it("leaves no folder of a job behind", async () => {
    await world.play("permissions.yml");
    expect(await world.machine.files.list(join(world.folder, "actions", "jobs"))).toEqual([]);
  });
});

describe("events", () => {
  it("start the workflows that listen to them, on the default branch", async () => {
    const { data: issue } = await world.owner.rest.issues.create({ ...REPO, title: "Hear me" });
    await world.owner.rest.issues.createComment({ ...REPO, issue_number: issue.number, body: "Now" });
    await world.owner.rest.issues.update({ ...REPO, issue_number: issue.number, state: "closed" });
    await world.github.settled();
    const runs = world.engine.runs(FULL_NAME).toReversed();
    expect(runs.map((run) => run.event)).toEqual(["issues", "issue_comment"]);
    const logs = await Promise.all(runs.map((run) => logOf(run, "hears")));
    expect(logs[0]).toContain("\nissues opened octo Hear me refs/heads/main\n");
    expect(logs[1]).toContain("\nissue_comment created octo Hear me refs/heads/main\n");
    expect(runs[0]?.displayTitle).toBe("Hear me");
  });

  it("of a push start only for the branches that are named", async () => {
    for (const ref of ["release/new/x", "release/old", "other"]) {
      // oxlint-disable-next-line no-await-in-loop -- the order is the case
      await world.owner.rest.git.createRef({ ...REPO, ref: `refs/heads/${ref}`, sha: world.head });
    }
    await world.github.settled();
    const runs = world.engine.runs(FULL_NAME);
    expect(await Promise.all(runs.map((run) => logOf(run, "hears")))).toEqual([
      expect.stringContaining("push  octo  refs/heads/release/new/x"),
    ]);
  });

  it("that a job's token causes start nothing but dispatches, and the token ends with its job", async () => {
    const run = await world.play("acts-by-token.yml");
    expect(await logOf(run, "acts")).toContain(
      "/issues 201\n/actions/workflows/permissions.yml/dispatches 204\n",
    );
    await world.github.settled();
    const started = world.engine.runs(FULL_NAME).map((one) => one.path.split("/").at(-1));
    expect(started).toEqual(["permissions.yml", "acts-by-token.yml"]);
    const zip = await world.owner.rest.actions.listArtifactsForRepo({ ...REPO, name: "token" });
    expect(zip.data.total_count).toBe(1);
  });

  it("are told as webhooks", async () => {
    await world.play("permissions.yml");
    const told = world.deliveries
      .filter(({ name }) => name.startsWith("workflow_"))
      .map(({ name, payload }) => `${name} ${String(payload["action"])}`);
    expect(told.filter((one) => one.startsWith("workflow_run"))).toEqual([
      "workflow_run requested",
      "workflow_run in_progress",
      "workflow_run completed",
    ]);
    for (const action of ["queued", "in_progress", "completed"]) {
      expect(told.filter((one) => one === `workflow_job ${action}`)).toHaveLength(3);
    }
  });
});
