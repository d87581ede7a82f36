/** Files that changed together before, read from the last changes of a branch. */

/** File → files that changed with it. */
export type CoChanges = ReadonlyMap<string, readonly string[]>;

/** A larger change says nothing of what belongs together. */
const MAX_FILES = 20;
/** Fewer times together are chance. */
const MIN_TIMES = 3;
const MIN_SHARE = 0.6;

/** From the files of each change: two belong together when most changes of the first changed the second too. */
export function coChangesOf(changes: readonly (readonly string[])[]): CoChanges {
  const together = new Map<string, Map<string, number>>();
  const times = new Map<string, number>();
  for (const change of changes) {
    const files = new Set(change);
    if (files.size > MAX_FILES) continue;
    for (const file of files) {
      times.set(file, (times.get(file) ?? 0) + 1);
      const others = together.get(file) ?? new Map<string, number>();
      together.set(file, others);
      for (const other of files) if (other !== file) others.set(other, (others.get(other) ?? 0) + 1);
    }
  }
  const found = [...together].map(([file, others]): [string, string[]] => [
    file,
    [...others]
      .filter(([, count]) => count >= MIN_TIMES && count >= MIN_SHARE * times.get(file)!)
      .map(([other]) => other),
  ]);
  return new Map(found.filter(([, others]) => others.length > 0));
}
