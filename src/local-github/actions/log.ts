/** The log of one job: a text file, every line of it masked. Nothing may be written to it past `write`. */
import type { Files } from "../ports.ts";

export interface Masks {
  /** Also each line of a text of several lines. */
  add(secret: string): void;
  hide(text: string): string;
}

export interface JobLog {
  readonly path: string;
  readonly masks: Masks;
  readonly write: (line: string) => void;
  /** Resolves when all that was written lies in the file. */
  flush(): Promise<void>;
}

export function createMasks(secrets: Iterable<string> = []): Masks {
  const known = new Set<string>();
  let longestFirst: string[] = [];
  const add = (secret: string): void => {
    for (const part of [secret, ...secret.split(/\r?\n/u)]) if (part.trim() !== "") known.add(part);
    longestFirst = [...known].toSorted((a, b) => b.length - a.length);
  };
  for (const secret of secrets) add(secret);
  return { add, hide: (text) => longestFirst.reduce((left, secret) => left.replaceAll(secret, "***"), text) };
}

export function createLog(files: Files, path: string, masks: Masks): JobLog {
  let waiting = "";
  let writing = Promise.resolve();
  const flush = (): Promise<void> => {
    const text = waiting;
    waiting = "";
    if (text !== "") writing = writing.then(() => files.append(path, text));
    return writing;
  };
  return {
    path,
    masks,
    write: (line) => {
      waiting += `${masks.hide(line)}\n`;
      if (waiting.length > 64_000) void flush().catch(() => {});
    },
    flush,
  };
}

/** Cuts a stream of bytes into lines. */
export function lineSplitter(each: (line: string) => void): { push(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push: (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/u);
      rest = lines.pop() ?? "";
      for (const line of lines) each(line);
    },
    end: () => {
      if (rest !== "") each(rest);
      rest = "";
    },
  };
}
