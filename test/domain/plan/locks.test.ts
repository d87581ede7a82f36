/** Path locks: which sets may name the same file. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, pathsMeet, setsMeet } from "../../../src/domain/plan/locks.ts";
import { LockIndex } from "../../../src/domain/plan/lock-index.ts";

describe("two paths meet", () => {
  it.each([
    ["a.ts", "./A.ts", true],
    ["a//b.ts", "a/./b.ts", true],
    ["a/x/../b.ts", "a/b.ts", true],
    [String.raw`src\a.ts`, "src/a.ts", true],
    ["/src/a.ts", "src/a.ts", true],
    ["Ä.ts", "A\u0308.ts", true],
    ["src/", "src/a.ts", true],
    ["src", "src/a.ts", true],
    ["src", "src/", true],
    ["src", "srcs/a.ts", false],
    ["./", "any/file.md", true],
    [".", "package.json", true],
    ["**", "a", true],
    ["src/**", "src/a/b.ts", true],
    ["src/**", "src", true],
    ["src/**/*.ts", "src/a/b.ts", true],
    ["src/**/*.ts", "src/b.ts", true],
    ["src/**/b.ts", "src/ab.ts", false],
    ["**/*.test.ts", "src/a.ts", false],
    ["**/*.test.ts", "src/v1", true],
    ["src/v1.x", "src/v1.x/a.ts", true],
    ["src/*.ts", "src/a.md", false],
    ["src/*.ts", "src/a/b.ts", false],
    ["src/*.ts", "src/*.test.ts", true],
    ["src/*.ts", "src/", true],
    ["src/*.ts", "lib/*.ts", false],
    ["src/*/a.ts", "src/b/*.ts", true],
    ["packages/*/src", "packages/a/src/index.ts", true],
    ["packages/*/src", "packages/a/srcs/index.ts", false],
    ["packages/*", "packages/a/src/index.ts", true],
    ["src/**/components", "src/a/components/b.ts", true],
    ["src/*.*", "src/a/b.ts", false],
    ["src/my.module", "src/my.module/*.ts", true],
    ["src/my.module", "**/my.module/*/a.ts", true],
    ["src/my.module", "lib/my.module/*.ts", false],
    ["src/a?.ts", "src/ab.ts", true],
    ["src/a?.ts", "src/abc.ts", false],
    ["app/[id]/page.tsx", "app/i/page.tsx", false],
    ["app/[id]/page.tsx", "app/[id]", true],
    ["package.json", "web/yarn.lock", true],
    ["web/", "web/package.json", true],
    ["src/", "package.json", false],
    ["a.ts", "b.ts", false],
  ])("%s and %s: %s", (a, b, meet) => {
    expect(pathsMeet(a, b)).toBe(meet);
    expect(pathsMeet(b, a)).toBe(meet);
  });
});

describe("a set covers a file", () => {
  it.each([
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/a/b.ts", false],
    ["src/**/b.ts", "src/xb.ts", false],
    ["src", "src/a.ts", true],
    ["src/", "SRC/a.ts", true],
    ["src/a.ts", "src/*", false],
    ["src/a.ts", "src/?.ts", false],
    ["src/a.ts", "**", false],
    ["src/*", "src/*", true],
    ["packages/*", "packages/a/src/index.ts", true],
    ["packages/*/src", "packages/a/src/b/index.ts", true],
    ["packages/*/src", "packages/a/test/index.ts", false],
    ["package.json", "web/package.json", false],
    ["src/", "src/../.github/x", false],
  ])("%s, %s: %s", (pattern, path, isCovered) => expect(covers([pattern], path)).toBe(isCovered));
});

// Small alphabets, so that the brute-force matcher can try every path there is.
const SEGMENTS = ["a", "b", "ab", "*", "?", "a*", "*b", "a*b", "*a*", "*b*", "?*", "??", "*?b", "**", "*.t"];
const segment = fc.constantFrom(...SEGMENTS);
const PLAIN = ["package.json", "a/yarn.lock", "a.ts", "a/a.ts", "a.ts/b.ts", "a/"];
const NAMED = [
  ...PLAIN,
  "**/package.json",
  "**/a.ts",
  "**/b.ts",
  "*/a.ts",
  "a/**/a.ts",
  "a/*.ts",
  "b/**/?.ts",
  "a.ts/*.ts",
  "**/a.ts/b*.ts",
  "a/*/a.ts/**",
  "a*/a*.ts",
  "a/*/ab/*",
  "?/*/b*.ts",
  "*/*/ab",
  "**/ab*.ts",
];
const pattern = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 2 }), fc.constantFrom("", "/"))
  .map(([parts, end]) => parts.join("/") + end);
const allFiles = [1, 2, 3, 4].flatMap((depth) =>
  Array.from({ length: depth }).reduce<string[]>(
    (found) =>
      found.flatMap((path) =>
        ["a", "b", "ab", "ab.t", ".t"].map((name) => (path ? `${path}/${name}` : name)),
      ),
    [""],
  ),
);

