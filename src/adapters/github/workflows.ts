/** Runs of the agent workflow, their jobs, artifacts and logs; dispatching and cancelling. */
import { unzipSync } from "fflate";
import type { BoardReader, WorkflowReader, WorkflowWriter } from "../../application/ports.ts";
import type { WorkflowRunFact } from "../../domain/run/facts.ts";
import { AGENT_WORKFLOW } from "../../domain/run/names.ts";
import { UserError } from "../../domain/problem.ts";
import type { Client } from "./client.ts";
import { isStatus, textOf } from "./refusals.ts";
import { told } from "./told.ts";

const [KEPT, KEPT_BYTES] = [16, 1024 * 1024];

export function createWorkflows(
  { octokit, owner, repo }: Client,
  { repository }: Pick<BoardReader, "repository">,
): WorkflowReader & WorkflowWriter {
  const at = { owner, repo };
  /** A hand-over is read when it comes and again when it is written down, a moment later. */
  const unpacked = new Map<string, Uint8Array>();
  const branch = async (): Promise<string> => (await repository()).defaultBranch;
  return {
    async runs(since) {
      const created = `>=${since.toISOString().slice(0, 19)}Z`;
      try {
        const runs = await octokit.paginate(octokit.rest.actions.listWorkflowRuns, {
          ...at,
          workflow_id: AGENT_WORKFLOW,
          event: "workflow_dispatch",
          branch: await branch(),
          created,
          per_page: 100,
        });
        return runs.map((run) => ({
          id: run.id,
          name: run.display_title,
          status: run.status as WorkflowRunFact["status"],
          conclusion: run.conclusion,
          createdAt: new Date(run.created_at),
          url: run.html_url,
        }));
      } catch (error) {
        if (isStatus(error, 404)) return [];
        throw error;
      }
    },
    async dispatched(runId) {
      try {
        const { data } = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: runId });
        return {
          id: data.id,
          repository: data.repository.full_name,
          // Null, whatever the types say, once a fork is deleted.
          headRepository: data.head_repository?.full_name ?? "",
          // GitHub may add the ref to the path: `….yml@main`.
          path: data.path.replace(/@.*$/, ""),
          event: data.event,
          attempt: data.run_attempt ?? 0,
          branch: data.head_branch ?? "",
          sha: data.head_sha,
          name: data.display_title,
          actor: { login: data.actor?.login ?? "", isBot: data.actor?.type !== "User" },
          triggeredBy: data.triggering_actor?.login ?? "",
          createdAt: new Date(data.created_at),
        };
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
    async active() {
      const all = await workflowStates({ octokit, owner, repo });
      return Object.keys(all ?? {}).filter((path) => all?.[path] === "active");
    },
    async jobs(runId) {
      const jobs = await octokit.paginate(octokit.rest.actions.listJobsForWorkflowRun, {
        ...at,
        run_id: runId,
        per_page: 100,
      });
      return jobs.map((job) => ({
        id: job.id,
        name: job.name,
        status: job.status,
        conclusion: job.conclusion,
        steps: (job.steps ?? []).map(({ name, conclusion, status }) => ({ name, conclusion, status })),
        lastSign: lastOf([job, ...(job.steps ?? [])].flatMap((one) => [one.started_at, one.completed_at])),
      }));
    },
    async artifact({ runId, name, file, maxBytes }) {
      const key = `${runId}/${name}/${file}`;
      const before = unpacked.get(key);
      if (before) return before;
      const { data } = await octokit.rest.actions.listWorkflowRunArtifacts({
        ...at,
        run_id: runId,
        name,
        per_page: 100,
      });
      const newest = data.artifacts
        .filter((artifact) => artifact.name === name && !artifact.expired)
        .toSorted((a, b) => b.id - a.id)[0];
      if (!newest) return null;
      if (newest.size_in_bytes > maxBytes) return "too-large";
      const zip = await orNull(
        octokit.rest.actions.downloadArtifact({ ...at, artifact_id: newest.id, archive_format: "zip" }),
      );
      if (zip === null) return null;
      const found = unpack(new Uint8Array(zip.data as ArrayBuffer), { file, maxBytes });
      if (found !== null && found !== "too-large" && found.length <= KEPT_BYTES) unpacked.set(key, found);
      if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value!);
      return found;
    },
    async jobLog(jobId) {
      const log = await orNull(octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: jobId }));
      if (log === null) return "";
      return typeof log.data === "string"
        ? log.data
        : new TextDecoder().decode(new Uint8Array(log.data as ArrayBuffer));
    },
    async dispatch(workflow, inputs) {
      try {
        const { data } = await octokit.request(
          "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
          {
            ...at,
            workflow_id: workflow,
            ref: await branch(),
            inputs: { ...inputs },
            return_run_details: true,
          },
        );
        const details = data as { workflow_run_id?: number } | undefined;
        return { runId: details?.workflow_run_id ?? null };
      } catch (error) {
        if (isStatus(error, 404)) return "missing";
        if (!isStatus(error, 422)) throw error;
        throw new UserError({
          what: `GitHub does not start the workflow ${workflow}`,
          why: textOf(error),
          fix: "Copy it from Roundtable's workflows folder again, and see that it is not disabled.",
        });
      }
    },
    async cancel(runId) {
      try {
        await octokit.rest.actions.cancelWorkflowRun({ ...at, run_id: runId });
        return { did: "updated" };
      } catch (error) {
        // Over already, or gone.
        if (isStatus(error, 404, 409)) return { did: "unchanged" };
        throw error;
      }
    },
  };
}

