/**
 * What a path of a hand-over may not be: it is written to a tree on GitHub, and checked out on systems that read names
 * in other ways than git does (https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS).
 */
import { UNSEEN } from "./guard.ts";

export interface PathFault {
  code: string;
  /** Goes on after "its path". */
  is: string;
  has: (path: string) => boolean;
  /** A file that stands on the ground under such a name may be changed. */
  isExcusable?: true;
}

const MAX_LENGTH = 400;
/** Of one name, on every common file system. */
const MAX_NAME_BYTES = 255;

export const PATH_FAULTS: readonly PathFault[] = [
  {
    code: "path-length",
    is: `is longer than ${MAX_LENGTH} letters, or one of its names than ${MAX_NAME_BYTES} bytes`,
    has: (path) =>
      path.length > MAX_LENGTH ||
      someName((name) => new TextEncoder().encode(name).length > MAX_NAME_BYTES)(path),
  },
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  {
    code: "path-control",
    is: "holds a control character",
    has: (path) => /[\u0000-\u001F\u007F-\u009F]/.test(path),
  },
  { code: "path-unicode", is: "is no Unicode text", has: (path) => !path.isWellFormed() },
  { code: "path-backslash", is: "holds a backslash", has: (path) => path.includes("\\") },
  { code: "path-empty", is: "is empty or has an empty part", has: someName((name) => name === "") },
  {
    code: "path-dots",
    is: "leads up or nowhere: a part of it is one dot, or two",
    has: someName((name) => name === "." || name === ".."),
  },
  { code: "path-git", is: "leads into git's own folder", has: someName((name) => folded(name) === ".git") },
  {
    code: "path-unseen",
    is: "holds a character that does not show",
    has: (path) => path.replaceAll(/\p{Cc}/gu, "").search(UNSEEN) >= 0,
    isExcusable: true,
  },
  {
    code: "path-edge",
    is: "has a name with a space at an end, or with a full stop behind",
    has: someName((name) => !/^\.{1,2}$/.test(name) && /^\s|[\s.]$/u.test(name)),
    isExcusable: true,
  },
  {
    code: "path-windows",
    is: "holds a character that Windows allows in no name",
    has: (path) => /[<>:"|?*]/.test(path),
    isExcusable: true,
  },
  {
    code: "path-device",
    is: "has a name that is a device on Windows",
    has: someName((name) =>
      /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?: *\..*)?$/iu.test(name),
    ),
    isExcusable: true,
  },
  {
    code: "path-short",
    is: "has a name that Windows may read as the short one of another file",
    has: someName((name) => /^[^.~]{1,6}~\d{1,6}(?:\.[^.]{0,3})?$/u.test(name)),
    isExcusable: true,
  },
];

function someName(is: (name: string) => boolean): (path: string) => boolean {
  return (path) => path.split("/").some(is);
}

/** Null when a path is a plain one inside the repository; else what is wrong with it. */
export const pathFault = (path: string): string | null => {
  const fault = PATH_FAULTS.find(({ has }) => has(path));
  return fault ? `it ${fault.is}` : null;
};

/** Equal for names that are one on some file system: there case and the form of composed letters tell nothing apart. */
export const folded = (path: string): string =>
  path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
