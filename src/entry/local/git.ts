/** The few git commands that `local` needs to copy a repository: always data, never a shell, never the user's own settings. */
import { UserError } from "../../domain/problem.ts";
import type { Processes } from "../../application/ports.ts";

export interface Git {
  (args: readonly string[], options?: { cwd?: string; input?: string | Uint8Array }): Promise<string>;
  /** Null instead of an error. */
  ask(args: readonly string[], options?: { cwd?: string }): Promise<string | null>;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: "Roundtable",
  GIT_AUTHOR_EMAIL: "roundtable@localhost",
  GIT_COMMITTER_NAME: "Roundtable",
  GIT_COMMITTER_EMAIL: "roundtable@localhost",
};

export function createGit(processes: Processes, path: string): Git {
  const run = async (
    args: readonly string[],
    { cwd = "/", input }: { cwd?: string; input?: string | Uint8Array } = {},
  ) =>
    processes.run({
      command: "git",
      args: [
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "safe.directory=*",
        ...args,
      ],
      cwd,
      env: {
        PATH: path,
        LC_ALL: "C",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        GIT_LITERAL_PATHSPECS: "1",
        ...IDENTITY,
      },
      ...(input === undefined ? {} : { input }),
    });
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const git = async (args: readonly string[], options?: Parameters<Git>[1]): Promise<string> => {
    const done = await run(args, options);
    if (done.code === 0) return text(done.stdout).replace(/\n$/, "");
    const why = text(done.stderr).trim().split("\n").at(-1) ?? "";
    if (/no space left on device/i.test(why)) throw Object.assign(new Error(why), { code: "ENOSPC" });
    throw new UserError({
      what: `git ${args[0]} failed`,
      why,
      fix: "Look at the repository, then try again.",
    });
  };
  return Object.assign(git, {
    ask: async (args: readonly string[], options?: { cwd?: string }) => {
      const done = await run(args, options);
      return done.code === 0 ? text(done.stdout).replace(/\n$/, "") : null;
    },
  });
}
