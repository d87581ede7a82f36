/** Git judges the store in memory: both are asked the same of the same histories. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import type { GitStore } from "../../src/local-github/git/store.ts";
import { readFiles, STORES, writeCommit, writeFiles } from "../support/git-stores.ts";
import type { FilesAt } from "../support/git-stores.ts";

const UNKNOWN = "1".repeat(40);
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** More by `ROUNDTABLE_FUZZ`. */
const RUNS = Math.ceil(Number(process.env["ROUNDTABLE_FUZZ"] ?? 500) / 100);

describe("a difference", () => {
  const numbers = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join("");
  const cases: [title: string, before: FilesAt, after: FilesAt][] = [
    ["no file", { a: "1" }, { a: "1" }],
    ["an added and a removed file", { "d/b": "1\n2\n" }, { "d/a": "x" }],
    ["empty files", { a: "" }, { b: "1\n", c: "" }],
    ["a file that loses its last line end", { a: "1\n2\n" }, { a: "1\n2" }],
    [
      "changes near one another and far off",
      { a: numbers(1, 40) },
      { a: numbers(2, 10) + numbers(17, 30) + "new\n" + numbers(32, 40) + "end\n" },
    ],
    [
      "changes below a definition",
      { a: `function one() {\n${numbers(1, 9).replaceAll("line", "  line")}}\n` },
      { a: `function one() {\n${numbers(1, 8).replaceAll("line", "  line")}}\n` },
    ],
    [
      "modes, with and without a text",
      { a: "1", b: "1\n" },
      { a: { mode: "100755", content: "1" }, b: { mode: "100755", content: "2\n" } },
    ],
    [
      "moved files",
      { "a/one": "1\n", "a/two": "2\n", b: "2\n" },
      { "c/two": "2\n", "c/three": "2\n", "c/d": { mode: "100755", content: "1\n" } },
    ],
    ["names that must be quoted", { "a b": "1\n" }, { "a b": "2\n", 'ü"\t': "1\n" }],
    ["bytes", { a: "\0", b: "\u00ff\n", c: "x" }, { a: "\0\u0001", b: "\u00c3\u00bc\n", c: "x\0" }],
    [
      "links and submodules",
      { a: "1\n", m: { mode: "160000", content: UNKNOWN } },
      { a: { mode: "120000", content: "b" }, m: { mode: "160000", content: EMPTY_TREE } },
    ],
    ["a folder in place of a file", { d: "1\n", "d.txt": "1\n" }, { "d/a": "2\n", "d.txt": "2\n" }],
  ];

  it.each(cases)("of %s is worded alike", async (_, before, after) => {
    const told = await onBoth(async (store) =>
      store.diff(await writeFiles(store, before), await writeFiles(store, after)),
    );
    expect(told.memory).toEqual(told.folder);
  });
});

