/** Workflows, runs, jobs and artifacts in the shapes of GitHub's REST API and webhooks. */
import type { ActionsHost } from "./host.ts";
import { shortRef } from "./ledger.ts";
import type { ArtifactRecord, JobRecord, RunRecord, StepRecord, WorkflowRecord } from "./ledger.ts";

/** What a reply needs to know beside the record. */
export interface Surroundings {
  host: ActionsHost;
  repository: string;
}

function bases({ host, repository }: Surroundings): { api: string; html: string } {
  return { api: `${host.origin()}/repos/${repository}`, html: `${host.origin()}/${repository}` };
}

export function workflowReply(workflow: WorkflowRecord, around: Surroundings): Record<string, unknown> {
  const { api, html } = bases(around);
  const branch = around.host.repository(around.repository)?.defaultBranch ?? "main";
  return {
    id: workflow.id,
    node_id: nodeId("Workflow", workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: "active",
    created_at: seconds(workflow.createdAt),
    updated_at: seconds(workflow.createdAt),
    url: `${api}/actions/workflows/${workflow.id}`,
    html_url: `${html}/blob/${branch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

export function runReply(run: RunRecord, around: Surroundings): Record<string, unknown> {
  const { api, html } = bases(around);
  const url = `${api}/actions/runs/${run.id}`;
  const repository = minimalRepository(around);
  const { headRepository: head = around.repository } = run;
  return {
    id: run.id,
    name: run.workflowName,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: shortRef(run.ref),
    head_sha: run.headSha,
    path: run.path,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.id,
    check_suite_node_id: nodeId("CheckSuite", run.id),
    url,
    html_url: `${html}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: seconds(run.createdAt),
    updated_at: seconds(run.updatedAt),
    actor: userReply(run.actor, around),
    run_attempt: 1,
    referenced_workflows: [],
    run_started_at: seconds(run.startedAt),
    triggering_actor: userReply(run.actor, around),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${api}/actions/workflows/${run.workflowId}`,
    head_commit: {
      id: run.headSha,
      tree_id: run.headSha,
      message: "",
      timestamp: seconds(run.createdAt),
      author: { name: run.actor, email: addressOf(run.actor) },
      committer: { name: run.actor, email: addressOf(run.actor) },
    },
    repository,
    // Null, whatever the description says, once a fork is gone.
    head_repository:
      head === around.repository
        ? repository
        : head !== null && around.host.repository(head) !== null
          ? minimalRepository({ ...around, repository: head })
          : null,
  };
}

export function jobReply(job: JobRecord, run: RunRecord, around: Surroundings): Record<string, unknown> {
  const { api, html } = bases(around);
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflowName,
    head_branch: shortRef(run.ref),
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: 1,
    node_id: nodeId("CheckRun", job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${html}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: seconds(job.createdAt),
    started_at: seconds(job.startedAt ?? job.createdAt),
    completed_at: job.completedAt === null ? null : seconds(job.completedAt),
    name: job.name,
    steps: job.steps.map(stepReply),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: job.startedAt === null ? null : 1,
    runner_name: job.startedAt === null ? null : "local",
    runner_group_id: job.startedAt === null ? null : 1,
    runner_group_name: job.startedAt === null ? null : "Default",
  };
}

function stepReply(step: StepRecord): Record<string, unknown> {
  return {
    name: step.name,
    status: step.status,
    conclusion: step.conclusion,
    number: step.number,
    started_at: step.startedAt,
    completed_at: step.completedAt,
  };
}

export function artifactReply(
  artifact: ArtifactRecord,
  run: RunRecord | undefined,
  around: Surroundings,
): Record<string, unknown> {
  const url = `${bases(around).api}/actions/artifacts/${artifact.id}`;
  const repositoryId = around.host.repository(around.repository)?.id ?? 0;
  return {
    id: artifact.id,
    node_id: nodeId("Artifact", artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: false,
    digest: `sha256:${artifact.sha256}`,
    created_at: seconds(artifact.createdAt),
    updated_at: seconds(artifact.createdAt),
    expires_at: seconds(new Date(Date.parse(artifact.createdAt) + 90 * 86_400_000).toISOString()),
    workflow_run: {
      id: artifact.runId,
      repository_id: repositoryId,
      head_repository_id: repositoryId,
      head_branch: run === undefined ? null : shortRef(run.ref),
      head_sha: run?.headSha ?? null,
    },
  };
}

export function userReply(login: string, { host }: Pick<Surroundings, "host">): Record<string, unknown> {
  const api = `${host.origin()}/users/${encodeURIComponent(login)}`;
  const isBot = login.endsWith("[bot]");
  return {
    login,
    id: stableNumber(login),
    node_id: nodeId("User", stableNumber(login)),
    avatar_url: `${host.origin()}/avatars/${stableNumber(login)}`,
    gravatar_id: "",
    url: api,
    html_url: isBot
      ? `${host.origin()}/apps/${login.slice(0, -"[bot]".length)}`
      : `${host.origin()}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: isBot ? "Bot" : "User",
    site_admin: false,
  };
}

/** The fields of a minimal repository that clients read; links follow GitHub's one pattern. */
export function minimalRepository(around: Surroundings): Record<string, unknown> {
  const { api, html } = bases(around);
  const known = around.host.repository(around.repository);
  const [owner = "", name = ""] = around.repository.split("/");
  return {
    id: known?.id ?? 0,
    node_id: nodeId("Repository", known?.id ?? 0),
    name,
    full_name: around.repository,
    private: known?.private ?? false,
    owner: userReply(owner, around),
    html_url: html,
    description: null,
    fork: known?.fork ?? false,
    url: api,
    default_branch: known?.defaultBranch ?? "main",
    ...links(api),
  };
}

function links(api: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [field, path] of LINKS) found[field] = api + path;
  return found;
}

