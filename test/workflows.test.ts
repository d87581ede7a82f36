/** The shipped workflows and action.yml: valid by GitHub's own validator, and the token rule of design section 5. */
import { readdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { MODEL_KEYS } from "../src/domain/agent/backend.ts";
import { AGENT_MINUTES, JOB_MINUTES } from "../src/domain/agent/brief-input.ts";
import { ACTION_USES, WORKFLOW_FILES } from "../src/domain/doctor/shipped.ts";
import { SELF_CHECK_MINUTES } from "../src/application/job/work.ts";
import { outputsOf } from "../src/domain/board/pass-summary.ts";
import { artifactName, runName } from "../src/domain/run/names.ts";

// The package imports JSON without saying so, which Node refuses: actions/languageservices#387.
const hooks = registerHooks({
  load: (url, context, next) =>
    url.endsWith(".json") && context.importAttributes["type"] === undefined
      ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } })
      : next(url, context),
});
const { validate } = await import("@actions/languageservice");
hooks.deregister();

const ROOT = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const PATHS = WORKFLOW_FILES.map(({ from }) => from);

// Strict: a key that is new here, such as `services` or `uses` of a job, must first be thought of by the rule below.
const Step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.unknown()).default({}),
});
const WorkflowJob = z.strictObject({
  "runs-on": z.literal("ubuntu-latest"),
  outputs: z.record(z.string(), z.string()).default({}),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: z.string().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
  "timeout-minutes": z.number(),
  env: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(Step),
});
const WorkflowFile = z.strictObject({
  name: z.string(),
  "run-name": z.string().optional(),
  // None of them runs the workflow of a fork with our token: no pull_request_target, no workflow_run.
  on: z.strictObject({
    issue_comment: z.unknown().optional(),
    issues: z.unknown().optional(),
    pull_request_review: z.unknown().optional(),
    schedule: z.unknown().optional(),
    workflow_dispatch: z.object({ inputs: z.record(z.string(), z.object({ type: z.string() })) }),
  }),
  permissions: z.object({}).strict(),
  jobs: z.record(z.string(), WorkflowJob),
});
type WorkflowJob = z.infer<typeof WorkflowJob>;

const workflow = (path: string) => WorkflowFile.parse(parse(read(path)));
const jobsOf = (path: string) => Object.entries(workflow(path).jobs);
const JOBS = PATHS.flatMap((path) => jobsOf(path).map(([name, job]) => ({ path, name, job })));
const STEPS = JOBS.flatMap(({ path, name, job }) =>
  job.steps.map((step, at) => ({ where: `${path}: ${name} ${at + 1}`, step })),
);

/** What `validate` asks of a document. */
function documentOf(path: string, text: string) {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return {
    uri: `file:///${path}`,
    languageId: "yaml",
    version: 1,
    lineCount: starts.length,
    getText: () => text,
    positionAt: (offset: number) => {
      const line = starts.findLastIndex((start) => start <= offset);
      return { line, character: offset - starts[line]! };
    },
    getLineRange: (line: number) => ({
      start: { line, character: 0 },
      end: { line, character: (text.split("\n")[line] ?? "").length },
    }),
    getEOLCharacters: () => "\n",
    offsetAt: ({ line, character }: { line: number; character: number }) => starts[line]! + character,
  };
}

const findingsOf = async (path: string, text: string): Promise<string[]> =>
  (await validate(documentOf(path, text))).map(
    ({ message, range }) =>
      `${path}:${range.start.line + 1}: ${typeof message === "string" ? message : message.value}`,
  );

it("the work job's limit is the one that a silent job is measured by, and the agent's own comes before, with time to hand over", () => {
  const { jobs } = WorkflowFile.parse(parse(read(PATHS[1]!)));
  expect(jobs["work"]!["timeout-minutes"]).toBe(JOB_MINUTES);
  expect(AGENT_MINUTES + SELF_CHECK_MINUTES).toBeLessThanOrEqual(JOB_MINUTES - 5);
});

describe("GitHub's validator", () => {
  it.each([
    ...PATHS.map((path) => ({ path, as: `.github/${path}` })),
    { path: "action.yml", as: "action.yml" },
  ])("has no finding in $path", async ({ path, as }) => {
    expect(await findingsOf(as, read(path))).toEqual([]);
  });

  // Under names of their own: the validator remembers what it has parsed by name.
  it.each([
    { path: PATHS[0]!, as: ".github/workflows/a.yml", change: ["needs: ask", "needs: aks"] },
    { path: PATHS[0]!, as: ".github/workflows/b.yml", change: ["github.token", "github.tokn"] },
    { path: PATHS[1]!, as: ".github/workflows/c.yml", change: ["steps.work.outputs", "steps.wrok.outputs"] },
    { path: "action.yml", as: "d/action.yml", change: ["main: dist", "mian: dist"] },
  ] as const)("would have one in $path with $change.1", async ({ path, as, change: [from, to] }) => {
    expect(await findingsOf(as, read(path).replaceAll(from, to))).not.toEqual([]);
  });
});

