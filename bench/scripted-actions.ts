/**
 * An Actions engine whose jobs take time on a virtual clock and no processes: what they ask GitHub for they ask for
 * real, what they hand over is written for them. Runs, jobs and artifacts are served by the local GitHub's own routes.
 */
import { createArtifactStore } from "../src/local-github/actions/artifact-store.ts";
import type { ActionsEngine, ActionsHost } from "../src/local-github/actions/host.ts";
import { emptyLedger, type JobRecord, type RunRecord } from "../src/local-github/actions/ledger.ts";
import { createRoutes } from "../src/local-github/actions/routes.ts";
import { createSignedFiles } from "../src/local-github/actions/signed-files.ts";
import { Refusal } from "../src/local-github/route.ts";

export interface Played {
  minutes: number;
  /** Null: the workflow run hands nothing over. */
  artifact: { name: string; files: Record<string, Uint8Array> } | null;
  jobs: readonly string[];
}

export interface ScriptedActions {
  open(host: ActionsHost): ActionsEngine;
  /** When the next workflow run ends; null where none is under way. */
  nextEnd(): Date | null;
  /** Ends all that is due, and tells their inputs. */
  endDue(): Promise<Record<string, string>[]>;
}

export function scriptedActions({
  folder,
  play,
}: {
  folder: string;
  play: (inputs: Record<string, string>, token: string) => Promise<Played>;
}): ScriptedActions {
  const ledger = emptyLedger();
  const underWay: { run: RunRecord; inputs: Record<string, string>; ends: Date; played: Played }[] = [];
  let host: ActionsHost | null = null;
  let store: ReturnType<typeof createArtifactStore> | null = null;

  async function dispatch(
    path: string,
    request: { repository: string; inputs: unknown; actor: string },
  ): Promise<RunRecord> {
    const at = host!.machine.clock.now();
    const now = at.toISOString();
    const inputs = request.inputs as Record<string, string>;
    const { run, unit, role, attempt } = inputs;
    const record: RunRecord = {
      id: ledger.nextId++,
      repository: request.repository,
      workflowId: 1,
      workflowName: path,
      path: `.github/workflows/${path}`,
      event: "workflow_dispatch",
      displayTitle: `roundtable ${run} ${unit} ${role} ${attempt}`,
      runNumber: ledger.runs.length + 1,
      ref: "refs/heads/main",
      headSha: (await host!.resolve(request.repository, "refs/heads/main")) ?? "",
      actor: request.actor,
      status: "queued",
      conclusion: null,
      createdAt: now,
      updatedAt: now,
      startedAt: now,
      jobs: [],
      problem: null,
      log: null,
    };
    ledger.runs.push(record);
    // A wake is counted as the request it is; the passes are the bench's own.
    if (path === PASS) Object.assign(record, { status: "completed", conclusion: "success" });
    else underWay.push({ run: record, inputs, ends: new Date(at.getTime() + 1), played: NOT_YET });
    return record;
  }

  function jobOf(name: string, run: RunRecord): JobRecord {
    const step = { number: 1, name: "Verify", startedAt: run.startedAt, completedAt: run.updatedAt };
    return {
      id: ledger.nextId++,
      key: name,
      name,
      labels: [],
      status: "completed",
      conclusion: "success",
      createdAt: run.createdAt,
      startedAt: run.startedAt,
      completedAt: run.updatedAt,
      steps: [{ ...step, status: "completed", conclusion: "success" }],
      annotations: [],
      log: `${folder}/log`,
    };
  }

  return {
    open(given) {
      host = given;
      store = createArtifactStore({ machine: given.machine, folder, ledger });
      const record = (path: string) => ({
        id: path === PASS ? 2 : 1,
        path,
        name: path,
        runs: 0,
        repository: "",
        createdAt: "2026-01-01T00:00:00Z",
      });
      return {
        routes: createRoutes({
          host: given,
          artifacts: store,
          signed: createSignedFiles(given),
          workflows: () => Promise.resolve([]),
          workflow: (_, path) => {
            if (path !== PASS && path !== AGENT) throw new Refusal(404, "Not Found");
            return Promise.resolve({ record: record(path), workflow: null as never });
          },
          dispatch,
          runsOf: () => ledger.runs.toReversed(),
          run: (id) => ledger.runs.find((run) => run.id === id),
          cancel: () => {},
          approve: () => false,
        }),
        notice: () => Promise.resolve(),
        settled: () => Promise.resolve(),
        close: () => Promise.resolve(),
        snapshot: () => null,
        restore: () => {},
        renamed: () => {},
        runs: () => [],
      };
    },
    nextEnd: () => underWay.toSorted((a, b) => a.ends.getTime() - b.ends.getTime())[0]?.ends ?? null,
    async endDue() {
      const { clock } = host!.machine;
      for (const one of underWay.filter(({ played }) => played === NOT_YET)) {
        const token = host!.mintJobToken({
          fullName: one.run.repository,
          runId: one.run.id,
          permissions: JOB,
        });
        one.run.status = "in_progress";
        one.played = await play(one.inputs, token);
        one.ends = new Date(clock.now().getTime() + one.played.minutes * 60_000);
      }
      const due = underWay.filter(({ ends }) => ends <= clock.now());
      for (const one of due) {
        underWay.splice(underWay.indexOf(one), 1);
        const { run, played } = one;
        Object.assign(run, {
          status: "completed",
          conclusion: "success",
          updatedAt: clock.now().toISOString(),
        });
        run.jobs = played.jobs.map((name) => jobOf(name, run));
        if (played.artifact)
          await store!.save({
            repository: run.repository,
            runId: run.id,
            overwrite: true,
            ...played.artifact,
          });
      }
      return due.map(({ inputs }) => inputs);
    },
  };
}

const AGENT = "roundtable-agent.yml";
const PASS = "roundtable.yml";
const NOT_YET: Played = { minutes: 0, artifact: null, jobs: [] };
/** What the workflow file gives its jobs. */
const JOB = { actions: "write", contents: "read", issues: "read", pull_requests: "read" } as const;
