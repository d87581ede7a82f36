/** All chance of a simulation comes from its seed. Each part draws from a stream of its own, so that one leaves the others as they are. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number;
  is(rate: number): boolean;
  /** Both ends included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  hex(length: number): string;
  /** A stream of its own. */
  of(name: string): Chance;
}

export function createChance(seed: number, name = ""): Chance {
  let state = hashOf(`${seed} ${name}`);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    is: (rate) => next() < rate,
    pick: (list) => list[between(0, list.length - 1)]!,
    hex: (length) => {
      let text = "";
      while (text.length < length)
        text += Math.floor(next() * 65_536)
          .toString(16)
          .padStart(4, "0");
      return text.slice(0, length);
    },
    of: (part) => createChance(seed, `${name}/${part}`),
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return hash;
}
