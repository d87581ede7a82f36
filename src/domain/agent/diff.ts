/** The change that a reviewer judges: the whole of it, and what of it is new since that reviewer last looked. */
import type { ChangedFile } from "../review/inline.ts";
import { fenced } from "../text/harmless.ts";

export interface Diff {
  since: "the unit began" | "you last looked";
  /** The commit that the one under review is compared with. */
  from: string;
  /** Null where GitHub does not compare the two. */
  files: readonly ChangedFile[] | null;
}

/** Characters of one diff; whoever reads it has the files. */
const MAX_DIFF = 40_000;
/** GitHub tells of no more: https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const MAX_FILES = 300;

export function diffPart({ diffs }: { diffs: readonly Diff[] }): string {
  return diffs.length === 0 ? "" : ["## The change under review", ...diffs.map(oneDiff)].join("\n\n");
}

function oneDiff({ since, from, files }: Diff): string {
  const against = `Since ${since}, at ${from.slice(0, 12)}`;
  if (files === null) return `${against}: GitHub does not compare these commits.`;
  if (files.length === 0) return `${against}: no file differs.`;
  const shown: string[] = [];
  const left: string[] = [];
  let room = MAX_DIFF;
  for (const { path, patch } of files) {
    const text = `--- ${path}\n${patch}`;
    if (patch === null || text.length > room) left.push(path);
    else {
      shown.push(text);
      room -= text.length;
    }
  }
  if (files.length >= MAX_FILES) left.push(`(GitHub names no more than ${MAX_FILES} files)`);
  return [
    ...(shown.length > 0 ? [`${against}:`, fenced(shown.join("\n"), 2 * MAX_DIFF)] : []),
    ...(left.length > 0
      ? [`${against}, changed too; read them where they stand:`, fenced(left.join("\n"), 8000)]
      : []),
  ].join("\n\n");
}
