/** Clone, fetch and push over HTTP, by the program that comes with git. https://git-scm.com/docs/git-http-backend */
import { isAllowed, isVisible } from "../access.ts";
import type { Access, Grant } from "../access.ts";
import { followRefChanges } from "../ref-changes.ts";
import { Refusal } from "../route.ts";
import { findRepository } from "../world.ts";
import type { World } from "../world.ts";
import { gitEnvironment } from "./command.ts";
import { guardOf } from "./push-guard.ts";
import type { PushGuard } from "./push-guard.ts";

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/u;

const SETTINGS = [
  "http.receivepack=true",
  "uploadpack.allowAnySHA1InWant=true",
  "uploadpack.allowFilter=true",
  "receive.autogc=false",
];

export function isGitRequest(path: string): boolean {
  return PATH.test(path);
}

export async function handleGit(world: World, access: Access, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, owner = "", name = "", service = ""] = PATH.exec(url.pathname) ?? [];
  const isPush = service === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const repository = findRepository(world, `${owner}/${name}`);
  let grant: Grant | null = null;
  try {
    grant = access.authenticate(request.headers);
  } catch (error) {
    if (error instanceof Refusal) return challenge();
    throw error;
  }
  if (repository === null || !isVisible(repository, grant)) {
    return grant === null ? challenge() : new Response("Repository not found.\n", { status: 404 });
  }
  const level = isPush
    ? ({ permission: "contents:write", role: "write" } as const)
    : ({ permission: "contents:read", role: "read" } as const);
  if (!isAllowed(grant, repository, level)) {
    if (grant === null) return challenge();
    return new Response(`Permission to ${repository.fullName}.git denied to ${grant.caller.login}.\n`, {
      status: 403,
    });
  }
  const { folder } = repository;
  if (folder === null)
    return new Response("This repository lies in memory, where git reaches nothing.\n", { status: 501 });
  const mayWorkflows =
    !isPush || isAllowed(grant, repository, { permission: "workflows:write", role: "write" });
  const guard =
    isPush && grant !== null
      ? await guardOf(world, { repository, caller: grant.caller, folder }, mayWorkflows)
      : null;
  const login = grant?.caller.login ?? "";
  const response = await runBackend(world, { folder, request, service, login, guard });
  if (service === "git-receive-pack" && grant !== null) {
    const changes = await world.gitFolder(repository)?.refresh();
    await followRefChanges(world, { repository, caller: grant.caller }, changes ?? []);
  }
  return response;
}

async function runBackend(
  world: World,
  job: { folder: string; request: Request; service: string; login: string; guard: PushGuard | null },
): Promise<Response> {
  const { folder, request } = job;
  const input = new Uint8Array(await request.arrayBuffer());
  const header = (name: string): string => request.headers.get(name) ?? "";
  const result = await world.machine.processes.run({
    command: "git",
    args: [
      ...SETTINGS.flatMap((setting) => ["-c", setting]),
      "-c",
      `core.hooksPath=${job.guard?.hooks ?? "/dev/null"}`,
      "http-backend",
    ],
    cwd: folder,
    env: {
      ...gitEnvironment(world.machine),
      ...job.guard?.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: `/${job.service}`,
      QUERY_STRING: new URL(request.url).search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header("content-type"),
      CONTENT_LENGTH: String(input.length),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_USER: job.login,
      REMOTE_ADDR: "127.0.0.1",
    },
    input,
  });
  return parseCgi(result.stdout);
}

function parseCgi(output: Uint8Array): Response {
  const bytes = Buffer.from(output);
  const end = bytes.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = end < 0 ? 500 : 200;
  for (const line of bytes.subarray(0, Math.max(0, end)).toString("latin1").split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+): *(.*)$/u.exec(line) ?? [];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else if (name !== "") headers.set(name, value);
  }
  return new Response(end < 0 ? null : new Uint8Array(bytes.subarray(end + 4)), { status, headers });
}

function challenge(): Response {
  return new Response("Authentication required.\n", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="GitHub"' },
  });
}
