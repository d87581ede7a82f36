/**
 * Texts that make a careless expression take the square of their length, or worse: at this length that would take
 * minutes, so that the test's own time limit is what fails.
 */
import { expect, it } from "vitest";
import { lastJsonLine } from "../../src/domain/agent/answer.ts";
import { inputsOfName } from "../../src/domain/board/dispatch.ts";
import { isBase64, shown } from "../../src/domain/handover/guard.ts";
import { pathFault } from "../../src/domain/handover/path-fault.ts";
import { protection } from "../../src/domain/handover/protected-path.ts";
import { holdsSecret } from "../../src/domain/handover/secret.ts";
import { parseCommand } from "../../src/domain/run/command.ts";
import { parseMarker } from "../../src/domain/run/names.ts";
import { parseRequirements } from "../../src/domain/spec/requirements.ts";
import { parseTasks } from "../../src/domain/spec/tasks.ts";
import { withLearned } from "../../src/domain/text/agents-file.ts";
import { commitSubject, fenced, harmless, harmlessLine, plainLine } from "../../src/domain/text/harmless.ts";

const LENGTH = 100_000;
const LIMIT_MS = 6000;
const max = LENGTH * 4;

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  "a body": (text) => harmless(text, { max }),
  "a line": (text) => harmlessLine(text, max),
  "a commit's subject": (text) => commitSubject(text, max),
  "a brief": (text) => fenced(text, max),
  "AGENTS.md": (text) => [plainLine(text, max), withLearned(text, ["one"])],
  "the search for credentials": holdsSecret,
  "a path": (text) => [pathFault(text), shown(text), isBase64(text)],
  "the patterns of protected paths": (text) =>
    protection(text, { specPath: ".kiro/specs/x", protectedPaths: ["**/a*a*a*a*b", "*a*a*a*c/**"] }),
  "a command": (text) => [parseCommand(text), parseCommand(`/orchestrate a/${text}`)],
  "a flag": (text) => parseCommand(`/orchestrate a/b --only ${text}`),
  "a marker": (text) => [parseMarker(text), parseMarker(`<!-- roundtable:run ${text}`)],
  "the name of a workflow run": (text) => inputsOfName(`/orchestrate ${text}`),
  "an agent's answer": lastJsonLine,
  "tasks.md": (text) => parseTasks(`- [ ] 1. Do it\n${text}`),
  "the line of a task": (text) => parseTasks(`- [ ] 1. ${text}`),
  "requirements.md": (text) => parseRequirements(`### Requirement 1\n\n1. ${text}`),
};

const PIECES = [
  ...'a \n\t[]()<`~*_#@/.-=:,|!"\\{>1',
  "- [ ] ",
  "](",
  "[a]:",
  "<!--",
  "//",
  "a/",
  "www.",
  "https://",
  "close ",
  "fixes a/",
  "sk-",
  "-----BEGIN A ",
  "SG.",
  "{}\n",
  '{"a":',
  "a=1 ",
  "_Depends: 1, ",
  "e\u0301",
  "\u200B",
  "\uD800",
];

it.each(Object.entries(READERS))("%s takes time in proportion", { timeout: LIMIT_MS }, (_, read) => {
  const whole = (piece: string): string => `${piece.repeat(Math.ceil(LENGTH / piece.length))}!`;
  for (const piece of PIECES) expect(() => read(whole(piece))).not.toThrow();
});
