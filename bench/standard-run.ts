/**
 * A run of standard units, in process on the local GitHub: one reviewer, no fix, checklist sub-tasks, no project; three
 * at a time. The end of a job wakes a pass, and so does the time at which a pass said to look again.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGithub } from "../src/adapters/github/github.ts";
import { UNPACED } from "../src/adapters/github/pacer.ts";
import { prepare } from "../src/application/job/prepare.ts";
import { wakePass } from "../src/application/job/wake.ts";
import type { Files, Github } from "../src/application/ports.ts";
import { createReconciler, type Reconciler } from "../src/application/reconcile.ts";
import type { RunReport } from "../src/application/report.ts";
import type { Job } from "../src/domain/handover/job.ts";
import { artifactName } from "../src/domain/run/names.ts";
import { createMemoryGit } from "../src/local-github/git/memory-store.ts";
import { createLocalGithub, type LocalGithub } from "../src/local-github/github.ts";
import { createTestMachine } from "../test/support/machine.ts";
import { between, createCounter, type Counts } from "./count.ts";
import { scriptedActions, type Played } from "./scripted-actions.ts";

export interface StandardRun {
  units: number;
  /** `action`: each pass is a process of its own, and each job's end a dispatch. */
  form: "app" | "action";
  /** Whether jobs of a kind take equally long, so that units which begin together go on together. */
  ends: "together" | "apart";
}

export interface Bill {
  /** Ask, plan and consent, up to the first pass over the confirmed run. */
  opening: Counts;
  /** Until all units have landed: board, work, reviews, landing. */
  units: Counts;
  /** The last train, the final pull request, the summary. */
  ending: Counts;
  /** A pass with nothing to do, while the run is under way. */
  idle: Counts;
  passes: number;
  landed: number;
}

const REPO = "octo/bench";
const APP = "roundtable[bot]";
const JOBS = "github-actions[bot]";
const SPEC = ".kiro/specs/bench";
const PERMISSIONS = {
  actions: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  metadata: "read",
  workflows: "write",
} as const;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const QUIET = {
  info() {},
  warn() {},
  error(message: string, fields?: unknown) {
    throw new Error(`${message} ${JSON.stringify(fields)}`);
  },
};

