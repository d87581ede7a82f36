/**
 * What an attempt changed as commits: one for each task that is done, where every file belongs to just one task by the
 * paths that tasks name; else one commit for all. Trailers are no part of it: the pass writes them.
 */
import type { Job } from "../handover/job.ts";
import type { SentFile, TaskDone } from "../handover/result.ts";
import { covers } from "../plan/locks.ts";
import { BASE_SLUG } from "../run/names.ts";

export interface WorkCommit {
  message: string;
  /** Null: of no task alone. */
  task: string | null;
  files: readonly SentFile[];
}

const DOES: Readonly<Record<string, string>> = {
  implement: "Implement",
  fix: "Fix",
  resolve: "Resolve conflicts of",
};
const MAX_MESSAGE = 500;
/** Each is some requests to GitHub within one pass. */
const MAX_COMMITS = 20;

type Work = Pick<Job, "unit" | "unitId" | "title" | "role" | "parts">;

export function commitsOf(
  job: Work,
  { files, tasks }: { files: readonly SentFile[]; tasks: readonly TaskDone[] },
): WorkCommit[] {
  if (files.length === 0) return [];
  const does = DOES[job.role] ?? "Work on";
  const whole = job.unit === BASE_SLUG ? job.title : `${does} unit ${job.unitId}: ${job.title}`;
  const commit = (message: string, task: string | null, its: readonly SentFile[]): WorkCommit => ({
    message: message.slice(0, MAX_MESSAGE),
    task,
    files: its,
  });
  const owners = new Map(files.map((file) => [file, ownerOf(file, job.parts)]));
  // A conflict is solved whole, and no commit may stand on half a move of files and folders.
  if (job.role === "resolve" || [...owners.values()].includes(null) || hasNested(files))
    return [commit(whole, null, files)];
  const done = new Set(tasks.filter((task) => task.done).map(({ id }) => id));
  const ended = job.parts.filter(({ id }) => done.has(id));
  const rest = files.filter((file) => !done.has(owners.get(file)!));
  const split = [
    ...ended.map(({ id, title }) =>
      commit(
        `${does} ${id}: ${title}`,
        id,
        files.filter((file) => owners.get(file) === id),
      ),
    ),
    commit(ended.length === 0 ? whole : `${whole}, not done yet`, null, rest),
  ].filter((one) => one.files.length > 0);
  return split.length > MAX_COMMITS ? [commit(whole, null, files)] : split;
}

/** Null when no task names it, or several do. */
function ownerOf({ path }: SentFile, parts: Job["parts"]): string | null {
  const naming = parts.filter(({ writes }) => covers(writes, path));
  return naming.length === 1 ? naming[0]!.id : null;
}

function hasNested(files: readonly SentFile[]): boolean {
  const paths = new Set(files.map(({ path }) => path));
  return files.some(({ path }) =>
    [...path.matchAll(/\//g)].some(({ index }) => paths.has(path.slice(0, index))),
  );
}
