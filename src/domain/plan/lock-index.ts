/** Held paths as a tree of their segments: who holds what a path would meet, without trying each holder. */
import { patternOf, patternsMeet, type Pattern } from "./locks.ts";

interface Held {
  pattern: Pattern;
  holders: string[];
}

interface Node {
  below: Map<string, Node>;
  /** Patterns whose fixed segments end here, by key. */
  here: Map<string, Held>;
}

const newNode = (): Node => ({ below: new Map(), here: new Map() });

export class LockIndex {
  readonly #root = newNode();
  readonly #manifests = new Map<string, Held>();

  /** The key of what is held now. */
  add(path: string, holder: string): string {
    const pattern = patternOf(path);
    let node = this.#root;
    for (const segment of fixedHead(pattern)) {
      const next = node.below.get(segment) ?? newNode();
      node.below.set(segment, next);
      node = next;
    }
    const held = node.here.get(pattern.key) ?? { pattern, holders: [] };
    if (held.holders.at(-1) !== holder) held.holders.push(holder);
    node.here.set(pattern.key, held);
    if (pattern.kind === "manifest") this.#manifests.set(pattern.key, held);
    return keyOf(pattern);
  }

  /** The first held path that one of these meets, by its key; all manifests are one. */
  blocker(paths: readonly string[]): { key: string; holders: readonly string[] } | null {
    for (const path of paths) {
      for (const { pattern, holders } of this.#meeting(patternOf(path)))
        return { key: keyOf(pattern), holders };
    }
    return null;
  }

  /** All holders of what a path meets. */
  holders(path: string): Set<string> {
    const found = new Set<string>();
    for (const held of this.#meeting(patternOf(path))) for (const holder of held.holders) found.add(holder);
    return found;
  }

  *#meeting(wanted: Pattern): Generator<Held> {
    if (wanted.kind === "manifest") yield* this.#manifests.values();
    let node: Node | undefined = this.#root;
    for (const segment of fixedHead(wanted)) {
      for (const held of node.here.values()) if (isNew(held, wanted)) yield held;
      node = node.below.get(segment);
      if (!node) return;
    }
    const open = [node];
    for (let next = open.pop(); next; next = open.pop()) {
      for (const held of next.here.values()) if (isNew(held, wanted)) yield held;
      for (const child of next.below.values()) open.push(child);
    }
  }
}

const keyOf = ({ kind, key }: Pattern): string => (kind === "manifest" ? "manifests" : key);

/** Manifests have been told already. */
const isNew = (held: Held, wanted: Pattern): boolean =>
  !(held.pattern.kind === "manifest" && wanted.kind === "manifest") && patternsMeet(held.pattern, wanted);

function fixedHead({ segments }: Pattern): readonly string[] {
  const at = segments.findIndex((segment) => /[*?]/.test(segment));
  return at === -1 ? segments : segments.slice(0, at);
}
