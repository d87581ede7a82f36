import type { Machine, ProcessResult } from "../ports.ts";

const PLAIN_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Runs git in a bare repository with nothing of the user's configuration. Rejects on an exit code that is not expected. */
export async function runGit(
  machine: Machine,
  folder: string,
  request: { args: readonly string[]; input?: string | Uint8Array; expect?: readonly number[] },
): Promise<{ code: number; text: string; bytes: Uint8Array }> {
  const result = await machine.processes.run({
    command: "git",
    args: ["--git-dir", folder, ...request.args],
    cwd: folder,
    env: gitEnvironment(machine),
    ...(request.input === undefined ? {} : { input: request.input }),
  });
  return checked(result, request.args, request.expect ?? [0]);
}

/** Dates come from the clock, so that equal worlds make equal commits. */
export function gitEnvironment(machine: Machine): Record<string, string> {
  const date = machine.clock.now().toISOString();
  return {
    PATH: process.env["PATH"] ?? PLAIN_PATH,
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
}

function checked(
  result: ProcessResult,
  args: readonly string[],
  expect: readonly number[],
): { code: number; text: string; bytes: Uint8Array } {
  if (result.code === null || !expect.includes(result.code)) {
    const said = new TextDecoder().decode(result.stderr).trim();
    throw new Error(`git ${args[0] ?? ""} ended with ${result.code ?? result.signal ?? "nothing"}: ${said}`);
  }
  return { code: result.code, text: new TextDecoder().decode(result.stdout), bytes: result.stdout };
}
