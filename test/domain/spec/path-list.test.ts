/** What `_writes:` and `_reads:` declare. */
import { describe, expect, it } from "vitest";
import { readPathList } from "../../../src/domain/spec/path-list.ts";

describe("a list of paths", () => {
  it.each<[value: string, paths: string[]]>([
    ["src/a.ts, `src/b.ts`; 'c.ts'", ["src/a.ts", "src/b.ts", "c.ts"]],
    ["`src/a.ts` (new), src/b.ts(new, small)", ["src/a.ts", "src/b.ts"]],
    [
      "src/a.ts:10-20, `src/b.ts`:3, src/c.ts#L10, `src/d.ts#L1-L9`",
      ["src/a.ts", "src/b.ts", "src/c.ts", "src/d.ts"],
    ],
    ["src/a.ts, src/b.ts.", ["src/a.ts", "src/b.ts"]],
    ["`src/a.ts` (new).", ["src/a.ts"]],
    ["**src/a.ts**, **/b.ts", ["src/a.ts", "**/b.ts"]],
    ["[src/a.ts, src/b.ts]", ["src/a.ts", "src/b.ts"]],
    ["[a.ts](src/a.ts), [`b.ts`](./b.ts)", ["src/a.ts", "./b.ts"]],
    ['["src/a.ts"]', ["src/a.ts"]],
    ["[app/[id]/page.tsx, src/b.ts]", ["app/[id]/page.tsx", "src/b.ts"]],
    ["[id]/[slug]", ["[id]/[slug]"]],
    [
      "app/[id]/page.tsx, app/[[...slug]]/page.tsx, pages/[user-id].tsx",
      ["app/[id]/page.tsx", "app/[[...slug]]/page.tsx", "pages/[user-id].tsx"],
    ],
    [
      "app/(auth), app/(auth)/f.ts, app/@modal/(..)photo/g.ts",
      ["app/(auth)", "app/(auth)/f.ts", "app/@modal/(..)photo/g.ts"],
    ],
    ["src/{a,b}.ts, {c}.ts, {d", ["src/a.ts", "src/b.ts", "{c}.ts", "{d"]],
    ["src/{a => b}/x.ts, src/{ => c}/y.ts", ["src/a/x.ts", "src/b/x.ts", "src/y.ts", "src/c/y.ts"]],
    ["`src/old.ts` -> `src/new.ts`, a.ts=>b.ts", ["src/old.ts", "src/new.ts", "a.ts", "b.ts"]],
    ["`My Notes.txt`", ["My Notes.txt"]],
    [".gitignore, ., ./src, docs/, ../a", [".gitignore", ".", "./src", "docs/", "../a"]],
    ["none", []],
    ["none.", []],
    ["none (only reads)", []],
    ["", []],
  ])("%s", (value, paths) => expect(readPathList(value)).toMatchObject({ paths, isOdd: false }));

  it("none is told from nothing", () =>
    expect(["none", "–", "", "a.ts, none"].map((value) => readPathList(value).isNone)).toEqual([
      true,
      true,
      false,
      false,
    ]));
});

describe("of what is no list of paths, what reads as a path is kept", () => {
  it.each<[value: string, paths: string[]]>([
    ["src/a.ts to src/c.ts", ["src/a.ts", "src/c.ts"]],
    ["`a.ts` and `b.ts`, src/c.ts", ["a.ts", "b.ts", "src/c.ts"]],
    ["the log", []],
    ["src/[ab].ts", ["src/[ab].ts", "src/?.ts"]],
    ["src/v[0-9].ts", ["src/v[0-9].ts", "src/v?.ts"]],
    ["src/test_[xk].ts", ["src/test_[xk].ts", "src/test_?.ts"]],
    ["src/<module>/index.ts", []],
    ["https://a.example/b.ts", []],
    ["src/a.ts::test_it", []],
    ["src/...", ["src/"]],
    [`src/${"{a,b}".repeat(10)}.ts`, []],
  ])("%s", (value, paths) => expect(readPathList(value)).toMatchObject({ paths, isOdd: true }));
});
