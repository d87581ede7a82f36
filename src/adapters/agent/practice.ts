import { plainAnswer, readAnswer } from "../../domain/agent/answer.ts";
import { SCRIPTED_REVIEW } from "../../domain/agent/playbook.ts";
import { bothSides, practiceLines } from "../../domain/agent/practice.ts";
import type { Agent } from "../../application/job/ports.ts";
import type { Files, Processes } from "../../application/ports.ts";

/**
 * Backend `practice`. Files are asked of git, not opened: a checkout may hold links that lead elsewhere. The line is
 * written by `git apply`, which follows none.
 */
export function practiceAgent({ processes, files }: { processes: Processes; files: Files }): Agent {
  return {
    work: async ({ job, checkout, env, signal }) => {
      if (job.role === "review")
        return readAnswer({
          outcome: "completed",
          summary: `${SCRIPTED_REVIEW}.`,
          verdict: "pass",
          findings: [],
        });
      const git = async (args: readonly string[], input?: string) =>
        processes.run({
          command: "git",
          args: [...args],
          cwd: checkout,
          env,
          signal,
          ...(input !== undefined && { input }),
        });
      if (job.role === "resolve") {
        for (const path of await conflicted(git)) {
          const before = new TextDecoder().decode((await files.read(`${checkout}/${path}`)) ?? undefined);
          await git(
            ["apply", "--whitespace=nowarn", "-"],
            patchTo({ path, before, after: bothSides(before) }),
          );
        }
        return plainAnswer("completed", "Practice: both sides of each conflict are kept. No model wrote it.");
      }
      for (const { path, line } of practiceLines(job)) {
        const before = await contentOf(git, path);
        if (before === null) continue;
        const applied = await git(
          ["apply", "--whitespace=nowarn", "-"],
          patchOf({ path, before: before.text, line }),
        );
        if (applied.code === 0)
          return plainAnswer(
            "completed",
            `Practice: a line in ${path} names this attempt. No model wrote it.`,
          );
      }
      return plainAnswer("failed", "There is no file that a practice line could go into.");
    },
  };
}

/** Files with conflict markers; git looks through no link. */
async function conflicted(git: Git): Promise<string[]> {
  const { stdout } = await git(["grep", "--untracked", "--files-with-matches", "-z", "^<<<<<<< "]);
  return new TextDecoder()
    .decode(stdout)
    .split("\0")
    .filter((path) => path !== "");
}

type Git = (args: readonly string[]) => Promise<{ code: number | null; stdout: Uint8Array }>;

/** `text` is null when the checkout has no such file. Null for a link, a folder, or what is no UTF-8 text. */
async function contentOf(git: Git, path: string): Promise<{ text: string | null } | null> {
  const entry = new TextDecoder().decode((await git(["ls-tree", "-z", "HEAD", "--", path])).stdout);
  if (entry === "") return { text: null };
  const [mode] = entry.split(" ");
  if (mode !== "100644" && mode !== "100755") return null;
  const { code, stdout } = await git(["cat-file", "blob", `HEAD:${path}`]);
  if (code !== 0 || stdout.includes(0)) return null;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(stdout) };
  } catch {
    return null;
  }
}

const named = (side: "a" | "b", path: string): string =>
  `"${side}/${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** The whole text of a file for another one. */
function patchTo({ path, before, after }: Record<"path" | "before" | "after", string>): string {
  const side = (mark: "-" | "+", text: string): { count: number; lines: string } => {
    const isOpen = text !== "" && !text.endsWith("\n");
    const lines = text === "" ? [] : (isOpen ? text : text.slice(0, -1)).split("\n");
    const shown = lines.map((line) => `${mark}${line}\n`).join("");
    return { count: lines.length, lines: isOpen ? `${shown}\\ No newline at end of file\n` : shown };
  };
  const [old, now] = [side("-", before), side("+", after)];
  return `--- ${named("a", path)}\n+++ ${named("b", path)}\n@@ -1,${old.count} +${now.count === 0 ? 0 : 1},${now.count} @@\n${old.lines}${now.lines}`;
}

/** Appends one line; `git diff`'s own form, without context but the last line. */
function patchOf({ path, before, line }: { path: string; before: string | null; line: string }): string {
  const name = (side: "a" | "b"): string => named(side, path);
  const head = `diff --git ${name("a")} ${name("b")}\n`;
  if (before === null || before === "") {
    const from = before === null ? "new file mode 100644\n--- /dev/null" : `--- ${name("a")}`;
    return `${head}${from}\n+++ ${name("b")}\n@@ -0,0 +1 @@\n+${line}\n`;
  }
  const endsOpen = !before.endsWith("\n");
  const lines = (endsOpen ? before : before.slice(0, -1)).split("\n");
  const last = lines.at(-1) ?? "";
  const kept = endsOpen ? `-${last}\n\\ No newline at end of file\n+${last}\n` : ` ${last}\n`;
  return `${head}--- ${name("a")}\n+++ ${name("b")}\n@@ -${lines.length} +${lines.length},2 @@\n${kept}+${line}\n`;
}
