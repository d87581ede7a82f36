/**
 * Which lines of two texts differ, by Myers' greedy search, and their hunks as a unified diff. As few lines differ as
 * can be; where equal lines leave a choice, git may choose others.
 */

export interface LineDiff {
  /** Hunks; empty when nothing differs. */
  text: string;
  additions: number;
  deletions: number;
}

/** Lines around a change. */
const AROUND = 3;

interface Side {
  lines: string[];
  /** By line: whether the other side has it not. */
  isOwn: boolean[];
}

export function diffLines(before: string, after: string): LineDiff {
  const old: Side = sideOf(before);
  const fresh: Side = sideOf(after);
  for (const [left, right] of commonLines(old.lines, fresh.lines)) {
    old.isOwn[left] = false;
    fresh.isOwn[right] = false;
  }
  const count = ({ isOwn }: Side): number => isOwn.filter(Boolean).length;
  return { text: hunksOf(old, fresh), additions: count(fresh), deletions: count(old) };
}

/** Each with its line end; the last may have none. */
function sideOf(text: string): Side {
  const lines = text === "" ? [] : text.split(/(?<=\n)/u);
  return { lines, isOwn: lines.map(() => true) };
}

/** Pairs of positions, both rising. */
function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  // A line that the other side has nowhere needs no search.
  const known = [new Set(a), new Set(b)] as const;
  const inner = (lines: readonly string[], other: ReadonlySet<string>): number[] =>
    lines.flatMap((line, at) => (at >= start && at < lines.length - end && other.has(line) ? [at] : []));
  const [left, right] = [inner(a, known[1]), inner(b, known[0])];
  const found = search(
    left.map((at) => a[at] ?? ""),
    right.map((at) => b[at] ?? ""),
  );
  return [
    ...Array.from({ length: start }, (_, at): [number, number] => [at, at]),
    ...found.map(([x, y]): [number, number] => [left[x] ?? 0, right[y] ?? 0]),
    ...Array.from({ length: end }, (_, at): [number, number] => [a.length - end + at, b.length - end + at]),
  ];
}

/** http://www.xmailserver.org/diff2.pdf */
function search(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = a.length + b.length;
  const reach = new Int32Array(2 * most + 2);
  const trace: Int32Array[] = [];
  const isDown = (at: Int32Array, step: number, k: number): boolean =>
    k === -step || (k !== step && (at[most + k - 1] ?? 0) < (at[most + k + 1] ?? 0));
  for (let step = 0; step <= most; step++) {
    trace.push(reach.slice());
    for (let k = -step; k <= step; k += 2) {
      let x = isDown(reach, step, k) ? (reach[most + k + 1] ?? 0) : (reach[most + k - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[most + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, { x, k }, { most, isDown });
    }
  }
  return [];
}

function walkBack(
  trace: readonly Int32Array[],
  end: { x: number; k: number },
  { most, isDown }: { most: number; isDown: (at: Int32Array, step: number, k: number) => boolean },
): [number, number][] {
  const pairs: [number, number][] = [];
  let { x, k } = end;
  for (let step = trace.length - 1; step >= 0; step--) {
    const at = trace[step] ?? new Int32Array();
    const down = isDown(at, step, k);
    const before = down ? k + 1 : k - 1;
    const start = step === 0 ? 0 : (at[most + before] ?? 0) + (down ? 0 : 1);
    for (; x > start; x--) pairs.push([x - 1, x - 1 - k]);
    x = step === 0 ? 0 : (at[most + before] ?? 0);
    k = before;
  }
  return pairs.toReversed();
}

interface Change {
  left: number;
  leftEnd: number;
  right: number;
  rightEnd: number;
}

function changesOf(old: Side, fresh: Side): Change[] {
  const changes: Change[] = [];
  let [left, right] = [0, 0];
  while (left < old.lines.length || right < fresh.lines.length) {
    const change = { left, leftEnd: left, right, rightEnd: right };
    while (old.isOwn[change.leftEnd] === true) change.leftEnd++;
    while (fresh.isOwn[change.rightEnd] === true) change.rightEnd++;
    if (change.leftEnd > left || change.rightEnd > right) changes.push(change);
    [left, right] = [change.leftEnd + 1, change.rightEnd + 1];
  }
  return changes;
}

function hunksOf(old: Side, fresh: Side): string {
  const groups: Change[][] = [];
  for (const change of changesOf(old, fresh)) {
    const last = groups.at(-1);
    const end = last?.at(-1)?.leftEnd;
    if (last !== undefined && end !== undefined && change.left - end <= 2 * AROUND) last.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => hunkOf(old.lines, fresh.lines, group)).join("");
}

function hunkOf(old: readonly string[], fresh: readonly string[], group: readonly Change[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return "";
  const lead = Math.min(AROUND, first.left);
  const trail = Math.min(AROUND, old.length - last.leftEnd);
  const body: string[] = [];
  let at = first.left - lead;
  const write = (sign: string, lines: readonly string[]): void => {
    for (const line of lines)
      body.push(line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`);
  };
  for (const change of group) {
    write(" ", old.slice(at, change.left));
    write("-", old.slice(change.left, change.leftEnd));
    write("+", fresh.slice(change.right, change.rightEnd));
    at = change.leftEnd;
  }
  write(" ", old.slice(at, at + trail));
  const left = span(first.left - lead, last.leftEnd + trail);
  const right = span(first.right - lead, last.rightEnd + trail);
  return `@@ -${left} +${right} @@${placeAbove(old, first.left - lead)}\n${body.join("")}`;
}

function span(start: number, end: number): string {
  const length = end - start;
  const first = length === 0 ? start : start + 1;
  return length === 1 ? String(first) : `${first},${length}`;
}

/** The nearest line above that begins like a definition. */
function placeAbove(lines: readonly string[], start: number): string {
  const found = lines.slice(0, start).findLast((line) => /^[A-Za-z_$]/u.test(line));
  return found === undefined ? "" : ` ${found.slice(0, 80).trimEnd()}`;
}
