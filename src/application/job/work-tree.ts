/**
 * What changed in a checkout, read as data: by a git directory of our own, outside of the checkout, made before
 * anything of the branch has run. No hook, filter, fsmonitor or configuration of the checkout, or of a repository
 * within it, is asked, and links are taken as links. Only `turn` and `back` write into the checkout.
 */
import type { SentFile } from "../../domain/handover/result.ts";
import { UserError } from "../../domain/problem.ts";
import type { Files, Processes } from "../ports.ts";

export interface WorkTree {
  /** The state of now, to compare with. */
  mark(): Promise<string>;
  /** Brings what differs between two trees of the checkout's repository into the checkout; all else stays as it is. */
  turn(from: string, to: string): Promise<void>;
  /** Undoes what was done since a mark; what git ignores stays. */
  back(mark: string): Promise<void>;
  /** Modes are git's own; a link's content is its target, a submodule's is empty: whether they pass is judged elsewhere. Throws a UserError when that is more than `maxBytes`. */
  changesSince(mark: string, maxBytes: number): Promise<SentFile[]>;
}

interface Place {
  checkout: string;
  /** For the git directory; made anew. */
  folder: string;
  /** Where programs are found. */
  path: string;
}

export async function openWorkTree(
  { processes, files }: { processes: Processes; files: Files },
  { checkout, folder, path }: Place,
): Promise<WorkTree> {
  const env = {
    PATH: path,
    HOME: folder,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_DIR: `${folder}/tree.git`,
    GIT_WORK_TREE: checkout,
    GIT_OPTIONAL_LOCKS: "0",
  };
  const git = async (
    args: readonly string[],
    { input, tolerate = false }: { input?: string | Uint8Array; tolerate?: boolean } = {},
  ): Promise<Uint8Array> => {
    const ended = await processes.run({
      command: "git",
      args: [...SETTINGS, ...args],
      cwd: checkout,
      env,
      ...(input !== undefined && { input }),
    });
    if (ended.code !== 0 && !tolerate)
      throw new Error(`git ${args[0]} ended with ${ended.code ?? ended.signal}: ${decode(ended.stderr)}`);
    return ended.stdout;
  };
  await files.remove(env.GIT_DIR);
  await files.makeFolder(folder);
  await git(["init", "--quiet", "--template="]);
  // Attributes of the tree could rewrite contents on the way in; these stand above them.
  await files.write(
    `${env.GIT_DIR}/info/attributes`,
    "* -text -eol -crlf -filter -ident -working-tree-encoding -merge -diff\n",
  );
  // All that was checked out is tracked, also what .gitignore names.
  await git(["add", "--all", "--force", "."]);
  const takeIn = async (): Promise<void> => {
    // Of a repository within that it knows already, git would ask the state: by a git in there, with its filters.
    const known = removalOfSubmodules(await git(["ls-files", "--stage", "-z"]));
    if (known.length > 0) await git(["update-index", "-z", "--index-info"], { input: known });
    // A folder that is a broken repository of its own stops git after all else is added.
    await git(["add", "--all", "--ignore-errors", "."], { tolerate: true });
  };
  const mark = async (): Promise<string> => {
    await takeIn();
    return decode(await git(["write-tree"])).trim();
  };
  return {
    mark,
    turn: async (from, to) => {
      await files.write(`${env.GIT_DIR}/objects/info/alternates`, `${checkout}/.git/objects\n`);
      await git(["read-tree", "--reset", "-u", from, to]);
    },
    back: async (to) => {
      const now = await mark();
      if (now !== to) await git(["read-tree", "--reset", "-u", now, to]);
    },
    changesSince: async (since, maxBytes) => {
      await takeIn();
      const changed = parseRaw(
        decode(await git(["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", since])),
      );
      return withContents(changed, { git, maxBytes });
    },
  };
}

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.autocrlf=false",
  "core.safecrlf=false",
  "core.fileMode=true",
  "core.symlinks=true",
  "core.compression=0",
  "core.excludesFile=/dev/null",
  "core.attributesFile=/dev/null",
  "gc.auto=0",
  "advice.addEmbeddedRepo=false",
].flatMap((setting) => ["-c", setting]);

/** `mode oid stage TAB path NUL` to the same, where mode 0 takes out. As bytes: a name need not be UTF-8. */
function removalOfSubmodules(listed: Uint8Array): Uint8Array {
  const removal: number[] = [];
  for (let at = 0; at < listed.length;) {
    const end = listed.indexOf(0, at) + 1;
    const ofMode = at + SUBMODULE.length;
    if (decode(listed.subarray(at, ofMode)) === SUBMODULE)
      removal.push("0".charCodeAt(0), ...listed.subarray(ofMode, end));
    at = end;
  }
  return Uint8Array.from(removal);
}

interface RawChange {
  path: string;
  mode: string;
  oid: string;
}

/** https://git-scm.com/docs/diff-format: `:mode mode oid oid STATUS NUL path NUL` */
function parseRaw(raw: string): RawChange[] {
  const parts = raw.split("\0");
  const changes: RawChange[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = "", , oid = ""] = parts[at]!.slice(1).split(" ");
    changes.push({ path: parts[at + 1]!, mode, oid });
  }
  return changes;
}

type Git = (args: readonly string[], options?: { input?: string }) => Promise<Uint8Array>;

async function withContents(
  changes: readonly RawChange[],
  { git, maxBytes }: { git: Git; maxBytes: number },
): Promise<SentFile[]> {
  const blobs = changes.filter(({ mode }) => mode !== DELETED && mode !== SUBMODULE);
  const input = blobs.map(({ oid }) => `${oid}\n`).join("");
  const sizes =
    blobs.length === 0
      ? []
      : decode(await git(["cat-file", "--batch-check=%(objectsize)"], { input }))
          .trim()
          .split("\n")
          .map(Number);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > maxBytes) {
    throw new UserError({
      what: `The work changes ${bytes} bytes`,
      why: `${maxBytes} are the limit of a hand-over`,
      fix: "Split the unit, or have large files made by a command.",
    });
  }
  const contents = blobs.length === 0 ? [] : parseBatch(await git(["cat-file", "--batch"], { input }));
  const byOid = new Map(blobs.map(({ oid }, at) => [oid, contents[at]!]));
  return changes.map(({ path, mode, oid }): SentFile => {
    if (mode === DELETED) return { path, mode: "100644", deleted: true };
    if (mode === SUBMODULE) return { path, mode, content: "" };
    return { path, mode, ...contentOf(byOid.get(oid)!) };
  });
}

const DELETED = "000000";
const SUBMODULE = "160000";

/** `<oid> blob <size>\n<bytes>\n`, again and again. */
function parseBatch(bytes: Uint8Array): Uint8Array[] {
  const blobs: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const size = Number(decode(bytes.subarray(at, end)).split(" ")[2]);
    blobs.push(bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return blobs;
}

/** Text where it is text, byte for byte. */
export function contentOf(bytes: Uint8Array): { content: string } | { base64: string } {
  if (!bytes.includes(0)) {
    try {
      return { content: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch {
      // Not UTF-8: it travels as bytes.
    }
  }
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { base64: btoa(binary) };
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
