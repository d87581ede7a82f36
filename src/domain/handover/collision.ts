/**
 * What a commit of a hand-over would silently cover: git takes a file in a folder's place without a word, and on some
 * file systems `A.md` and `a.md` are one file. What stands on the ground side by side already may go on so.
 */
import { shown } from "./guard.ts";
import { folded } from "./path-fault.ts";
import type { SentHandOver } from "./result.ts";

/** Folded name → what stands under it, by its own spelling (of a folder with a slash behind), and how many files hold it. */
type Standing = Map<string, Map<string, number>>;

export function collision(sent: SentHandOver, ground: readonly string[]): string | null {
  if ("verdict" in sent) return null;
  const standing: Standing = new Map();
  const files = new Set(ground);
  for (const path of files) count(standing, path, 1);
  for (const commit of sent.commits) {
    for (const { path } of commit.files.filter(({ deleted }) => deleted))
      if (files.delete(path)) count(standing, path, -1);
    for (const { path } of commit.files.filter(({ deleted }) => !deleted)) {
      const sentence = files.has(path) ? null : inTheWay(standing, path);
      if (sentence !== null) return sentence;
      if (!files.has(path)) count(standing, path, 1);
      files.add(path);
    }
  }
  return null;
}

function inTheWay(standing: Standing, path: string): string | null {
  for (const form of formsOf(path)) {
    const there = standing.get(nameOf(form));
    if (!there || there.has(form)) continue;
    const [other] = there.keys();
    if (other === `${path}/`)
      return `${shown(path)} is a folder; a file in its place would take away all within it. Delete those files by name, or choose another path.`;
    if (`${other}/` === form)
      return `${shown(path)} lies below ${shown(other!)}, which is a file. Delete that file, or choose another path.`;
    return `${shown(path)} and ${shown(other!)} are one on some file systems. Use the name that is there, or delete it.`;
  }
  return null;
}

function count(standing: Standing, path: string, by: 1 | -1): void {
  for (const form of formsOf(path)) {
    const name = nameOf(form);
    const there = standing.get(name) ?? new Map<string, number>();
    const now = (there.get(form) ?? 0) + by;
    if (now > 0) standing.set(name, there.set(form, now));
    else if (there.delete(form) && there.size === 0) standing.delete(name);
  }
}

const nameOf = (form: string): string => folded(form.replace(/\/$/, ""));

/** Each folder on the way, and the file: `a/`, `a/b/`, `a/b/c.ts`. */
function formsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/") + (at + 1 < parts.length ? "/" : ""));
}
