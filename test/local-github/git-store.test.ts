/** What the local GitHub may expect of a git repository, wherever it lies. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { GitStore } from "../../src/local-github/git/store.ts";
import { readFiles, STORES, writeCommit } from "../support/git-stores.ts";
import type { FilesAt } from "../support/git-stores.ts";

const UNKNOWN = "1".repeat(40);
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const text = new TextEncoder();

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])("a git store in a %s", (kind) => {
  let store: GitStore;
  let done: () => Promise<void>;
  beforeEach(async () => {
    ({ store, done } = await STORES[kind]());
  });
  afterEach(() => done());

  describe("objects", () => {
    it("have the names that git gives", async () => {
      const blob = await store.write({ type: "blob", content: text.encode("hello\n") });
      const tree = await store.writeTree([
        { name: "b.txt", mode: "100644", sha: blob },
        { name: "b", mode: "040000", sha: EMPTY_TREE },
        { name: "a", mode: "100755", sha: blob },
      ]);
      const commit = await writeCommit(store, { files: { a: "hello\n" }, message: "First\n" });
      const tag = await store.write({ type: "tag", content: text.encode(tagOf(commit)) });
      expect({ blob, tree, commit, tag }).toEqual({
        blob: "ce013625030ba8dba906f756967f9e9ca394464a",
        tree: "0ed12622cd46b5e09ad52777d1f6a9c6c4408855",
        commit: "22b12646c43e079cb7c9ff3165cb409591b32a45",
        tag: "4b2427f52ee21942e89a6874e2f7084272d85a66",
      });
    });

    it("are read as they were written, and are null where there are none", async () => {
      const content = Uint8Array.from([0, 255, 10, 13]);
      const blob = await store.write({ type: "blob", content });
      const link = { mode: "120000", content: "b" };
      const commit = await writeCommit(store, { files: { "ü/b c.txt": "1", "d/e/f": "2", link } });
      expect(Buffer.from((await store.object(blob))?.content ?? [])).toEqual(Buffer.from(content));
      const found = await store.commit(commit);
      expect(found).toMatchObject({ sha: commit, parents: [], message: "Change\n" });
      expect((await store.tree(commit))?.map(({ mode, name }) => [mode, name])).toEqual([
        ["040000", "d"],
        ["120000", "link"],
        ["040000", "ü"],
      ]);
      const tree = found?.tree ?? "";
      expect(await store.entryAt(tree, "ü/b c.txt")).toMatchObject({ mode: "100644" });
      expect(await store.entryAt(commit, "d/e")).toMatchObject({ mode: "040000" });
      expect(await store.entryAt(tree, "")).toEqual({ mode: "040000", sha: tree });
      const missing = [
        store.object(UNKNOWN),
        store.commit(UNKNOWN),
        store.commit(tree),
        store.tree(UNKNOWN),
        store.tree(blob),
        store.entryAt(tree, "d/f"),
        store.entryAt(tree, "link/f"),
        store.listTree(UNKNOWN, true),
        store.listTree(blob, false),
      ];
      expect(await Promise.all(missing)).toEqual(missing.map(() => null));
      expect((await store.commits([commit, UNKNOWN, commit])).map(({ sha }) => sha)).toEqual([
        commit,
        commit,
      ]);
    });

    it("are listed with sizes, folders before what they hold", async () => {
      const module = { mode: "160000", content: UNKNOWN };
      const commit = await writeCommit(store, { files: { "a/b/c": "123", "a.txt": "", module } });
      const listed = async (recursive: boolean): Promise<unknown> =>
        (await store.listTree(commit, recursive))?.map(({ mode, type, path, size }) =>
          [mode, type, path, size].join(" "),
        );
      expect(await listed(true)).toEqual([
        "100644 blob a.txt 0",
        "040000 tree a ",
        "040000 tree a/b ",
        "100644 blob a/b/c 3",
        "160000 commit module ",
      ]);
      expect(await listed(false)).toEqual(["100644 blob a.txt 0", "040000 tree a ", "160000 commit module "]);
    });
  });

  describe("refs", () => {
    it("change by compare-and-swap, under fit names, to fit objects", async () => {
      const [one, two] = [
        await writeCommit(store, { files: {} }),
        await writeCommit(store, { files: { a: "" } }),
      ];
      const steps: [name: string, before: string | null, after: string | null, isDone: boolean][] = [
        ["refs/heads/a", two, one, false],
        ["refs/heads/a", null, one, true],
        ["refs/heads/a", null, two, false],
        ["refs/heads/a", two, one, false],
        ["refs/heads/a", one, two, true],
        ["refs/heads/a", two, two, true],
        ["refs/heads/a", one, null, false],
        ["refs/heads/a/b", null, one, false],
        ["refs/heads/ab", null, one, true],
        ["refs/heads/c/d", null, one, true],
        ["refs/heads/c", null, one, false],
        ["refs/heads/c/d", one, null, true],
        ["refs/heads/c", null, one, true],
        ["refs/heads/unknown", null, UNKNOWN, false],
        ["refs/heads/tree", null, EMPTY_TREE, false],
        ["refs/roundtable/12", null, one, true],
        ["refs/tags/tree", null, EMPTY_TREE, true],
        ...["x..y", "x y", ".x", "x.lock", "x/.y", "x.", "x//y", "x~", "x@{y", "x\\y", "x/", "x\u0007"].map(
          (name): [string, null, string, boolean] => [`refs/heads/${name}`, null, one, false],
        ),
      ];
      await store.writeTree([]);
      for (const [name, before, after, isDone] of steps) {
        // oxlint-disable-next-line no-await-in-loop
        expect([name, await store.setRef({ name, before, after })]).toEqual([name, isDone]);
      }
      const names = ["refs/heads/a", "refs/heads/ab", "refs/heads/c"];
      expect((await store.refs("refs/heads/")).map(({ name }) => name)).toEqual(names);
      expect((await store.refs("refs/heads/a")).map(({ name }) => name)).toEqual(names.slice(0, 2));
      expect(await store.refs("refs/r")).toEqual([{ name: "refs/roundtable/12", sha: one }]);
      expect([await store.refSha("refs/heads/a"), await store.refSha("refs/heads/b")]).toEqual([two, null]);
    });

    it("let one of two that move the same one win", async () => {
      const shas = [await writeCommit(store, { files: {} }), await writeCommit(store, { files: { a: "" } })];
      const moves = shas.map((after) => store.setRef({ name: "refs/heads/a", before: null, after }));
      expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
    });

    it("and names of commits are resolved: branches before tags, tags to what they name", async () => {
      const [one, two] = [
        await writeCommit(store, { files: {} }),
        await writeCommit(store, { files: { a: "" } }),
      ];
      const tag = await store.write({ type: "tag", content: text.encode(tagOf(two)) });
      const twice = await store.write({ type: "tag", content: text.encode(tagOf(tag, "tag")) });
      const blob = await store.write({ type: "blob", content: text.encode("") });
      const blobTag = await store.write({ type: "tag", content: text.encode(tagOf(blob, "blob")) });
      const refs = { "heads/a": one, "tags/a": two, "tags/v1": tag, "tags/v2": twice, "x/y": two };
      for (const [name, after] of Object.entries(refs)) {
        // oxlint-disable-next-line no-await-in-loop
        await store.setRef({ name: `refs/${name}`, before: null, after });
      }
      const expected: [text: string, sha: string | null][] = [
        ["a", one],
        ["refs/heads/a", one],
        ["refs/tags/a", two],
        ["tags/a", two],
        ["v1", two],
        ["v2", two],
        ["x/y", two],
        ["y", null],
        ["refs/heads/none", null],
        [one, one],
        [tag, two],
        [blob, null],
        [blobTag, null],
        [UNKNOWN, null],
        [one.slice(0, 7), one],
        [two.slice(0, 39), two],
        [blob.slice(0, 10), null],
        [one.slice(0, 3), null],
        ["0000000", null],
      ];
      const told = await Promise.all(expected.map(async ([name]) => [name, await store.resolve(name)]));
      expect(told).toEqual(expected);
      expect(await store.peel(twice)).toBe(two);
    });
  });

  describe("histories", () => {
    /** Commits by name, with their parents' names; each a second after the one before it, or at the second named. */
    async function write(
      graph: Record<string, { on?: readonly string[]; at?: number; files?: FilesAt }>,
    ): Promise<{ sha: Record<string, string>; name(sha: string | null): string | null }> {
      const sha: Record<string, string> = {};
      for (const [
        name,
        { on = [], at = Object.keys(sha).length, files = { [name]: name } },
      ] of Object.entries(graph)) {
        const parents = on.map((one) => sha[one] ?? "");
        // oxlint-disable-next-line no-await-in-loop
        sha[name] = await writeCommit(store, { files, parents, seconds: at, message: name });
      }
      const names = new Map(Object.entries(sha).map(([name, one]) => [one, name]));
      return { sha, name: (one) => (one === null ? null : (names.get(one) ?? one)) };
    }

    it("are told apart by ancestors, merge bases, and what lies between, parents first", async () => {
      //  a - b - c - f - g     x
      //   \       \ /
      //    d - e - +
      const { sha, name } = await write({
        a: {},
        b: { on: ["a"] },
        d: { on: ["a"] },
        c: { on: ["b"] },
        e: { on: ["d"] },
        f: { on: ["c", "e"] },
        g: { on: ["f"] },
        x: {},
      });
      const at = (one: string): string => sha[one] ?? "";
      const between = async (base: string | null, head: string): Promise<string> =>
        (await store.commitsBetween(base === null ? null : at(base), at(head))).map(name).join("");
      const bases = ["ce", "cg", "eg", "ff", "xa"].map(async (pair) =>
        name(await store.mergeBase(at(pair.charAt(0)), at(pair.charAt(1)))),
      );
      expect(await Promise.all(bases)).toEqual(["a", "c", "e", "f", null]);
      const ancestry = ["ag", "dg", "gd", "ee", "be", "xg"].map((pair) =>
        store.isAncestor(at(pair.charAt(0)), at(pair.charAt(1))),
      );
      expect(await Promise.all(ancestry)).toEqual([true, true, false, true, false, false]);
      expect([
        await between("a", "g"),
        await between("c", "g"),
        await between("e", "f"),
        await between("f", "g"),
        await between(null, "g"),
        await between("g", "a"),
        await between("x", "b"),
      ]).toEqual(["bcdefg", "defg", "bcf", "g", "abcdefg", "", "ab"]);
    });

    it("give the newest of several merge bases", async () => {
      const graph = {
        o: {},
        a: { on: ["o"] },
        b: { on: ["o"] },
        c: { on: ["a", "b"] },
        d: { on: ["b", "a"] },
      };
      const { sha, name } = await write(graph);
      expect(name(await store.mergeBase(sha["c"] ?? "", sha["d"] ?? ""))).toBe("b");
    });

    it("are logged from the newest on, those of a path without what others did", async () => {
      const { sha, name } = await write({
        a: { files: { "x/y": "1" } },
        b: { on: ["a"], files: { "x/y": "1", z: "1" } },
        c: { on: ["a"], files: { "x/y": "2" } },
        d: { on: ["b", "c"], files: { "x/y": "2", z: "1" } },
        e: { on: ["d"], files: { z: "1" } },
        f: { on: ["e"], files: { z: "1", "x/w": "1" } },
      });
      const log = async (limit: number, path?: string): Promise<string> =>
        (await store.log(sha["f"] ?? "", { limit, ...(path === undefined ? {} : { path }) }))
          .map(name)
          .join("");
      expect([
        await log(9),
        await log(2),
        await log(9, "x/y"),
        await log(9, "x"),
        await log(1, "z"),
        await log(9, "x*"),
        await log(9, "none"),
      ]).toEqual(["fedcba", "fe", "eca", "feca", "b", "", ""]);
    });

    it("of commits that are not there are refused", async () => {
      const one = await writeCommit(store, { files: {} });
      const asked = [
        store.isAncestor(UNKNOWN, one),
        store.mergeBase(one, UNKNOWN),
        store.commitsBetween(UNKNOWN, one),
        store.log(UNKNOWN, { limit: 1 }),
        store.mergeTrees(one, UNKNOWN),
        store.diff(one, UNKNOWN),
      ];
      const told = await Promise.allSettled(asked);
      expect(told.map(({ status }) => status)).toEqual(asked.map(() => "rejected"));
    });
  });

  describe("merges", () => {
    const run = { mode: "100755", content: "1" };
    const link = { mode: "120000", content: "t" };
    /** `#` stands for the commit that is merged into, `+` for the other one. */
    const merges: [
      title: string,
      base: FilesAt,
      ours: FilesAt,
      theirs: FilesAt,
      merged: Record<string, string> | string[],
    ][] = [
      [
        "what one side changed",
        { a: "1", b: "1" },
        { a: "2", b: "1" },
        { a: "1", b: "2" },
        { a: "2", b: "2" },
      ],
      ["what both changed alike", { a: "1" }, { a: "2", b: "1" }, { a: "2", b: "1" }, { a: "2", b: "1" }],
      [
        "what is added in one folder",
        { "d/a": "a" },
        { "d/a": "a", "d/b": "b" },
        { "d/a": "a", "d/c": "c" },
        { "d/a": "a", "d/b": "b", "d/c": "c" },
      ],
      ["what one side removed", { a: "a", "d/b": "b" }, { "d/b": "b" }, { a: "a" }, {}],
      ["a mode and a text", { a: "1" }, { a: run }, { a: "2" }, { a: "100755 2" }],
      ["one mode from both", { a: "1" }, { a: run }, { a: run, b: "2" }, { a: "100755 1", b: "2" }],
      [
        "a file in place of a folder",
        { "d/a": "1", b: "1" },
        { d: "2", b: "1" },
        { "d/a": "1", b: "2" },
        { d: "2", b: "2" },
      ],
      [
        "a folder in place of a file",
        { d: "1", b: "1" },
        { "d/a": "2", b: "1" },
        { d: "1", b: "2" },
        { "d/a": "2", b: "2" },
      ],
      ["one file changed by both", { a: "1", b: "1" }, { a: "2", b: "1" }, { a: "3", b: "2" }, ["a"]],
      ["one file added by both", {}, { a: "2", "ü c": "2" }, { a: "3", "ü c": "3" }, ["a", "ü c"]],
      ["a removed file that was changed", { a: "1", "d/b": "2" }, { "d/b": "3" }, { a: "2" }, ["a", "d/b"]],
      ["a removed file that was made executable", { a: "1" }, {}, { a: run }, ["a"]],
      ["a file added with two modes", {}, { a: "1" }, { a: run }, ["a"]],
      [
        "a link changed by both",
        { a: link },
        { a: { ...link, content: "u" } },
        { a: { ...link, content: "v" } },
        ["a"],
      ],
      ["a file where the other adds a folder", {}, { d: "2" }, { "d/a": "3" }, ["d~#"]],
      ["a folder where the other changed a file", { d: "1" }, { "d/a": "3" }, { d: "2" }, ["d~+"]],
    ];
    it.each(merges)("%s", async (_, base, ...[ours, theirs, merged]) => {
      const root = await writeCommit(store, { files: base });
      const [one, two] = [
        await writeCommit(store, { files: ours, parents: [root], seconds: 1 }),
        await writeCommit(store, { files: theirs, parents: [root], seconds: 1, message: "Theirs" }),
      ];
      const found = await store.mergeTrees(one, two);
      const told =
        "tree" in found
          ? await readFiles(store, found.tree)
          : found.conflicts.map((path) => path.replace(one, "#").replace(two, "+"));
      expect(told).toEqual(merged);
    });

    it("of a commit with one that it holds change nothing, the other way round take all", async () => {
      const root = await writeCommit(store, { files: { a: "1" } });
      const next = await writeCommit(store, { files: { a: "2" }, parents: [root] });
      const tree = (await store.commit(next))?.tree;
      expect([await store.mergeTrees(next, root), await store.mergeTrees(root, next)]).toEqual([
        { tree },
        { tree },
      ]);
    });

    it("of crossed histories take what both already merged", async () => {
      const commit = (files: FilesAt, seconds: number, parents: string[]): Promise<string> =>
        writeCommit(store, { files, parents, seconds });
      const root = await commit({ a: "1", b: "1" }, 0, []);
      const one = await commit({ a: "2", b: "1" }, 1, [root]);
      const two = await commit({ a: "1", b: "2" }, 2, [root]);
      const left = await commit({ a: "2", b: "2", c: "1" }, 3, [one, two]);
      const right = await commit({ a: "3", b: "2" }, 4, [two, one]);
      const merged = await store.mergeTrees(left, right);
      expect("tree" in merged ? await readFiles(store, merged.tree) : merged).toEqual({
        a: "3",
        b: "2",
        c: "1",
      });
    });

    it("of histories that have nothing in common are refused", async () => {
      const [one, two] = [
        await writeCommit(store, { files: {} }),
        await writeCommit(store, { files: { a: "" } }),
      ];
      await expect(store.mergeTrees(one, two)).rejects.toThrow("unrelated histories");
    });
  });
});

function tagOf(sha: string, type = "commit"): string {
  return `object ${sha}\ntype ${type}\ntag v1\ntagger Octo <octo@example.org> 1772366400 +0000\n\nOne\n`;
}
