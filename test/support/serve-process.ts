/** `roundtable serve` as a process of its own: what it logs, line by line, and its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface ServeProcess {
  /** Every line so far, of both streams. */
  lines: readonly string[];
  /** The first log line for which it is so; waits for it. Rejects when the process ends before. */
  line(is: (logged: Logged) => boolean): Promise<Logged>;
  /** Resolves with the exit code, or the signal that ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | string>;
  ended: Promise<number | string>;
}

export type Logged = Record<string, unknown> & { msg?: string; level?: string };

export function serveProcess(
  entry: string,
  args: readonly string[],
  env: Record<string, string>,
): ServeProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<(line: string | null) => void>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const wake of waiting) wake(line);
    });
  const ended = once(child, "close").then(([code, signal]: unknown[]) => {
    for (const wake of waiting) wake(null);
    return (code ?? signal) as number | string;
  });
  return {
    lines,
    ended,
    line: (is) =>
      new Promise((resolve, reject) => {
        const wake = (line: string | null): void => {
          const logged = line === null ? null : parse(line);
          if (line !== null && (logged === null || !is(logged))) return;
          waiting.delete(wake);
          if (logged) resolve(logged);
          else reject(new Error(`it ended:\n${lines.join("\n")}`));
        };
        waiting.add(wake);
        for (const line of lines) wake(line);
      }),
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

function parse(line: string): Logged | null {
  try {
    return JSON.parse(line) as Logged;
  } catch {
    return null;
  }
}
