/** The person's end of the program, so that commands can be run without one. */
import { createInterface } from "node:readline";
import { styleText } from "node:util";
import type { Log } from "../application/ports.ts";
import { PLAIN, type Look } from "../domain/plan-view/look.ts";
import type { LocalWorld } from "./compose-local.ts";

export interface Terminal {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Someone can watch and answer. */
  isTty: boolean;
  /** Of what is printed; without it nothing bounds a line and nothing is coloured. */
  look?: Look;
  /** What is not the result: goes to stderr, so that stdout stays the result's. */
  line(text: string): void;
  print(text: string): void;
  /** Null where the person ends the question instead of answering it. */
  ask(question: string): Promise<string | null>;
  log: Log;
  isInterrupted(): boolean;
  onInterrupt(listener: () => void): void;
  /** Shown the world of a local run before its first pass: tests disturb it here. */
  watch?(world: LocalWorld): void;
}

/** What a command needs that only prints. */
export type Screen = Pick<Terminal, "cwd" | "env" | "look" | "line" | "print">;

export const lookOf = ({ look }: Pick<Terminal, "look">): Look => look ?? PLAIN;

const STYLES = { error: "red", warning: "yellow", note: "cyan", soft: "dim", strong: "bold" } as const;

/** `styleText` looks at the stream, NO_COLOR and FORCE_COLOR itself. */
const processLook = (): Look => ({
  columns: process.stdout.isTTY ? process.stdout.columns : Infinity,
  paint: (tone, text) => styleText(STYLES[tone], text, { stream: process.stdout }),
});

/** `leave` ends the program at a second Ctrl-C, which does not wait for the jobs to end. */
export function processTerminal(leave: () => void): Terminal {
  const listeners = new Set<() => void>();
  let isInterrupted = false;
  const interrupt = (): void => {
    if (isInterrupted) leave();
    isInterrupted = true;
    for (const listener of listeners) listener();
  };
  // A terminal that does not tell its size says 0: a list drawn that narrow has a letter a line.
  if (process.stdout.isTTY) {
    process.stdout.columns ||= 80;
    process.stdout.rows ||= 24;
  }
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const line = (text: string): void => void process.stderr.write(`${text}\n`);
  const isLoud = Boolean(process.env["ROUNDTABLE_DEBUG"]);
  const log = (level: string) => (message: string, fields?: Record<string, unknown>) => {
    if (isLoud || level === "error")
      line(`${level}: ${message} ${JSON.stringify(isLoud ? fields : withoutTrace(fields))}`);
  };
  return {
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
    env: process.env,
    isTty: process.stdout.isTTY && process.stdin.isTTY,
    look: processLook(),
    line,
    print: (text) => void process.stdout.write(`${text}\n`),
    ask: (question) => {
      const reader = createInterface({ input: process.stdin, output: process.stderr });
      const { promise, resolve } = Promise.withResolvers<string | null>();
      const stop = (): void => reader.close();
      reader.once("SIGINT", interrupt);
      reader.once("close", () => {
        listeners.delete(stop);
        resolve(null);
      });
      listeners.add(stop);
      reader.question(question, (answer) => {
        resolve(answer);
        reader.close();
      });
      return promise;
    },
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    isInterrupted: () => isInterrupted,
    onInterrupt: (listener) => {
      listeners.add(listener);
      if (isInterrupted) listener();
    },
  };
}

const withoutTrace = (fields: Record<string, unknown> | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => [
      key,
      typeof value === "string" ? value.split("\n")[0] : value,
    ]),
  );
