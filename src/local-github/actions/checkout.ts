/**
 * actions/checkout with real git over HTTP and the job's token. The repository's skeleton is written by hand, so that
 * a checkout costs two processes. The token travels in git's environment, never in arguments; it stays in
 * .git/config only when `persist-credentials` says so.
 */
import { join, relative, resolve } from "node:path";
import type { JobSpace } from "./job-space.ts";
import { environmentOf } from "./job-space.ts";
import { lineSplitter } from "./log.ts";
import type { StandInCall } from "./stand-in.ts";

const KNOWN = [
  "repository",
  "ref",
  "token",
  "path",
  "fetch-depth",
  "persist-credentials",
  "clean",
  "fetch-tags",
  "show-progress",
  "set-safe-directory",
];

export async function checkout(call: StandInCall): Promise<Record<string, string>> {
  const { space, inputs } = call;
  refuseUnknown(inputs);
  const repository = inputs["repository"] || space.plan.run.repository;
  const wanted = await targetOf(space, { repository, ref: inputs["ref"] ?? "" });
  const folder = insideWorkspace(space, inputs["path"] ?? "");
  const header = authorization(space, inputs["token"] || space.token);
  await makeRepository(space, { folder, repository });
  const git = gitIn(call, { folder, header });
  await git([
    "fetch",
    "--no-tags",
    "--quiet",
    ...fetchArguments(inputs),
    "origin",
    ...refspecs(inputs, wanted),
  ]);
  await git(
    wanted.branch === null
      ? ["checkout", "--quiet", "--force", "--detach", wanted.sha]
      : ["checkout", "--quiet", "--force", "-B", wanted.branch, `refs/remotes/origin/${wanted.branch}`],
  );
  if ((inputs["persist-credentials"] ?? "true") !== "false") {
    const section = `[http "${space.host.origin()}/"]\n\textraheader = ${header}\n`;
    await space.host.machine.files.append(join(folder, ".git", "config"), section);
  }
  space.log.write(`${repository} at ${wanted.sha}${wanted.branch === null ? "" : ` (${wanted.branch})`}`);
  return { ref: inputs["ref"] || space.plan.cause.ref, commit: wanted.sha };
}

interface Target {
  sha: string;
  /** Null: a detached head. */
  branch: string | null;
}

async function targetOf(space: JobSpace, wanted: { repository: string; ref: string }): Promise<Target> {
  const { host, plan } = space;
  const own = wanted.repository.toLowerCase() === plan.run.repository.toLowerCase();
  if (own && wanted.ref === "") return { sha: plan.cause.sha, branch: branchOf(plan.cause.ref) };
  const repository = host.repository(wanted.repository);
  if (repository === null) throw new Error(`Not Found: there is no repository ${wanted.repository}`);
  const ref = wanted.ref || repository.defaultBranch;
  if (/^[0-9a-f]{40}$/u.test(ref)) return { sha: ref, branch: null };
  const asBranch = await host.resolve(wanted.repository, fullBranch(ref));
  if (asBranch !== null) return { sha: asBranch, branch: branchOf(fullBranch(ref)) };
  const other = await host.resolve(wanted.repository, ref);
  if (other === null) throw new Error(`A branch or tag with the name '${ref}' could not be found`);
  return { sha: other, branch: null };
}

function fullBranch(ref: string): string {
  return ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
}

function branchOf(ref: string): string | null {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

function fetchArguments(inputs: StandInCall["inputs"]): string[] {
  const depth = inputs["fetch-depth"] || "1";
  if (!/^\d+$/u.test(depth)) throw new Error(`fetch-depth is '${depth}', not a number`);
  return depth === "0" ? [] : [`--depth=${depth}`];
}

function refspecs(inputs: StandInCall["inputs"], target: Target): string[] {
  const all = inputs["fetch-depth"] === "0";
  const tags = all || inputs["fetch-tags"] === "true" ? ["+refs/tags/*:refs/tags/*"] : [];
  const branches = all ? ["+refs/heads/*:refs/remotes/origin/*"] : [];
  const own = target.branch === null ? target.sha : `+${target.sha}:refs/remotes/origin/${target.branch}`;
  return all && target.branch !== null ? [...branches, ...tags] : [...branches, ...tags, own];
}

async function makeRepository(space: JobSpace, at: { folder: string; repository: string }): Promise<void> {
  const { files } = space.host.machine;
  for (const name of await files.list(at.folder)) await files.remove(join(at.folder, name));
  const inside = join(at.folder, ".git");
  const config = [
    "[core]",
    "\trepositoryformatversion = 0",
    "\tbare = false",
    '[remote "origin"]',
    `\turl = ${space.host.origin()}/${at.repository}`,
    "\tfetch = +refs/heads/*:refs/remotes/origin/*",
    "[gc]",
    "\tauto = 0",
    // As one pack, however few they are: jobs copy and remove all that lies here.
    "[fetch]",
    "\tunpackLimit = 1",
    "",
  ];
  await files.makeFolder(join(inside, "objects"));
  await files.makeFolder(join(inside, "refs"));
  await files.write(join(inside, "HEAD"), "ref: refs/heads/main\n");
  await files.write(join(inside, "config"), config.join("\n"));
}

function authorization(space: JobSpace, token: string): string {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  space.log.masks.add(token);
  space.log.masks.add(basic);
  return `AUTHORIZATION: basic ${basic}`;
}

function gitIn(
  { space, signal }: StandInCall,
  given: { folder: string; header: string },
): (args: string[]) => Promise<void> {
  return async (args) => {
    if (signal.aborted) throw new Error("The operation was canceled.");
    const lines = lineSplitter((line) => space.log.write(line));
    const ended = await space.host.machine.processes.run({
      command: "git",
      args,
      cwd: given.folder,
      signal,
      env: {
        ...environmentOf(space, {}),
        GIT_TERMINAL_PROMPT: "0",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `http.${space.host.origin()}/.extraheader`,
        GIT_CONFIG_VALUE_0: given.header,
      },
      onOutput: (_stream, chunk) => lines.push(chunk),
    });
    lines.end();
    if (ended.code !== 0)
      throw new Error(`git ${args[0]} failed with exit code ${ended.code ?? ended.signal}`);
  };
}

function insideWorkspace(space: JobSpace, path: string): string {
  const folder = resolve(space.workspace, path);
  if (relative(space.workspace, folder).startsWith("..")) {
    throw new Error(`Repository path '${folder}' is not under '${space.workspace}'`);
  }
  return folder;
}

function refuseUnknown(inputs: StandInCall["inputs"]): void {
  for (const [name, value] of Object.entries(inputs)) {
    const off = ["", "false"].includes(value);
    if (!KNOWN.includes(name) && !off)
      throw new Error(`actions/checkout: ${name} is not supported by the local runner`);
  }
}
