/** `roundtable init --pr`: what a repository needs, as a pull request of a person. */
import { OWN_LABELS } from "../domain/board/labels.ts";
import { UserError } from "../domain/problem.ts";
import type { Prober } from "./doctor/ports.ts";
import type { Github } from "./ports.ts";

export const INIT_BRANCH = "roundtable/init";

export interface Wanted {
  path: string;
  content: string;
  /** What is there already is a person's own, whatever it says. */
  isStarter: boolean;
}

export interface Compared extends Wanted {
  /** Null: it is not there. */
  there: string | null;
  is: "missing" | "same" | "kept" | "different";
}

/** A file that somebody wrote or changed is left as it is. */
export function compared(wanted: Wanted, there: string | null): Compared {
  const isSame = there?.replaceAll("\r\n", "\n") === wanted.content;
  const is = there === null ? "missing" : isSame ? "same" : wanted.isStarter ? "kept" : "different";
  return { ...wanted, there, is };
}

/** Labels that are there keep colour and text; false where none was missing. */
export async function makeLabels({ board }: Pick<Github, "board">): Promise<boolean> {
  const known = new Set((await board.labels()).map((name) => name.toLowerCase()));
  const missing = OWN_LABELS.filter(({ name }) => !known.has(name.toLowerCase()));
  if (missing.length > 0) await board.ensureLabels(missing);
  return missing.length > 0;
}

/** Null: nothing is missing on the default branch. */
export async function proposeFiles(
  { github, prober }: { github: Github; prober: Pick<Prober, "removeRef"> },
  files: readonly Compared[],
  head: string,
): Promise<{ pull: number; isNew: boolean } | null> {
  const missing = files.filter(({ is }) => is === "missing");
  if (missing.length === 0) return null;
  const { board, code } = github;
  const { defaultBranch } = await board.repository();
  const branch = await code.ensureBranch({ name: INIT_BRANCH, sha: head, message: null });
  try {
    await writeMissing(github, branch.sha, missing);
  } catch (error) {
    // A branch without the files is nothing but in the way.
    if (branch.did === "created") await prober.removeRef(`heads/${INIT_BRANCH}`);
    throw error;
  }
  const { number, did } = await board.ensurePull({
    head: INIT_BRANCH,
    base: defaultBranch,
    title: "Set Roundtable up",
    body: `Brings what [Roundtable](https://github.com/roundtable-dev/roundtable) needs in a repository:\n\n${missing
      .map(({ path }) => `- \`${path}\``)
      .join(
        "\n",
      )}\n\nEach job names its permissions, with the reason beside it. Nothing runs before somebody with write access asks.\n`,
    draft: false,
    labels: [],
  });
  return { pull: number, isNew: did === "created" };
}

async function writeMissing({ code }: Github, head: string, missing: readonly Compared[]): Promise<void> {
  const due = [];
  // What a person has changed there since is theirs.
  for (const { path, content } of missing)
    if ((await code.file(head, path)) === null) due.push({ path, content });
  if (due.length === 0) return;
  const files = due.map(({ path, content }) => ({
    path,
    mode: "100644" as const,
    content: new TextEncoder().encode(content),
  }));
  const commits = [{ message: "Set Roundtable up", files }];
  if ((await code.commit({ branch: INIT_BRANCH, expectedHead: head, commits })) === "moved")
    throw new UserError({
      what: `The branch ${INIT_BRANCH} could not be written`,
      why: "it has moved, or the token may not write workflow files",
      fix: "Try again; a classic token needs the scope workflow, a fine-grained one the permission Workflows: write.",
    });
}
