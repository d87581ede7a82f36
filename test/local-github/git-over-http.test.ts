import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createTestWorld, FULL_NAME, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
let origin: string;
let folder: string;
beforeEach(async () => {
  world = await createTestWorld("in a folder");
  ({ origin } = await world.github.listen({ port: 0 }));
  folder = await mkdtemp(join(tmpdir(), "clone-"));
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function urlFor(token: string): string {
  return `${origin.replace("://", `://x-access-token:${token}@`)}/${FULL_NAME}.git`;
}

async function git(...args: string[]): Promise<{ code: number | null; said: string }> {
  const result = await world.machine.processes.run({
    command: "git",
    args: ["-c", "user.name=Me", "-c", "user.email=me@example.com", ...args],
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  return { code: result.code, said: Buffer.from(result.stderr).toString() };
}

async function commit(name: string): Promise<void> {
  await writeFile(join(folder, name), `${name}\n`);
  await git("add", ".");
  await git("commit", "-q", "-m", `Add ${name}`);
}

describe("git over a port", () => {
  it("clones in public, pushes with a token, and the push makes pull requests follow and merge", async () => {
    expect((await git("clone", "-q", `${origin}/${FULL_NAME}.git`, ".")).code).toBe(0);
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain("# Demo");
    await git("checkout", "-q", "-b", "topic");
    await commit("one.txt");
    await git("remote", "set-url", "origin", urlFor(world.github.token({ login: "octo" })));
    expect((await git("push", "-q", "origin", "topic")).code).toBe(0);
    const opened = await world.owner.rest.pulls.create({ ...REPO, title: "P", head: "topic", base: "main" });
    const names: string[] = [];
    world.github.onDelivery(
      ({ name, payload }) => void names.push([name, payload["action"]].filter(Boolean).join(" ")),
    );
    await commit("two.txt");
    await git("push", "-q", "origin", "topic");
    const at = { ...REPO, pull_number: opened.data.number };
    expect((await world.owner.rest.pulls.get(at)).data).toMatchObject({ commits: 2, state: "open" });
    await git("push", "-q", "origin", "topic:main");
    expect((await world.owner.rest.pulls.get(at)).data).toMatchObject({ merged: true, state: "closed" });
    expect(names).toEqual(["push", "pull_request synchronize", "push", "pull_request closed"]);
    expect(world.github.counters.git).toBeGreaterThan(0);
  });

  it("is refused by permission", async () => {
    await git("clone", "-q", `${origin}/${FULL_NAME}.git`, ".");
    await commit("one.txt");
    const push = (url: string): Promise<{ code: number | null; said: string }> =>
      git("push", url, "HEAD:refs/heads/x");
    expect((await push(`${origin}/${FULL_NAME}.git`)).said).toMatch(
      /could not read Username|Authentication failed/u,
    );
    const reader = world.github.token({ login: "app", permissions: { contents: "read" } });
    expect((await push(urlFor(reader))).said).toContain("403");
    expect((await push(urlFor(world.github.token({ login: "guest" })))).said).toContain("403");
    expect((await push(urlFor("nonsense"))).said).toContain("Authentication failed");
    expect(await world.github.git(FULL_NAME).refSha("refs/heads/x")).toBeNull();
  });

  it("hides private repositories from strangers", async () => {
    await world.github.addRepository({ fullName: "octo/secret", private: true, defaultBranch: "main" });
    expect((await git("ls-remote", `${origin}/octo/secret.git`)).code).not.toBe(0);
    const token = world.github.token({ login: "octo" });
    expect((await git("ls-remote", `${origin.replace("://", `://x:${token}@`)}/octo/secret.git`)).code).toBe(
      0,
    );
  });

  it("keeps an app without the permission from pushing workflow files", async () => {
    await git("clone", "-q", `${origin}/${FULL_NAME}.git`, ".");
    await world.machine.files.write(join(folder, ".github/workflows/ci.yml"), "on: push\n");
    await git("add", ".");
    await git("commit", "-q", "-m", "CI");
    const push = (permissions: Record<string, "write">): Promise<{ code: number | null; said: string }> =>
      git("push", urlFor(world.github.token({ login: "app", permissions })), "HEAD:refs/heads/ci");
    const refused = await push({ contents: "write" });
    expect(refused.code).not.toBe(0);
    expect(refused.said).toContain("without `workflows` permission");
    expect((await push({ contents: "write", workflows: "write" })).code).toBe(0);
  });

  it("refuses a port that is taken, with the error of node", async () => {
    await expect(world.github.listen({ port: Number(new URL(origin).port) })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});
