/** The difference of two trees in memory, worded as git words it. */
import type { FileChange } from "./diff.ts";
import { diffLines } from "./line-diff.ts";
import type { LineDiff } from "./line-diff.ts";
import type { MemoryObjects } from "./memory-objects.ts";
import { changedFiles } from "./tree-diff.ts";
import type { FilePair, FileState } from "./tree-diff.ts";

const NO_OBJECT = "0".repeat(40);
/** Where git looks for a byte that no text has. */
const LOOKED_AT = 8000;

export function memoryDiff(
  objects: MemoryObjects,
  from: string,
  to: string,
): { text: string; files: FileChange[] } {
  const told = changedFiles(objects, from, to).map((pair) => describe(objects, pair));
  return { text: told.map(({ text }) => text).join(""), files: told.map(({ file }) => file) };
}

function describe(objects: MemoryObjects, pair: FilePair): { text: string; file: FileChange } {
  const { before, after } = pair;
  const status = statusOf(pair);
  const lines = linesOf(objects, pair);
  // A file that becomes a link (or back) is shown as removed and added.
  const parts =
    status === "changed"
      ? [
          { before, after: null },
          { before: null, after },
        ]
      : [pair];
  // Bytes one by one until here, so that any file passes.
  const text = Buffer.from(parts.map((part) => textOf(objects, part)).join(""), "latin1").toString();
  const start = text.search(/^@@ /mu);
  return {
    text,
    file: {
      path: after?.path ?? before?.path ?? "",
      previousPath: status === "renamed" ? (before?.path ?? null) : null,
      status,
      sha: after?.sha ?? before?.sha ?? "",
      additions: lines?.additions ?? 0,
      deletions: lines?.deletions ?? 0,
      patch: start < 0 ? null : text.slice(start).replace(/\n$/u, ""),
    },
  };
}

function statusOf({ before, after }: FilePair): FileChange["status"] {
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.path !== after.path) return "renamed";
  return before.mode.slice(0, 3) === after.mode.slice(0, 3) ? "modified" : "changed";
}

/** Null when a side is no text. */
function linesOf(objects: MemoryObjects, { before, after }: FilePair): LineDiff | null {
  const [old, fresh] = [contentOf(objects, before), contentOf(objects, after)];
  return [old, fresh].some((one) => one.slice(0, LOOKED_AT).includes("\0")) ? null : diffLines(old, fresh);
}

function contentOf(objects: MemoryObjects, file: FileState | null): string {
  if (file === null) return "";
  if (file.mode === "160000") return `Subproject commit ${file.sha}\n`;
  return Buffer.from(objects.object(file.sha)?.content ?? []).toString("latin1");
}

function textOf(objects: MemoryObjects, pair: FilePair): string {
  const { before, after } = pair;
  const paths = [before?.path ?? after?.path ?? "", after?.path ?? before?.path ?? ""] as const;
  const [left, right] = [quoted(`a/${paths[0]}`), quoted(`b/${paths[1]}`)];
  const head = [`diff --git ${left} ${right}`, ...modeLines(pair)];
  if (before !== null && after !== null && before.path !== after.path) {
    head.push("similarity index 100%", `rename from ${quoted(paths[0])}`, `rename to ${quoted(paths[1])}`);
  }
  if (before?.sha === after?.sha) return joined(head);
  const mode = before?.mode === after?.mode ? ` ${after?.mode ?? ""}` : "";
  head.push(`index ${before?.sha ?? NO_OBJECT}..${after?.sha ?? NO_OBJECT}${mode}`);
  const names = [before === null ? "/dev/null" : left, after === null ? "/dev/null" : right] as const;
  const changed = linesOf(objects, pair);
  if (changed === null) return joined([...head, `Binary files ${names[0]} and ${names[1]} differ`]);
  if (changed.text === "") return joined(head);
  // A tab ends a name that has blanks.
  const [old, fresh] = names.map((name) => (name.includes(" ") ? `${name}\t` : name));
  return joined([...head, `--- ${old ?? ""}`, `+++ ${fresh ?? ""}`]) + changed.text;
}

function modeLines({ before, after }: FilePair): string[] {
  if (before === null) return [`new file mode ${after?.mode ?? ""}`];
  if (after === null) return [`deleted file mode ${before.mode}`];
  return before.mode === after.mode ? [] : [`old mode ${before.mode}`, `new mode ${after.mode}`];
}

function joined(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

const SHORT: Record<string, string> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

/** A name with other than plain characters is written as a C string. */
function quoted(name: string): string {
  const bytes = Buffer.from(name).toString("latin1");
  const safe = bytes.replaceAll(/[\0-\u001F"\\\u007F-\u00FF]/gu, (char) => {
    return SHORT[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return safe === bytes ? bytes : `"${safe}"`;
}
