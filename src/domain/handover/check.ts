/**
 * The checks of a hand-over, in the order of design section 5. It comes from a job that ran an agent, so nothing in it
 * is believed: the schema is parsed first, then the guards below are asked in order, and the first that objects
 * refuses the whole with one sentence.
 *
 * One more: write a guard, add it to `GUARDS` at its place, add a case to its table test.
 */
import { covers } from "../plan/locks.ts";
import { BASE_SLUG } from "../run/names.ts";
import { protection } from "./protected-path.ts";
import {
  ReviewResult,
  SentWork,
  type HandOver,
  type HandOverFile,
  type SentFile,
  type SentHandOver,
} from "./result.ts";
import { findSecret } from "./secret.ts";

export interface HandOverRequest {
  bytes: Uint8Array;
  expected: {
    run: number;
    unit: string;
    role: string;
    attempt: number;
    nonce: string;
    baseSha: string;
    headSha: string;
  };
  rules: {
    /** Patterns of the configuration, beside those that are always protected. */
    protectedPaths: readonly string[];
    specPath: string;
    /** Declared paths: a binary file must be among them. Null when the unit declares none. */
    writes: readonly string[] | null;
    /** 100 when left out. */
    maxFiles?: number;
    /** Of all contents together, unpacked; 4 MB when left out. */
    maxBytes?: number;
  };
  /** Symbolic links and submodules of the commit that the work stands on. */
  special: readonly string[];
}

export type HandOverCheck = { ok: true; handOver: HandOver } | { ok: false; code: string; sentence: string };

export interface Guard {
  code: string;
  /** The sentence that refuses, or null. */
  check: (sent: SentHandOver, request: HandOverRequest) => string | null;
}

export const GUARDS: readonly Guard[] = [
  { code: "binding", check: binding },
  { code: "role", check: role },
  { code: "content", check: content },
  { code: "files", check: fileCount },
  { code: "size", check: size },
  { code: "path", check: eachFile(outside) },
  { code: "twice", check: twice },
  { code: "protected", check: eachFile(protectedPath) },
  { code: "symlink", check: eachFile(symlink) },
  { code: "submodule", check: eachFile(submodule) },
  { code: "special", check: eachFile(special) },
  { code: "mode", check: eachFile(mode) },
  { code: "binary", check: eachFile(binary) },
  { code: "conflict", check: conflict },
  { code: "secret", check: secret },
];

export function checkHandOver(request: HandOverRequest, guards: readonly Guard[] = GUARDS): HandOverCheck {
  const sent = parse(request.bytes);
  if (typeof sent === "string") return { ok: false, code: "schema", sentence: sent };
  for (const { code, check } of guards) {
    const sentence = check(sent, request);
    if (sentence !== null) return { ok: false, code, sentence };
  }
  return { ok: true, handOver: strict(sent) };
}

const strictMode = (file: SentFile): HandOverFile => ({
  ...file,
  mode: file.mode === "100755" ? "100755" : "100644",
});

/** The guards have left two modes only; here their type says so. */
function strict(sent: SentHandOver): HandOver {
  if ("verdict" in sent) return sent;
  return {
    ...sent,
    commits: sent.commits.map((commit) => ({ ...commit, files: commit.files.map(strictMode) })),
  };
}

function parse(bytes: Uint8Array): SentHandOver | string {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return "The hand-over is not JSON.";
  }
  if (typeof raw !== "object" || raw === null) return "The hand-over is not a JSON object.";
  const parsed = "verdict" in raw ? ReviewResult.safeParse(raw) : SentWork.safeParse(raw);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0]!;
  return `The hand-over does not have its form: ${first.path.join(".") || "the object"}: ${first.message}.`;
}

const filesOf = (sent: SentHandOver): SentFile[] =>
  "verdict" in sent ? [] : sent.commits.flatMap((commit) => commit.files);

function eachFile(check: (file: SentFile, request: HandOverRequest) => string | null): Guard["check"] {
  return (sent, request) => {
    for (const file of filesOf(sent)) {
      const sentence = check(file, request);
      if (sentence !== null) return sentence;
    }
    return null;
  };
}

function binding(sent: SentHandOver, { expected }: HandOverRequest): string | null {
  for (const key of ["run", "unit", "role", "attempt", "nonce", "baseSha", "headSha"] as const) {
    if (sent[key] !== expected[key])
      return `The hand-over is not of this attempt: its ${key} is another one.`;
  }
  return null;
}

function role(sent: SentHandOver): string | null {
  const works = sent.role === "implement" || sent.role === "fix" || sent.role === "resolve";
  if (works && "verdict" in sent) return "The hand-over is a review, but work was asked for.";
  if (!works && filesOf(sent).length > 0) return `A ${sent.role} job hands over no files.`;
  return null;
}

function content(sent: SentHandOver): string | null {
  for (const file of filesOf(sent)) {
    const ways = [file.content, file.base64, file.deleted].filter((way) => way !== undefined).length;
    if (ways !== 1)
      return `${shown(file.path)} must come with content, base64 or deleted, and with one of them only.`;
    if (
      file.base64 !== undefined &&
      !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(file.base64)
    ) {
      return `The content of ${shown(file.path)} is not base64.`;
    }
  }
  return null;
}