function lastOf(times: readonly (string | null | undefined)[]): Date | null {
  const known = times.filter((time) => typeof time === "string").map((time) => Date.parse(time));
  return known.length === 0 ? null : new Date(Math.max(...known));
}

/** Null for what has expired or was deleted. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isStatus(error, 404, 410)) return null;
    throw error;
  }
}

interface Wanted {
  file: string;
  maxBytes: number;
}

export interface ArchiveGuard {
  code: string;
  /** What the whole archive then is. */
  makesIt: null | "too-large";
  refuses: (entry: { name: string; originalSize: number; count: number }, wanted: Wanted) => boolean;
}

export const ARCHIVE_GUARDS: readonly ArchiveGuard[] = [
  { code: "archive-name", makesIt: null, refuses: ({ name }, { file }) => name !== file },
  {
    code: "archive-twice",
    makesIt: null,
    refuses: ({ name, count }, { file }) => name === file && count > 1,
  },
  {
    code: "archive-size",
    makesIt: "too-large",
    refuses: ({ originalSize }, { maxBytes }) => originalSize > maxBytes,
  },
];

/** What the archive's directory claims bounds what is unpacked. A broken archive, or one of more than the one file, is none. */
export function unpack(
  zip: Uint8Array,
  wanted: Wanted,
  guards: readonly ArchiveGuard[] = ARCHIVE_GUARDS,
): Uint8Array | null | "too-large" {
  let count = 0;
  let refused: ArchiveGuard | undefined;
  try {
    const found = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        if (name === wanted.file) count++;
        refused ??= guards.find(({ refuses }) => refuses({ name, originalSize, count }, wanted));
        return refused === undefined && name === wanted.file;
      },
    });
    return refused ? refused.makesIt : (found[wanted.file] ?? null);
  } catch {
    return null;
  }
}

/** Path → state: `active`, `disabled_manually`, `disabled_inactivity` … Null where GitHub does not tell. */
export const workflowStates = async ({
  octokit,
  owner,
  repo,
}: Pick<Client, "octokit" | "owner" | "repo">): Promise<Record<string, string> | null> => {
  const list = await told(
    octokit.paginate(octokit.rest.actions.listRepoWorkflows, { owner, repo, per_page: 100 }),
  );
  return list && Object.fromEntries(list.map(({ path, state }) => [path, state]));
};
