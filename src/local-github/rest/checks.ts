/** https://docs.github.com/en/rest/checks/runs and https://docs.github.com/en/rest/commits/statuses */
import { z } from "zod";

import type { LocalRoute } from "../router.ts";
import type { Reply } from "../route.ts";
import { Refusal } from "../route.ts";
import { checkRunShape, combinedShape, statusShape } from "../shapes/check.ts";
import { commitShape } from "../shapes/git.ts";
import type { CheckRun, CommitStatus, Repository } from "../state.ts";
import { newId, now, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, listReply, ok, readBody } from "./exchange.ts";

const CONCLUSIONS = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
] as const;

const Output = z.object({
  title: z.string(),
  summary: z.string().max(65_535),
  text: z.string().max(65_535).optional(),
});
const CheckChange = z.object({
  name: z.string().min(1).optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  output: Output.optional(),
});
const NewCheck = CheckChange.extend({ name: z.string().min(1), head_sha: z.string() });
const NewStatus = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().default("default"),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

export function checkRoutes(world: World): LocalRoute[] {
  const repo = "/repos/:owner/:repo";
  const [readChecks, writeChecks] = ["checks:read", "checks:write"];
  return [
    {
      method: "POST",
      path: `${repo}/check-runs`,
      permission: writeChecks,
      handle: (request) => createCheck(world, request),
    },
    {
      method: "PATCH",
      path: `${repo}/check-runs/:check_run_id`,
      permission: writeChecks,
      handle: (request) => changeCheck(world, request),
    },
    {
      method: "GET",
      path: `${repo}/check-runs/:check_run_id`,
      permission: readChecks,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return ok(checkRunShape(world, repository, checkOf(repository, request)));
      },
    },
    {
      method: "GET",
      path: `${repo}/commits/:ref{.+}/check-runs`,
      permission: readChecks,
      handle: (request) => listChecks(world, request),
    },
    {
      method: "GET",
      path: `${repo}/commits/:ref{.+}/check-suites`,
      permission: readChecks,
      handle: (request) => listSuites(world, request),
    },
    {
      method: "POST",
      path: `${repo}/statuses/:sha`,
      permission: "statuses:write",
      handle: (request) => createStatus(world, request),
    },
    {
      method: "GET",
      path: `${repo}/commits/:ref{.+}/status`,
      permission: "statuses:read",
      handle: async (request) => {
        const repository = repositoryOf(world, request);
        const sha = await commitOf(world, request);
        const newest = new Map<string, CommitStatus>();
        for (const status of (repository.statuses ?? []).filter((one) => one.sha === sha))
          newest.set(status.context.toLowerCase(), status);
        const all = [...newest.values()];
        return listReply(request, all, (statuses) =>
          combinedShape(world, repository, { sha, all, statuses }),
        );
      },
    },
  ];
}

async function createCheck(world: World, request: LocalRequest): Promise<Reply> {
  const repository = repositoryOf(world, request);
  const login = appOf(request);
  const input = readBody(request, NewCheck);
  if ((await world.git(repository).commit(input.head_sha)) === null)
    throw new Refusal(422, `No commit found for SHA: ${input.head_sha}`);
  const check: CheckRun = {
    id: newId(world),
    user: login,
    name: input.name,
    sha: input.head_sha,
    status: "queued",
    conclusion: null,
    startedAt: now(world),
    completedAt: null,
    detailsUrl: null,
    externalId: null,
    output: null,
  };
  change(world, check, input);
  (repository.checks ??= []).push(check);
  emitCheck(world, request, { check, action: "created" });
  return created(checkRunShape(world, repository, check));
}

function changeCheck(world: World, request: LocalRequest): Reply {
  const repository = repositoryOf(world, request);
  const check = checkOf(repository, request);
  if (check.user !== appOf(request))
    throw new Refusal(
      403,
      "Invalid app_id - check run can only be modified by the GitHub App that created it.",
    );
  change(world, check, readBody(request, CheckChange));
  if (check.status === "completed") emitCheck(world, request, { check, action: "completed" });
  return ok(checkRunShape(world, repository, check));
}

