import { parentOf, sourceOf } from "../forks.ts";
import type { Repository } from "../state.ts";
import { roleOf } from "../world.ts";
import type { World } from "../world.ts";
import { accountShape, nodeId } from "./account.ts";
import type { Shape } from "./account.ts";

/** The URL of the repository in the REST API. */
export function apiUrl(world: World, repository: Repository): string {
  return `${world.origin()}/repos/${repository.fullName}`;
}

export function htmlUrl(world: World, repository: Repository): string {
  return `${world.origin()}/${repository.fullName}`;
}

export function repositoryShape(world: World, repository: Repository, viewer?: string): Shape {
  const api = apiUrl(world, repository);
  const html = htmlUrl(world, repository);
  const owner = accountShape(world, repository.owner);
  const forks = world.state.repositories.filter(({ forkOf }) => forkOf === repository.id).length;
  const open = repository.issues.filter((issue) => issue.state === "open").length;
  const role = viewer === undefined ? null : roleOf(repository, viewer);
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner,
    html_url: html,
    description: repository.description,
    fork: repository.forkOf !== undefined,
    url: api,
    ...links(api),
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: forks,
    forks,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    is_template: false,
    topics: [],
    has_issues: repository.lacksIssues !== true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived === true,
    disabled: false,
    visibility: repository.private ? "private" : "public",
    license: null,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    allow_forking: true,
    web_commit_signoff_required: false,
    allow_rebase_merge: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    allow_update_branch: false,
    network_count: 0,
    subscribers_count: 0,
    ...(role === null
      ? {}
      : {
          permissions: {
            admin: role === "admin",
            maintain: role === "admin",
            push: role === "admin" || role === "write",
            triage: role === "admin" || role === "write" || role === "triage",
            pull: role !== "none",
          },
        }),
  };
}

/** The single repository, which says what it is a fork of. */
export function wholeRepositoryShape(world: World, repository: Repository, viewer: string): Shape {
  const parent = parentOf(world, repository);
  return {
    ...repositoryShape(world, repository, viewer),
    ...(parent === null
      ? {}
      : {
          parent: repositoryShape(world, parent),
          source: repositoryShape(world, sourceOf(world, repository)),
        }),
  };
}

/** What follows the repository's own URL in each of its links. */
const LINKS = linkEnds();

function links(api: string): Shape {
  const shape: Shape = {};
  for (const [name, end] of LINKS) shape[name] = api + end;
  return shape;
}

function linkEnds(): [name: string, end: string][] {
  const templates: Record<string, string> = {
    archive: "/{archive_format}{/ref}",
    assignees: "{/user}",
    blobs: "{/sha}",
    branches: "{/branch}",
    collaborators: "{/collaborator}",
    comments: "{/number}",
    commits: "{/sha}",
    compare: "/{base}...{head}",
    contents: "/{+path}",
    issue_comment: "{/number}",
    issue_events: "{/number}",
    issues: "{/number}",
    keys: "{/key_id}",
    labels: "{/name}",
    milestones: "{/number}",
    notifications: "{?since,all,participating}",
    pulls: "{/number}",
    releases: "{/id}",
    statuses: "/{sha}",
    trees: "{/sha}",
  };
  const paths: Record<string, string> = {
    blobs: "/git/blobs",
    trees: "/git/trees",
    git_refs: "/git/refs",
    git_tags: "/git/tags",
    git_commits: "/git/commits",
    issue_comment: "/issues/comments",
    issue_events: "/issues/events",
    archive: "",
  };
  const plain = [
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "hooks",
    "languages",
    "merges",
  ];
  const rest = [
    "stargazers",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "git_refs",
    "git_tags",
    "git_commits",
  ];
  const names = [...Object.keys(templates), ...plain, ...rest];
  return names.map((name) => [`${name}_url`, `${paths[name] ?? `/${name}`}${templates[name] ?? ""}`]);
}