/** Steps that neither run code of a branch nor bring it in. */
const TAME = /^actions\/(?:upload|download)-artifact@/;
const OUR_MODES = ["ask", "forward", "wake", "pass", "prepare"];

/** Code of a branch runs where it is checked out, in a shell, by a mode that starts it, and in any action we do not know. */
const runsBranchCode = ({ steps }: WorkflowJob): boolean =>
  steps.some(
    ({ uses, with: given }) =>
      uses === undefined ||
      !(TAME.test(uses) || (uses === ACTION_USES && OUR_MODES.includes(String(given["mode"])))),
  );

/** Names of secrets; an expression that reaches them in another way is a name as well. */
const secretsOf = (job: WorkflowJob): string[] =>
  [...JSON.stringify(job).matchAll(/\bsecrets\b(?:\.([A-Za-z_]\w*))?/gi)].map(
    ([whole, name]) => name ?? whole,
  );

/** Only the step that hands it to the agent may hold a model's key, and only in work. */
function strayKeys(job: WorkflowJob): string[] {
  const isKey = (name: string): boolean => MODEL_KEYS.includes(name);
  const steps = job.steps.filter(
    (step) =>
      step.with["mode"] !== "work" ||
      !secretsOf({ ...job, env: {}, outputs: {}, steps: [step] }).every(isKey),
  );
  return secretsOf({ ...job, steps });
}

const breaks = (job: WorkflowJob): boolean =>
  runsBranchCode(job) && (Object.values(job.permissions).includes("write") || strayKeys(job).length > 0);

