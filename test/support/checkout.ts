/** A checkout with one commit, made by real git in a temporary folder, and the job that works in it. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ModelProxy } from "../../src/application/job/ports.ts";
import { machine } from "../../src/adapters/system/machine.ts";
import type { Job } from "../../src/domain/handover/job.ts";

export interface Checkout {
  folder: string;
  /** A folder of ours beside the checkout. */
  own: string;
  head: string;
  env: Record<string, string>;
  git(...args: string[]): string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<string>;
}

export async function makeCheckout(files: Readonly<Record<string, string>>): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), "roundtable-checkout-"));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(root, "work tree");
  await mkdir(folder);
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, LANG: "C.UTF-8", GIT_CONFIG_NOSYSTEM: "1" };
  const author = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b",
  };
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      env: { ...env, ...author },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  const checkout: Checkout = {
    folder,
    own: join(root, "own"),
    head: "",
    env,
    git,
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
      if (path.endsWith(".sh")) await chmod(join(folder, path), 0o755);
    },
    read: (path) => readFile(join(folder, path), "utf8"),
  };
  git("init", "--quiet", "--initial-branch=main");
  for (const [path, content] of Object.entries(files)) await checkout.write(path, content);
  git("add", "--all", "--force");
  git("commit", "--quiet", "--allow-empty", "--message=base");
  return { ...checkout, head: git("rev-parse", "HEAD") };
}

export const LIMITS: Job["limits"] = { minutes: 50, turns: 20, usd: null };

export const aJob = (change: Partial<Job> = {}): Job => ({
  v: 1,
  run: 12,
  unit: "3",
  unitId: "3",
  title: "Parse durations",
  parts: [],
  role: "implement",
  attempt: 1,
  turn: 1,
  reviewer: null,
  nonce: "n1",
  baseSha: "b".repeat(40),
  headSha: "c".repeat(40),
  spec: ".kiro/specs/x",
  backend: "practice",
  model: null,
  command: null,
  setup: [],
  verify: [],
  writes: [],
  report: null,
  protectedPaths: [],
  restored: [],
  baseUrl: null,
  price: null,
  isolation: "required",
  network: [],
  limits: LIMITS,
  ...change,
});

export const quiet = {
  log: { info: () => {}, warn: () => {}, error: () => {} },
  echo: () => {},
  cancelled: new AbortController().signal,
};

export const noModel: ModelProxy = { open: () => Promise.reject(new Error("nobody asks a model here")) };
/** As where there is no other user. */
export const wrapperOf = ({ own }: Checkout) => ({ ...machine, folder: join(own, "wrapper") });
