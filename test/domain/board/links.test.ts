/** What GitHub can hold of links between issues. */
import { describe, expect, it } from "vitest";
import { blockersOf, groupsOf } from "../../../src/domain/board/links.ts";
import type { Linked } from "../../../src/domain/plan-view/order.ts";

const ids = (count: number, letter: string): string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
const unit = (id: string, dependsOn: readonly string[] = []): Linked => ({
  id,
  dependsOn: dependsOn.map((one) => ({ id: one })),
});

describe("a unit's blockers", () => {
  it("are fifty at most, the first ones", () => {
    const many = ids(60, "a");
    const links = blockersOf([...many.map((id) => unit(id)), unit("last", many)]);
    expect(links.get("last")).toEqual(many.slice(0, 50));
  });

  it("block fifty at most: who comes later has the others that it waits for", () => {
    const many = ids(60, "b");
    const links = blockersOf([unit("first"), unit("also"), ...many.map((id) => unit(id, ["first"]))]);
    expect(many.map((id) => links.get(id)!.length)).toEqual([...Array(50).fill(1), ...Array(10).fill(0)]);
    const both = blockersOf([
      unit("first"),
      unit("also"),
      ...many.map((id) => unit(id, ["first"])),
      unit("end", ["first", "also"]),
    ]);
    expect(both.get("end")).toEqual(["also"]);
  });
});

describe("sub-issues", () => {
  it.each([
    [100, []],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])("of %i units are grouped so: %j", (count, sizes) => {
    const groups = groupsOf(ids(count, "u"));
    expect(groups.map(({ length }) => length)).toEqual(sizes);
    if (sizes.length > 0) expect(groups.flat()).toEqual(ids(count, "u"));
  });
});
