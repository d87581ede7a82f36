/**
 * What a step says to the runner: `::error::…` lines in its output and the files GITHUB_OUTPUT, GITHUB_ENV and so on.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import type { JobLog } from "./log.ts";
import type { Annotation } from "./ledger.ts";

/** GitHub keeps ten annotations of each level per step, 4,096 characters each. */
const ANNOTATIONS_PER_STEP = 10;
const ANNOTATION_LENGTH = 4096;

/** Takes the lines of one step's output. */
export function commandReader(
  log: JobLog,
  annotate: (annotation: Annotation) => void,
): (line: string) => void {
  let stoppedUntil: string | null = null;
  const counts = { error: 0, warning: 0, notice: 0 };
  return (line) => {
    const command = /^\s*::([\w-]+)(\s.*?)?::(.*)$/u.exec(line);
    if (stoppedUntil !== null) {
      if (line.trim() === `::${stoppedUntil}::`) stoppedUntil = null;
      else log.write(line);
      return;
    }
    if (command === null) return log.write(line);
    const [, name = "", properties = "", value = ""] = command;
    const message = unescapeData(value);
    switch (name) {
      case "add-mask":
        return log.masks.add(message);
      case "debug":
        return;
      case "group":
        return log.write(`> ${message}`);
      case "endgroup":
        return;
      case "stop-commands":
        stoppedUntil = message;
        return;
      case "error":
      case "warning":
      case "notice": {
        log.write(`${name[0]?.toUpperCase()}${name.slice(1)}: ${message}`);
        if (++counts[name] <= ANNOTATIONS_PER_STEP)
          annotate(annotationOf(name, { properties, message: log.masks.hide(message) }));
        return;
      }
      case "set-output":
      case "save-state":
      case "set-env":
      case "add-path":
        return log.write(
          `Error: the command '${name}' is disabled; write to the file that GitHub names instead`,
        );
      default:
        return log.write(line);
    }
  };
}

function annotationOf(level: Annotation["level"], said: { properties: string; message: string }): Annotation {
  const named = new Map(
    said.properties
      .trim()
      .split(",")
      .map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))] as const;
      }),
  );
  const line = Number(named.get("line"));
  return {
    level,
    message: said.message.slice(0, ANNOTATION_LENGTH),
    path: named.get("file") ?? null,
    line: Number.isInteger(line) && line > 0 ? line : null,
  };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}

/** `name=value` lines and `name<<END` blocks. Throws with GitHub's words on anything else. */
export function parseAssignments(text: string): [name: string, value: string][] {
  const lines = text.split(/\r?\n/u);
  const found: [string, string][] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      found.push([line.slice(0, equals), line.slice(equals + 1)]);
    } else if (heredoc > 0) {
      const end = line.slice(heredoc + 2);
      const close = lines.indexOf(end, at + 1);
      if (end === "" || close < 0) {
        throw new Error(`Invalid value. Matching delimiter not found '${end}'`);
      }
      found.push([line.slice(0, heredoc), lines.slice(at + 1, close).join("\n")]);
      at = close;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return found;
}
