/** `roundtable init`: brings the two workflows, a first configuration and the labels; what is there already stays. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import { compared, makeLabels, proposeFiles, type Compared, type Wanted } from "../../application/init.ts";
import type { Shipped } from "../../application/doctor/examine.ts";
import { commandsFor, starterConfig, TELLING_FILES, type Found } from "../../domain/doctor/starter.ts";
import { plain } from "../../domain/plan-view/look.ts";
import { UserError } from "../../domain/problem.ts";
import { machine } from "../compose.ts";
import { composeInit } from "../compose-github.ts";
import { githubAccess } from "../github-access.ts";
import { createGit } from "../local/git.ts";
import type { Screen } from "../terminal.ts";
import { differencesOf } from "./differences.ts";
import { readShipped } from "./shipped-files.ts";
import { readText } from "./spec-files.ts";

export interface InitOptions {
  repo?: string;
  pr?: boolean;
}

export async function init({ repo, pr }: InitOptions, screen: Screen): Promise<number> {
  if (repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repo))
    throw new UserError({
      what: "--repo does not fit",
      why: "a repository is owner/name",
      fix: "Write --repo owner/name.",
    });
  if (pr && repo === undefined)
    throw new UserError({
      what: "--pr stands without --repo",
      why: "a pull request is opened on GitHub",
      fix: "Write --repo owner/name --pr.",
    });
  if (!pr) await intoTree(screen);
  if (repo !== undefined) await intoRepository({ fullName: repo, pr: pr === true }, screen);
  return 0;
}

async function intoTree(screen: Screen): Promise<void> {
  const git = createGit(machine.processes, screen.env["PATH"] ?? "/usr/bin:/bin");
  const root = await git.ask(["rev-parse", "--show-toplevel"], { cwd: screen.cwd });
  if (root === null)
    throw new UserError({
      what: "This folder lies in no git repository",
      why: "workflows and configuration belong at the root of one",
      fix: "Go into a repository, or write --repo owner/name --pr.",
    });
  const names = new Set(await readdir(root));
  const texts = await textsOf(names, (path) => readText(root, path));
  const files: Compared[] = [];
  for (const wanted of wantedFiles(await readShipped(), commandsFor(names, texts)))
    files.push(compared(wanted, await readText(root, wanted.path)));
  for (const file of files)
    if (file.is === "missing") await machine.files.write(join(root, file.path), file.content);
  await tell(files, screen);
  if (files.some(({ is }) => is === "missing"))
    screen.print(
      "Commit what was written to the default branch; `roundtable doctor` says what is still missing.",
    );
}

async function intoRepository(
  { fullName, pr }: { fullName: string; pr: boolean },
  screen: Screen,
): Promise<void> {
  const ports = await composeInit({ ...githubAccess(screen.env), fullName });
  if (pr) await openPull(ports, screen);
  const isNew = await makeLabels(ports.github);
  screen.print(isNew ? "Labels that were missing are made." : "All labels are there.");
}

async function openPull(ports: Awaited<ReturnType<typeof composeInit>>, screen: Screen): Promise<void> {
  const { board, code } = ports.github;
  const { defaultBranch } = await board.repository();
  const head = await code.branch(defaultBranch);
  if (head === null)
    throw new UserError({
      what: `The default branch ${defaultBranch} has no commit`,
      why: "a pull request needs something to go into",
      fix: "Commit and push something to it.",
    });
  const read = async (path: string): Promise<string | null> => {
    const bytes = await code.file(head, path);
    return bytes && new TextDecoder().decode(bytes);
  };
  const { files: paths } = await code.paths(head);
  const names = new Set(paths.filter((path) => !path.includes("/")));
  const wanted = wantedFiles(await readShipped(), commandsFor(names, await textsOf(names, read)));
  const files = await Promise.all(wanted.map(async (file) => compared(file, await read(file.path))));
  await tell(files, screen, "proposed");
  const proposed = await proposeFiles(ports, files, head);
  screen.print(
    proposed === null
      ? "Nothing is missing: no pull request is needed."
      : `Pull request #${proposed.pull} ${proposed.isNew ? "waits for you" : "waits already"}.`,
  );
}

const wantedFiles = (shipped: Shipped, found: Found): Wanted[] => [
  ...Object.entries(shipped).map(([path, content]) => ({ path, content, isStarter: false })),
  { path: CONFIG_PATH, content: starterConfig(found), isStarter: true },
];

async function textsOf(
  names: ReadonlySet<string>,
  read: (path: string) => Promise<string | null>,
): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of TELLING_FILES) if (names.has(name)) texts[name] = (await read(name)) ?? "";
  return texts;
}

async function tell(files: readonly Compared[], screen: Screen, word = "written"): Promise<void> {
  for (const { path, is, there, content } of files) {
    const said = {
      missing: `${word}: ${path}`,
      same: `unchanged: ${path}`,
      kept: `left as it is: ${path}`,
      different: `left as it is, though it is not what this version ships: ${path}`,
    }[is];
    screen.print(said);
    if (is === "missing" && path === CONFIG_PATH)
      for (const line of content.split("\n").filter((one) => /Found|found/.test(one)))
        screen.print(`  ${plain(line.replace(/^# /, ""))}`);
    if (is === "different")
      for (const line of await differencesOf(content, there ?? "")) screen.print(`  ${line}`);
  }
}
