/** The copy of a repository that a local run works on: what it holds, and what it never takes away. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { machine } from "../../src/entry/compose.ts";
import { copyRepository, readFolder, type Overlay } from "../../src/entry/local/copy.ts";
import { createGit } from "../../src/entry/local/git.ts";
import { git, temporary } from "../support/local-run.ts";

const SPEC = ".kiro/specs/x";
const CONFIG = ".github/roundtable.yml";

let folder: ReturnType<typeof temporary>;
beforeEach(() => (folder = temporary()));
afterEach(() => folder.done());

const source = (): string => join(folder.path, "source");

function write(path: string, content = "theirs\n"): void {
  mkdirSync(dirname(join(source(), path)), { recursive: true });
  writeFileSync(join(source(), path), content);
}

function begin(): void {
  mkdirSync(source());
  git(source(), "init", "--quiet");
}

function commit(): void {
  git(source(), "add", "--all");
  git(source(), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=theirs");
}

const ours = (paths: readonly string[], onlyIfMissing = false): Overlay =>
  new Map(paths.map((path) => [path, { content: new TextEncoder().encode("ours\n"), onlyIfMissing }]));

async function copy(overlay: Overlay, isFolder = false): Promise<{ added: string[]; files: string[] }> {
  const at = join(folder.path, "copy.git");
  const { added } = await copyRepository(createGit(machine.processes, process.env["PATH"]!), {
    source: { root: source(), isFolder, name: "demo", spec: SPEC },
    folder: at,
    overlay,
  });
  const lines = git(at, "ls-tree", "-r", "-z", "HEAD").split("\0").filter(Boolean);
  // Mode, and name.
  return { added, files: lines.map((line) => line.replace(/^(\d+) blob \w+\t/, "$1 ")) };
}

it("a folder's files are there by whatever names they have", async () => {
  begin();
  const names = ['a"b', "back\\slash", "new\nline", "tab\tbed", " space ", "ü", ":(top)x", "-dash"];
  for (const name of names) write(name, "data 5\ncommit x\ndone\n");
  const { files } = await copy(ours([]), true);
  expect(files.toSorted()).toEqual(names.map((name) => `100644 ${name}`).toSorted());
});

it("a folder's programs can be started in the copy", async () => {
  begin();
  write("test.sh");
  chmodSync(join(source(), "test.sh"), 0o755);
  write("a.txt");
  expect((await copy(ours([]), true)).files).toEqual(["100644 a.txt", "100755 test.sh"]);
});

it("an empty folder, and a repository without a commit, have what a run needs alone", async () => {
  begin();
  expect(await copy(ours([CONFIG]))).toEqual({ added: [CONFIG], files: [`100644 ${CONFIG}`] });
});

it("what is there already is no addition, whatever its mode, and by whatever name", async () => {
  begin();
  const path = ":(icase)A*/tasks.md";
  write(path, "ours\n");
  chmodSync(join(source(), path), 0o755);
  write("a/tasks.md");
  commit();
  expect((await copy(ours([path]))).added).toEqual([]);
});

it("what is only for a repository that lacks it takes no folder's place", async () => {
  begin();
  write(`${CONFIG}/theirs`);
  commit();
  expect(await copy(ours([CONFIG], true))).toEqual({ added: [], files: [`100644 ${CONFIG}/theirs`] });
});

it.each([
  {
    what: "a link",
    make: () => symlinkSync("elsewhere", join(source(), ".github")),
    why: ".github is no folder of it",
  },
  {
    what: "a submodule",
    make() {
      write(".github/theirs");
      git(join(source(), ".github"), "init", "--quiet");
      git(join(source(), ".github"), "add", "--all");
      git(
        join(source(), ".github"),
        ..."-c user.name=a -c user.email=a@b commit --quiet --message=x".split(" "),
      );
    },
    why: ".github is no folder of it",
  },
  { what: "a folder", make: () => write(`${CONFIG}/theirs`), why: "a folder has that name" },
])("$what of the repository is not taken away for what a run needs", async ({ make, why }) => {
  begin();
  write("a.txt");
  make();
  commit();
  await expect(copy(ours([CONFIG]))).rejects.toThrow(
    `${CONFIG} cannot be added to the copy of the repository: ${why}.`,
  );
});

it("the spec takes the place of what its committed form had there", async () => {
  begin();
  write(`${SPEC}/tasks.md/theirs`);
  write(`${SPEC}/notes`);
  commit();
  const { files } = await copy(ours([`${SPEC}/tasks.md`, `${SPEC}/notes/one.md`]));
  expect(files).toEqual([`100644 ${SPEC}/notes/one.md`, `100644 ${SPEC}/tasks.md`]);
});

it("a repository within the spec is no part of it", async () => {
  begin();
  write(`${SPEC}/tasks.md`);
  write(`${SPEC}/.git/config`);
  write(`${SPEC}/notes/.git`, "gitdir: elsewhere\n");
  expect([...(await readFolder(source(), SPEC)).keys()]).toEqual([`${SPEC}/tasks.md`]);
});
