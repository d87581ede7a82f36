/** Held paths by how they begin and end: is a path held back, without trying each that is held? */
import { asFile, fileFolders, isGlob, patternOf, patternsMeet, type Pattern } from "./locks.ts";
import { Prefixes } from "./prefixes.ts";

export class LockIndex {
  readonly #plain = new Shelves();
  /** The same, but what ends like a file is no folder here. */
  readonly #files = new Shelves();
  readonly #globs = new Shelves();
  /** Globs that name folders which are called like files. */
  readonly #withFolders = new Shelves();
  #hasManifest = false;

  /** The key of what is held now. */
  add(path: string): string {
    const pattern = patternOf(path);
    this.#hasManifest ||= pattern.kind === "manifest";
    if (pattern.kind === "glob") {
      this.#globs.add(pattern, pattern.segments);
      if (fileFolders(pattern).length > 0) this.#withFolders.add(pattern, pattern.segments);
    } else {
      this.#plain.add(pattern, pattern.segments);
      this.#files.add(pattern, asFile(pattern));
    }
    return keyOf(pattern);
  }

  /** The key of a held path that one of these meets; all manifests are one. */
  blocker(paths: readonly string[]): string | null {
    for (const path of paths) {
      const wanted = patternOf(path);
      if (wanted.kind === "manifest" && this.#hasManifest) return MANIFESTS;
      const met = this.#meeting(wanted);
      if (met) return keyOf(met);
    }
    return null;
  }

  #meeting(wanted: Pattern): Pattern | null {
    const { segments, kind } = wanted;
    if (kind !== "glob")
      return (
        this.#plain.meeting(wanted, segments) ??
        this.#globs.meeting(wanted, asFile(wanted)) ??
        this.#withFolders.meeting(wanted, segments)
      );
    return (
      this.#files.meeting(wanted, segments) ??
      this.#globs.meeting(wanted, segments) ??
      (fileFolders(wanted).length > 0 ? this.#plain.meeting(wanted, segments) : null)
    );
  }
}

const MANIFESTS = "manifests";

const keyOf = ({ kind, key }: Pattern): string => (kind === "manifest" ? MANIFESTS : key);

/** Patterns of one form have fixed letters at the same places, so that there is always a place to find few by. */
class Shelves {
  readonly #shelves = new Map<string, Shelf>();

  add(pattern: Pattern, segments: readonly string[]): void {
    const place = behindOpen(segments);
    const texts = textsOf(segments, place);
    const form = `${place} ${texts.map((text) => (text === "" ? "-" : "+")).join("")}`;
    const shelf = this.#shelves.get(form) ?? new Shelf(place);
    this.#shelves.set(form, shelf);
    shelf.add(pattern, texts);
  }

  meeting(wanted: Pattern, segments: readonly string[]): Pattern | null {
    for (const shelf of this.#shelves.values()) {
      const texts = textsOf(segments, shelf.place);
      for (const pattern of shelf.alike(texts)) if (patternsMeet(pattern, wanted)) return pattern;
    }
    return null;
  }
}

class Shelf {
  readonly place: number;
  readonly #keys = new Set<string>();
  readonly #ways = [
    new Prefixes<Pattern>(),
    new Prefixes<Pattern>(),
    new Prefixes<Pattern>(),
    new Prefixes<Pattern>(),
  ];

  constructor(place: number) {
    this.place = place;
  }

  add(pattern: Pattern, texts: readonly string[]): void {
    if (this.#keys.has(pattern.key)) return;
    this.#keys.add(pattern.key);
    for (const [at, way] of this.#ways.entries()) way.add(texts[at]!, pattern);
  }

  /** All that may meet, found the way that leaves the fewest. */
  alike(texts: readonly string[]): Iterable<Pattern> {
    const counts = this.#ways.map((way, at) => way.count(texts[at]!));
    const best = counts.indexOf(Math.min(...counts));
    return this.#ways[best]!.alike(texts[best]!);
  }
}

/** Where fixed letters begin again behind the first segment that is open; 0 where they do not, or at any depth. */
function behindOpen(segments: readonly string[]): number {
  const open = segments.findIndex(isGlob);
  if (open === -1) return 0;
  const place = segments.findIndex(
    (segment, at) => at > open && (segment === "**" || fixedStart(segment) !== ""),
  );
  return place === -1 || segments.slice(open, place + 1).includes("**") ? 0 : place;
}

/** The fixed letters at the beginning, at the end, of the name and from a place on. Paths that meet share each as far as both go. */
function textsOf(segments: readonly string[], place: number): string[] {
  const path = segments.join("/");
  const rest = segments.slice(0, place).includes("**") ? "**" : segments.slice(place).join("/");
  return [path, reversed(path), segments.at(-1)!, rest].map((text) => fixedStart(`${text}/`));
}

const fixedStart = (text: string): string => /^[^*?]*/.exec(text)![0];

const reversed = (text: string): string => text.split("").toReversed().join("");
