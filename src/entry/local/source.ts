/** Where the spec lies: its repository, or a sub-folder that is taken as one. Nothing is ever written there. */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UserError } from "../../domain/problem.ts";
import type { Git } from "./git.ts";

export interface Source {
  /** The folder that becomes the root of the copy. */
  root: string;
  /** True where it is not the top of a git repository: its files become one first commit. */
  isFolder: boolean;
  name: string;
  /** The spec's folder below the root, with forward slashes. */
  spec: string;
}

export async function findSource(
  git: Git,
  { spec, from, cwd }: { spec: string; from: string | undefined; cwd: string },
): Promise<Source> {
  const folder = resolve(cwd, spec);
  const real = await realFolder(folder, {
    what: `There is no spec at ${spec}`,
    fix: "Name a folder that holds tasks.md, such as .kiro/specs/x.",
  });
  const top = await topAround(
    git,
    from === undefined
      ? folder
      : await realFolder(resolve(cwd, from), {
          what: `There is no folder ${from}`,
          fix: "Give --from an existing folder.",
        }),
  );
  if (top === null) {
    throw new UserError({
      what: `${from ?? spec} lies in no git repository`,
      why: "Roundtable works on branches",
      fix: "Run `git init` and commit, or name the repository with --from.",
    });
  }
  const root = from === undefined ? await realpath(top) : await realpath(resolve(cwd, from));
  const below = relative(root, real).replaceAll("\\", "/");
  if (below.startsWith("..") && from === undefined) {
    throw new UserError({
      what: `${spec} is reached through a symbolic link`,
      why: "a run reads only what lies in the repository itself",
      fix: "Put the folder itself there.",
    });
  }
  if (below === "" || below.startsWith("..")) {
    throw new UserError({
      what: `${spec} is not below ${from ?? "its repository"}`,
      why: "the path leaves the repository",
      fix: "Name a spec inside of it.",
    });
  }
  await mustHaveTasks(real, spec);
  return { root, isFolder: root !== (await realpath(top)), name: safeName(basename(root)), spec: below };
}

/** The repository around the folder as it is written: what a link leads to may lie in none. */
async function topAround(git: Git, folder: string): Promise<string | null> {
  const top = await git.ask(["rev-parse", "--show-toplevel"], { cwd: folder });
  return top === null && dirname(folder) !== folder ? topAround(git, dirname(folder)) : top;
}

async function mustHaveTasks(folder: string, spec: string): Promise<void> {
  const found = await stat(join(folder, "tasks.md")).catch(() => null);
  if (!found?.isFile())
    throw new UserError({
      what: `${spec} has no tasks.md`,
      why: "the plan is made from it",
      fix: "Name a folder that holds tasks.md, such as .kiro/specs/x.",
    });
}

async function realFolder(path: string, { what, fix }: { what: string; fix: string }): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new UserError({ what, why: "the path is no folder", fix });
  return realpath(path);
}

/** As GitHub names repositories. */
const safeName = (name: string): string =>
  name.replaceAll(/[^\w.-]+/g, "-").replace(/^[.-]+/, "") || "repository";