/** A conclusion completes. */
function change(world: World, check: CheckRun, input: z.infer<typeof CheckChange>): void {
  if (input.status === "completed" && input.conclusion === undefined)
    throw new Refusal(422, 'Invalid request.\n\nNo subschema in "anyOf" matched.');
  check.name = input.name ?? check.name;
  check.status = input.conclusion === undefined ? (input.status ?? check.status) : "completed";
  check.conclusion = check.status === "completed" ? (input.conclusion ?? check.conclusion) : null;
  check.completedAt = check.status === "completed" ? now(world) : null;
  check.detailsUrl = input.details_url ?? check.detailsUrl;
  check.externalId = input.external_id ?? check.externalId;
  check.output = input.output ? { ...input.output, text: input.output.text ?? null } : check.output;
}

function emitCheck(
  world: World,
  request: LocalRequest,
  { check, action }: { check: CheckRun; action: string },
): void {
  const repository = repositoryOf(world, request);
  const payload = { check_run: checkRunShape(world, repository, check) };
  world.emit({ name: "check_run", action, repository, sender: request.caller, payload });
}

/** The newest of a name and app, unless all are asked for. */
async function listChecks(world: World, request: LocalRequest): Promise<Reply> {
  const repository = repositoryOf(world, request);
  const sha = await commitOf(world, request);
  const wanted = (name: string, value: string): boolean => [null, value].includes(request.query.get(name));
  const found = (repository.checks ?? [])
    .filter(
      (check) => check.sha === sha && wanted("check_name", check.name) && wanted("status", check.status),
    )
    .toReversed();
  const isNewest = (check: CheckRun, index: number): boolean =>
    found.findIndex((one) => one.name === check.name && one.user === check.user) === index;
  const all = request.query.get("filter") === "all" ? found : found.filter(isNewest);
  return listReply(request, all, (checks) => ({
    total_count: all.length,
    check_runs: checks.map((check) => checkRunShape(world, repository, check)),
  }));
}

/** One for each app that has checked the commit. */
async function listSuites(world: World, request: LocalRequest): Promise<Reply> {
  const sha = await commitOf(world, request);
  const checks = (repositoryOf(world, request).checks ?? []).filter((check) => check.sha === sha);
  const suites = [...Map.groupBy(checks, ({ user }) => user)].map(([user, own]) => ({
    id: own[0]!.id,
    head_sha: sha,
    status: own.every(({ status }) => status === "completed") ? "completed" : "in_progress",
    latest_check_runs_count: own.length,
    app: { slug: user.replace("[bot]", ""), name: user },
  }));
  return listReply(request, suites, (page) => ({ total_count: suites.length, check_suites: page }));
}

async function createStatus(world: World, request: LocalRequest): Promise<Reply> {
  const repository = repositoryOf(world, request);
  const sha = request.params["sha"] ?? "";
  const input = readBody(request, NewStatus);
  const commit = await world.git(repository).commit(sha);
  if (commit === null) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const status: CommitStatus = {
    id: newId(world),
    user: request.caller.login,
    sha,
    state: input.state,
    context: input.context,
    description: input.description ?? null,
    targetUrl: input.target_url ?? null,
    createdAt: now(world),
  };
  (repository.statuses ??= []).push(status);
  const {
    avatar_url: _,
    creator: _creator,
    url: _url,
    node_id: _node,
    ...own
  } = statusShape(world, repository, status);
  const about = {
    sha,
    name: repository.fullName,
    commit: commitShape(world, repository, commit),
    branches: [],
  };
  const payload = { ...own, ...about };
  world.emit({ name: "status", action: null, repository, sender: request.caller, payload });
  return created(statusShape(world, repository, status));
}

async function commitOf(world: World, request: LocalRequest): Promise<string> {
  const ref = request.params["ref"] ?? "";
  const git = world.git(repositoryOf(world, request));
  const sha = await git.resolve(ref);
  if (sha === null || (await git.commit(sha)) === null)
    throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return sha;
}

function checkOf(repository: Repository, request: LocalRequest): CheckRun {
  const id = Number(request.params["check_run_id"]);
  const found = repository.checks?.find((check) => check.id === id);
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

function appOf(request: LocalRequest): string {
  if (request.caller.type !== "Bot") throw new Refusal(403, "You must authenticate via a GitHub App.");
  return request.caller.login;
}
