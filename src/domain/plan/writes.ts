/**
 * Which paths a unit writes: those that its tasks declare. For tasks that declare none they are inferred, and never more
 * than a hint: from what their text names, from the components of design.md that it names, and from files that changed
 * together before.
 */
import { mentionsIn, type Mention } from "../spec/paths.ts";
import type { Task } from "../spec/tasks.ts";
import type { Diagnostic } from "../problem.ts";
import type { CoChanges } from "./co-changes.ts";
import { namesIn, type Components } from "./components.ts";
import { covers, isManifest, isOutside } from "./locks.ts";
import type { PathUse } from "./plan.ts";
import type { Group } from "./units.ts";

/** A longer one is no path, and a longer name none of a file. */
const MAX_PATH = 1024;
const MAX_NAME = 255;
/** More files than this for one named thing say nothing. */
const MAX_INFERRED = 40;

export interface Repository {
  files: ReadonlySet<string>;
  /** Without a slash at the end. */
  folders: ReadonlySet<string>;
  /** Name, or more of a path's end → the path; null where several files end so. */
  byEnd: ReadonlyMap<string, string | null>;
  /** Name without ending, case, hyphens → its path; null where several files have that name. */
  byStem: ReadonlyMap<string, string | null>;
}

export function repositoryOf(files: readonly string[]): Repository {
  const folders = new Set<string>();
  const byEnd = new Map<string, string | null>();
  const byStem = new Map<string, string | null>();
  const once = (map: Map<string, string | null>, name: string, file: string): unknown =>
    map.set(name, map.has(name) ? null : file);
  for (const file of files) {
    once(byEnd, file, file);
    for (let at = file.indexOf("/"); at !== -1; at = file.indexOf("/", at + 1)) {
      folders.add(file.slice(0, at));
      once(byEnd, file.slice(at + 1), file);
    }
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (!/[._-](test|spec)\./.test(name)) once(byStem, stemOf(name.replace(/\.\w+$/, "")), file);
  }
  return { files: new Set(files), folders, byEnd, byStem };
}

const stemOf = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");

export interface Knowledge {
  repository: Repository;
  components: Components;
  coChanges: CoChanges;
}

export function writesOf(group: Group, known: Knowledge, report: Diagnostic[]): PathUse[] {
  const declared = declaredOf(group, "writes", report);
  if (group.isCheckpoint) return declared;
  const named = namedBy(declared.length > 0 ? silentParts(group) : group.tasks, known);
  const patterns = declared.map(({ path }) => path);
  const more = withCoChanges(
    named.filter((path) => !covers(patterns, path)),
    known,
  );
  return [...declared, ...more.map((path) => ({ path, source: "inferred" as const }))];
}

/** Tasks without sub-tasks for which neither they nor any task above them declares paths. */
function silentParts({ tasks }: Group): Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const parents = new Set(tasks.map(({ parent }) => parent));
  const declares = (task: Task): boolean => {
    const seen = new Set<Task>();
    for (let up: Task | undefined = task; up && !seen.has(up); up = byId.get(up.parent ?? "")) {
      if (up.writes.length > 0 || up.writesNothing) return true;
      seen.add(up);
    }
    return false;
  };
  return tasks.filter((task) => !parents.has(task.id) && !declares(task));
}

export const readsOf = (group: Group, report: Diagnostic[]): PathUse[] => declaredOf(group, "reads", report);

function declaredOf({ tasks }: Group, key: "writes" | "reads", report: Diagnostic[]): PathUse[] {
  const paths = tasks.flatMap((task) => declaredPaths(task[key], { task, report }));
  return [...new Set(paths)].map((path) => ({ path, source: "declared" }));
}

function declaredPaths(
  paths: readonly string[],
  { task, report }: { task: { id: string; line: number }; report: Diagnostic[] },
): string[] {
  return paths.filter((path) => {
    const why =
      path.length > MAX_PATH || path.split("/").some((name) => name.length > MAX_NAME)
        ? "it is too long for a path"
        : isOutside(path)
          ? "it leads out of the repository"
          : null;
    if (why !== null)
      report.push({
        severity: "warning",
        code: "path",
        line: task.line,
        column: 1,
        what: `Task ${task.id} declares ${path.slice(0, 80)}`,
        why,
        fix: "It is left aside; name paths from the repository's root.",
      });
    return why === null;
  });
}

function namedBy(tasks: readonly Task[], { repository, components }: Knowledge): string[] {
  const text = tasks.map((task) => `${task.title}\n${task.details}`).join("\n");
  const named = mentionsIn(text).flatMap((mention) => inRepository(mention, repository));
  const things = [...text.matchAll(/`([A-Za-z][\w-]{4,60})(?:\(\))?`/g)].map((match) => match[1]!);
  const files = things
    .filter((name) => /[A-Z_-]/.test(name))
    .flatMap((name) => repository.byStem.get(stemOf(name)) ?? []);
  const found = new Set([...named, ...files]);
  if (found.size === 0)
    for (const path of namesIn(text, components).slice(0, MAX_INFERRED))
      for (const known of inRepository({ text: path, isPath: true }, repository)) found.add(known);
  return [...found];
}

function withCoChanges(paths: readonly string[], { repository, coChanges }: Knowledge): string[] {
  const found = new Set(paths);
  for (const path of paths)
    for (const other of coChanges.get(path)?.slice(0, MAX_INFERRED) ?? [])
      if (repository.files.has(other) && !isManifest(other)) found.add(other);
  return [...found];
}

/**
 * A file or folder that is there; a new file in a folder that is there; the one file whose path ends so; else what is
 * written as a path, unless several files end so.
 */
function inRepository({ text, isPath }: Mention, { files, folders, byEnd }: Repository): string[] {
  if (files.has(text)) return [text];
  const folder = text.replace(/\/\**$/, "");
  if (text.includes("/") && folders.has(folder)) return [text];
  if (isPath && folders.has(folder.replace(/\/?[^/]*$/, ""))) return [text];
  // Behind an alias such as `@/`, or a route's slash, stands the end of a path.
  const end = text.replace(/^[@~]?\//, "");
  // A word alone names no file by chance.
  const known = /[./]/.test(end) ? byEnd.get(end) : undefined;
  if (known !== undefined) return known === null ? [] : [known];
  return isPath && text.includes("/") && !text.endsWith("/") ? [text] : [];
}
