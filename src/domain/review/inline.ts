/**
 * Which findings stand at their line. GitHub refuses a whole review for one line outside the diff
 * (https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request), so a line is named only when the
 * pull request's own patch shows it; all else is said in the review's body.
 */
export interface LineComment {
  path: string;
  line: number;
  body: string;
}

export interface ChangedFile {
  path: string;
  /** As GitHub tells it; null for binary or very large changes. */
  patch: string | null;
}

export function placed(
  comments: readonly LineComment[],
  files: readonly ChangedFile[],
): { inline: LineComment[]; rest: LineComment[] } {
  const shown = new Map(files.map(({ path, patch }) => [path, newLines(patch ?? "")]));
  const isShown = ({ path, line }: LineComment): boolean => shown.get(path)?.has(line) === true;
  return { inline: comments.filter(isShown), rest: comments.filter((comment) => !isShown(comment)) };
}

/** Line numbers of the new file that a unified patch shows, as change or as context. */
function newLines(patch: string): Set<number> {
  const lines = new Set<number>();
  let at = 0;
  for (const text of patch.split("\n")) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) at = Number(hunk[1]);
    else if (at > 0 && (text.startsWith("+") || text.startsWith(" "))) lines.add(at++);
  }
  return lines;
}
