/** What a guard of a hand-over is, and what it is asked about. */
import type { SentFile, SentHandOver } from "./result.ts";

export interface HandOverRequest {
  bytes: Uint8Array;
  expected: {
    run: number;
    unit: string;
    role: string;
    attempt: number;
    nonce: string;
    baseSha: string;
    headSha: string;
  };
  rules: {
    /** Patterns of the configuration, beside those that are always protected. */
    protectedPaths: readonly string[];
    specPath: string;
    /** Declared paths: a binary file must be among them. Null when the unit declares none. */
    writes: readonly string[] | null;
    /** 100 when left out. */
    maxFiles?: number;
    /** Of all contents together, unpacked; 4 MB when left out. */
    maxBytes?: number;
  };
  /** Null where nobody has looked: what the ground alone can excuse is then left to the pass, which has. */
  ground: Ground | null;
}

/** The commit that the work stands on. What stands there already is no news. */
export interface Ground {
  files: readonly string[];
  /** Symbolic links and submodules. */
  special: readonly string[];
  /** By path, as far as they were read. */
  texts?: ReadonlyMap<string, string>;
}

export interface Guard {
  code: string;
  /** The sentence that refuses, or null. */
  check: (sent: SentHandOver, request: HandOverRequest) => string | null;
  /** The text of the files on the ground may excuse what it refuses. */
  isExcusable?: true;
}

export const filesOf = (sent: SentHandOver): SentFile[] =>
  "verdict" in sent ? [] : sent.commits.flatMap((commit) => commit.files);

export function eachFile(check: (file: SentFile, request: HandOverRequest) => string | null): Guard["check"] {
  return (sent, request) => {
    for (const file of filesOf(sent)) {
      const sentence = check(file, request);
      if (sentence !== null) return sentence;
    }
    return null;
  };
}

/** Bytes that are no text are one character each. */
export function textOf({ content, base64 }: Pick<SentFile, "content" | "base64">): string {
  if (base64 === undefined) return content ?? "";
  return isBase64(base64) ? atob(base64) : "";
}

export const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** A text of unknown origin in a sentence: one line, no quoting that it could end, and nothing that does not show. */
export const shown = (text: string): string =>
  `"${text
    .slice(0, 200)
    .toWellFormed()
    .replaceAll(UNSEEN, (one) => `[U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`)
    .replaceAll(/["`]/g, "?")}"`;

export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
