import type { FileChange } from "../git/diff.ts";
import type { Commit, Person } from "../git/objects.ts";
import type { GitRef } from "../git/store.ts";
import type { Repository } from "../state.ts";
import { accountOf } from "../world.ts";
import type { World } from "../world.ts";
import { accountShape } from "./account.ts";
import type { Shape } from "./account.ts";
import { apiUrl, htmlUrl } from "./repository.ts";

const VERIFICATION = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

/** The address that GitHub gives an account for commits made through its API. */
export function noreplyAddress(world: World, login: string): string {
  return `${accountOf(world, login)?.id ?? 0}+${login}@users.noreply.github.com`;
}

/** A path or the name of a ref within a URL. */
export function escaped(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

export function refShape(world: World, repository: Repository, ref: GitRef & { type: string }): Shape {
  const api = apiUrl(world, repository);
  return {
    ref: ref.name,
    node_id: `REF_${Buffer.from(`${repository.id}:${ref.name}`).toString("base64url")}`,
    url: `${api}/git/${escaped(ref.name)}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/git/${ref.type}s/${ref.sha}` },
  };
}

export function gitCommitShape(world: World, repository: Repository, commit: Commit): Shape {
  const api = `${apiUrl(world, repository)}/git`;
  const html = `${htmlUrl(world, repository)}/commit`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/${sha}` })),
    verification: VERIFICATION,
  };
}

export function commitShape(world: World, repository: Repository, commit: Commit): Shape {
  const api = apiUrl(world, repository);
  const html = `${htmlUrl(world, repository)}/commit`;
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      verification: VERIFICATION,
    },
    author: personShape(world, commit.author),
    committer: personShape(world, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/${sha}`,
    })),
  };
}

export function fileShape(world: World, repository: Repository, file: FileChange & { at: string }): Shape {
  const path = escaped(file.path);
  const html = htmlUrl(world, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${file.at}/${path}`,
    raw_url: `${html}/raw/${file.at}/${path}`,
    contents_url: `${apiUrl(world, repository)}/contents/${path}?ref=${file.at}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** The account whose address stands in a commit; null when there is none. */
function personShape(world: World, person: Person): Shape | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/u.exec(person.email)?.[1];
  const account = login === undefined ? null : accountOf(world, login);
  return account === null ? null : accountShape(world, account.login);
}
