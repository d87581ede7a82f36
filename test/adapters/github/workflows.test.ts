/** The contract of `WorkflowReader` and `WorkflowWriter`: runs as GitHub tells of them, and what a dispatch or a cancel leaves behind. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync, type Zippable } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import { AGENT_WORKFLOW } from "../../../src/domain/run/names.ts";
import {
  addWorkflow,
  AT,
  commitOn,
  HOSTILE,
  openContractWorld,
  thrownBy,
  type ContractWorld,
} from "./contract-world.ts";
import { answered, answerLost, json } from "./line.ts";

const AGENT = `
run-name: \${{ inputs.title }}
on:
  push: { branches: [pushed] }
  workflow_dispatch:
    inputs: { title: { type: string, required: true }, text: { type: string }, gate: { type: string } }
jobs:
  work:
    if: inputs.text != ''
    runs-on: ubuntu-latest
    steps:
      - name: Write
        env: { TEXT: "\${{ inputs.text }}" }
        run: printf '%s' "$TEXT" > result.json; echo "said \u{1F600} $TEXT"
      - uses: actions/upload-artifact@v6
        with: { name: result, path: result.json }
      - name: Wait
        if: inputs.gate != ''
        env: { GATE: "\${{ inputs.gate }}" }
        run: while [ ! -e "$GATE" ]; do sleep 0.02; done
      - { name: Fail, if: inputs.text == 'red', run: exit 1 }
`;
const MANY = `
on: workflow_dispatch
jobs:
  many:
    runs-on: ubuntu-latest
    strategy: { matrix: { n: [${Array.from({ length: 101 }, (_, n) => n).join()}] } }
    steps: [{ if: false, run: "true" }]
`;

let world: ContractWorld;
let workflows: ContractWorld["github"]["workflows"];
let folder: string;
beforeAll(async () => {
  world = await openContractWorld();
  folder = await mkdtemp(join(tmpdir(), "github-contract-gate-"));
  await addWorkflow(world, AGENT_WORKFLOW, AGENT);
  await addWorkflow(world, "many.yml", MANY);
  workflows = world.github.workflows;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const EVER = new Date(0);
let titles = 0;
const titled = (): string => `roundtable 1 unit implement ${++titles}`;
const runNamed = async (title: string) => (await workflows.runs(EVER)).filter(({ name }) => name === title);

async function started(inputs: { title?: string; text?: string; gate?: string } = {}, by = workflows) {
  const run = await by.dispatch(AGENT_WORKFLOW, { title: titled(), ...inputs });
  if (run === "missing" || run.runId === null) throw new Error("GitHub tells the run");
  return run.runId;
}
async function played(text: string): Promise<number> {
  const id = await started({ text });
  await world.settled();
  return id;
}

describe("runs", () => {
  it("are those by dispatch on the default branch", async () => {
    const title = `roundtable 1 ${HOSTILE.replaceAll(/\s/g, " ")}`;
    const id = await started({ title });
    const [branch, base] = ["elsewhere", { ...AT, ref: "heads/main" }];
    const { sha } = (await world.owner.rest.git.getRef(base)).data.object;
    for (const name of [branch, "pushed"])
      await commitOn(world, { files: { [name]: "x" }, from: sha, branch: name });
    await world.owner.rest.actions.createWorkflowDispatch({
      ...AT,
      workflow_id: AGENT_WORKFLOW,
      ref: branch,
      inputs: { title: "elsewhere" },
    });
    await world.settled();
    const all = (await world.owner.rest.actions.listWorkflowRunsForRepo({ ...AT })).data.workflow_runs;
    expect(new Set(all.map((run) => `${run.event} ${run.head_branch}`))).toEqual(
      new Set(["workflow_dispatch main", "workflow_dispatch elsewhere", "push pushed"]),
    );
    const found = await workflows.runs(EVER);
    expect(found).toMatchObject([{ id, name: title, status: "completed", conclusion: "skipped" }]);
    expect(found[0]!.url).toContain(`/actions/runs/${id}`);
  });

  it("are those since a moment, which counts", async () => {
    const id = await started();
    const { createdAt } = (await workflows.runs(EVER)).find((run) => run.id === id)!;
    const since = async (ms: number) =>
      (await workflows.runs(new Date(createdAt.getTime() + ms))).map((run) => run.id);
    expect(await since(0)).toContain(id);
    expect(await since(1000)).toEqual([]);
  });

  it("are more than a page", async () => {
    const before = (await workflows.runs(EVER)).length;
    for (let made = 0; made < 101; made++) await started();
    await world.settled();
    const ids = (await workflows.runs(EVER)).map((run) => run.id);
    expect(new Set(ids).size).toBe(before + 101);
  });

  it("are none where there is no such workflow", async () => {
    await world.addRepository("without");
    expect(await world.connect({ repo: "without" }).workflows.runs(EVER)).toEqual([]);
  });
});

describe("jobs", () => {
  it("tell how they and their steps ended", async () => {
    const [job, ...others] = await workflows.jobs(await played("red"));
    expect(others).toEqual([]);
    expect(job).toMatchObject({ name: "work", status: "completed", conclusion: "failure" });
    const steps = job!.steps.map(({ name, conclusion }) => `${name}: ${conclusion}`);
    expect(steps).toEqual(expect.arrayContaining(["Write: success", "Wait: skipped", "Fail: failure"]));
  });

  it("are more than a page", async () => {
    const run = await workflows.dispatch("many.yml", {});
    await world.settled();
    const jobs = await workflows.jobs((run as { runId: number }).runId);
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(101);
  });

  it("of a run that is gone cannot be had", async () => {
    expect(await thrownBy(workflows.jobs(999_999))).toMatchObject({ status: 404 });
  });
});

describe("an artifact", () => {
  const asked = (runId: number, maxBytes = 1000) => ({
    runId,
    name: "result",
    file: "result.json",
    maxBytes,
  });

  it("is the bytes that the job wrote, whatever they are", async () => {
    const bytes = await workflows.artifact(asked(await played(HOSTILE)));
    expect(new TextDecoder().decode(bytes as Uint8Array)).toBe(HOSTILE);
  });

  it("is none of another name, file or run", async () => {
    const runId = await played("x");
    for (const change of [{ name: "resul" }, { file: "other.json" }, { runId: await started() }])
      expect(await workflows.artifact({ ...asked(runId), ...change })).toBeNull();
  });

  it("is too large when it is so packed or unpacked", async () => {
    const runId = await played("x".repeat(5000));
    expect(await workflows.artifact(asked(runId, 10))).toBe("too-large");
    expect(await workflows.artifact(asked(runId, 4999))).toBe("too-large");
    expect(await workflows.artifact(asked(runId, 5000))).toHaveLength(5000);
  });

  it.each([404, 410])("is none when it has gone since it was listed: %i", async (status) => {
    const line = answered(/\/zip$/, () => json(status, { message: "Artifact has expired" }));
    expect(await world.connect({ line }).workflows.artifact(asked(await played("x")))).toBeNull();
  });

  it("that breaks off is asked for again", async () => {
    const body = new ReadableStream({ start: (stream) => stream.error(new TypeError("terminated")) });
    const line = answered(
      /\/zip$/,
      () => new Response(body, { headers: { "content-type": "application/zip" } }),
    );
    const call = world.connect({ line }).workflows.artifact(asked(await played("x")));
    expect(await thrownBy(call)).toBeInstanceOf(TransientError);
  });

  describe("that nobody vouches for", () => {
    const text = new TextEncoder().encode("{}".repeat(2000));
    const packed = (files: Zippable): Buffer => Buffer.from(zipSync(files));
    /** The archive says in its directory that the file is that large. */
    const claiming = (size: number): Buffer => {
      const zip = packed({ "result.json": text });
      zip.writeUInt32LE(size, zip.lastIndexOf("PK\u0001\u0002") + 24);
      return zip;
    };
    const twice = packed({ "result.json": text, "result.jsom": text });
    const at = twice.lastIndexOf("result.jsom");
    const ROWS: [string, Buffer, unknown][] = [
      ["is no archive", Buffer.from("not a zip"), null],
      ["is cut off", packed({ "result.json": text }).subarray(0, -30), null],
      ["holds another file too", packed({ "result.json": text, "x/result.json": text }), null],
      ["holds the file twice", Buffer.from(twice.fill("n", at + 10, at + 11)), null],
      ["climbs out", packed({ "../result.json": text }), null],
      ["claims to be larger than it may", claiming(5000), "too-large"],
      ["claims to be smaller than it is", claiming(10), new Uint8Array(text.subarray(0, 10))],
    ];

    it.each(ROWS)("%s", async (_name, zip, expected) => {
      const line = answered(
        /\/zip$/,
        () => new Response(new Uint8Array(zip), { headers: { "content-type": "application/zip" } }),
      );
      const found = await world.connect({ line }).workflows.artifact(asked(await played("x"), 4500));
      expect(found).toEqual(expected);
    });
  });
});

