import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type ParsedNode } from "yaml";
import { jsonLines } from "../../../src/domain/text/json-lines.ts";

type Path = (string | number)[];

/** As the parser of YAML sees it, of which JSON is a part. */
function placesIn(text: string): [path: Path, line: number][] {
  const counter = new LineCounter();
  const lineOf = (node: ParsedNode): number => counter.linePos(node.range[0]).line - 1;
  const found: [Path, number][] = [];
  const walk = (node: ParsedNode | null, path: Path): void => {
    if (isSeq(node))
      for (const [at, item] of node.items.entries()) {
        if (!isScalar(item)) found.push([[...path, at], lineOf(item)]);
        walk(item, [...path, at]);
      }
    if (isMap(node))
      for (const { key, value } of node.items) {
        const inner = [...path, String((key as unknown as { value: unknown }).value)];
        found.push([inner, lineOf(key)]);
        walk(value, inner);
      }
  };
  walk(parseDocument(text, { lineCounter: counter }).contents, []);
  return found;
}

describe("lines of JSON", () => {
  it("are those of its keys, and of what stands in its lists", () => {
    const lineOf = jsonLines('{"a": [\n  {"b": {"1":\n\n[]}},\n\n  [2, "]\\"}"], [{}]\n]}', 4);
    expect(lineOf(["a"])).toBe(0);
    expect(lineOf(["a", 0])).toBe(1);
    expect(lineOf(["a", 0, "b", "1"])).toBe(1);
    expect(lineOf(["a", 1])).toBe(5);
    expect(lineOf(["a", 2])).toBe(5);
    expect(lineOf(["a", 2, 0])).toBe(5);
    expect(lineOf(["a", 3])).toBeUndefined();
  });

  it("are those that a parser finds", () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 2 }), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const lineOf = jsonLines(text, 9);
        expect(placesIn(text).map(([path]) => [path, lineOf(path)])).toEqual(placesIn(text));
      }),
    ));
});