/** A merge with a moved base branch holds the files of the whole run: there the size is the limit. */
function fileCount(sent: SentHandOver, { expected, rules }: HandOverRequest): string | null {
  const max = rules.maxFiles ?? (expected.unit === BASE_SLUG ? 1000 : 100);
  const count = filesOf(sent).length;
  return count > max
    ? `The hand-over changes ${count} files; ${max} are the limit. ${otherwise(expected)}`
    : null;
}

const otherwise = ({ unit }: HandOverRequest["expected"]): string =>
  unit === BASE_SLUG ? "Merge the base branch by hand." : "Split the unit.";

function size(sent: SentHandOver, { expected, rules }: HandOverRequest): string | null {
  const max = rules.maxBytes ?? 4 * 1024 * 1024;
  const bytes = filesOf(sent).reduce((sum, file) => sum + sizeOf(file), 0);
  return bytes > max
    ? `The hand-over holds ${bytes} bytes; ${max} are the limit. ${otherwise(expected)}`
    : null;
}

function sizeOf(file: SentFile): number {
  if (file.base64 !== undefined) return (file.base64.length / 4) * 3;
  return new TextEncoder().encode(file.content ?? "").length;
}

/** Null when a path is a plain one inside the repository; else what is wrong with it. */
export function pathFault(path: string): string | null {
  if (path === "" || path.length > 400) return "it is empty or too long";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001F\u007F\\]/.test(path)) return "it holds a control character or a backslash";
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "it is not relative";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "it has an empty, . or .. part";
  if (parts.some((part) => /^(?:\.git|git~\d+)[. ]*$/i.test(part.replaceAll(/\p{Cf}/gu, ""))))
    return "it leads into git's own folder";
  return null;
}

function outside({ path }: SentFile): string | null {
  const fault = pathFault(path);
  return fault === null ? null : `${shown(path)} is no path inside the repository: ${fault}.`;
}

/** Within one commit a path is named once; and no path is a file here and a folder there. */
function twice(sent: SentHandOver): string | null {
  if ("verdict" in sent) return null;
  for (const { files } of sent.commits) {
    const paths = new Set(files.map((file) => file.path));
    if (paths.size < files.length) return "A commit of the hand-over names the same path twice.";
    const written = files.filter((file) => !file.deleted);
    const below = written.find(({ path }) => written.some((other) => path.startsWith(`${other.path}/`)));
    if (below) return `${shown(below.path)} lies below a file of the same commit.`;
  }
  return null;
}

function protectedPath({ path }: SentFile, { rules }: HandOverRequest): string | null {
  const why = protection(path, { specPath: rules.specPath, more: rules.protectedPaths });
  return why === null
    ? null
    : `${shown(path)} may not be changed by an agent: ${why}. A person must do this part.`;
}

function symlink(file: SentFile): string | null {
  return file.mode === "120000"
    ? `${shown(file.path)} is a symbolic link; hand-overs hold ordinary files only.`
    : null;
}

function submodule(file: SentFile): string | null {
  return file.mode === "160000"
    ? `${shown(file.path)} is a submodule; hand-overs hold ordinary files only.`
    : null;
}

/** A path at or below a link would be written elsewhere than it says. */
function special(file: SentFile, request: HandOverRequest): string | null {
  const low = file.path.toLowerCase();
  const on = request.special.find(
    (path) => low === path.toLowerCase() || low.startsWith(`${path.toLowerCase()}/`),
  );
  return on === undefined
    ? null
    : `${shown(file.path)} stands on ${shown(on)}, which is a symbolic link or a submodule.`;
}

function mode(file: SentFile): string | null {
  return file.mode === "100644" || file.mode === "100755"
    ? null
    : `${shown(file.path)} has the file mode ${shown(file.mode)}; 100644 and 100755 are allowed.`;
}

function binary(file: SentFile, { rules }: HandOverRequest): string | null {
  const bytes = file.base64 === undefined ? (file.content ?? "") : atob(file.base64);
  if (!bytes.includes("\0") || (rules.writes !== null && covers(rules.writes, file.path))) return null;
  return `${shown(file.path)} is a binary file that the unit does not declare. Name it in the task's files.`;
}

/** https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
function conflict(sent: SentHandOver): string | null {
  if (sent.role !== "resolve") return null;
  const left = filesOf(sent).find((file) => {
    const text = file.base64 === undefined ? (file.content ?? "") : atob(file.base64);
    return /^<{7} /m.test(text) && /^>{7} /m.test(text);
  });
  return left ? `${shown(left.path)} still holds conflict markers.` : null;
}

function secret(sent: SentHandOver): string | null {
  for (const file of filesOf(sent)) {
    const found = findSecret(file.base64 === undefined ? (file.content ?? "") : atob(file.base64));
    if (found)
      return `${shown(file.path)}, line ${found.line}, seems to hold ${found.kind}. Take it out, and make that credential void.`;
  }
  const { commits: _, ...rest } = "verdict" in sent ? { ...sent, commits: [] } : sent;
  const words = [
    ...textsOf(rest),
    ...("verdict" in sent
      ? []
      : sent.commits.flatMap(({ message, files }) => [message, ...files.map(({ path }) => path)])),
  ];
  const found = words.map(findSecret).find((hit) => hit !== null);
  return found ? `The words of the hand-over seem to hold ${found.kind}.` : null;
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** A path of unknown origin in a sentence: one line, no quoting that it could end. */
// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const shown = (text: string): string => `"${text.replaceAll(/[\u0000-\u001F\u007F"`]/g, "?").slice(0, 200)}"`;
