/**
 * Path locks: two units never work at once when what one writes may meet what the other writes or reads (design
 * section 6). A lock is mutual exclusion, not an order. Manifests and lock files are one exclusive lock, whatever their folder.
 *
 * A pattern is a path, a folder (`src` or `src/`: all within), or a glob with `?`, `*` (within one segment) and `**`. What
 * a glob ends with may be a folder, too, unless it ends like a file: `packages/*\/src`. Square brackets and braces are ordinary letters: `app/[id]/page.tsx` is a file.
 */

const MANIFEST =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-(lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|deno\.(jsonc?|lock)|cargo\.(toml|lock)|go\.(mod|sum|work)|pyproject\.toml|poetry\.lock|uv\.lock|pipfile(\.lock)?|requirements[\w.-]*\.txt|gemfile(\.lock)?|composer\.(json|lock)|pom\.xml|build\.gradle(\.kts)?|mix\.(exs|lock)|pubspec\.(yaml|lock)|package\.(swift|resolved)|packages\.lock\.json)$/;

export const isManifest = (path: string): boolean => MANIFEST.test(segmentsOf(path).join("/"));

/** Any number of segments, none included. */
const ANY = "**";

/** One way to write each path: without `./` and `//`, in lower case and composed: some file systems know no other. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.trim().replaceAll("\\", "/").normalize("NFC").toLowerCase().split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else segments.push(part);
  }
  return segments;
}

/** Does the path lead out of the repository? */
export const isOutside = (path: string): boolean => segmentsOf(path)[0] === "..";

export interface Pattern {
  /** Patterns with equal keys cover the same files. */
  key: string;
  /** What may be a folder covers itself and all within, so it ends in `**`; a folder ends in `*` and `**`. */
  segments: readonly string[];
  kind: "manifest" | "file" | "folder" | "glob";
}

export function patternOf(path: string): Pattern {
  const parts = segmentsOf(path);
  const text = parts.join("/");
  if (MANIFEST.test(text)) return { key: text, segments: parts, kind: "manifest" };
  const isFolder = /[/\\]\s*$/.test(path) || parts.at(-1) === ANY;
  while (parts.at(-1) === ANY) parts.pop();
  const kind = isGlob(parts.join("/")) ? "glob" : !isFolder && isFileName(text) ? "file" : "folder";
  const within = isFolder ? ["*", ANY] : kind === "glob" && isFileName(text) ? [] : [ANY];
  const segments = parts.length === 0 ? [ANY] : [...parts, ...within];
  return { key: segments.join("/"), segments, kind };
}

const isFileName = (name: string): boolean => /[^./]\.[\w*?]+$/.test(name);

export const isGlob = (text: string): boolean => /[*?]/.test(text);

/** May the two patterns name the same file? */
export const pathsMeet = (a: string, b: string): boolean => patternsMeet(patternOf(a), patternOf(b));

export const patternsMeet = (a: Pattern, b: Pattern): boolean =>
  (a.kind === "manifest" && b.kind === "manifest") ||
  a.key === b.key ||
  sequencesMeet([within(a, b), within(b, a)], ANY, segmentsMeet);

/** What ends like a file may be a folder all the same, but none for the sake of a glob that does not call it so. */
const within = (pattern: Pattern, other: Pattern): readonly string[] =>
  pattern.kind === "file" && other.kind === "glob" && !fileFolders(other).includes(pattern.segments.at(-2)!)
    ? asFile(pattern)
    : pattern.segments;

export const asFile = ({ kind, segments }: Pattern): readonly string[] =>
  kind === "file" ? segments.slice(0, -1) : segments;

/** Folders that a glob names and that are called like files: `my.module` of `src/my.module/*.ts`. */
export const fileFolders = ({ segments }: Pattern): string[] =>
  segments.slice(0, -1).filter((name) => !isGlob(name) && isFileName(name));

export function setsMeet(a: readonly string[], b: readonly string[]): boolean {
  const others = b.map(patternOf);
  return a.map(patternOf).some((pattern) => others.some((other) => patternsMeet(pattern, other)));
}

/** Is a file of this path within the declared set? In a file's name stars and question marks are ordinary letters. */
export function covers(patterns: readonly string[], path: string): boolean {
  const file = segmentsOf(path.replaceAll("*", "\u0000").replaceAll("?", "\u0001"));
  return patterns.some((pattern) => sequencesMeet([patternOf(pattern).segments, file], ANY, segmentsMeet));
}

const segmentsMeet: Meet = (a, b) =>
  a === b || ((isGlob(a) || isGlob(b)) && sequencesMeet([[...a], [...b]], "*", lettersMeet));

const lettersMeet: Meet = (a, b) => a === b || a === "?" || b === "?";

type Meet = (a: string, b: string) => boolean;

/** Is there a sequence that both describe? `wild` stands for any run of items, none included. */
function sequencesMeet([a, b]: readonly [Items, Items], wild: string, meet: Meet): boolean {
  const [isWildA, isWildB] = [a.includes(wild), b.includes(wild)];
  // What stands between the outer wild ones of both can always follow one another.
  if (isWildA && isWildB)
    return headsMeet([a, b], wild, meet) && headsMeet([a.toReversed(), b.toReversed()], wild, meet);
  if (isWildA) return describes([a, b], wild, meet);
  if (isWildB) return describes([b, a], wild, meet);
  return a.length === b.length && a.every((item, at) => meet(item, b[at]!));
}

type Items = readonly string[];

/** As far as neither has come to a wild one. */
function headsMeet([a, b]: readonly [Items, Items], wild: string, meet: Meet): boolean {
  for (let at = 0; a[at] !== wild && b[at] !== wild; at++) if (!meet(a[at]!, b[at]!)) return false;
  return true;
}

/** Items between two wild ones are looked for where they can stand first: all that may follow has the most room then. */
function describes([pattern, items]: readonly [Items, Items], wild: string, meet: Meet): boolean {
  let [at, place] = [0, 0];
  let last: { at: number; place: number } | null = null;
  while (place < items.length) {
    if (pattern[at] === wild) last = { at: ++at, place };
    else if (at < pattern.length && meet(pattern[at]!, items[place]!)) [at, place] = [at + 1, place + 1];
    else if (last) [at, place] = [last.at, ++last.place];
    else return false;
  }
  return pattern.slice(at).every((item) => item === wild);
}
