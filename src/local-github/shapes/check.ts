import type { CheckRun, CommitStatus, Repository } from "../state.ts";
import { accountOf } from "../world.ts";
import type { World } from "../world.ts";
import { accountShape, nodeId } from "./account.ts";
import type { Shape } from "./account.ts";
import { apiUrl, htmlUrl, repositoryShape } from "./repository.ts";

/** Apps of this machine have no history. */
const FOUNDED = "2026-01-01T00:00:00Z";

export function checkRunShape(world: World, repository: Repository, check: CheckRun): Shape {
  const url = `${apiUrl(world, repository)}/check-runs/${check.id}`;
  const html = `${htmlUrl(world, repository)}/runs/${check.id}`;
  return {
    id: check.id,
    node_id: nodeId("CR", check.id),
    name: check.name,
    head_sha: check.sha,
    external_id: check.externalId ?? "",
    url,
    html_url: html,
    details_url: check.detailsUrl ?? html,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      title: check.output?.title ?? null,
      summary: check.output?.summary ?? null,
      text: check.output?.text ?? null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.id },
    app: appShape(world, check.user),
    pull_requests: [],
  };
}

export function appShape(world: World, login: string): Shape {
  const slug = login.replace(/\[bot\]$/u, "");
  const id = accountOf(world, login)?.id ?? 0;
  return {
    id,
    slug,
    node_id: nodeId("A", id),
    name: slug,
    owner: accountShape(world, login),
    description: null,
    external_url: `${world.origin()}/apps/${slug}`,
    html_url: `${world.origin()}/apps/${slug}`,
    created_at: FOUNDED,
    updated_at: FOUNDED,
    permissions: {},
    events: [],
  };
}

export function statusShape(world: World, repository: Repository, status: CommitStatus): Shape {
  const creator = accountShape(world, status.user);
  return {
    id: status.id,
    node_id: nodeId("SC", status.id),
    url: `${apiUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: creator["avatar_url"],
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}

/** Pending without any; check runs do not count. */
export function combinedShape(
  world: World,
  repository: Repository,
  { sha, all, statuses }: { sha: string; all: readonly CommitStatus[]; statuses: readonly CommitStatus[] },
): Shape {
  const has = (...states: CommitStatus["state"][]): boolean =>
    all.some(({ state }) => states.includes(state));
  const rest = all.length === 0 || has("pending") ? "pending" : "success";
  const api = `${apiUrl(world, repository)}/commits/${sha}`;
  return {
    state: has("error", "failure") ? "failure" : rest,
    statuses: statuses.map((status) => statusShape(world, repository, status)),
    sha,
    total_count: all.length,
    repository: repositoryShape(world, repository),
    commit_url: api,
    url: `${api}/status`,
  };
}
