/** Kiro CLI, from its documentation: never run by us. It takes its key from its environment and asks no proxy. */
import type { Cli } from "./cli.ts";

export const kiro: Cli = {
  backend: "kiro",
  program: "kiro-cli",
  npm: null,
  ownKey: "KIRO_API_KEY",
  refuses: [],
  sandboxProbe: null,
  counted: {},
  command: ({ job }) => ({
    args: [
      "chat",
      "--no-interactive",
      "--trust-all-tools",
      ...(job.model === null ? [] : ["--model", job.model]),
    ],
    env: {},
    files: {},
  }),
  // Any failure is 1, a refused key too: https://kiro.dev/docs/reference/exit-codes/
  read: ({ code, stdout, stderr }) => ({
    text: stdout,
    fault:
      code === 0
        ? null
        : { kind: "failed", message: stderr.trim().slice(-500) || `it ended with ${code ?? "a signal"}` },
    usage: null,
  }),
};
