/** Held paths as trees of their segments: is a path held back, without trying each that is held? */
import { fileFolders, patternOf, patternsMeet, type Pattern } from "./locks.ts";

interface Node {
  below: Map<string, Node>;
  /** Patterns whose fixed segments end here, by key. */
  here: Map<string, Pattern>;
}

const newNode = (): Node => ({ below: new Map(), here: new Map() });

class Tree {
  readonly #root = newNode();

  add(pattern: Pattern): void {
    let node = this.#root;
    for (const segment of fixedHead(pattern)) {
      const next = node.below.get(segment) ?? newNode();
      node.below.set(segment, next);
      node = next;
    }
    node.here.set(pattern.key, pattern);
  }

  /** The first that meets. */
  meeting(wanted: Pattern): Pattern | null {
    let node: Node | undefined = this.#root;
    for (const segment of fixedHead(wanted)) {
      const met = meetingHere(node, wanted);
      if (met) return met;
      node = node.below.get(segment);
      if (!node) return null;
    }
    const open = [node];
    for (let next = open.pop(); next; next = open.pop()) {
      const met = meetingHere(next, wanted);
      if (met) return met;
      for (const child of next.below.values()) open.push(child);
    }
    return null;
  }
}

export class LockIndex {
  readonly #globs = new Tree();
  readonly #others = new Tree();
  /** All of them again, by the name that they end with. */
  readonly #byEnd = new Map<string | null, Tree>();
  /** Globs that name folders which are called like files. */
  readonly #withFolders = new Tree();
  #hasManifest = false;

  /** The key of what is held now. */
  add(path: string): string {
    const pattern = patternOf(path);
    const end = endOf(pattern);
    const alike = this.#byEnd.get(end) ?? new Tree();
    this.#byEnd.set(end, alike);
    alike.add(pattern);
    (pattern.kind === "glob" ? this.#globs : this.#others).add(pattern);
    if (pattern.kind === "glob" && fileFolders(pattern).length > 0) this.#withFolders.add(pattern);
    this.#hasManifest ||= pattern.kind === "manifest";
    return keyOf(pattern);
  }

  /** The key of a held path that one of these meets; all manifests are one. */
  blocker(paths: readonly string[]): string | null {
    for (const path of paths) {
      const wanted = patternOf(path);
      if (wanted.kind === "manifest" && this.#hasManifest) return MANIFESTS;
      for (const tree of this.#treesFor(wanted)) {
        const met = tree.meeting(wanted);
        if (met) return keyOf(met);
      }
    }
    return null;
  }

  /** A glob meets only what ends alike. So do other paths and globs, but one path may be a folder of another. */
  #treesFor(wanted: Pattern): Tree[] {
    const end = endOf(wanted);
    if (end === null) return [this.#globs, this.#others];
    const alike = [end, null].flatMap((name) => this.#byEnd.get(name) ?? []);
    if (wanted.kind !== "glob") return [this.#others, this.#withFolders, ...alike];
    return fileFolders(wanted).length > 0 ? [this.#others, ...alike] : alike;
  }
}

const MANIFESTS = "manifests";

const keyOf = ({ kind, key }: Pattern): string => (kind === "manifest" ? MANIFESTS : key);

function meetingHere({ here }: Node, wanted: Pattern): Pattern | null {
  for (const pattern of here.values()) if (patternsMeet(pattern, wanted)) return pattern;
  return null;
}

const isOpen = (segment: string): boolean => /[*?]/.test(segment);

/** The name of the files that a pattern covers; null where they may have any. */
function endOf({ kind, segments }: Pattern): string | null {
  const end = segments.at(kind === "file" ? -2 : -1)!;
  return isOpen(end) ? null : end;
}

function fixedHead({ segments }: Pattern): readonly string[] {
  const at = segments.findIndex(isOpen);
  return at === -1 ? segments : segments.slice(0, at);
}
