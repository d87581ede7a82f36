/** Broken files made of good ones: the same number always makes the same file. */

/** A number in [0, 1) after the other (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mutation = (bytes: Buffer, random: () => number) => Buffer;

const FRAGMENTS = [
  "- [ ] ",
  "- [x]* 1.1 ",
  "\n```\n",
  "\n~~~~~~json\n",
  "<!--",
  "-->",
  "\n---\n",
  "\uFEFF",
  "\r",
  "\r\n",
  "\t",
  "\0",
  "**",
  "__",
  "`",
  "[",
  "](",
  "_Requirements: ",
  "_Depends: 1-999, ",
  "Blocks: all\n",
  '{"waves": [',
  "\n## Phase 1: ",
  "\n### Task 2: ",
  "\n## Notes\n",
  "\n## Acceptance Criteria\n",
  "1 → 2 → 3",
  "1.".repeat(70),
  "9".repeat(40),
  "😀",
  "\uD800",
  "需求：",
  "__proto__",
];

const placeIn = (bytes: Buffer, random: () => number): number => Math.floor(random() * (bytes.length + 1));
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;
const splice = (bytes: Buffer, [from, to]: [number, number], more: string | Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), Buffer.from(more), bytes.subarray(to)]);

function changeLines(bytes: Buffer, change: (lines: string[]) => string[]): Buffer {
  return Buffer.from(change(bytes.toString("latin1").split("\n")).join("\n"), "latin1");
}

const MUTATIONS: readonly Mutation[] = [
  function flipBytes(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let left = 1 + random() * 20; left > 0 && copy.length > 0; left--)
      copy[Math.floor(random() * copy.length)]! ^= 1 << Math.floor(random() * 8);
    return copy;
  },
  function cut(bytes, random) {
    const from = placeIn(bytes, random);
    return splice(bytes, [from, from + Math.floor(random() * 400)], "");
  },
  function insert(bytes, random) {
    const at = placeIn(bytes, random);
    return splice(bytes, [at, at], pick(FRAGMENTS, random));
  },
  function insertMany(bytes, random) {
    const at = placeIn(bytes, random);
    return splice(bytes, [at, at], pick(FRAGMENTS, random).repeat(random() * 3000));
  },
  function repeatPart(bytes, random) {
    const at = placeIn(bytes, random);
    return splice(bytes, [at, at], bytes.subarray(at, at + Math.floor(random() * 2000)));
  },
  (bytes, random) =>
    changeLines(bytes, (lines) =>
      lines
        .map((line): [number, string] => [random(), line])
        .toSorted(([a], [b]) => a - b)
        .map(([, line]) => line),
    ),
  (bytes, random) =>
    changeLines(bytes, (lines) =>
      lines.filter(() => random() < 0.8).flatMap((line) => (random() < 0.1 ? [line, line] : [line])),
    ),
  (bytes, random) =>
    changeLines(bytes, (lines) =>
      lines.map((line) => (random() < 0.2 ? " ".repeat(random() * 12) + line : line)),
    ),
  function hugeLine(bytes, random) {
    const at = placeIn(bytes, random);
    return splice(
      bytes,
      [at, at],
      pick(["a", " ", "*", "1.", "- ", "[", "→", "`", "(", ",1"], random).repeat(random() * 200_000),
    );
  },
  function deepNesting(bytes, random) {
    const isByIndent = random() < 0.5;
    const deep = Array.from({ length: random() * 200 }, (_, depth) =>
      isByIndent
        ? `${"  ".repeat(depth)}- [ ] deep ${depth}`
        : `- [ ] ${"1.".repeat(Math.min(depth, 70))}1 deep`,
    );
    const at = placeIn(bytes, random);
    return splice(bytes, [at, at], `\n${deep.join("\n")}\n`);
  },
];

export function mutated(seeds: readonly Buffer[], number: number): Buffer {
  const random = randomFrom(number);
  let bytes = pick(seeds, random);
  for (let left = 1 + random() * 4; left > 0; left--) bytes = pick(MUTATIONS, random)(bytes, random);
  return bytes;
}
