/** Files in folders of another user, read and written as that user: a link there leads no further than it may go itself. */
import type { Files, Processes, ProcessResult } from "../../application/ports.ts";

/** What is read here is for a program's settings or its report. */
const MAX_BYTES = 16 * 1024 * 1024;

/** `programs`: where they are found, as PATH names it. */
export function filesOf(processes: Processes, programs: string): Files {
  const env = { PATH: programs, LC_ALL: "C" };
  const run = async (script: string, at: string, input?: string | Uint8Array): Promise<ProcessResult> =>
    processes.run({
      command: "/bin/sh",
      args: ["-c", script, "sh", at],
      cwd: "/",
      env,
      ...(input !== undefined && { input }),
    });
  const must = async (script: string, at: string, input?: string | Uint8Array): Promise<void> => {
    const { code, stderr } = await run(script, at, input);
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr).trim());
  };
  const FOLDER = 'mkdir -p -- "$(dirname -- "$1")"';
  return {
    read: async (at) => {
      const { code, stdout } = await run(`test -f "$1" && exec head -c ${MAX_BYTES + 1} -- "$1"`, at);
      if (stdout.length > MAX_BYTES) throw new Error(`${at} has more than ${MAX_BYTES} bytes.`);
      return code === 0 ? stdout : null;
    },
    write: async (at, content) =>
      must(
        `${FOLDER} && made=$(mktemp -- "$1.XXXXXX") && cat > "$made" && chmod 644 "$made" && mv -f -- "$made" "$1"`,
        at,
        content,
      ),
    append: async (at, content) => must(`${FOLDER} && cat >> "$1"`, at, content),
    makeFolder: async (at) => must('mkdir -p -- "$1"', at),
    list: async (at) => {
      const { stdout } = await run('cd -- "$1" && exec find . -mindepth 1 -maxdepth 1 -print0', at);
      const names = new TextDecoder().decode(stdout).split("\0");
      return names
        .filter((name) => name !== "")
        .map((name) => name.slice("./".length))
        .toSorted();
    },
    remove: async (at) => must('rm -rf -- "$1"', at),
  };
}
