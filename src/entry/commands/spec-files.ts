/** A spec, the configuration and the list of files, from the working tree. What a run would not read is refused with a sentence. */
import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import { parseConfig, type Config } from "../../domain/config.ts";
import type { PlanRequest } from "../../domain/plan/make.ts";
import { UserError, type Diagnostic } from "../../domain/problem.ts";
import { decodeSpec, MAX_BYTES } from "../../domain/spec/decode.ts";
import type { Git } from "../local/git.ts";
import type { Source } from "../local/source.ts";

const MEGABYTE = 1024 * 1024;
/** What `decodeSpec` would refuse is not even read. */

/** A file that cannot be used, and where in it that shows. */
export class FileError extends UserError {
  readonly path: string;
  readonly diagnostic: Diagnostic;

  constructor(path: string, diagnostic: Diagnostic) {
    const { line, column, what, why, fix } = diagnostic;
    super({ what: `${path}:${line}:${column}: ${what}`, why, fix });
    this.path = path;
    this.diagnostic = diagnostic;
  }
}

export async function readSpec(root: string, path: string): Promise<PlanRequest["spec"]> {
  const read = (name: string): Promise<string | null> => readText(root, `${path}/${name}`);
  const tasksText = await read("tasks.md");
  if (tasksText === null)
    throw new UserError({
      what: `${path} has no tasks.md`,
      why: "the plan is made from it",
      fix: "Name a folder that holds tasks.md, such as .kiro/specs/x.",
    });
  return {
    name: path.split("/").at(-1)!,
    path,
    sha: null,
    tasksText,
    requirementsText: (await read("requirements.md")) ?? (await read("bugfix.md")),
    designText: await read("design.md"),
  };
}

export async function readConfig(
  root: string,
): Promise<{ config: Config; text: string; diagnostics: Diagnostic[] }> {
  const text = (await readText(root, CONFIG_PATH)) ?? "version: 1\n";
  return { ...parseConfig(text), text };
}

export function requireConfig({
  config,
  diagnostics,
}: {
  config: Config;
  diagnostics: Diagnostic[];
}): Config {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  if (!first) return config;
  const more = others.length > 0 ? ` (${others.length} more there.)` : "";
  throw new FileError(CONFIG_PATH, { ...first, fix: `${first.fix}${more}` });
}

/** What git knows or would take in. */
export async function listFiles(git: Git, root: string): Promise<string[]> {
  const listed = await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  return listed.split("\0").filter(Boolean);
}

/** As many as a run reads. */
const MOST_CHANGES = 30;

/** The files of each of the last changes; what is taken as a repository of its own has none yet. */
export async function recentChanges(git: Git, { root, isFolder }: Source): Promise<string[][]> {
  if (isFolder) return [];
  const format = ["--format=%x00", "--name-only", `--max-count=${MOST_CHANGES}`];
  const log = await git.ask(["-c", "core.quotePath=false", "log", ...format], { cwd: root });
  return (log ?? "").split("\0").map((change) => change.split("\n").filter(Boolean));
}

/** The way from the repository's root to the folder, as the user wrote it, passes no link. */
export async function refuseLinks(folder: string, root: string): Promise<void> {
  let top = folder;
  while ((await realpath(top)) !== root && dirname(top) !== top) top = dirname(top);
  if ((await realpath(top)) === root && !(await hasLink(top, relative(top, folder).split(sep)))) return;
  throw new UserError({
    what: `${folder} is reached through a symbolic link`,
    why: "a run reads only what lies in the repository itself",
    fix: `Name the folder itself: ${await realpath(folder)}.`,
  });
}

/** Null where there is no such file. */
export async function readText(root: string, path: string): Promise<string | null> {
  const refuse = (text: Pick<Diagnostic, "code" | "what" | "why" | "fix">): never => {
    throw new FileError(path, { severity: "error", line: 1, column: 1, ...text });
  };
  const file = join(root, path);
  if (await hasLink(root, path.split("/")))
    refuse({
      code: "link",
      what: "This is a symbolic link",
      why: "a run reads only what lies in the repository itself",
      fix: "Put the file itself there.",
    });
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  if (!found.isFile())
    refuse({ code: "no-file", what: "This is no file", why: "its text is needed", fix: "Move it away." });
  if (found.size > MAX_BYTES)
    refuse({
      code: "too-large",
      what: "The file is not read",
      why: `it has ${Math.ceil(found.size / MEGABYTE)} MB, and at most ${MAX_BYTES / MEGABYTE} are read`,
      fix: "Split it into several specs.",
    });
  const decoded = decodeSpec(await readFile(file));
  if ("text" in decoded) return decoded.text;
  throw new FileError(path, decoded.diagnostic);
}

async function hasLink(root: string, parts: readonly string[]): Promise<boolean> {
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    const found = await lstat(at).catch(() => null);
    if (found?.isSymbolicLink()) return true;
  }
  return false;
}