const BRANCHES = ["main", "topic", "other"];
const branch = fc.constantFrom(...BRANCHES);
/** Files stand in one another's way as folders, too. */
const path = fc.constantFrom("a", "a/b", "a/c", "d/e/f", "d/g", "ü h", "d.x");
/** Null removes. What files hold has nothing in common with other files, so that none seems to have moved. */
const version = fc.option(
  fc.record({ mode: fc.constantFrom("100644", "100644", "100755"), n: fc.integer({ min: 1, max: 3 }) }),
);
const step = fc.oneof(
  fc.record({
    branch,
    /** Commits of one second are ordered by more than their date. */
    seconds: fc.integer({ min: 0, max: 1 }),
    changes: fc.array(fc.tuple(path, version), { maxLength: 3 }),
  }),
  fc.record({ branch, seconds: fc.integer({ min: 0, max: 1 }), merges: branch }),
  fc.record({ branch, moves: branch }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const standsInTheWay = (one: string, other: string): boolean =>
  one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

/** Plays a history; tells what every step and every question about it answered. */
async function tell(store: GitStore, steps: readonly Step[]): Promise<unknown[]> {
  const told: unknown[] = [];
  const root = await writeCommit(store, { files: { root: "root\n" } });
  const set = async (name: string, after: string): Promise<void> => {
    const ref = `refs/heads/${name}`;
    told.push([name, after, await store.setRef({ name: ref, before: await store.refSha(ref), after })]);
  };
  for (const name of BRANCHES) await set(name, root);
  const headOf = async (name: string): Promise<string> => (await store.refSha(`refs/heads/${name}`)) ?? "";
  let seconds = 0;
  for (const one of steps) {
    const head = await headOf(one.branch);
    if ("moves" in one) {
      await set(one.branch, await headOf(one.moves));
      continue;
    }
    seconds += one.seconds;
    if ("merges" in one) {
      const other = await headOf(one.merges);
      const merged = await store.mergeTrees(head, other);
      told.push(merged);
      if ("conflicts" in merged) continue;
      const files = await storedFiles(store, merged.tree);
      await set(one.branch, await writeCommit(store, { files, parents: [head, other], seconds }));
      continue;
    }
    const files = await storedFiles(store, head);
    for (const [at, state] of one.changes) {
      for (const other of Object.keys(files)) if (standsInTheWay(at, other)) delete files[other];
      delete files[at];
      if (state !== null) files[at] = { mode: state.mode, content: `${at} ${state.n}\n` };
    }
    await set(one.branch, await writeCommit(store, { files, parents: [head], seconds }));
  }
  const heads = [...new Set([root, ...(await Promise.all(BRANCHES.map(headOf)))])];
  for (const head of heads) {
    told.push(await store.listTree(head, true), await store.log(head, { limit: 5 }));
    told.push(
      await store.log(head, { limit: 9, path: "a" }),
      await store.log(head, { limit: 9, path: "d/g" }),
    );
    told.push(await store.resolve(head.slice(0, 12)));
    for (const other of heads.filter((another) => another !== head)) {
      told.push(await store.isAncestor(head, other), await store.mergeBase(head, other));
      told.push(await store.commitsBetween(head, other), await store.mergeTrees(head, other));
      told.push(await store.diff(head, other));
    }
  }
  return told;
}

async function storedFiles(store: GitStore, tree: string): Promise<Record<string, FilesAt[string]>> {
  const entries = Object.entries(await readFiles(store, tree));
  return Object.fromEntries(
    entries.map(([at, content]) => {
      const [, mode, text = ""] = /^(100755) (.*)$/su.exec(content) ?? [];
      return [at, mode === undefined ? content : { mode, content: text }];
    }),
  );
}

describe("any history", () => {
  it("has the same names, merges, conflicts, orders and differences", { timeout: 600_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const told = await onBoth((store) => tell(store, steps));
        expect(told.memory).toEqual(told.folder);
      }),
      { numRuns: RUNS },
    ),
  );
});

describe("any change of lines", () => {
  const lines = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 25 });
  it("counts the lines that git counts, and its hunks lead from one text to the other", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(lines, lines), { minLength: 20, maxLength: 20 }), async (pairs) => {
        const filesOf = (side: 0 | 1): Record<string, string> =>
          Object.fromEntries(
            pairs.map((pair, at) => [`f${at}`, pair[side].map((line) => `${at} ${line}\n`).join("")]),
          );
        const [before, after] = [filesOf(0), filesOf(1)];
        const told = await onBoth(async (store) => {
          const { files } = await store.diff(await writeFiles(store, before), await writeFiles(store, after));
          for (const file of files) {
            expect(applied(before[file.path] ?? "", file.patch)).toBe(after[file.path]);
          }
          return files.map((file) => ({ ...file, patch: file.patch === null }));
        });
        expect(told.memory).toEqual(told.folder);
      }),
      { numRuns: RUNS },
    ));
});

