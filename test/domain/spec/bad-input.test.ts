/** Files that are no specs: a diagnostic each, and nothing thrown. */
import { describe, expect, it } from "vitest";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import { parseSpec } from "../../../src/domain/spec/spec.ts";

describe("bytes", () => {
  it.each<[what: string, bytes: Uint8Array, told: { code: string; line: number }]>([
    ["50 MB", new Uint8Array(50 * 1024 * 1024).fill(0x61), { code: "too-large", line: 1 }],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), { code: "binary", line: 3 }],
    ["UTF-16", Buffer.from("\uFEFF- [ ] 1. A", "utf16le"), { code: "encoding", line: 1 }],
    ["Latin-1", Buffer.from("# A\n- [ ] 1. Gr\u00fc\u00dfe\n", "latin1"), { code: "encoding", line: 2 }],
    [
      "a replacement character before the wrong byte",
      Buffer.concat([Buffer.from("\uFFFD\n\n"), Buffer.of(0xc3)]),
      { code: "encoding", line: 3 },
    ],
  ])("%s", (_, bytes, told) =>
    expect(decodeSpec(bytes)).toEqual({
      diagnostic: expect.objectContaining({ severity: "error", ...told }),
    }),
  );

  it("a byte order mark stays, so that ticking keeps it", () =>
    expect(decodeSpec(Buffer.from("\uFEFF- [ ] 1. A"))).toEqual({ text: "\uFEFF- [ ] 1. A" }));
});

describe("texts", () => {
  const codes = (tasks: string): string[] =>
    parseSpec({ tasks, requirements: "", design: "" }).diagnostics.map(
      ({ severity, code }) => `${severity} ${code}`,
    );

  it.each<[what: string, text: string, codes: string[]]>([
    ["nothing", "", ["error no-tasks"]],
    ["only spaces", " \n\t\n", ["error no-tasks"]],
    ["prose", "# A\n\nSome text.\n", ["error no-tasks"]],
    ["JSON", '{"tasks": []}', ["error no-tasks"]],
    ["over 8 MB", "- [ ] 1. A\n".repeat(800_000), ["error too-large"]],
    ["50,000 tasks", "- [ ] a\n".repeat(50_000), []],
    ["over 60,000 boxes", "- [ ] a\n".repeat(60_001), ["error too-many"]],
    [
      "a long title that many headings repeat",
      `- [ ] 1. ${"a".repeat(19_000)}\n${"# 1. b\n".repeat(50_000)}`,
      [],
    ],
    ["a title that many headings repeat", `- [ ] 1. a\n${"# 1. a\nb\n".repeat(25_000)}`, []],
    [
      "marks that are names of every object",
      "- [constructor] 1. A\n- [__proto__] 2. B\n",
      ["warning mark", "warning mark"],
    ],
    ["lone surrogates and control characters", "- [ ] 1. \uD800 \u0007\n", []],
    [
      "ids that are names of every object",
      "- [ ] __proto__\n- [ ] constructor\n  - _Depends: __proto__, toString_\n",
      ["warning depends"],
    ],
  ])("%s", (_, text, expected) => expect(codes(text)).toEqual(expected));
});
