import type { Account, Repository } from "../state.ts";
import { accountOf, roleOf } from "../world.ts";
import type { World } from "../world.ts";

export type Shape = Record<string, unknown>;

export function nodeId(prefix: string, id: number): string {
  return `${prefix}_${id}`;
}

/** GitHub's "simple user". Unknown logins become the ghost, as there. */
export function accountShape(world: World, login: string): Shape {
  const account: Account = accountOf(world, login) ?? { id: 0, login: "ghost", type: "User" };
  const name = encodeURIComponent(account.login);
  const api = `${world.origin()}/users/${name}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === "Bot" ? "BOT" : account.type === "Organization" ? "O" : "U", account.id),
    avatar_url: `${world.origin()}/avatars/${account.id}`,
    gravatar_id: "",
    url: api,
    html_url: `${world.origin()}/${name}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function association(repository: Repository, login: string): string {
  if (repository.owner.toLowerCase() === login.toLowerCase()) return "OWNER";
  const role = roleOf({ ...repository, private: true }, login);
  if (role !== "none") return "COLLABORATOR";
  const hasContributed = repository.issues.some(({ user, pull }) => user === login && pull?.mergedAt);
  return hasContributed ? "CONTRIBUTOR" : "NONE";
}

/** Of a pull request's author. */
export function pullAssociation(repository: Repository, login: string): string {
  const usual = association(repository, login);
  return usual === "NONE" ? "FIRST_TIME_CONTRIBUTOR" : usual;
}

/** A person's public page: nobody on this machine has told anything of themselves. */
export function userShape(world: World, login: string): Shape {
  const { user_view_type: _, ...account } = accountShape(world, login);
  return {
    ...account,
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: world.state.repositories.filter((one) => one.owner === login && !one.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
  };
}

/** What only the person's own token sees. */
export const privateFields: Shape = {
  private_gists: 0,
  total_private_repos: 0,
  owned_private_repos: 0,
  disk_usage: 0,
  collaborators: 0,
  two_factor_authentication: true,
};
