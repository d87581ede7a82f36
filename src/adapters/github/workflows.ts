/** Runs of the agent workflow, their jobs, artifacts and logs; dispatching and cancelling. */
import { strFromU8, unzipSync } from "fflate";
import type { WorkflowReader, WorkflowWriter } from "../../application/ports.ts";
import type { WorkflowRunFact } from "../../domain/run/facts.ts";
import { AGENT_WORKFLOW } from "../../domain/run/names.ts";
import { isStatus, type Client } from "./client.ts";

export function createWorkflows({ octokit, owner, repo }: Client): WorkflowReader & WorkflowWriter {
  const at = { owner, repo };
  let defaultBranch: Promise<string> | null = null;
  const branch = (): Promise<string> =>
    (defaultBranch ??= octokit.rest.repos.get(at).then(({ data }) => data.default_branch));
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
    async jobs(runId) {
      const jobs = await octokit.paginate(octokit.rest.actions.listJobsForWorkflowRun, {
        ...at,
        run_id: runId,
        per_page: 100,
      });
      return jobs.map(({ id, name, status, conclusion, steps }) => ({
        id,
        name,
        status,
        conclusion,
        steps: (steps ?? []).map((step) => ({ name: step.name, conclusion: step.conclusion })),
      }));
    },
    async artifact({ runId, name, file, maxBytes }) {
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
      const zip = await octokit.rest.actions.downloadArtifact({
        ...at,
        artifact_id: newest.id,
        archive_format: "zip",
      });
      return unpack(new Uint8Array(zip.data as ArrayBuffer), { file, maxBytes });
    },
    async jobLog(jobId) {
      const { data } = await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: jobId });
      return typeof data === "string" ? data : strFromU8(new Uint8Array(data as ArrayBuffer));
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
        throw error;
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

/** The archive holds just the one file; its size is read from the directory before anything is unpacked. */
export function unpack(
  zip: Uint8Array,
  { file, maxBytes }: { file: string; maxBytes: number },
): Uint8Array | null | "too-large" {
  let isLarge = false;
  const found = unzipSync(zip, {
    filter: (entry) => {
      if (entry.name !== file) return false;
      isLarge = entry.originalSize > maxBytes;
      return !isLarge;
    },
  });
  return isLarge ? "too-large" : (found[file] ?? null);
}
