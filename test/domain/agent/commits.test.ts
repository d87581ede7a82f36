import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitsOf } from "../../../src/domain/agent/commits.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import { aJob } from "../../support/checkout.ts";

const parts = [
  { id: "3.1", title: "Read units", writes: ["src/units.js", "test/units.test.js"] },
  { id: "3.2", title: "Sort units", writes: ["src/sort/"] },
  { id: "3.3", title: "Tell them", writes: [] },
];
const file = (path: string) => ({ path, mode: "100644", content: "x" });
const task = (id: string, done = true) => ({ id, done, note: "" });

function split(paths: readonly string[], done: readonly string[], change: Partial<Job> = {}) {
  const commits = commitsOf(aJob({ parts, ...change }), {
    files: paths.map(file),
    tasks: [...done.map((id) => task(id)), task("3.3", false)],
  });
  return commits.map((commit) => ({ ...commit, files: commit.files.map(({ path: at }) => at) }));
}

const rows = (commits: ReturnType<typeof split>) =>
  commits.map(({ message, task: of, files }) => [message, of, files]);

const WHOLE = "Implement unit 3: Parse durations";

describe("work becomes a commit a task where it is clear what belongs to which", () => {
  it.each<[string, string[], string[], unknown[]]>([
    [
      "each file to one done task",
      ["src/sort/a.js", "src/units.js", "test/units.test.js"],
      ["3.2", "3.1"],
      [
        ["Implement 3.1: Read units", "3.1", ["src/units.js", "test/units.test.js"]],
        ["Implement 3.2: Sort units", "3.2", ["src/sort/a.js"]],
      ],
    ],
    [
      "what is not done yet comes last, as such",
      ["src/sort/a.js", "src/units.js"],
      ["3.1"],
      [
        ["Implement 3.1: Read units", "3.1", ["src/units.js"]],
        [`${WHOLE}, not done yet`, null, ["src/sort/a.js"]],
      ],
    ],
    [
      "a file that no task names",
      ["src/units.js", "README.md"],
      ["3.1"],
      [[WHOLE, null, ["src/units.js", "README.md"]]],
    ],
    ["nothing is said to be done", ["src/units.js"], [], [[WHOLE, null, ["src/units.js"]]]],
    ["a task of nobody", ["src/units.js"], ["9.9"], [[WHOLE, null, ["src/units.js"]]]],
    ["no files", [], ["3.1"], []],
  ])("%s", (...[, paths, done, commits]) => {
    expect(rows(split(paths, done))).toEqual(commits);
  });

  it("several tasks that name a file share one commit", () => {
    const both = parts.map((part) => ({ ...part, writes: ["src/units.js"] }));
    expect(rows(split(["src/units.js"], ["3.1", "3.2"], { parts: both }))).toEqual([
      [WHOLE, null, ["src/units.js"]],
    ]);
  });

  it("a folder that becomes a file is one commit, and so is a conflict", () => {
    const nested = [
      { id: "3.1", title: "A", writes: ["src/dir.d/x.js"] },
      { id: "3.2", title: "B", writes: ["src/*.d"] },
    ];
    expect(split(["src/dir.d/x.js", "src/dir.d"], ["3.1", "3.2"], { parts: nested })).toHaveLength(1);
    expect(rows(split(["src/units.js", "src/sort/a.js"], ["3.1", "3.2"], { role: "resolve" }))).toEqual([
      ["Resolve conflicts of unit 3: Parse durations", null, ["src/units.js", "src/sort/a.js"]],
    ]);
  });

  it("so many tasks are one commit", () => {
    const many = Array.from({ length: 21 }, (_, at) => ({
      id: `3.${at}`,
      title: "T",
      writes: [`f${at}.js`],
    }));
    const paths = many.map(({ writes }) => writes[0]!);
    const ids = many.map(({ id }) => id);
    expect(split(paths, ids, { parts: many })).toHaveLength(1);
    expect(split(paths.slice(1), ids, { parts: many })).toHaveLength(20);
  });

  it("every file is in just one commit, whatever is said", () => {
    const path = fc.constantFrom("src/units.js", "test/units.test.js", "src/sort/a.js", "src/sort", "x.md");
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.subarray(["3.1", "3.2", "3.3", "4"]), (paths, done) => {
        const commits = split(paths, done);
        const held = commits.flatMap(({ files }) => files);
        expect(new Set(held)).toEqual(new Set(paths));
        expect(held).toHaveLength(paths.length);
        expect(commits.every(({ files }) => files.length > 0)).toBe(true);
      }),
    );
  });
});
