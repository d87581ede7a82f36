/** Mistakes where they stand: file and line, the sentence, and the line itself with a mark below it. */
import { formatDiagnostic, formatProblem, type Diagnostic } from "../problem.ts";
import { linesOf } from "../text/lines.ts";
import { counted, cut, plain, PLAIN, widthOf, type Look } from "./look.ts";

/** The text of the file that they are about; null where it could not be read. */
export interface Place {
  file: string;
  text: string | null;
}

const LONGEST_LINE = 200;

/** On the plan as a whole: no line of the spec is at fault. */
const ADVICE: ReadonlySet<string> = new Set(["no-order", "one-unit", "sequential"]);
/** On the command: it has no place in a file. */
const OF_COMMAND: ReadonlySet<string> = new Set(["unknown-unit"]);

export const adviceOf = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.filter(({ code }) => ADVICE.has(code)).map((one) => plain(formatProblem(one)));

export const mistakesOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ code }) => !ADVICE.has(code));

export const hasPlace = ({ code }: Diagnostic): boolean => !OF_COMMAND.has(code);

export const sentenceOf = (diagnostic: Diagnostic, file: string): string =>
  plain(
    hasPlace(diagnostic)
      ? formatDiagnostic(diagnostic, file)
      : `${diagnostic.severity}: ${formatProblem(diagnostic)}`,
  );

export function shownDiagnostics(
  diagnostics: readonly Diagnostic[],
  { file, text }: Place,
  { columns, paint }: Look = PLAIN,
): string[] {
  const lines = linesOf(text ?? "");
  return diagnostics.flatMap((diagnostic) => {
    const line = hasPlace(diagnostic) ? (lines[diagnostic.line - 1] ?? "") : "";
    const marked = markedLine(line, diagnostic.column);
    const number = String(diagnostic.line).padStart(5);
    const room = Math.min(LONGEST_LINE, columns - number.length - " | ".length);
    return [
      paint(diagnostic.severity, sentenceOf(diagnostic, file)),
      ...(marked === null
        ? []
        : [
            `${paint("soft", `${number} |`)} ${cut(marked.text, room)}`,
            `${paint("soft", `${" ".repeat(number.length)} |`)} ${paint(diagnostic.severity, cut(marked.mark, room))}`,
          ]),
    ];
  });
}

/** From the column on, without the white space before the text. Null for a line without text. */
export function markedLine(line: string, column: number): { text: string; at: number; mark: string } | null {
  const text = plain(line.replaceAll("\t", "    ")).trimEnd();
  if (text.trim() === "") return null;
  const before = plain(line.slice(0, Math.max(0, column - 1)).replaceAll("\t", "    "));
  const rest = text.slice(before.length);
  const at = rest.trim() === "" ? 0 : before.length + (rest.length - rest.trimStart().length);
  return {
    text,
    at,
    mark: `${" ".repeat(shownWidth(text.slice(0, at)))}${"^".repeat(Math.max(1, shownWidth(text.slice(at))))}`,
  };
}

const shownWidth = (text: string): number => widthOf(cut(text, LONGEST_LINE));

export const hasError = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");

/** `2 errors, 1 note`, or an empty text. */
export function countsOf(diagnostics: readonly Diagnostic[]): string {
  return (["error", "warning", "note"] as const)
    .flatMap((severity) => {
      const count = diagnostics.filter((one) => one.severity === severity).length;
      return count === 0 ? [] : [counted(count, severity)];
    })
    .join(", ");
}
