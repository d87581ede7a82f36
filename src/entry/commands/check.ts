/** `roundtable check [dir]`: all specs below a folder, for CI. In Actions each mistake becomes an annotation. */
import { lstat, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import type { Config } from "../../domain/config.ts";
import { annotationOf } from "../../domain/plan-view/annotation.ts";
import { countsOf, hasError, mistakesOf, shownDiagnostics } from "../../domain/plan-view/diagnostics.ts";
import { counted, plain } from "../../domain/plan-view/look.ts";
import { makePlan } from "../../domain/plan/make.ts";
import { UserError, type Diagnostic } from "../../domain/problem.ts";
import { machine, sha256 } from "../compose.ts";
import { createGit, type Git } from "../local/git.ts";
import { lookOf, type Screen } from "../terminal.ts";
import { FileError, listFiles, readConfig, readSpec } from "./spec-files.ts";

/** One file, and what is wrong in it. */
interface Checked {
  file: string;
  text: string | null;
  diagnostics: readonly Diagnostic[];
  /** One line about it. */
  title: string;
}

export async function check(dir: string | undefined, screen: Screen): Promise<number> {
  const git = createGit(machine.processes, screen.env["PATH"] ?? "/usr/bin:/bin");
  const { folder, root } = await repositoryOf(git, { dir, cwd: screen.cwd });
  const files = await listFiles(git, root);
  const specs = await specsBelow(files, { folder, root, isNamed: dir !== undefined });
  const { config, text, diagnostics } = await readConfig(root);
  const checked: Checked[] =
    diagnostics.length > 0 ? [{ file: CONFIG_PATH, text, diagnostics, title: CONFIG_PATH }] : [];
  for (const spec of specs) checked.push(await checkSpec(spec, { root, config, files }));
  const look = lookOf(screen);
  const all = checked.flatMap((one) => one.diagnostics);
  const report = [
    ...checked.flatMap((one) => [
      look.paint("strong", plain(one.title)),
      ...shownDiagnostics(one.diagnostics, { file: one.file, text: one.text }, look),
    ]),
    `${counted(specs.length, "spec")}: ${countsOf(all) || "no mistake"}.`,
  ].join("\n");
  if (screen.env["GITHUB_ACTIONS"] === "true") printForActions(report, checked, screen);
  else screen.print(report);
  return hasError(all) ? 1 : 0;
}

/** The runner obeys commands anywhere in a job's log, so also in a spec's line: it is told to let the report pass. */
function printForActions(report: string, checked: readonly Checked[], screen: Screen): void {
  const word = machine.random.hex(32);
  screen.print(`::stop-commands::${word}\n${report}\n::${word}::`);
  // GitHub keeps the first ten of a step.
  for (const severity of ["error", "warning", "note"])
    for (const { file, diagnostics } of checked)
      for (const one of diagnostics) if (one.severity === severity) screen.print(annotationOf(one, file));
}

async function repositoryOf(
  git: Git,
  { dir = ".", cwd }: { dir: string | undefined; cwd: string },
): Promise<{ folder: string; root: string }> {
  const found = await stat(resolve(cwd, dir)).catch(() => null);
  if (!found?.isDirectory())
    throw new UserError({
      what: `There is no folder ${dir}`,
      why: found === null ? "nothing is there" : "it is a file",
      fix: "Name a folder with specs below it.",
    });
  const folder = await realpath(resolve(cwd, dir));
  const top = await git.ask(["rev-parse", "--show-toplevel"], { cwd: folder });
  if (top === null)
    throw new UserError({
      what: `${dir} lies in no git repository`,
      why: "specs are checked against its files",
      fix: "Run `git init`, or name a folder of a repository.",
    });
  return { folder, root: await realpath(top) };
}

/** Without a named folder only what lies in `.kiro/specs`: elsewhere a tasks.md may be anything. */
async function specsBelow(
  files: readonly string[],
  { folder, root, isNamed }: { folder: string; root: string; isNamed: boolean },
): Promise<string[]> {
  const below = relative(root, folder).replaceAll("\\", "/");
  const isSpec = isNamed ? /\/tasks\.md$/ : /(^|\/)\.kiro\/specs\/.+\/tasks\.md$/;
  const found: string[] = [];
  for (const file of new Set(files))
    if (isSpec.test(file) && (below === "" || file.startsWith(`${below}/`)) && (await isThere(root, file)))
      found.push(dirname(file));
  if (found.length > 0) return found.toSorted();
  throw new UserError({
    what: `There is no spec below ${folder}`,
    why: isNamed
      ? "no folder there holds a tasks.md that git would take in"
      : "no .kiro/specs there holds a tasks.md",
    fix: "Name the folder that holds the specs.",
  });
}

/** Git still lists what is deleted and not yet committed. */
const isThere = (root: string, file: string): Promise<boolean> =>
  lstat(join(root, file)).then(
    () => true,
    () => false,
  );

async function checkSpec(
  path: string,
  { root, config, files }: { root: string; config: Config; files: readonly string[] },
): Promise<Checked> {
  const file = `${path}/tasks.md`;
  try {
    const spec = await readSpec(root, path);
    const { diagnostics, tasks, units } = makePlan({ spec, config, flags: {}, files, hash: sha256 });
    return {
      file,
      text: spec.tasksText,
      diagnostics: mistakesOf(diagnostics),
      title: `${path}: ${counted(tasks.length, "task")}, ${counted(units.length, "unit")} to do`,
    };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { file: error.path, text: null, diagnostics: [error.diagnostic], title: path };
  }
}
