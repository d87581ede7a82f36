/** Runs `roundtable local` in this process on a temporary repository, with a person who only reads. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { local, type LocalOptions } from "../../src/entry/commands/local.ts";
import type { LocalWorld } from "../../src/entry/compose-local.ts";
import type { LocalReport } from "../../src/entry/local/report.ts";
import type { Terminal } from "../../src/entry/terminal.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
export const EXAMPLE = join(ROOT, "examples/eggtimer");
export const EXAMPLE_SPEC = join(EXAMPLE, ".kiro/specs/readable-durations");

export interface LocalRun {
  report: LocalReport;
  code: number;
  lines: string[];
}

export interface RunRequest {
  spec: string;
  out: string;
  options?: LocalOptions;
  watch?: (world: LocalWorld) => void;
  /** Called for each line that is shown; true interrupts the run, as Ctrl-C does. */
  interruptAt?: (line: string) => boolean;
  /** What is said to a question; left out: nobody is asked. */
  answer?: string;
}

export async function runLocal({ spec, out, options, ...given }: RunRequest): Promise<LocalRun> {
  const { terminal, lines } = onlooker(given);
  const { report, code } = await local(spec, { yes: true, out, ...options }, terminal);
  return { report, code, lines };
}

/** A terminal in a pipe, or with a person who answers each question so: what it is shown is kept. */
export function onlooker({
  cwd = "/",
  env = process.env,
  answer,
  watch,
  interruptAt,
}: Pick<RunRequest, "watch" | "interruptAt" | "answer"> & Partial<Pick<Terminal, "cwd" | "env">> = {}): {
  terminal: Terminal;
  lines: string[];
  printed: string[];
} {
  const lines: string[] = [];
  const printed: string[] = [];
  const listeners: (() => void)[] = [];
  let isInterrupted = false;
  const terminal: Terminal = {
    cwd,
    env,
    isTty: answer !== undefined,
    line(text) {
      lines.push(text);
      if (isInterrupted || !interruptAt?.(text)) return;
      isInterrupted = true;
      for (const listener of listeners) listener();
    },
    print: (text) => void printed.push(text),
    ask: async () => (isInterrupted ? null : (answer ?? null)),
    log: {
      info() {},
      warn() {},
      error: (message, fields) => void lines.push(`error: ${message} ${JSON.stringify(fields)}`),
    },
    isInterrupted: () => isInterrupted,
    onInterrupt: (listener) => void listeners.push(listener),
    ...(watch ? { watch } : {}),
  };
  return { terminal, lines, printed };
}

/** A temporary folder; `done` removes it. */
export function temporary(): { path: string; done(): void } {
  const path = mkdtempSync(join(tmpdir(), "roundtable-run-"));
  return { path, done: () => rmSync(path, { recursive: true, force: true }) };
}

/** A git repository with one commit that holds a copy of a spec's folder. */
export function repositoryWith(folder: string, spec: { from: string; name: string }): string {
  const path = join(folder, ".kiro/specs", spec.name);
  mkdirSync(path, { recursive: true });
  cpSync(spec.from, path, { recursive: true });
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "First");
  return path;
}

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** What the run must be told to have left unsaid. */
export const faults = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(error|Warning):?/.test(line));
