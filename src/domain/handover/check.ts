/**
 * The checks of a hand-over, in the order of design section 5. It comes from a job that ran an agent, so nothing in it
 * is believed: the schema is parsed first, then the guards below are asked in order, and the first that objects
 * refuses the whole with one sentence.
 *
 * One more: write a guard, add it to `GUARDS` at its place, add a case to test/hostile.
 */
import { BASE_SLUG } from "../run/names.ts";
import { collision } from "./collision.ts";
import { FILE_GUARDS, pathGuard, protectionGuard } from "./file-guards.ts";
import { filesOf, isBase64, shown, textOf, type Guard, type HandOverRequest } from "./guard.ts";
import { PATH_FAULTS } from "./path-fault.ts";
import { proposalGuard } from "./proposal-guard.ts";
import { PROTECTIONS } from "./protected-path.ts";
import {
  ReviewResult,
  SentWork,
  type HandOver,
  type HandOverFile,
  type SentFile,
  type SentHandOver,
} from "./result.ts";
import { findSecret, SECRETS, type SecretForm } from "./secret.ts";

export type HandOverCheck =
  | { ok: true; handOver: HandOver }
  /** `excusers`: files whose text on the ground may excuse it; null where nothing can. */
  | { ok: false; code: string; sentence: string; excusers: string[] | null };

export const GUARDS: readonly Guard[] = [
  { code: "binding", check: binding },
  { code: "role", check: role },
  { code: "proposal", check: proposalGuard },
  { code: "content", check: content },
  { code: "base64", check: base64 },
  { code: "files", check: fileCount },
  { code: "size", check: size },
  ...PATH_FAULTS.map(pathGuard),
  { code: "twice", check: twice },
  { code: "collision", check: (sent, { ground }) => collision(sent, ground?.files ?? []) },
  ...PROTECTIONS.map(protectionGuard),
  ...FILE_GUARDS,
  { code: "conflict", check: conflict },
  ...SECRETS.map(secretGuard),
];

export function checkHandOver(request: HandOverRequest, guards: readonly Guard[] = GUARDS): HandOverCheck {
  const sent = parse(request.bytes);
  if (typeof sent === "string") return { ok: false, code: "schema", sentence: sent, excusers: null };
  for (const { code, check, isExcusable = false } of guards) {
    const sentence = check(sent, request);
    const excusers = isExcusable ? [...new Set(filesOf(sent).map(({ path }) => path))] : null;
    if (sentence !== null) return { ok: false, code, sentence, excusers };
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
  const odd = filesOf(sent).find(
    (file) => [file.content, file.base64, file.deleted].filter((way) => way !== undefined).length !== 1,
  );
  return odd
    ? `${shown(odd.path)} must come with content, base64 or deleted, and with one of them only.`
    : null;
}

function base64(sent: SentHandOver): string | null {
  const odd = filesOf(sent).find((file) => file.base64 !== undefined && !isBase64(file.base64));
  return odd ? `The content of ${shown(odd.path)} is not base64.` : null;
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

function twice(sent: SentHandOver): string | null {
  if ("verdict" in sent) return null;
  const hasTwice = sent.commits.some(
    ({ files }) => new Set(files.map(({ path }) => path)).size < files.length,
  );
  return hasTwice ? "A commit of the hand-over names the same path twice." : null;
}

/** https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
function conflict(sent: SentHandOver): string | null {
  if (sent.role !== "resolve") return null;
  const left = filesOf(sent).find((file) => {
    const text = textOf(file);
    return /^<{7} /m.test(text) && /^>{7} /m.test(text);
  });
  return left ? `${shown(left.path)} still holds conflict markers.` : null;
}

function secretGuard({ code, kind, form }: SecretForm): Guard {
  return {
    code,
    isExcusable: true,
    check: (sent, { ground }) => {
      if (ground === null) return null;
      const standing = [...(ground.texts?.values() ?? [])];
      const isKnown = (secret: string): boolean => standing.some((text) => text.includes(secret));
      for (const file of filesOf(sent)) {
        const line = findSecret(textOf(file), { form }, isKnown);
        if (line !== null)
          return `${shown(file.path)}, line ${line}, seems to hold ${kind}. Take it out, and make that credential void.`;
      }
      return wordsOf(sent).some((words) => findSecret(words, { form }, isKnown) !== null)
        ? `The words of the hand-over seem to hold ${kind}. Make that credential void.`
        : null;
    },
  };
}

/** All that it says, but for the contents of files. */
function wordsOf(sent: SentHandOver): string[] {
  if ("verdict" in sent) return textsOf(sent);
  const { commits, ...rest } = sent;
  return [
    ...textsOf(rest),
    ...commits.flatMap(({ message, files }) => [message, ...files.map(({ path }) => path)]),
  ];
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
