/** Guards that look at one file of a hand-over after the other. */
import { covers } from "../plan/locks.ts";
import { eachFile, shown, textOf, type Guard, type HandOverRequest } from "./guard.ts";
import type { PathFault } from "./path-fault.ts";
import { protection, type Protection } from "./protected-path.ts";
import type { SentFile } from "./result.ts";

export const pathGuard = ({ code, is, has, isExcusable }: PathFault): Guard => ({
  code,
  check: eachFile(({ path }, { ground }) => {
    const isExcused = isExcusable === true && (ground === null || ground.files.includes(path));
    if (isExcused || !has(path)) return null;
    return `${shown(path)} cannot be taken: its path ${is}. Give the file a plain path inside the repository.`;
  }),
});

export const protectionGuard = (one: Protection): Guard => ({
  code: one.code,
  check: eachFile(({ path }, { rules }) => {
    const why = protection(path, rules, [one]);
    return why === null
      ? null
      : `${shown(path)} may not be changed by an agent: ${why}. A person must do this part.`;
  }),
});

type FileCheck = (file: SentFile, request: HandOverRequest) => string | null;

const ordinaryOnly =
  (mode: string, what: string): FileCheck =>
  (file) =>
    file.mode === mode
      ? `${shown(file.path)} is ${what}; hand-overs hold ordinary files only. Put a file there, or none.`
      : null;

const LINK = "120000";
const SUBMODULE = "160000";

/** Each of the two that have a guard of their own would be refused here as well. */
const mode: FileCheck = (file) =>
  ["100644", "100755", LINK, SUBMODULE].includes(file.mode)
    ? null
    : `${shown(file.path)} has the file mode ${shown(file.mode)}; 100644 and 100755 are allowed. Make it one of them.`;

/** A path at or below a link would be written elsewhere than it says. */
const special: FileCheck = (file, { ground }) => {
  const low = file.path.toLowerCase();
  const on = ground?.special.find(
    (path) => low === path.toLowerCase() || low.startsWith(`${path.toLowerCase()}/`),
  );
  return on === undefined
    ? null
    : `${shown(file.path)} stands on ${shown(on)}, which is a symbolic link or a submodule. A person must do this part.`;
};

const binary: FileCheck = (file, { rules }) => {
  if (!textOf(file).includes("\0") || (rules.writes !== null && covers(rules.writes, file.path))) return null;
  return `${shown(file.path)} is a binary file that the unit does not declare. Name it in the task's files.`;
};

/** https://trojansource.codes: what such a text shows a reviewer is not what a compiler reads. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/;

/** Also of a file that travels as bytes because one of them is no UTF-8. */
const readAs = (file: SentFile): string =>
  file.base64 === undefined
    ? textOf(file)
    : new TextDecoder().decode(Uint8Array.from(textOf(file), (byte) => byte.charCodeAt(0)));

const turning: FileCheck = (file, { ground }) => {
  const { path } = file;
  const content = readAs(file);
  if (ground === null || !TURNING.test(content) || TURNING.test(ground.texts?.get(path) ?? "")) return null;
  const line = content.slice(0, content.search(TURNING)).split("\n").length;
  return `${shown(path)}, line ${line}, holds a character that turns the reading direction: it shows other than it is. Write it as an escape.`;
};

export const FILE_GUARDS: readonly Guard[] = [
  { code: "symlink", check: eachFile(ordinaryOnly(LINK, "a symbolic link")) },
  { code: "submodule", check: eachFile(ordinaryOnly(SUBMODULE, "a submodule")) },
  { code: "special", check: eachFile(special) },
  { code: "mode", check: eachFile(mode) },
  { code: "binary", check: eachFile(binary) },
  { code: "turning", check: eachFile(turning), isExcusable: true },
];
