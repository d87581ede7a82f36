/**
 * What the local GitHub needs from the machine it runs on. Everything that would make two runs differ
 * (time, chance, processes, files) comes in through these, so that whole worlds can be simulated.
 */

export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** A lower-case hexadecimal string of `length` characters. */
  hex(length: number): string;
}

export interface ProcessRequest {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the child: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** What the program itself is sent, without what it has started, each once that is aborted. */
  signals?: Readonly<Partial<Record<"SIGINT" | "SIGTERM", AbortSignal>>>;
  /** Called with each piece of output as it arrives. */
  onOutput?: (stream: "stdout" | "stderr", chunk: Uint8Array) => void;
}

export interface ProcessResult {
  /** Null when the process was ended by a signal or could not be started. */
  code: number | null;
  signal: string | null;
  stdout: Uint8Array;
  stderr: Uint8Array;
  timedOut: boolean;
}

export interface Processes {
  /** Starts a program without a shell and waits for its end; the whole process tree is ended on time-out or abort. Rejects when it cannot be started (ENOENT …). */
  run(request: ProcessRequest): Promise<ProcessResult>;
}

export interface Files {
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Makes missing folders; writes to a temporary name first, then renames. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  append(path: string, content: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, sorted; empty when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Removes a file or a folder with all below it; nothing happens when it does not exist. */
  remove(path: string): Promise<void>;
}

export interface Machine {
  clock: Clock;
  random: Random;
  processes: Processes;
  files: Files;
}
