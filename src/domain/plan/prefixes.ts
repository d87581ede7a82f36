/** Values by a text each: a tree of letters in which what one letter alone follows is one step. */

interface Node<Value> {
  text: string;
  values: Value[];
  /** By the first letter. */
  below: Map<string, Node<Value>>;
  /** Of all values, here and below. */
  count: number;
}

export class Prefixes<Value> {
  #root: Node<Value> = { text: "", values: [], below: new Map(), count: 0 };

  add(text: string, value: Value): void {
    let node = this.#root;
    node.count++;
    for (let rest = text; rest !== ""; rest = rest.slice(node.text.length)) {
      node = childFor(node, rest);
      node.count++;
    }
    node.values.push(value);
  }

  /** How many `alike` finds. */
  count(text: string): number {
    const { passed, below } = this.#walk(text);
    return passed.reduce((sum, { values }) => sum + values.length, below?.count ?? 0);
  }

  /** Those whose text begins with this one, or with whose text this one begins. */
  *alike(text: string): Generator<Value> {
    const { passed, below } = this.#walk(text);
    for (const { values } of passed) yield* values;
    const open = below ? [below] : [];
    for (let node = open.pop(); node; node = open.pop()) {
      yield* node.values;
      open.push(...node.below.values());
    }
  }

  #walk(text: string): { passed: Node<Value>[]; below: Node<Value> | null } {
    const passed: Node<Value>[] = [];
    let node = this.#root;
    for (let rest = text; rest !== ""; rest = rest.slice(node.text.length)) {
      passed.push(node);
      const next = node.below.get(rest[0]!);
      if (!next) return { passed, below: null };
      if (next.text.startsWith(rest)) return { passed, below: next };
      if (!rest.startsWith(next.text)) return { passed, below: null };
      node = next;
    }
    return { passed, below: node };
  }
}

/** The one that the text leads to: a new one, or one split where the text leaves it. */
function childFor<Value>(node: Node<Value>, text: string): Node<Value> {
  const child = node.below.get(text[0]!);
  if (!child) {
    const leaf: Node<Value> = { text, values: [], below: new Map(), count: 0 };
    node.below.set(text[0]!, leaf);
    return leaf;
  }
  let shared = 1;
  while (shared < child.text.length && text[shared] === child.text[shared]) shared++;
  if (shared === child.text.length) return child;
  const upper: Node<Value> = {
    text: child.text.slice(0, shared),
    values: [],
    below: new Map([[child.text[shared]!, child]]),
    count: child.count,
  };
  child.text = child.text.slice(shared);
  node.below.set(text[0]!, upper);
  return upper;
}
