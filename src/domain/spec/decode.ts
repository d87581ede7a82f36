import type { Diagnostic } from "../problem.ts";

/** A spec's files are UTF-8, with or without a byte order mark; a mark is kept, so that ticking changes nothing else. */
export function decodeSpec(bytes: Uint8Array): { text: string } | { diagnostic: Diagnostic } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const diagnostic: Diagnostic = {
      severity: "error",
      code: "encoding",
      line: 1,
      column: 1,
      what: "The file is not UTF-8",
      why: "it holds bytes that are no UTF-8 text",
      fix: "Save it as UTF-8.",
    };
    return { diagnostic };
  }
}
