/** What one job of Actions is given, and what it gives back: all that a mode may know of the world around it. */
import type { Clock, Files, Log, Random } from "../../application/ports.ts";

export interface JobContext {
  /** Empty where it is not given. */
  getInput(name: string): string;
  setOutput(name: string, value: string | number): void;
  /** Masked in the log from now on. */
  setSecret(value: string): void;
  /** From now on a cancel no longer ends the job at once: it aborts this, and 7.5 seconds are left. */
  takeCancel(): AbortSignal;
  /** The job ends red, once it is done. */
  setFailed(sentence: string): void;
  /** A remark at a line of a file. */
  annotate(sentence: string, at: Annotation): void;
  /** Markdown on the run's page; runners of one's own may have none. */
  summarize(markdown: string): Promise<void>;
  /** As it is, with whatever orders to the runner it holds. */
  print(text: string | Uint8Array): void;
  log: Log;
  env: Readonly<Record<string, string | undefined>>;
  event: JobEvent;
  clock: Clock;
  random: Random;
  files: Files;
  fetch: typeof fetch;
}

export interface Annotation {
  title: string;
  file: string;
  startLine: number;
  startColumn: number;
}

export interface JobEvent {
  /** `owner/repo`. */
  fullName: string;
  actor: string;
  isBySomeBot: boolean;
  runId: number;
  runAttempt: number;
  apiUrl: string;
  serverUrl: string;
}