describe("the token rule: who can write, or holds a secret but a model's key, runs no branch code", () => {
  it.each(JOBS)("$path: $name", ({ job }) => {
    expect(breaks(job)).toBe(false);
  });

  it("tells jobs that run branch code from others", () => {
    const running = JOBS.filter(({ job }) => runsBranchCode(job)).map(({ name }) => name);
    expect(running).toEqual(["work", "verify"]);
  });

  const { work, verify } = workflow("workflows/roundtable-agent.yml").jobs;
  const { pass } = workflow("workflows/roundtable.yml").jobs;
  const withStep = (job: WorkflowJob, step: object) => ({ ...job, steps: [...job.steps, Step.parse(step)] });
  const key = { KEY: "${{ secrets.ANTHROPIC_API_KEY }}" };

  it.each([
    { what: "a permission", job: { ...work!, permissions: { contents: "write" as const } } },
    { what: "a secret", job: { ...work!, env: { KEY: "${{ secrets.KEY }}" } } },
    { what: "a secret by another spelling", job: { ...work!, env: { KEY: "${{ secrets['KEY'] }}" } } },
    { what: "all secrets", job: { ...work!, env: { KEY: "${{ toJSON(secrets) }}" } } },
    { what: "a model's key for the whole job", job: { ...work!, env: key } },
    { what: "a model's key where none is needed", job: withStep(verify!, { uses: ACTION_USES, env: key }) },
    { what: "a shell", job: withStep(pass!, { run: "npm ci" }) },
    { what: "a checkout", job: withStep(pass!, { uses: "actions/checkout@x" }) },
    { what: "an action of the checkout", job: withStep(pass!, { uses: "./tool" }) },
    { what: "a cache, which a branch may have filled", job: withStep(pass!, { uses: "actions/cache@x" }) },
    {
      what: "a mode that runs commands",
      job: withStep(pass!, { uses: ACTION_USES, with: { mode: "verify" } }),
    },
  ])("is broken by $what too many", ({ job }) => {
    expect(breaks(job)).toBe(true);
  });

  it("lets the agent's own step have a model's key", () => {
    const step = { ...work!.steps.find(({ with: given }) => given["mode"] === "work")!, env: key };
    expect(breaks({ ...work!, steps: [step] })).toBe(false);
  });

  it("no job or file has what the rule does not look at", () => {
    const text = read("workflows/roundtable.yml");
    for (const more of ["env: {}", "defaults: {}", "jobs:\n  x: { uses: ./x.yml, secrets: inherit }"])
      expect(() => WorkflowFile.parse({ ...parse(text), ...parse(more) })).toThrow(z.ZodError);
    const job = parse(text).jobs.pass;
    for (const more of ["services", "container", "environment", "strategy"])
      expect(() => WorkflowJob.parse({ ...job, [more]: {} })).toThrow(z.ZodError);
    expect(() => WorkflowFile.parse({ ...parse(text), on: { pull_request_target: {} } })).toThrow(z.ZodError);
  });

  it("each job's permissions are those of the table, and each line gives its reason", () => {
    expect(Object.fromEntries(JOBS.map(({ name, job }) => [name, job.permissions]))).toEqual({
      ask: { issues: "write" },
      forward: { actions: "write" },
      pass: {
        actions: "write",
        contents: "write",
        issues: "write",
        "pull-requests": "write",
      },
      prepare: { actions: "read", contents: "read", issues: "read", "pull-requests": "read" },
      work: { contents: "read" },
      verify: { contents: "read" },
      wake: { actions: "write" },
    });
    for (const path of PATHS) {
      const lines = read(path)
        .split("\n")
        .filter((line) => /^ {6}[\w-]+: (?:read|write)\b/.test(line));
      expect(lines.filter((line) => !/# \w+/.test(line))).toEqual([]);
    }
  });

  it("work and verify are given no token, and no checkout keeps one", () => {
    const running = STEPS.filter(({ step }) => ["work", "verify"].includes(String(step.with["mode"])));
    expect(running.map(({ step }) => /token/i.test(JSON.stringify(step)))).toEqual([false, false]);
    const checkouts = STEPS.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.map(({ step }) => step.with["persist-credentials"])).toEqual([false, false]);
  });

  it("the agent's step alone is given the models' keys, all that a backend may need, each with its reason", () => {
    const names = new RegExp(MODEL_KEYS.join("|"));
    const holding = STEPS.filter(({ step }) => names.test(JSON.stringify(step)));
    const keys = Object.fromEntries(MODEL_KEYS.map((name) => [name, `\${{ secrets.${name} }}`]));
    expect(holding.map(({ step }) => [step.with["mode"], step.env])).toEqual([["work", keys]]);
    expect(JOBS.filter(({ job }) => names.test(JSON.stringify({ ...job, steps: [] })))).toEqual([]);
    const lines = PATHS.flatMap((path) => read(path).split("\n")).filter((line) => names.test(line));
    expect(lines.filter((line) => !/\}\} # \w+/.test(line))).toEqual([]);
  });

  it("there is no shell step, so that no input can reach a shell", () => {
    expect(STEPS.filter(({ step }) => step.run !== undefined)).toEqual([]);
  });
});

/** A text with the inputs of one attempt in it. */
const filled = (text: unknown): string =>
  String(text).replaceAll(
    /\$\{\{ inputs\.(\w+) \}\}/g,
    (_, input: string) => ({ run: "12", unit: "parse-x", role: "fix", attempt: "2" })[input] ?? "?",
  );

describe("names of the contracts", () => {
  it("inputs are strings, in their order", () => {
    const inputs = PATHS.map((path) => workflow(path).on.workflow_dispatch.inputs);
    expect(inputs.map((one) => Object.keys(one).join(" "))).toEqual([
      "spec options consent max_cost wake",
      "run unit role attempt reviewer nonce sha",
    ]);
    expect(inputs.flatMap((one) => Object.values(one).map(({ type }) => type))).toEqual(
      Array.from({ length: 12 }, () => "string"),
    );
  });

  it("the run's and the artifacts' names are those that passes look for", () => {
    const name = { run: 12, slug: "parse-x", role: "fix", n: 2 } as const;
    const file = workflow("workflows/roundtable-agent.yml");
    expect(filled(file["run-name"])).toBe(runName(name));
    const artifacts = Object.values(file.jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses?.includes("-artifact@")).map((step) => filled(step.with["name"])),
    );
    const [brief, result] = [artifactName(name, "brief"), artifactName(name, "result")];
    expect(artifacts).toEqual([brief, brief, result, brief, result]);
  });

  it("artifacts are overwritten when a job is repeated, and missing ones are errors", () => {
    const uploads = STEPS.filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"));
    expect(uploads.map(({ step }) => [step.with["overwrite"], step.with["if-no-files-found"]])).toEqual([
      [true, "error"],
      [true, "error"],
    ]);
  });

  it("what the work step has handed over is uploaded however that step ended", () => {
    const { steps } = workflow("workflows/roundtable-agent.yml").jobs["work"]!;
    expect(steps.at(-1)).toMatchObject({
      if: "always() && steps.work.outputs.path != ''",
      with: { path: "${{ steps.work.outputs.path }}" },
    });
  });

  it("jobs follow one another as designed", () => {
    expect(Object.fromEntries(JOBS.map(({ name, job }) => [name, job.needs ?? null]))).toEqual({
      ask: null,
      forward: null,
      pass: "ask",
      prepare: null,
      work: "prepare",
      verify: ["prepare", "work"],
      wake: ["prepare", "work", "verify"],
    });
    expect(workflow("workflows/roundtable-agent.yml").jobs["wake"]!.if).toBe("always()");
  });

  it("only the pass has a concurrency group: the repository, behind its condition, waiting", () => {
    const groups = JOBS.filter(({ job }) => job.concurrency).map(({ name, job }) => [
      name,
      job.concurrency,
      job.if === undefined,
    ]);
    expect(groups).toEqual([
      ["pass", { group: "roundtable-${{ github.repository }}", "cancel-in-progress": false }, false],
    ]);
  });

  it("every action is ours, or pinned by its commit with the version beside it", () => {
    for (const path of PATHS) {
      const uses = read(path)
        .split("\n")
        .flatMap((line) => /uses: (.*)$/.exec(line)?.[1] ?? []);
      expect(
        uses.filter(
          (one) => one !== ACTION_USES && !/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one),
        ),
      ).toEqual([]);
      expect(uses).toContain(ACTION_USES);
    }
  });

  it("so is every action of this project's own checks", () => {
    const uses = [...read(".github/workflows/ci.yml").matchAll(/uses: (.*)$/gm)].map((match) => match[1]!);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((one) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });

  it("the action declares every input and output that the workflows name", () => {
    const action = z
      .object({ inputs: z.record(z.string(), z.unknown()), outputs: z.record(z.string(), z.unknown()) })
      .parse(parse(read("action.yml")));
    const given = STEPS.filter(({ step }) => step.uses === ACTION_USES).flatMap(({ step }) =>
      Object.keys(step.with),
    );
    expect([...new Set(given)].filter((name) => !(name in action.inputs))).toEqual([]);
    const named = PATHS.flatMap((path) =>
      [...read(path).matchAll(/steps\.\w+\.outputs\.(\w+)/g)].map((match) => match[1]!),
    );
    expect([...new Set(named)].filter((name) => !(name in action.outputs))).toEqual([]);
  });
});