describe("a job's log", () => {
  it("is what the job said", async () => {
    const [job] = await workflows.jobs(await played("ä $(id)"));
    expect(await workflows.jobLog(job!.id)).toContain("said \u{1F600} ä $(id)");
  });

  it.each([404, 410])("is empty when it is gone: %i", async (status) => {
    const line = answered(/\/logs$/, () => json(status, { message: "Gone" }));
    expect(await world.connect({ line }).workflows.jobLog(1)).toBe("");
  });
});

describe("dispatch", () => {
  it("starts a run each time, with its inputs as they are given", async () => {
    const title = `$(id) "; \u{1F600} ${titled()}`;
    const ids = [await started({ title }), await started({ title })];
    await world.settled();
    expect(new Set((await runNamed(title)).map((run) => run.id))).toEqual(new Set(ids));
  });

  it("leaves a run that is found by its name though GitHub's answer was lost", async () => {
    const title = titled();
    const lost = world.connect({ line: answerLost(/\/dispatches$/) }).workflows;
    expect(await thrownBy(lost.dispatch(AGENT_WORKFLOW, { title }))).toBeInstanceOf(TransientError);
    expect(await runNamed(title)).toHaveLength(1);
  });

  it("knows no run where GitHub names none", async () => {
    const line = answered(/\/dispatches$/, () => new Response(null, { status: 204 }));
    expect(await world.connect({ line }).workflows.dispatch(AGENT_WORKFLOW, { title: titled() })).toEqual({
      runId: null,
    });
  });

  it("says that the workflow is missing, or why it does not start", async () => {
    expect(await workflows.dispatch("none.yml", {})).toBe("missing");
    const before = (await workflows.runs(EVER)).length;
    const error = await thrownBy(workflows.dispatch(AGENT_WORKFLOW, { other: "x" }));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).why).toContain("Unexpected inputs");
    expect(await workflows.runs(EVER)).toHaveLength(before);
  });
});

describe("cancel", () => {
  it("ends a run, and leaves alone what is over or gone", async () => {
    const title = titled();
    const id = await started({ title, text: "x", gate: join(folder, "never") });
    expect(await runNamed(title)).toMatchObject([{ conclusion: null }]);
    expect(await workflows.cancel(id)).toEqual({ did: "updated" });
    await world.settled();
    expect(await runNamed(title)).toMatchObject([{ status: "completed", conclusion: "cancelled" }]);
    expect(await workflows.cancel(id)).toEqual({ did: "unchanged" });
    expect(await workflows.cancel(999_999)).toEqual({ did: "unchanged" });
  });

  it("has ended the run though GitHub's answer was lost", async () => {
    const title = titled();
    const lost = world.connect({ line: answerLost(/\/cancel$/) }).workflows;
    const id = await started({ title, text: "x", gate: join(folder, "never") });
    expect(await thrownBy(lost.cancel(id))).toBeInstanceOf(TransientError);
    await world.settled();
    expect(await lost.cancel(id)).toEqual({ did: "unchanged" });
    expect(await runNamed(title)).toMatchObject([{ conclusion: "cancelled" }]);
  });
});
