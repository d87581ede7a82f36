/** A machine for tests: real processes and files, a clock that tests move, and chance that repeats. */
import { spawn } from "node:child_process";
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Clock, Files, Machine, Processes, Random } from "../../src/local-github/ports.ts";

export interface TestClock extends Clock {
  /** Moves time on and wakes who slept until then. */
  advance(ms: number): void;
}

export interface TestMachine extends Machine {
  clock: TestClock;
}

export function createTestMachine(start = "2026-03-01T12:00:00Z"): TestMachine {
  return {
    clock: createTestClock(start),
    random: createTestRandom(),
    processes: realProcesses(),
    files: realFiles(),
  };
}

function createTestClock(start: string): TestClock {
  let now = Date.parse(start);
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper = {
          until: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    advance: (ms) => {
      now += ms;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
    },
  };
}

function createTestRandom(): Random {
  let seed = 1;
  const next = (): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed % 16).toString(16);
  };
  return { hex: (length) => Array.from({ length }, next).join("") };
}

function realProcesses(): Processes {
  return {
    run: (request) =>
      new Promise((resolve, reject) => {
        const child = spawn(request.command, request.args, {
          cwd: request.cwd,
          env: { ...request.env },
          detached: true,
        });
        // With all it has started, which would else keep its pipes open.
        const kill = (): void => {
          // One that a signal has ended has no exit code.
          const isOver = child.exitCode !== null || child.signalCode !== null;
          if (child.pid !== undefined && !isOver) process.kill(-child.pid, "SIGKILL");
        };
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        let timedOut = false;
        const timer =
          request.timeoutMs === undefined
            ? undefined
            : setTimeout(() => {
                timedOut = true;
                kill();
              }, request.timeoutMs);
        request.signal?.addEventListener("abort", kill, { once: true });
        for (const name of ["SIGINT", "SIGTERM"] as const)
          request.signals?.[name]?.addEventListener("abort", () => child.kill(name), { once: true });
        child.stdout.on("data", (chunk: Buffer) => {
          out.push(chunk);
          request.onOutput?.("stdout", chunk);
        });
        child.stderr.on("data", (chunk: Buffer) => {
          err.push(chunk);
          request.onOutput?.("stderr", chunk);
        });
        child.once("error", reject);
        child.once("close", (code, signal) => {
          clearTimeout(timer);
          resolve({ code, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err), timedOut });
        });
        // A program that ends without reading its input is no fault of this test.
        child.stdin.on("error", () => {});
        child.stdin.end(request.input ?? "");
      }),
  };
}

function realFiles(): Files {
  let written = 0;
  return {
    read: (path) => readFile(path).catch(orNull),
    write: async (path, content) => {
      const temporary = `${path}.${process.pid}.${written++}.tmp`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, content);
      await rename(temporary, path);
    },
    append: async (path, content) => {
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, content);
    },
    makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
    list: async (path) => ((await readdir(path).catch(orNull)) ?? []).toSorted(),
    remove: (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function orNull(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}