describe("action.yml", () => {
  const Described = z.record(z.string(), z.object({ description: z.string() }));
  const { inputs, outputs } = z
    .object({ inputs: Described, outputs: Described })
    .parse(parse(read("action.yml")));
  const sources = [
    "src/entry/pass-report.ts",
    ...readdirSync(join(ROOT, "src/entry/action")).map((name) => `src/entry/action/${name}`),
  ]
    .map(read)
    .join("\n");

  it("declares the inputs that the code reads, and no others", () => {
    const own = [...sources.matchAll(/getInput\("([\w-]+)"/g)].map((match) => match[1]!);
    const listed = /\[\s*((?:"\w+",?\s*)+)\]\.map\(\(name\) => job\.getInput\(name\)\)/.exec(sources)![1]!;
    const all = new Set([...own, ...[...listed.matchAll(/"(\w+)"/g)].map((match) => match[1]!)]);
    expect([...all].toSorted()).toEqual(Object.keys(inputs).toSorted());
  });

  it("declares the outputs that the code sets, and no others", () => {
    const own = [...sources.matchAll(/setOutput\("([\w-]+)"/g)].map((match) => match[1]!);
    const all = new Set([...own, ...Object.keys(outputsOf([], 0))]);
    expect([...all].toSorted()).toEqual(Object.keys(outputs).toSorted());
  });

  it.each([
    ["inputs", inputs],
    ["outputs", outputs],
  ])("its %s stand in docs/action.md, word for word", (kind, declared) => {
    const rows = Object.entries(declared).map(
      ([name, { description }]) => `| \`${name}\` | ${description} |`,
    );
    const table = [`| ${kind.slice(0, -1)} | |`, "|---|---|", ...rows, ""].join("\n");
    expect(read("docs/action.md")).toContain(table);
  });
});

describe("docs/security.md", () => {
  it("says of each job what the workflow files say", () => {
    const page = read("docs/security.md");
    const rows = [...page.matchAll(/^\| (\w+) \| ([^|]*) \| ([^|]*) \| (yes|no) \|/gm)].map((row) =>
      row.slice(1),
    );
    const order = ["ask", "forward", "pass", "prepare", "work", "verify", "wake"];
    expect(rows).toEqual(
      order.map((name) => {
        const { job } = JOBS.find((one) => one.name === name)!;
        const token = Object.entries(job.permissions).map((entry) => entry.join(": "));
        const secrets = [...new Set(secretsOf(job))];
        return [name, token.join(", "), secrets.join(", ") || "none", runsBranchCode(job) ? "yes" : "no"];
      }),
    );
    expect(JOBS.map(({ name }) => name).toSorted()).toEqual(order.toSorted());
  });
});
