/** https://docs.github.com/en/rest/git/refs and https://docs.github.com/en/rest/branches/branches */
import { z } from "zod";

import { checkRefChange, protectionOf } from "../demands.ts";
import type { GitRef } from "../git/store.ts";
import { followRefChanges } from "../ref-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { escaped, commitShape, refShape } from "../shapes/git.ts";
import { apiUrl } from "../shapes/repository.ts";
import type { Repository } from "../state.ts";
import { isPull, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { listReply, NO_CONTENT, ok, readBody } from "./exchange.ts";
import { checkWorkflowChange } from "./workflow-guard.ts";

const Sha = z.string();
const NewRef = z.object({ ref: z.string(), sha: Sha });
const RefPatch = z.object({ sha: Sha, force: z.boolean().nullish() });

/** The rules of git check-ref-format. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const BAD_REF = /(^|\/)\.|\.\.|\.lock(\/|$)|\/\/|[ ~^:?*[\\\u0000-\u001F\u007F]|@\{|[/.]$/u;

export function refRoutes(world: World): LocalRoute[] {
  const git = "/repos/:owner/:repo/git";
  return [
    {
      method: "GET",
      path: `${git}/ref/:ref{.+}`,
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        await checkNotEmpty(world, repository);
        const name = `refs/${request.params["ref"] ?? ""}`;
        const sha = await world.git(repository).refSha(name);
        if (sha === null) throw new Refusal(404, "Not Found");
        return ok(await shapeOf(world, repository, { name, sha }));
      },
    },
    {
      method: "GET",
      path: `${git}/matching-refs/:ref{.+}`,
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        await checkNotEmpty(world, repository);
        const refs = await world.git(repository).refs(`refs/${request.params["ref"] ?? ""}`);
        return ok(await Promise.all(refs.map((ref) => shapeOf(world, repository, ref))));
      },
    },
    {
      method: "POST",
      path: `${git}/refs`,
      permission: "contents:write",
      handle: (request) => createRef(world, request),
    },
    {
      method: "PATCH",
      path: `${git}/refs/:ref{.+}`,
      permission: "contents:write",
      handle: (request) => updateRef(world, request),
    },
    {
      method: "DELETE",
      path: `${git}/refs/:ref{.+}`,
      permission: "contents:write",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const name = `refs/${request.params["ref"] ?? ""}`;
        const before = await world.git(repository).refSha(name);
        if (before === null) throw new Refusal(422, "Reference does not exist");
        if (name === `refs/heads/${repository.defaultBranch}`) {
          throw new Refusal(422, "Cannot delete the default branch");
        }
        const change = { name, before, after: null };
        await checkRefChange(world, { repository, caller: request.caller }, change);
        retargetPulls(repository, name);
        if (!(await world.git(repository).setRef(change))) throw new Refusal(422, "Reference does not exist");
        await followRefChanges(world, { repository, caller: request.caller }, [change]);
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: "/repos/:owner/:repo/branches",
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const refs = await world.git(repository).refs("refs/heads/");
        return listReply(request, refs, (page) => page.map((ref) => shortBranch(world, repository, ref)));
      },
    },
    {
      method: "GET",
      path: "/repos/:owner/:repo/branches/:branch{.+}",
      permission: "contents:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const name = `refs/heads/${request.params["branch"] ?? ""}`;
        const sha = await world.git(repository).refSha(name);
        const commit = sha === null ? null : await world.git(repository).commit(sha);
        if (sha === null || commit === null) throw new Refusal(404, "Branch not found");
        const short = shortBranch(world, repository, { name, sha });
        const branch = escaped(name.slice("refs/heads/".length));
        const self = `${apiUrl(world, repository)}/branches/${branch}`;
        return ok({
          ...short,
          commit: commitShape(world, repository, commit),
          _links: { self, html: `${world.origin()}/${repository.fullName}/tree/${branch}` },
          protection: {
            enabled: short["protected"],
            required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
          },
          protection_url: `${self}/protection`,
        });
      },
    },
  ];
}

async function createRef(world: World, request: LocalRequest): ReturnType<typeof updateRef> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const { ref: name, sha } = readBody(request, NewRef);
  if (!/^refs\/[^/]+\/./u.test(name) || BAD_REF.test(name)) {
    throw new Refusal(422, `${name} is not a valid ref name.`);
  }
  await checkNotEmpty(world, repository);
  await checkTarget(world, repository, { name, sha });
  if ((await git.refSha(name)) !== null) throw new Refusal(422, "Reference already exists");
  await checkWorkflowChange(world, request, sha);
  const change = { name, before: null, after: sha };
  await checkRefChange(world, { repository, caller: request.caller }, change);
  if (!(await git.setRef(change))) {
    // A branch cannot stand where another's name goes on: `a` and `a/b`.
    const isThere = (await git.refSha(name)) !== null;
    throw new Refusal(422, isThere ? "Reference already exists" : "Reference update failed");
  }
  await followRefChanges(world, { repository, caller: request.caller }, [change]);
  const body = await shapeOf(world, repository, { name, sha });
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function updateRef(
  world: World,
  request: LocalRequest,
): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
  const repository = repositoryOf(world, request);
  const git = world.git(repository);
  const name = `refs/${request.params["ref"] ?? ""}`;
  const { sha, force } = readBody(request, RefPatch);
  const before = await git.refSha(name);
  if (before === null) throw new Refusal(422, "Reference does not exist");
  await checkTarget(world, repository, { name, sha });
  if (force !== true && !(await git.isAncestor(before, sha))) {
    throw new Refusal(422, "Update is not a fast forward");
  }
  await checkWorkflowChange(world, request, sha);
  if (before !== sha) {
    const change = { name, before, after: sha };
    await checkRefChange(world, { repository, caller: request.caller }, change);
    if (!(await git.setRef(change))) throw new Refusal(422, "Update is not a fast forward");
    await followRefChanges(world, { repository, caller: request.caller }, [change]);
  }
  return ok(await shapeOf(world, repository, { name, sha }));
}

async function checkNotEmpty(world: World, repository: Repository): Promise<void> {
  if ((await world.git(repository).refs("refs/")).length === 0)
    throw new Refusal(409, "Git Repository is empty.");
}

/** Branches name commits; other refs may name any object. */
async function checkTarget(world: World, repository: Repository, ref: GitRef): Promise<void> {
  const object = /^[0-9a-f]{40}$/u.test(ref.sha) ? await world.git(repository).object(ref.sha) : null;
  if (object === null) throw new Refusal(422, "Object does not exist");
  if (ref.name.startsWith("refs/heads/") && object.type !== "commit") {
    throw new Refusal(422, "Reference update failed");
  }
}

/** Open pull requests into a merged pull request's deleted branch go to that one's base instead. */
function retargetPulls(repository: Repository, name: string): void {
  const branch = name.replace(/^refs\/heads\//u, "");
  const pulls = repository.issues.filter(isPull);
  const merged = pulls.findLast(
    ({ pull }) => pull.fork === undefined && pull.head === branch && pull.mergedAt !== null,
  );
  if (merged === undefined) return;
  for (const one of pulls) {
    if (one.state === "open" && one.pull.base === branch) one.pull.base = merged.pull.base;
  }
}

async function shapeOf(world: World, repository: Repository, ref: GitRef): Promise<Record<string, unknown>> {
  const object = await world.git(repository).object(ref.sha);
  return refShape(world, repository, { ...ref, type: object?.type ?? "commit" });
}

function shortBranch(world: World, repository: Repository, ref: GitRef): Record<string, unknown> {
  return {
    name: ref.name.replace(/^refs\/heads\//u, ""),
    commit: { sha: ref.sha, url: `${apiUrl(world, repository)}/commits/${ref.sha}` },
    protected: protectionOf(repository, ref.name.replace(/^refs\/heads\//u, "")) !== null,
  };
}
