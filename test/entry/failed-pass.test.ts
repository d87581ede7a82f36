/** A pass that fails inside ends `local` with its cause: never as if nothing were wrong. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { git, repositoryWith, runLocal, temporary, type RunRequest } from "../support/local-run.ts";

let folder: ReturnType<typeof temporary>;
let request: RunRequest;

beforeEach(() => {
  folder = temporary();
  const from = join(folder.path, "spec");
  mkdirSync(from);
  // Protected: the plan gives it to a person, so that the run needs no job.
  writeFileSync(join(from, "tasks.md"), "- [ ] 1. Write\n  - _writes: .github/CODEOWNERS_\n");
  const spec = repositoryWith(join(folder.path, "repo"), { from, name: "x" });
  request = { spec, out: join(folder.path, "out") };
});
afterEach(() => folder.done());

const comments = ({ method, url }: Request): boolean =>
  method === "GET" && new URL(url).pathname.endsWith("/issues/1/comments");

it("an answer that nobody expected, on the way", async () => {
  let reads = 0;
  const broken = runLocal({
    ...request,
    watch({ local }) {
      local.interceptor = (one) =>
        comments(one) && ++reads > 1 ? Response.json({ message: "Not Found" }, { status: 404 }) : null;
    },
  });
  await expect(broken).rejects.toThrow(/Not Found/);
  // The run is there still, and goes on.
  expect(await runLocal(request)).toMatchObject({ code: 2, report: { decisions: [{ kind: "person" }] } });
});

it("a journal of a newer version", async () => {
  await runLocal(request);
  const repository = join(request.out, "repository.git");
  const inside = (...args: string[]): string => git(repository, ...args);
  const state = JSON.parse(inside("show", "refs/roundtable/1:state.json")) as object;
  const file = join(folder.path, "state.json");
  writeFileSync(file, JSON.stringify({ ...state, v: 2 }));
  inside("read-tree", "refs/roundtable/1");
  inside("update-index", "--cacheinfo", `100644,${inside("hash-object", "-w", file)},state.json`);
  const by = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  const tree = inside("write-tree");
  const made = inside(...by, "commit-tree", tree, "-p", "refs/roundtable/1", "-m", "Newer");
  inside("update-ref", "refs/roundtable/1", made);
  await expect(runLocal(request)).rejects.toThrow(/has version 2.*Update Roundtable/);
});
