/** What the stub of a model does when it is asked: the same script for all dialects. */

export type Turn =
  /** Calls the tool that writes a file; `path` is absolute. */
  | { write: { path: string; content: string } }
  | { shell: string }
  | { say: string }
  | { refuse: string }
  | { status: number; retryAfter?: number }
  /** The answer begins, then the connection is gone. */
  | { cut: string }
  /** It accepts the request, and nothing comes. */
  | { silent: true };

/** What it does after so many results of tools; a stub keeps no state. */
export type Script = (results: number) => Turn;

/** One turn after another; the last one again and again. */
export const inTurns =
  (...turns: readonly [Turn, ...Turn[]]): Script =>
  (results) =>
    turns[Math.min(results, turns.length - 1)]!;

/** A request, as much of it as a stub must know. */
export interface Asked {
  model: string;
  /** Names of the tools that are offered. */
  tools: readonly string[];
  /** How many results of tools it holds. */
  results: number;
}

/** A request that the stub answered, with all it held. */
export interface Heard extends Asked {
  body: string;
}

export interface Call {
  tool: string;
  input: object;
}

/** One frame of a stream of events. */
export interface Frame {
  event?: string;
  data: object | "[DONE]";
}

/** What every answer tells that it took; the second number of `input` came from a cache. */
export const USED = { input: 1000, cached: 400, output: 50 } as const;

export interface Dialect {
  path: RegExp;
  /** What stands in the key's place. */
  key(header: (name: string) => string | undefined): string | undefined;
  read(body: unknown, path: string): Asked;
  says(model: string, text: string): Frame[];
  calls(model: string, call: Call): Frame[];
  refuses(model: string, text: string): Frame[];
  error(status: number, message: string): object;
}

type Tool = (turn: { path: string; content: string }) => object;
const file: Tool = ({ path, content }) => ({ file_path: path, content });

/** The writing tools of the programs that are tested. */
const WRITERS: Readonly<Record<string, Tool>> = {
  Write: file,
  write_file: file,
  write: ({ path, content }) => ({ filePath: path, content }),
  create: ({ path, content }) => ({ path, file_text: content }),
};
const SHELLS: Readonly<Record<string, (command: string) => object>> = {
  Bash: (command) => ({ command, description: "a step of the script" }),
  run_shell_command: (command) => ({ command, description: "a step of the script" }),
  bash: (command) => ({ command, description: "a step of the script" }),
  exec_command: (cmd) => ({ cmd }),
};

/** Null when no offered tool can do it. */
export function callFor(turn: Turn, offered: readonly string[]): Call | null {
  if ("write" in turn) {
    const tool = offered.find((name) => Object.hasOwn(WRITERS, name));
    if (tool !== undefined) return { tool, input: WRITERS[tool]!(turn.write) };
    const { path, content } = turn.write;
    return shellCall(`cat > '${path}' <<'END'\n${content.replace(/\n$/, "")}\nEND`, offered);
  }
  return "shell" in turn ? shellCall(turn.shell, offered) : null;
}

function shellCall(command: string, offered: readonly string[]): Call | null {
  const tool = offered.find((name) => Object.hasOwn(SHELLS, name));
  return tool === undefined ? null : { tool, input: SHELLS[tool]!(command) };
}
