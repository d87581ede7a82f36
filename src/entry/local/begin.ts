/** The output folder of a run: is it ours, whose run lies there, and how a new one begins in it. */
import { mkdir, readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../../domain/problem.ts";
import { parseCommand } from "../../domain/run/command.ts";
import { machine } from "../compose.ts";
import { copyRepository } from "./copy.ts";
import type { Git } from "./git.ts";
import { LOCK } from "./lock.ts";
import { SEEN } from "./seen.ts";
import type { Source } from "./source.ts";
import { overlayFor, workspaceAt, type Workspace } from "./workspace.ts";

/** What is asked for once, at the beginning, and holds for the whole run. */
const Choices = z.strictObject({
  agent: z.string().optional(),
  command: z.string().optional(),
  playbook: z.string().optional(),
  maxParallel: z.string().optional(),
  profile: z.string().optional(),
});
export type Choices = z.infer<typeof Choices>;

/** Kept so that the same command goes on. */
const Begun = z.strictObject({
  root: z.string(),
  spec: z.string(),
  name: z.string(),
  defaultBranch: z.string(),
  added: z.array(z.string()),
  human: z.record(z.string(), z.number()),
  approve: z.array(z.string()).default([]),
  choices: Choices,
  command: z.string(),
});
export type Begun = z.infer<typeof Begun>;

const BEGUN = "begun.json";

export async function readBegun(out: string): Promise<Begun | null> {
  const text = await readFile(join(out, BEGUN), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return Begun.parse(JSON.parse(text));
  } catch {
    throw new UserError({
      what: `${join(out, BEGUN)} cannot be read`,
      why: "it is damaged, or another version of Roundtable wrote it",
      fix: "Start the run anew with --fresh.",
    });
  }
}

/** A folder with files of others is left alone: a run would write, and `--fresh` remove, beside them. */
export async function mustBeOurs(out: string): Promise<void> {
  const found = await stat(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found === null) return;
  if (!found.isDirectory())
    throw new UserError({
      what: `${out} is no folder`,
      why: "a run needs one for its files",
      fix: "Give another one with --out.",
    });
  const names = await readdir(out);
  if (names.length > 0 && !names.some((name) => name === BEGUN || name.startsWith(LOCK)))
    throw new UserError({
      what: `${out} holds files that are not of a run`,
      why: "a run has its folder for itself",
      fix: "Give a new or an empty folder with --out.",
    });
}

/** The run's folder, with those above it. What a beginning that failed has made there, `undo` takes away again. */
export async function makeFolder(out: string): Promise<{ undo(): Promise<void> }> {
  const topmost = await mkdir(out, { recursive: true });
  return {
    async undo() {
      if (topmost === undefined) return clear(workspaceAt(out));
      await rm(out, { recursive: true, force: true });
      for (let above = dirname(out); above.length >= topmost.length; above = dirname(above)) {
        const isGone = await rmdir(above).then(
          () => true,
          () => false,
        );
        // Another run lies there by now.
        if (!isGone) return;
      }
    },
  };
}

async function clear(work: Workspace): Promise<void> {
  for (const path of [
    work.repository,
    work.state,
    dirname(work.board),
    join(work.out, SEEN),
    join(work.out, BEGUN),
  ])
    await rm(path, { recursive: true, force: true });
}

/** Without a journal nothing has begun: what is there is half-made. */
export async function hasJournal(git: Git, out: string): Promise<boolean> {
  const { repository } = workspaceAt(out);
  if (!(await stat(repository).catch(() => null))) return false;
  const refs = await git.ask(["for-each-ref", "refs/roundtable", "refs/roundtable-ended"], {
    cwd: repository,
  });
  return refs !== null && refs !== "";
}

export async function begin(
  git: Git,
  { source, work, choices }: { source: Source; work: Workspace; choices: Choices },
): Promise<Begun> {
  const { overlay, agent, human } = await overlayFor(source, {
    agent: choices.agent,
    command: choices.command,
    playbook: choices.playbook === undefined ? undefined : resolve(choices.playbook),
  });
  const command = commandOf(source.spec, { ...choices, agent });
  await clear(work);
  const copy = await copyRepository(git, { source, folder: work.repository, overlay });
  const begun: Begun = {
    root: source.root,
    spec: source.spec,
    name: source.name,
    defaultBranch: copy.defaultBranch,
    added: copy.added,
    human: { ...human.human },
    approve: [...human.approve],
    choices: { ...choices, agent },
    command,
  };
  await machine.files.write(join(work.out, BEGUN), JSON.stringify(begun));
  return begun;
}

/** The ask as a comment; what a comment cannot say would stay without an answer. */
function commandOf(spec: string, { agent, maxParallel, profile }: Choices): string {
  const words = [
    // A bare word would be a command.
    /[/.]/.test(spec) ? spec : `./${spec}`,
    ...(agent === undefined ? [] : ["--agent", agent]),
    ...(maxParallel === undefined ? [] : ["--max-parallel", maxParallel]),
    ...(profile === undefined ? [] : ["--profile", profile]),
  ];
  const split = words.find((word) => /\s/.test(word));
  if (split !== undefined)
    throw new UserError({
      what: `The run cannot be asked for with ${JSON.stringify(split)}`,
      why: "it is asked for by a comment, whose words end at a space",
      fix: "Give a name without spaces.",
    });
  const command = `/orchestrate ${words.join(" ")}`;
  mustBeUnderstood(command);
  return command;
}

export function mustBeUnderstood(comment: string): void {
  const parsed = parseCommand(comment);
  if (parsed.kind === "mistake")
    throw new UserError({
      what: `The run would not understand ${JSON.stringify(comment)}`,
      why: parsed.sentence,
      fix: "Mend it and give the command again.",
    });
}

/** The folder's run must be the one that is asked for: other options would be dropped in silence. */
export function mustBeSame(begun: Begun, { source, choices }: { source: Source; choices: Choices }): void {
  if (begun.root !== source.root || begun.spec !== source.spec)
    throw new UserError({
      what: "That folder holds another run",
      why: `${begun.spec} of ${begun.root} was begun there`,
      fix: "Give another folder with --out, or start anew with --fresh.",
    });
  const changed = (["agent", "command", "playbook", "maxParallel", "profile"] as const).filter(
    (name) => choices[name] !== undefined && choices[name] !== begun.choices[name],
  );
  if (changed.length > 0)
    throw new UserError({
      what: "The run in this folder was begun with other options",
      why: `${changed.map((name) => `--${FLAGS[name]}`).join(", ")} cannot change on the way`,
      fix: "Leave them out to go on, or start anew with --fresh.",
    });
}

const FLAGS = {
  agent: "agent",
  command: "command",
  playbook: "playbook",
  maxParallel: "max-parallel",
  profile: "profile",
} as const;
