/** Which paths a unit writes: those its tasks declare; else those its text names, where the repository bears them out. */
import { pathsIn } from "../spec/paths.ts";
import type { Group } from "./edges.ts";
import type { PathUse } from "./plan.ts";

export interface FileIndex {
  files: ReadonlySet<string>;
  /** Without a slash at the end. */
  folders: ReadonlySet<string>;
  /** File name → its path, where only one file has that name. */
  unique: ReadonlyMap<string, string>;
}

export function indexOf(files: readonly string[]): FileIndex {
  const folders = new Set<string>();
  const byName = new Map<string, string | null>();
  for (const file of files) {
    for (let at = file.indexOf("/"); at !== -1; at = file.indexOf("/", at + 1))
      folders.add(file.slice(0, at));
    const name = file.slice(file.lastIndexOf("/") + 1);
    byName.set(name, byName.has(name) ? null : file);
  }
  const unique = [...byName].filter((entry): entry is [string, string] => entry[1] !== null);
  return { files: new Set(files), folders, unique: new Map(unique) };
}

export function writeSet(group: Group, index: FileIndex): PathUse[] {
  const declared = [...new Set(group.tasks.flatMap((task) => task.writes))];
  if (declared.length > 0) return declared.map((path) => ({ path, source: "declared" }));
  if (group.isCheckpoint) return [];
  const text = group.tasks.map((task) => `${task.title}\n${task.details}`).join("\n");
  const inferred = pathsIn(text).flatMap((path) => inRepository(path, index));
  return [...new Set(inferred)].map((path) => ({ path, source: "inferred" }));
}

/** A file or folder that is there; the one file of that name; a new file in a named folder. */
function inRepository(path: string, { files, folders, unique }: FileIndex): string[] {
  if (files.has(path) || folders.has(path.replace(/\/$/, ""))) return [path];
  if (path.endsWith("/")) return [];
  if (path.includes("/")) return [path];
  const known = unique.get(path);
  return known === undefined ? [] : [known];
}
