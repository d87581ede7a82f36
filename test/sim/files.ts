/** A file system in memory. What is ours and only read, the Action's metadata, is taken from the disk. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Files } from "../../src/local-github/ports.ts";
import { ROOT } from "../support/local-run.ts";

export function createFiles(): Files {
  const contents = new Map<string, Uint8Array>();
  const folders = new Map<string, Set<string>>();

  function enter(path: string): void {
    for (let at = path; at !== "/" && at !== ".";) {
      const folder = dirname(at);
      const names = folders.get(folder);
      const name = at.slice(folder.length + (folder === "/" ? 0 : 1));
      if (names?.has(name) === true) return;
      if (names === undefined) folders.set(folder, new Set([name]));
      else names.add(name);
      at = folder;
    }
  }

  function put(path: string, content: Uint8Array): void {
    if (!contents.has(path)) enter(path);
    contents.set(path, content);
  }

  function drop(path: string): void {
    for (const name of folders.get(path) ?? []) drop(`${path}/${name}`);
    folders.delete(path);
    contents.delete(path);
  }

  return {
    read: async (path) => contents.get(path) ?? (path.startsWith(`${ROOT}/`) ? onDisk(path) : null),
    write: async (path, content) => put(path, typeof content === "string" ? Buffer.from(content) : content),
    append: async (path, content) =>
      put(path, Buffer.concat([contents.get(path) ?? new Uint8Array(), Buffer.from(content)])),
    makeFolder: async (path) => {
      enter(path);
      if (!folders.has(path)) folders.set(path, new Set());
    },
    list: async (path) => [...(folders.get(path) ?? [])].toSorted(),
    remove: async (path) => {
      drop(path);
      folders.get(dirname(path))?.delete(path.slice(dirname(path).length + 1));
    },
  };
}

const read = new Map<string, Uint8Array | null>();

function onDisk(path: string): Uint8Array | null {
  const known = read.get(path);
  if (known !== undefined) return known;
  let found: Uint8Array | null = null;
  try {
    found = readFileSync(path);
  } catch {
    // There is none.
  }
  read.set(path, found);
  return found;
}
