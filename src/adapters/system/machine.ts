/** The machine we run on: time, chance, processes and files behind the ports that the application names. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { lastBytes } from "../../domain/text/last-bytes.ts";
import type {
  Clock,
  Files,
  Log,
  Processes,
  ProcessRequest,
  ProcessResult,
  Random,
} from "../../application/ports.ts";

/** How long a process tree has between the polite signal and the last one. */
const GRACE_MS = 2000;
/** After its leader ended, for how long we listen to who still holds the output. */
const LINGER_MS = 500;
/** Longer waits overflow a timer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const clock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    if (signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    const wake = (): void => resolve();
    signal?.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
  },
};

const random: Random = {
  hex: (length) =>
    randomBytes(Math.ceil(length / 2))
      .toString("hex")
      .slice(0, length),
};

const living = new Set<ChildProcess>();
// Their groups are their own: without this they would outlive us.
process.on("exit", () => {
  for (const child of living) kill(child, "SIGTERM");
});

const processes: Processes = {
  run: async (request) => {
    request.signal?.throwIfAborted();
    const child = spawn(request.command, [...request.args], {
      cwd: request.cwd,
      env: { ...request.env },
      // A process group of its own, so that the whole tree can be ended.
      detached: true,
      shell: false,
      // Node lets go of all other groups with it.
      ...(request.user !== undefined && { uid: request.user, gid: request.user }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    living.add(child);
    return watch(child, request).finally(() => living.delete(child));
  },
};

async function watch(child: ChildProcess, request: ProcessRequest): Promise<ProcessResult> {
  const keeps = request.keepsBytes ?? Infinity;
  const out = { stdout: lastBytes(keeps), stderr: lastBytes(keeps) };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.on("data", (chunk: Buffer) => {
      out[stream].push(chunk);
      request.onOutput?.(stream, chunk);
    });
  }
  // A program that does not read its input closes the pipe: its exit code says how it went.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(request.input ?? "");
  const { promise, resolve, reject } = Promise.withResolvers<{
    code: number | null;
    signal: string | null;
  }>();
  child.once("error", reject);
  child.once("exit", (code, signal) => resolve({ code, signal }));
  const closed = new AbortController();
  child.once("close", () => closed.abort());
  let timedOut = false;
  const timer =
    request.timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => {
            timedOut = true;
            void endTree(child);
          },
          Math.min(request.timeoutMs, LONGEST_TIMER_MS),
        );
  const abort = (): void => void endTree(child);
  request.signal?.addEventListener("abort", abort, { once: true });
  const over = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    request.signals?.[name]?.addEventListener("abort", () => child.kill(name), { signal: over.signal });
  try {
    const ended = await promise;
    kill(child, "SIGKILL");
    await clock.sleep(LINGER_MS, closed.signal);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return { ...ended, stdout: out.stdout.read(), stderr: out.stderr.read(), timedOut };
  } finally {
    clearTimeout(timer);
    over.abort();
    request.signal?.removeEventListener("abort", abort);
  }
}

async function endTree(child: ChildProcess): Promise<void> {
  kill(child, "SIGTERM");
  const ended = new AbortController();
  child.once("exit", () => ended.abort());
  await clock.sleep(GRACE_MS, ended.signal);
  kill(child, "SIGKILL");
}

/** The whole group; nothing happens when it is gone. */
function kill(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH") && !hasCode(error, "EPERM")) throw error;
  }
}

const files: Files = {
  read: async (path) => {
    try {
      return await readFile(path);
    } catch (error) {
      if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR") || hasCode(error, "EISDIR")) return null;
      throw error;
    }
  },
  write: async (path, content) => {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${random.hex(8)}.tmp`;
    try {
      const mode = await modeOf(path);
      await writeFile(temporary, content, mode === null ? {} : { mode });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
  append: async (path, content) => {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, content);
  },
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true });
  },
  list: async (path) => {
    try {
      return (await readdir(path)).toSorted();
    } catch (error) {
      if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
      throw error;
    }
  },
  remove: async (path) => {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  },
};

/** A file that is written again keeps its permissions. */
async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return null;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** One line per message, fields as JSON behind it. Texts of others stand in it: a runner of workflows takes none for an order. */
export function lineLog(write: (level: "info" | "warning" | "error", line: string) => void): Log {
  const say = (level: "info" | "warning" | "error") => (message: string, fields?: Record<string, unknown>) =>
    write(
      level,
      orderless(
        fields === undefined || Object.keys(fields).length === 0
          ? message
          : `${message} ${JSON.stringify(fields)}`,
      ),
    );
  return { info: say("info"), warn: say("warning"), error: say("error") };
}

/** `::name::` is an order at a line's begin, `##[name]` anywhere. */
const orderless = (text: string): string => text.replaceAll(/:(?=:)|##(?=\[)/g, "$&\u200B");

export const machine = { clock, random, processes, files };
