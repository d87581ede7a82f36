import fc from "fast-check";
import { expect, it } from "vitest";
import { lastBytes } from "../../../src/domain/text/last-bytes.ts";

it("holds what came last, however it came in pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), fc.nat(40), (pieces, limit) => {
      const kept = lastBytes(limit);
      for (const piece of pieces) kept.push(piece);
      const all = pieces.flatMap((piece) => [...piece]);
      expect([...kept.read()]).toEqual(all.slice(Math.max(0, all.length - limit)));
    }),
  );
});

it("holds all where there is no limit, in many pieces too", () => {
  const kept = lastBytes(Infinity);
  for (let at = 0; at < 70_000; at++) kept.push(Uint8Array.of(at % 256));
  const all = kept.read();
  expect([all.length, all[69_999]]).toEqual([70_000, 69_999 % 256]);
});
