/**
 * Which paths a unit writes. Declared ones are hard. Else they are inferred, and never more than a hint: from what its
 * text names, from the components of design.md that it names, and from files that changed together before.
 */
import { pathsIn } from "../spec/paths.ts";
import type { Diagnostic } from "../problem.ts";
import type { CoChanges } from "./co-changes.ts";
import { namesIn, type Components } from "./components.ts";
import { isManifest, isOutside } from "./locks.ts";
import type { PathUse } from "./plan.ts";
import type { Group } from "./units.ts";

/** A longer one is no path. */
const MAX_PATH = 1024;
/** `_writes: none_`. */
const NOTHING = /^(?:|none|n\/a|nothing|-|–|\(none\))$/i;
/** More files than this for one named thing say nothing. */
const MAX_INFERRED = 40;

export interface Repository {
  files: ReadonlySet<string>;
  /** Without a slash at the end. */
  folders: ReadonlySet<string>;
  /** File name → its path, where only one file has that name. */
  byName: ReadonlyMap<string, string>;
  /** Name without ending, case, hyphens → its path, where only one file has that name. */
  byStem: ReadonlyMap<string, string>;
}

export function repositoryOf(files: readonly string[]): Repository {
  const folders = new Set<string>();
  const byName = new Map<string, string | null>();
  const byStem = new Map<string, string | null>();
  const once = (map: Map<string, string | null>, name: string, file: string): unknown =>
    map.set(name, map.has(name) ? null : file);
  for (const file of files) {
    for (let at = file.indexOf("/"); at !== -1; at = file.indexOf("/", at + 1))
      folders.add(file.slice(0, at));
    const name = file.slice(file.lastIndexOf("/") + 1);
    once(byName, name, file);
    if (!/[._-](test|spec)\./.test(name)) once(byStem, stemOf(name.replace(/\.\w+$/, "")), file);
  }
  return { files: new Set(files), folders, byName: single(byName), byStem: single(byStem) };
}

const single = (map: ReadonlyMap<string, string | null>): Map<string, string> =>
  new Map([...map].filter((entry): entry is [string, string] => entry[1] !== null));

const stemOf = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");

export interface Knowledge {
  repository: Repository;
  components: Components;
  coChanges: CoChanges;
}

export function writesOf(group: Group, known: Knowledge, report: Diagnostic[]): PathUse[] {
  const declared = new Set(
    group.tasks.flatMap((task) => task.writes.flatMap((text) => declaredPaths(text, { task, report }))),
  );
  if (declared.size > 0) return [...declared].map((path) => ({ path, source: "declared" }));
  if (group.isCheckpoint) return [];
  return inferred(group, known).map((path) => ({ path, source: "inferred" }));
}

/** `old.ts -> new.ts` is a renaming: both are written. */
function declaredPaths(
  text: string,
  { task, report }: { task: { id: string; line: number }; report: Diagnostic[] },
): string[] {
  return text
    .split(/\s*(?:->|=>|→)\s*/)
    .map((path) => path.replaceAll(/^[`"']+|[`"']+$/g, ""))
    .filter((path) => {
      if (NOTHING.test(path)) return false;
      const why =
        path.length > MAX_PATH
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

function inferred(group: Group, { repository, components, coChanges }: Knowledge): string[] {
  const text = group.tasks.map((task) => `${task.title}\n${task.details}`).join("\n");
  const named = pathsIn(text).flatMap((path) => inRepository(path, repository));
  const things = [...text.matchAll(/`([A-Za-z][\w-]{4,60})(?:\(\))?`/g)].map((match) => match[1]!);
  const files = things
    .filter((name) => /[A-Z_-]/.test(name))
    .flatMap((name) => repository.byStem.get(stemOf(name)) ?? []);
  const found = new Set([...named, ...files]);
  if (found.size === 0)
    for (const path of namesIn(text, components).slice(0, MAX_INFERRED))
      for (const known of inRepository(path, repository)) found.add(known);
  for (const path of new Set(found))
    for (const other of coChanges.get(path)?.slice(0, MAX_INFERRED) ?? [])
      if (repository.files.has(other) && !isManifest(other)) found.add(other);
  return [...found];
}

/** A file or folder that is there; the one file of that name; a new file in a named folder. */
function inRepository(path: string, { files, folders, byName }: Repository): string[] {
  if (files.has(path) || folders.has(path.replace(/\/$/, ""))) return [path];
  if (path.endsWith("/")) return [];
  if (path.includes("/")) return [path];
  const known = byName.get(path);
  return known === undefined ? [] : [known];
}
