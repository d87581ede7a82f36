/** The difference of two commits as GitHub lists it: one entry per file with its hunks. */
export interface FileChange {
  path: string;
  previousPath: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  /** Blob at the new side; at the old side for a removed file. */
  sha: string;
  additions: number;
  deletions: number;
  /** Hunks without the file header; null for binary files and pure renames. */
  patch: string | null;
}

type Git = (request: { args: readonly string[] }) => Promise<{ text: string }>;

const STATUS: Record<string, FileChange["status"]> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** One process for names, counts and text: `-z` separates the three parts by an empty field. */
export async function readDiff(
  git: Git,
  from: string,
  to: string,
): Promise<{ text: string; files: FileChange[] }> {
  const { text } = await git({
    args: [
      "diff",
      "-z",
      "--raw",
      "--numstat",
      "-p",
      "-M",
      "--no-abbrev",
      "--full-index",
      "--no-color",
      "--no-ext-diff",
      from,
      to,
    ],
  });
  const fields = text.split("\0");
  const files: FileChange[] = [];
  let at = 0;
  while (fields[at]?.startsWith(":") === true) {
    const [, , before = "", after = "", letter = ""] = (fields[at] ?? "").split(" ");
    const status = STATUS[letter.charAt(0)] ?? "changed";
    const moved = status === "renamed" || status === "copied";
    files.push({
      path: fields[at + (moved ? 2 : 1)] ?? "",
      previousPath: moved ? (fields[at + 1] ?? null) : null,
      status,
      sha: status === "removed" ? before : after,
      additions: 0,
      deletions: 0,
      patch: null,
    });
    at += moved ? 3 : 2;
  }
  for (const file of files) {
    const [added, removed] = (fields[at] ?? "").split("\t");
    file.additions = Number(added) || 0;
    file.deletions = Number(removed) || 0;
    at += file.previousPath === null ? 1 : 3;
  }
  const diff = fields.slice(at + 1).join("\0");
  const parts = splitFiles(diff);
  for (const file of files) {
    // A file that becomes a link (or back) is shown as removed and added.
    const own = parts.splice(0, file.status === "changed" ? 2 : 1).join("");
    const start = own.search(/^@@ /mu);
    if (start >= 0) file.patch = own.slice(start).replace(/\n$/u, "");
  }
  return { text: diff, files };
}

/** Only a header can begin a line with "diff --git": lines of content begin with a blank, plus, minus or backslash. */
function splitFiles(diff: string): string[] {
  return diff.split(/^(?=diff --git )/mu).filter((part) => part !== "");
}
