import type { Diagnostic } from "../problem.ts";

/** In bytes; the largest real file seen has a quarter of a million. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** A spec's files are UTF-8, with or without a byte order mark; a mark is kept, so that ticking changes nothing else. */
export function decodeSpec(bytes: Uint8Array): { text: string } | { diagnostic: Diagnostic } {
  if (bytes.length > MAX_BYTES)
    return fault(1, {
      code: "too-large",
      what: "The file is not read",
      why: `it has ${bytes.length} bytes, and at most ${MAX_BYTES} are read`,
      fix: "Split it into several specs.",
    });
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16)
    return fault(1, {
      code: "encoding",
      what: "The file is not UTF-8",
      why: "its first bytes say UTF-16",
      fix: "Save it as UTF-8.",
    });
  const zero = bytes.indexOf(0);
  if (zero !== -1)
    return fault(lineAt(bytes, zero), {
      code: "binary",
      what: "The file is no text",
      why: "it holds a zero byte",
      fix: "Put the Markdown file in its place.",
    });
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    // Up to the first character that replaces a wrong byte the text is the same.
    const lenient = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return fault(lineOfWrongByte(bytes, lenient), {
      code: "encoding",
      what: "The file is not UTF-8",
      why: "it holds bytes that are no UTF-8 text",
      fix: "Save it as UTF-8.",
    });
  }
}

function fault(
  line: number,
  text: Pick<Diagnostic, "code" | "what" | "why" | "fix">,
): { diagnostic: Diagnostic } {
  return { diagnostic: { severity: "error", line, column: 1, ...text } };
}

function lineAt(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}

/** A replacement character that the file itself holds is no wrong byte: each line is decoded by itself. */
function lineOfWrongByte(bytes: Uint8Array, lenient: string): number {
  const strict = new TextDecoder("utf-8", { fatal: true });
  let from = 0;
  for (const [index, text] of lenient.split("\n").entries()) {
    const end = bytes.indexOf(10, from);
    if (text.includes("\uFFFD")) {
      try {
        strict.decode(bytes.subarray(from, end === -1 ? bytes.length : end));
      } catch {
        return index + 1;
      }
    }
    from = end + 1;
  }
  return 1;
}
