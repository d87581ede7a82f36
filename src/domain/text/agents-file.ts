/** AGENTS.md with lines more under one heading of ours; nothing else in it is touched. */
import { plainLine } from "./harmless.ts";
import { wordsOf } from "./words.ts";

export const AGENTS_FILE = "AGENTS.md";
const HEADING = "## Learned while working here";

/** Null where it says all of them already. `before` is null where there is no such file. */
export function withLearned(before: string | null, learned: readonly string[]): string | null {
  const text = before ?? "# Notes for agents\n";
  const lines = text.split(/\r?\n/);
  const known = new Set(lines.map(wordsOf));
  const added = learned.map((line) => `- ${plainLine(line)}`).filter((line) => !known.has(wordsOf(line)));
  if (added.length === 0) return null;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const at = lines.findIndex((line) => line.trimEnd() === HEADING);
  if (at < 0) return `${text.trimEnd()}${end}${end}${[HEADING, "", ...added].join(end)}${end}`;
  const next = lines.findIndex((line, index) => index > at && /^#{1,2} /.test(line));
  const [above, below] = next < 0 ? [lines, []] : [lines.slice(0, next), lines.slice(next)];
  while (above.at(-1)?.trim() === "") above.pop();
  if (above.length === at + 1) above.push("");
  return [...above, ...added, "", ...below].join(end);
}
