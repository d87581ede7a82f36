/** A mistake as a workflow command: in Actions, GitHub shows it beside its line. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
import { formatProblem, type Diagnostic } from "../problem.ts";
import { plain } from "./look.ts";

const KINDS = { error: "error", warning: "warning", note: "notice" } as const;

export function annotationOf(diagnostic: Diagnostic, file: string): string {
  const { severity, line, column } = diagnostic;
  const said = escaped(plain(formatProblem(diagnostic)));
  return `::${KINDS[severity]} file=${property(file)},line=${line},col=${column}::${said}`;
}

const escaped = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
