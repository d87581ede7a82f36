/** The shape of a coding agent's program: what is installed, how it is started, how its output is read. */
import type { z } from "zod";
import type { ModelAccess } from "../../application/job/ports.ts";
import type { Backend } from "../../domain/config-agents.ts";
import type { Usage } from "../../domain/handover/result.ts";
import type { Job } from "../../domain/handover/job.ts";

export interface Cli {
  backend: Backend;
  /** Its program, and where it comes from. */
  program: string;
  /** Null: npm has it not; the job must have it on its PATH. */
  npm: NpmPackage | null;
  /** The variable of its key, where it must see the key itself. */
  ownKey: string | null;
  /** What it would load whatever it is told; a checkout that has one of them is refused. */
  refuses: readonly string[];
  /** Arguments that end with 0 where its own sandbox works; null: it has none that we use. */
  sandboxProbe: readonly string[] | null;
  /** What is counted for it, where it has no limit of its own. */
  counted: Counted;
  command(start: CliStart): CliCommand;
  read(output: CliOutput): Told;
}

export interface Counted {
  /** A line of its output as a turn begins. */
  turn?: RegExp;
  /** A line of its errors when a request has failed, and is made again for ever. */
  failure?: RegExp;
}

export interface NpmPackage {
  name: string;
  version: string;
  /** Its install script, within the package, where it does not work without; no other script is run. */
  script: string | null;
}

export interface CliStart {
  job: Job;
  checkout: string;
  /** Fresh, and the program's own. */
  home: string;
  /** Origin and token; null: it brings its own way to a model. */
  model: ModelAccess | null;
  /** Its own sandbox works here. */
  hasSandbox: boolean;
}

/** The brief comes on standard input. */
export interface CliCommand {
  args: readonly string[];
  /** Beside what every program of the job gets. */
  env: Readonly<Record<string, string>>;
  /** Contents by path. */
  files: Readonly<Record<string, string>>;
  /** A file that it writes its usage to. */
  usageFile?: string;
}

export interface CliOutput {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Of the usage file; empty when there is none. */
  usage: string;
}

/** What its output tells; how that becomes an outcome is the same for all. */
export interface Told {
  /** Its last words; empty when it came to none. */
  text: string;
  /** Null: it came to its own end. */
  fault: Fault | null;
  usage: Usage | null;
}

export interface Fault {
  /** `limit`: its turns were used up; `refusal`: the model would not go on. */
  kind: "rate_limited" | "infra" | "key" | "limit" | "refusal" | "failed";
  message: string;
}

/** By HTTP status, as the model's server or our proxy answers. */
/** Where no status is told, the words are all there is. */
export const statusInWords = (message: string): number | null =>
  /rate.?limit|too many requests|quota exceeded|\b429\b/i.test(message) ? 429 : null;

export function faultOf(status: number | null, message: string): Fault {
  const kind = (): Fault["kind"] => {
    if (status === 401 || status === 403) return "key";
    if (status === 429) return "rate_limited";
    if (status === null || status === 408 || status >= 500) return "infra";
    return "failed";
  };
  return { kind: kind(), message };
}

/** The lines that are such an event; everything else is left out. */
export function events<T>(stdout: string, event: z.ZodType<T>): T[] {
  return stdout.split("\n").flatMap((line) => {
    const parsed = event.safeParse(documentOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}

export function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
