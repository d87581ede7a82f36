/** Counts what a program has no limit of, by the lines that it prints. */
import type { Job } from "../../domain/handover/job.ts";
import type { Cli } from "./cli.ts";

/** How often a failed request is made again, as in the settings of those that count themselves. */
const MAX_REPEATS = 3;

/** Of what a program prints: the last of it tells how it ended. */
export const KEPT_BYTES = 16 * 1024 * 1024;
/** A line without an end counts for nothing. */
const MAX_LINE = 1024 * 1024;

export interface Limits {
  /** Aborted when the program is to be ended. */
  signal: AbortSignal;
  hear(stream: "stdout" | "stderr", chunk: Uint8Array): void;
  hasUsedTurns(): boolean;
}

export function limitsOf({ counted }: Cli, { limits }: Job): Limits {
  const end = new AbortController();
  const turns = counter(counted.turn);
  const failures = counter(counted.failure);
  return {
    signal: end.signal,
    hear: (stream, chunk) => {
      const before = turns.count();
      (stream === "stdout" ? turns : failures).hear(chunk);
      // It got on: what had failed is overcome.
      if (turns.count() > before) failures.forget();
      if (turns.count() > limits.turns || failures.count() > MAX_REPEATS) end.abort();
    },
    hasUsedTurns: () => turns.count() > limits.turns,
  };
}

/** Of lines, however they come in pieces. */
function counter(line: RegExp | undefined): {
  hear(chunk: Uint8Array): void;
  count(): number;
  forget(): void;
} {
  const decoder = new TextDecoder();
  let [count, rest] = [0, ""];
  return {
    hear: (chunk) => {
      if (line === undefined) return;
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
      rest = (lines.pop() ?? "").slice(-MAX_LINE);
      count += lines.filter((one) => line.test(one)).length;
    },
    count: () => count,
    forget: () => {
      count = 0;
    },
  };
}