describe("properties", () => {
  it("two patterns meet exactly when some small path is in both", () => {
    const known = new Map<string, Set<string>>();
    const matches = (text: string): Set<string> => {
      const files = known.get(text) ?? new Set(allFiles.filter((file) => covers([text], file)));
      known.set(text, files);
      return files;
    };
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const left = matches(a);
        const both = [...matches(b)].some((file) => left.has(file));
        if (both !== pathsMeet(a, b)) throw new Error(`${a} and ${b}: brute force says ${both}`);
      }),
      { numRuns: 1000 },
    );
  });

  it("two globs of many stars meet exactly when trying every way finds one", () => {
    const items = fc.array(fc.constantFrom("a", "b", "any", "many"), { maxLength: 8 });
    const meet = (a: readonly string[], b: readonly string[]): boolean => {
      const [[one, ...more], [other, ...others]] = [a, b];
      if (one === "many") return meet(more, b) || (other !== undefined && meet(a, others));
      if (other === "many") return meet(b, a);
      if (one === undefined || other === undefined) return one === other;
      return (one === other || one === "any" || other === "any") && meet(more, others);
    };
    const asName = (list: readonly string[]): string =>
      `src/x${list.join("").replaceAll("many", "*").replaceAll("any", "?")}y`;
    const asFolders = (list: readonly string[]): string =>
      ["?", ...list, "y.t"].join("/").replaceAll("many", "**").replaceAll("any", "*");
    fc.assert(
      fc.property(items, items, fc.constantFrom(asName, asFolders), (a, b, written) => {
        const [left, right] = [written(a), written(b)];
        const isOne = meet([...a, "y"], [...b, "y"]);
        if (/[*?]/.test(left) && /[*?]/.test(right))
          expect(pathsMeet(left, right), `${left} ${right}`).toBe(isOne);
      }),
      { numRuns: 3000 },
    );
  });

  it("a glob takes no longer for its many stars", () => {
    const globs = Array.from({ length: 60 }, (_, at) => `src/${"a*".repeat(490)}x${at}.ts`);
    const deep = Array.from({ length: 60 }, (_, at) => `${"a/**/".repeat(200)}x${at}.ts`);
    const plain = [`src/${"a".repeat(990)}.ts`, `${"a/".repeat(500)}a.ts`];
    const all = [...globs, ...deep, ...plain];
    expect(all.flatMap((one, at) => all.slice(at + 1).filter((other) => pathsMeet(one, other)))).toEqual([]);
  });

  it("a pattern covers what its expression matches", () => {
    const expression = (text: string): RegExp => {
      const parts = text.split("/").filter(Boolean);
      const isFolder = text.endsWith("/") || parts.at(-1) === "**";
      while (parts.at(-1) === "**") parts.pop();
      if (parts.length === 0) return /^.+$/;
      const body = parts
        .map((part) =>
          part === "**"
            ? "(?:[^/]+/)*"
            : `${part
                .replaceAll(".", String.raw`\.`)
                .replaceAll("*", "[^/]*")
                .replaceAll("?", "[^/]")}/`,
        )
        .join("");
      const isFile = /[^./]\.[\w*?]+$/.test(parts.at(-1)!);
      return new RegExp(`^${body}${isFolder ? "[^/]+/.*" : isFile ? "" : ".*"}$`);
    };
    fc.assert(
      fc.property(pattern, fc.constantFrom(...allFiles), (text, file) => {
        expect(covers([text], file), `${text} ${file}`).toBe(expression(text).test(`${file}/`));
      }),
      { numRuns: 2000 },
    );
  });

  it("B1 B2 locks are symmetric, and a set meets itself", () => {
    const set = fc.array(pattern, { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(set, set, (a, b) => setsMeet(a, b) === setsMeet(b, a) && setsMeet(a, a)));
  });

  it("the index finds what is held exactly when one meets", () => {
    const set = fc.array(fc.oneof(pattern, fc.constantFrom(...NAMED)), { maxLength: 5 });
    fc.assert(
      fc.property(set, set, (held, wanted) => {
        const index = new LockIndex();
        const keys = Map.groupBy(held, (path) => index.add(path));
        const key = index.blocker(wanted);
        expect(key !== null).toBe(setsMeet(held, wanted));
        if (key !== null) expect(setsMeet(keys.get(key)!, wanted)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[what: string, held: (at: number) => string[]]>([
    ["names at any depth", (at) => [`**/name${at}.ts`, `src/module${at}/index.ts`]],
    [
      "names that begin with their own letters",
      (at) => [`tests/**/test_m${at}_*.py`, `src/module${at}/index.ts`],
    ],
    ["names that end with their own letters", (at) => [`**/*x${at}.proto`, `src/module${at}/index.ts`]],
    ["folders behind any folder", (at) => [`packages/*/module${at}`, `apps/*/x${at}/*/*.ts`]],
    [
      "all of these",
      (at) => [`**/name${at}.ts`, `lib/**/a${at}_*.py`, `src${at}/*.c`, `own/*/x${at}/*.rs`, `e/${at}/a.go`],
    ],
  ])("the index does not try each of many: %s", (_, held) => {
    const index = new LockIndex();
    for (let at = 0; at < 8000; at++) {
      expect(index.blocker(held(at))).toBe(null);
      for (const path of held(at)) index.add(path);
    }
    for (const path of held(7000)) expect(index.blocker([path])).not.toBe(null);
  });
});