/** As `patch` does, which trusts every number. */
function applied(before: string, patch: string | null): string {
  const old = before.split(/(?<=\n)/u);
  const fresh: string[] = [];
  let at = 0;
  for (const line of (patch ?? "").split("\n")) {
    const start = /^@@ -(\d+)(?:,(\d+))? \+(\d+)/u.exec(line);
    if (start) {
      const first = Number(start[1]) - (start[2] === "0" ? 0 : 1);
      fresh.push(...old.slice(at, first));
      at = first;
    } else if (line.startsWith("+")) fresh.push(`${line.slice(1)}\n`);
    else if (old[at] === `${line.slice(1)}\n`) {
      if (line.startsWith(" ")) fresh.push(`${line.slice(1)}\n`);
      at++;
    }
  }
  return [...fresh, ...old.slice(at)].join("");
}

describe("a store in memory alone", () => {
  const merged = (base: FilesAt, ours: FilesAt, theirs: FilesAt): ReturnType<typeof onBoth<unknown>> =>
    onBoth(async (store) => {
      const root = await writeCommit(store, { files: base });
      const [one, two] = [
        await writeCommit(store, { files: ours, parents: [root] }),
        await writeCommit(store, { files: theirs, parents: [root], message: "Theirs" }),
      ];
      const found = await store.mergeTrees(one, two);
      return "tree" in found ? readFiles(store, found.tree) : found.conflicts;
    });
  const text = "one\ntwo\nthree\nfour\nfive\n";

  it("does not merge lines: both sides' changes of one file are in conflict", async () => {
    const [ours, theirs] = [text.replace("one", "1"), text.replace("five", "5")];
    expect(await merged({ a: text }, { a: ours }, { a: theirs })).toEqual({
      folder: { a: ours.replace("five", "5") },
      memory: ["a"],
    });
  });

  it("does not follow a file that moved on one side and was changed on the other", async () => {
    const changed = text.replace("one", "1");
    expect(await merged({ a: text }, { b: text }, { a: changed })).toEqual({
      folder: { b: changed },
      memory: ["a"],
    });
  });

  it("tells a file that moved with changes as removed and added", async () => {
    const told = await onBoth(async (store) => {
      const [from, to] = [{ a: text }, { b: text.replace("one", "1") }];
      const { files } = await store.diff(await writeFiles(store, from), await writeFiles(store, to));
      return files.map(({ status, path: at }) => `${status} ${at}`);
    });
    expect(told).toEqual({ folder: ["renamed b"], memory: ["removed a", "added b"] });
  });

  it("is forked: neither sees what the other writes from then on", async () => {
    const git = createMemoryGit();
    const name = "refs/heads/main";
    const first = await writeCommit(git.open(1), { files: { a: "1" } });
    await git.open(1).setRef({ name, before: null, after: first });
    const fork = git.fork();
    const shas = await Promise.all(
      [git, fork].map(async (one, at) => {
        const sha = await writeCommit(one.open(1), { files: { a: `${at}` }, parents: [first] });
        await one.open(1).setRef({ name, before: first, after: sha });
        return sha;
      }),
    );
    const seen = [git, fork].map(async (one) => [
      await one.open(1).refSha(name),
      ...(await Promise.all(shas.map(async (sha) => (await one.open(1).commit(sha)) !== null))),
    ]);
    expect(await Promise.all(seen)).toEqual([
      [shas[0], true, false],
      [shas[1], false, true],
    ]);
  });
});

/** What a folder answers is git's own word. */
async function onBoth<T>(ask: (store: GitStore) => Promise<T>): Promise<{ folder: T; memory: T }> {
  const answer = async (kind: keyof typeof STORES): Promise<T> => {
    const { store, done } = await STORES[kind]();
    try {
      return await ask(store);
    } finally {
      await done();
    }
  };
  return { folder: await answer("folder"), memory: await answer("memory") };
}