const LINKS: readonly (readonly [string, string])[] = [
  ["archive_url", "/{archive_format}{/ref}"],
  ["assignees_url", "/assignees{/user}"],
  ["blobs_url", "/git/blobs{/sha}"],
  ["branches_url", "/branches{/branch}"],
  ["collaborators_url", "/collaborators{/collaborator}"],
  ["comments_url", "/comments{/number}"],
  ["commits_url", "/commits{/sha}"],
  ["compare_url", "/compare/{base}...{head}"],
  ["contents_url", "/contents/{+path}"],
  ["contributors_url", "/contributors"],
  ["deployments_url", "/deployments"],
  ["downloads_url", "/downloads"],
  ["events_url", "/events"],
  ["forks_url", "/forks"],
  ["git_commits_url", "/git/commits{/sha}"],
  ["git_refs_url", "/git/refs{/sha}"],
  ["git_tags_url", "/git/tags{/sha}"],
  ["hooks_url", "/hooks"],
  ["issue_comment_url", "/issues/comments{/number}"],
  ["issue_events_url", "/issues/events{/number}"],
  ["issues_url", "/issues{/number}"],
  ["keys_url", "/keys{/key_id}"],
  ["labels_url", "/labels{/name}"],
  ["languages_url", "/languages"],
  ["merges_url", "/merges"],
  ["milestones_url", "/milestones{/number}"],
  ["notifications_url", "/notifications{?since,all,participating}"],
  ["pulls_url", "/pulls{/number}"],
  ["releases_url", "/releases{/id}"],
  ["stargazers_url", "/stargazers"],
  ["statuses_url", "/statuses/{sha}"],
  ["subscribers_url", "/subscribers"],
  ["subscription_url", "/subscription"],
  ["tags_url", "/tags"],
  ["teams_url", "/teams"],
  ["trees_url", "/git/trees{/sha}"],
];

function addressOf(login: string): string {
  return `${stableNumber(login)}+${login}@users.noreply.github.com`;
}

function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}

function stableNumber(login: string): number {
  let found = 7;
  for (const letter of login.toLowerCase())
    found = (found * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_000_007;
  return found;
}

function seconds(time: string): string {
  return time.replace(/\.\d+Z$/u, "Z");
}
