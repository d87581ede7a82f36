/** What is there already is known by the marker that it ends with: one that is quoted further up says nothing. */
import { expect, it } from "vitest";
import { endsWith } from "../../../src/adapters/github/ensured.ts";

const MARKER = "<!-- roundtable:unit run=12 unit=1 -->";

it.each<[string, string | null | undefined, boolean]>([
  ["on the last line", `Text.\n\n${MARKER}`, true],
  ["with nothing behind it but space", `Text.\r\n\r\n${MARKER}\r\n \n`, true],
  ["quoted further up", `> ${MARKER}\n\nText.\n\n<!-- roundtable:unit run=12 unit=2 -->`, false],
  ["before a person's words", `${MARKER}\n\nPlease soon!`, false],
  ["of another unit", "<!-- roundtable:unit run=12 unit=11 -->", false],
  ["in no text", null, false],
])("%s", (_, body, isKnown) => {
  expect(endsWith(body, MARKER)).toBe(isKnown);
});
