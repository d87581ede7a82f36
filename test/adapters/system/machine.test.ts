import { mkdtemp, readFile, rm, stat, chmod, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { lineLog, machine } from "../../../src/adapters/system/machine.ts";
import type { Machine } from "../../../src/local-github/ports.ts";

const env = { PATH: process.env["PATH"] ?? "" };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const run = (script: string, more: object = {}) =>
  machine.processes.run({ command: "bash", args: ["--norc", "-c", script], cwd: tmpdir(), env, ...more });

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "roundtable-machine-"));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

it("is the machine that the local GitHub wants", () => {
  expect(machine satisfies Machine).toBe(machine);
});

describe("processes", () => {
  it("gives output, code and nothing of our environment", async () => {
    const ended = await run('cat; echo err >&2; echo "[$HOME$USER]"; exit 3', { input: "in:" });
    expect({ ...ended, stdout: text(ended.stdout), stderr: text(ended.stderr) }).toEqual({
      code: 3,
      signal: null,
      stdout: "in:[]\n",
      stderr: "err\n",
      timedOut: false,
    });
  });

  it("starts no shell: arguments are arguments", async () => {
    const ended = await machine.processes.run({
      command: "printf",
      args: ["%s", "$(id); `id`"],
      cwd: tmpdir(),
      env,
    });
    expect(text(ended.stdout)).toBe("$(id); `id`");
  });

  it("rejects a program that is not there", async () => {
    await expect(
      machine.processes.run({ command: "no-such-program", args: [], cwd: tmpdir(), env }),
    ).rejects.toThrow("ENOENT");
  });

  it("ends the whole tree at the time-out, children too", async () => {
    const here = await folder();
    // On a busy machine the child may not be there by then.
    const childOf = async (timeoutMs: number): Promise<string> => {
      const ended = await run(`(sleep 60 & echo $! > ${here}/child; wait) & wait`, { timeoutMs });
      expect(ended).toMatchObject({ code: null, timedOut: true });
      const child = await readFile(join(here, "child"), "utf8").catch(() => "");
      return child.trim() || childOf(timeoutMs * 4);
    };
    const child = await childOf(300);
    // Gone, or dead and waiting for its parent to notice.
    const status = () => readFile(`/proc/${child}/status`, "utf8").catch(() => "State:\tX");
    await expect.poll(status, { timeout: 30_000 }).toMatch(/State:\t[XZ]/);
  });

  it("ends the tree when it is asked to, and says so by the signal", async () => {
    const stop = new AbortController();
    const ended = await run("echo ready; sleep 60", { signal: stop.signal, onOutput: () => stop.abort() });
    expect(ended).toMatchObject({ code: null, signal: "SIGTERM", timedOut: false });
  });

  it("sends the program a signal of its own, and none to what it has started", async () => {
    const word = new AbortController();
    const begun = (): void => word.abort();
    const script =
      "trap 'echo heard; exit 4' INT; bash -c 'trap \"echo heard too\" INT; echo up; sleep 60' & wait";
    const ended = await run(script, { signals: { SIGINT: word.signal }, onOutput: begun });
    expect({ code: ended.code, said: text(ended.stdout) }).toEqual({ code: 4, said: "up\nheard\n" });
  });

  it("does not start what is aborted already", async () => {
    await expect(run("true", { signal: AbortSignal.abort() })).rejects.toThrow("abort");
  });

  it("does not wait for what a program leaves behind", async () => {
    const ended = await run("(sleep 60 &) ; setsid sleep 5 & echo done");
    expect(text(ended.stdout)).toBe("done\n");
  });

  it("gives back the last of each stream where no more is asked for, and tells of all as it comes", async () => {
    const heard = { stdout: 0, stderr: 0 };
    const ended = await run("yes | head -c 3000000; echo end; yes n | head -c 3000000 >&2; echo err >&2", {
      keepsBytes: 5,
      onOutput: (stream: "stdout" | "stderr", chunk: Uint8Array) => (heard[stream] += chunk.length),
    });
    expect([text(ended.stdout), text(ended.stderr)]).toEqual(["\nend\n", "\nerr\n"]);
    expect(heard).toEqual({ stdout: 3_000_004, stderr: 3_000_004 });
  });

  it("is not stopped by a program that reads no input", async () => {
    expect(await run("exit 0", { input: "x".repeat(1_000_000) })).toMatchObject({ code: 0 });
  });
});

describe("files", () => {
  it("makes folders, leaves no temporary file, and keeps permissions", async () => {
    const here = await folder();
    const path = join(here, "a/b/run.sh");
    await machine.files.write(path, "one");
    await chmod(path, 0o755);
    await machine.files.write(path, new TextEncoder().encode("two"));
    await machine.files.append(path, "+");
    expect(await readFile(path, "utf8")).toBe("two+");
    expect((await stat(path)).mode & 0o777).toBe(0o755);
    expect(await readdir(join(here, "a/b"))).toEqual(["run.sh"]);
  });

  it("answers for what is not there", async () => {
    const here = await folder();
    await machine.files.write(join(here, "file"), "x");
    await machine.files.makeFolder(join(here, "folder"));
    expect(await machine.files.read(join(here, "none"))).toBeNull();
    expect(await machine.files.read(join(here, "file/below"))).toBeNull();
    expect(await machine.files.read(join(here, "folder"))).toBeNull();
    expect(await machine.files.list(join(here, "none"))).toEqual([]);
    expect(await machine.files.list(here)).toEqual(["file", "folder"]);
    await machine.files.remove(join(here, "none"));
    await machine.files.remove(here);
    expect(await machine.files.list(here)).toEqual([]);
  });
});

it("sleeps no longer than the signal lets it", async () => {
  const stop = new AbortController();
  const slept = machine.clock.sleep(60_000_000, stop.signal);
  stop.abort();
  await slept;
  await machine.clock.sleep(60_000, stop.signal);
  expect(machine.clock.now()).toBeInstanceOf(Date);
});

it.each([0, 1, 7, 32])("makes %i hexadecimal characters", (length) => {
  expect(machine.random.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`));
});

it("logs one line per message, fields behind it", () => {
  const lines: string[] = [];
  const log = lineLog((level, line) => lines.push(`${level}: ${line}`));
  log.info("done");
  log.warn("slow", { ms: 3 });
  log.error("broken", {});
  expect(lines).toEqual(["info: done", 'warning: slow {"ms":3}', "error: broken"]);
});

it.each(["##[add-mask]a", "###[group]", "::add-mask::a", ":::stop-commands::a"])(
  "gives a runner of workflows no orders in a line of the log: %s",
  (order) => {
    const lines: string[] = [];
    const log = lineLog((_, line) => lines.push(line));
    log.info("wait", { because: `limited: ${order}` });
    log.error(`Error: no\r\n  ${order}`);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).not.toMatch(/##\[|::/);
      expect(line.replaceAll("\u200B", "")).toContain(order);
    }
  },
);
