/** Commits made by git from data: no path of theirs is opened by us, no hook runs, and no link is followed. */
import type { HandOverFile } from "../../domain/handover/result.ts";
import type { Processes } from "../ports.ts";
import { importStream } from "./import-stream.ts";

export interface DataCommits {
  checkout: string;
  env: Readonly<Record<string, string>>;
  /** The commit that they are made on. */
  onto: string;
  commits: readonly { message: string; files: readonly HandOverFile[] }[];
}

/** The checkout stands on the last of them then. */
export async function standOn(
  { processes }: { processes: Processes },
  { checkout, env, onto, commits }: DataCommits,
): Promise<void> {
  const git = async (args: readonly string[], input?: Uint8Array): Promise<void> => {
    const ended = await processes.run({
      command: "git",
      args: ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", ...args],
      cwd: checkout,
      env,
      ...(input && { input }),
    });
    if (ended.code !== 0)
      throw new Error(
        `git ${args[0]} ended with ${ended.code ?? ended.signal}: ${new TextDecoder().decode(ended.stderr)}`,
      );
  };
  const stream = commits.map(({ message, files }, at) => ({
    ref: REF,
    ...(at === 0 && { from: onto }),
    message,
    date: "0 +0000",
    files: files.map((file) => ({
      path: file.path,
      mode: file.mode,
      bytes: file.deleted ? null : bytesOf(file),
    })),
  }));
  await git(["fast-import", "--quiet", "--force"], importStream(stream));
  await git(["checkout", "--quiet", "--force", "--detach", REF]);
}

const REF = "refs/roundtable/hand-over";

const bytesOf = (file: HandOverFile): Uint8Array =>
  file.base64 === undefined
    ? new TextEncoder().encode(file.content ?? "")
    : Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0));
