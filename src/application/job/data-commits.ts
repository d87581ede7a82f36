/** Commits made by git from data: no path of theirs is opened by us, no hook runs, and no link is followed. */
import type { HandOverFile } from "../../domain/handover/result.ts";
import type { Processes } from "../ports.ts";

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
  await git(["fast-import", "--quiet", "--force"], importStream(commits, onto));
  await git(["checkout", "--quiet", "--force", "--detach", REF]);
}

const REF = "refs/roundtable/hand-over";

/** https://git-scm.com/docs/git-fast-import */
function importStream(commits: DataCommits["commits"], onto: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const line = (text: string): unknown => parts.push(encoder.encode(`${text}\n`));
  const data = (bytes: Uint8Array): void => {
    line(`data ${bytes.length}`);
    parts.push(bytes);
    line("");
  };
  for (const [at, { message, files }] of commits.entries()) {
    line(`commit ${REF}`);
    line("committer Roundtable <roundtable@localhost> 0 +0000");
    data(encoder.encode(message));
    if (at === 0) line(`from ${onto}`);
    for (const file of files) {
      if (file.deleted) line(`D ${quoted(file.path)}`);
      else {
        line(`M ${file.mode} inline ${quoted(file.path)}`);
        data(bytesOf(file));
      }
    }
  }
  line("done");
  return concat(parts);
}

/** A line of the stream ends with a line's end, whatever a name holds. */
const quoted = (path: string): string =>
  `"${path
    .replaceAll(/[\\"]/g, "\\$&")
    // oxlint-disable-next-line no-control-regex -- control characters are what is written otherwise
    .replaceAll(
      /[\u0000-\u001F\u007F]/g,
      (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
    )}"`;

const bytesOf = (file: HandOverFile): Uint8Array =>
  file.base64 === undefined
    ? new TextEncoder().encode(file.content ?? "")
    : Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