export async function billOf({ units, form, ends }: StandardRun): Promise<Bill> {
  const folder = await mkdtemp(join(tmpdir(), "bench-api-"));
  const machine = createTestMachine();
  const { clock } = machine;
  let local: LocalGithub;
  const counter = createCounter((request) => local.fetch(request));
  const at = { fullName: REPO, clock, pacer: UNPACED };
  const jobGithub = (token: string, who: string): Github =>
    createGithub({
      ...at,
      token,
      reviewerToken: null,
      baseUrl: local.origin(),
      fetch: counter.as(who),
      me: JOBS,
      reviewer: JOBS,
    });
  const actions = scriptedActions({
    folder: join(folder, "actions"),
    play: async (inputs, token) => played(inputs, { github: jobGithub(token, "prepare"), ends }),
  });
  local = await createLocalGithub({
    machine,
    folder: join(folder, "github"),
    memory: createMemoryGit(),
    actions: actions.open,
  });
  try {
    local.addAccount({ login: "octo", type: "User" });
    await local.addRepository({ fullName: REPO, defaultBranch: "main" });
    local.setActionsMayApprove(REPO, true);
    const person = personOf(local);
    await person.write({ [`${SPEC}/tasks.md`]: tasksOf(units), "README.md": "# Bench\n" });
    const issue = await person.openIssue();
    await person.comment(issue, `/orchestrate ${SPEC}`);
    const token = local.token({ login: APP, permissions: PERMISSIONS });
    const reviewerToken = local.token({
      login: JOBS,
      permissions: { pull_requests: "write", contents: "read" },
    });
    const passGithub = (): Github =>
      createGithub({
        ...at,
        token,
        reviewerToken,
        baseUrl: local.origin(),
        fetch: counter.as("pass"),
        me: APP,
        reviewer: JOBS,
      });
    const newReconciler = (): Reconciler =>
      createReconciler({ github: passGithub(), random: machine.random, log: QUIET, form, hash });
    const lasting = newReconciler();
    let passes = 0;
    const pass = async (): Promise<RunReport | null> => {
      passes += 1;
      const report = await (form === "action" ? newReconciler() : lasting).pass();
      for (const { why } of report.failed) throw why;
      return report.runs[0] ?? null;
    };
    const start = counter.read();
    await pass();
    await person.comment(issue, "/orchestrate confirm");
    const confirmed = counter.read();
    let idle: Counts | null = null;
    let landed = counter.read();
    for (;;) {
      const report = await pass();
      const done = Object.keys(report?.view.state.landed ?? {}).length;
      if (done < units) landed = counter.read();
      if (!report || report.outcome === "complete") {
        const end = counter.read();
        const [opening, work, ending] = [
          between(start, confirmed),
          between(confirmed, landed),
          between(landed, end),
        ];
        return { opening, units: work, ending, idle: idle!, passes, landed: done };
      }
      if (report.outcome !== "running")
        throw new Error(`the run came to ${report.outcome}: ${report.reason}`);
      if (idle === null && done >= units / 2) {
        await pass();
        const before = counter.read();
        await pass();
        idle = between(before, counter.read());
      }
      const ended = await actions.endDue();
      if (ended.length === 0) {
        const times = [actions.nextEnd(), report.lookAgainAt].flatMap((date) => date?.getTime() ?? []);
        if (times.length === 0) throw new Error("nothing is under way any more");
        clock.advance(Math.max(1, Math.min(...times) - clock.now().getTime()));
        ended.push(...(await actions.endDue()));
      }
      if (form === "action") {
        const wake = jobGithub(local.token({ login: JOBS, permissions: { actions: "write" } }), "wake");
        for (const { run } of ended) await wakePass({ github: wake, clock, log: QUIET }, run ?? "");
      }
    }
  } finally {
    await local.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Each unit writes a file of its own, and has two sub-tasks; they wait for the first one and for no other. */
function tasksOf(units: number): string {
  const lines = Array.from({ length: units }, (_, at) => {
    const n = at + 1;
    return `- [ ] ${n}. Write part ${n}\n  - _writes: src/part${n}.txt_\n${n > 1 ? "  - _Depends: 1_\n" : ""}  - [ ] ${n}.1 Its head\n  - [ ] ${n}.2 Its tail\n`;
  });
  return `# Implementation Plan\n\n${lines.join("\n")}`;
}

/** What a job does: it reads its brief through the product, and hands over what it was asked for. */
async function played(
  inputs: Record<string, string>,
  { github, ends }: { github: Github; ends: StandardRun["ends"] },
): Promise<Played> {
  const { run, unit: slug, role, attempt } = inputs as Record<"run" | "unit" | "role" | "attempt", string>;
  const spread =
    ends === "together" ? 0 : (Number(hash(`${slug}${role}`).slice(0, 4).replace(/\D/g, "")) % 97) / 100;
  if (role === "verify") return { minutes: 3 + spread, artifact: null, jobs: ["verify"] };
  const kept = new Map<string, string>();
  const files = { write: (path: string, text: string) => Promise.resolve(void kept.set(path, text)) };
  await prepare(
    { github, files: files as unknown as Files, hash },
    { inputs: inputs as never, folder: "brief" },
  );
  const job = JSON.parse(kept.get("brief/job.json")!) as Job;
  const { nonce, baseSha, headSha } = job;
  const bound = {
    v: 1,
    run: Number(run),
    unit: slug,
    role,
    attempt: Number(attempt),
    nonce,
    baseSha,
    headSha,
  };
  const said =
    role === "review"
      ? { outcome: "completed", summary: "Read.", verdict: "pass", findings: [] }
      : {
          outcome: "completed",
          summary: "Written.",
          commits: [
            {
              message: `Write ${slug}`,
              task: null,
              files: [{ path: `src/part${slug}.txt`, content: `${slug}\n` }],
            },
          ],
          verify: [],
          questions: [],
        };
  const bytes = new TextEncoder().encode(JSON.stringify({ ...bound, ...said }));
  const name = artifactName({ run: Number(run), slug, role: job.role, n: Number(attempt) }, "result");
  return {
    minutes: (role === "review" ? 4 : 10) + spread,
    artifact: { name, files: { "result.json": bytes } },
    jobs: role === "review" ? [] : ["verify"],
  };
}

/** The owner of the repository; what they send is not counted. */
function personOf(local: LocalGithub) {
  const token = local.token({ login: "octo" });
  const send = async (method: string, path: string, body: object): Promise<{ number: number }> => {
    const headers = {
      authorization: `token ${token}`,
      "content-type": "application/json",
      "user-agent": "bench",
    };
    const url = `${local.origin()}/repos/${REPO}/${path}`;
    const response = await local.fetch(new Request(url, { method, headers, body: JSON.stringify(body) }));
    if (!response.ok) throw new Error(`${response.status} to ${path}: ${await response.text()}`);
    return (await response.json()) as { number: number };
  };
  return {
    openIssue: async () => (await send("POST", "issues", { title: "Please" })).number,
    comment: async (issue: number, body: string) =>
      void (await send("POST", `issues/${issue}/comments`, { body })),
    async write(files: Record<string, string>) {
      for (const [path, text] of Object.entries(files))
        await send("PUT", `contents/${path}`, {
          message: `Write ${path}`,
          content: Buffer.from(text).toString("base64"),
        });
    },
  };
}
