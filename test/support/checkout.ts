/** A checkout with one commit, made by real git in a temporary folder, and the job that works in it. */
import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

const AUTHOR = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), "roundtable-checkout-"));

export async function makeCheckout(files: Readonly<Record<string, string>>): Promise<Checkout> {
  const root = await temporary();
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const checkout = checkoutIn(root);
  const { from, head } = await committed(files);
  await cp(from, checkout.folder, { recursive: true, preserveTimestamps: true });
  return { ...checkout, head };
}

function checkoutIn(root: string): Checkout {
  const folder = join(root, "work tree");
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, LANG: "C.UTF-8", GIT_CONFIG_NOSYSTEM: "1" };
  return {
    folder,
    own: join(root, "own"),
    head: "",
    env,
    git: (...args) =>
      execFileSync("git", args, {
        cwd: folder,
        env: { ...env, ...AUTHOR },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }).trimEnd(),
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
      if (path.endsWith(".sh")) await chmod(join(folder, path), 0o755);
    },
    read: (path) => readFile(join(folder, path), "utf8"),
  };
}

interface Committed {
  from: string;
  head: string;
}

/** By the files' text: git makes the commit of the same files once, all checkouts are copies. They go with the tests' folder. */
const made = new Map<string, Promise<Committed>>();

function committed(files: Readonly<Record<string, string>>): Promise<Committed> {
  const key = JSON.stringify(files);
  const known = made.get(key) ?? commit(files);
  made.set(key, known);
  return known;
}

async function commit(files: Readonly<Record<string, string>>): Promise<Committed> {
  const root = await temporary();
  const { folder, git, write } = checkoutIn(root);
  await mkdir(folder);
  git("init", "--quiet", "--initial-branch=main", "--template=");
  await mkdir(join(folder, ".git/hooks"));
  for (const [path, content] of Object.entries(files)) await write(path, content);
  git("add", "--all", "--force");
  git("commit", "--quiet", "--allow-empty", "--message=base");
  return { from: folder, head: git("rev-parse", "HEAD") };
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
