/** The known word nearest to a mistyped one, or null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((other) => ({ other, distance: distance(word.toLowerCase(), other.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.other.length / 3)) ? best.other : null;
}

/** Levenshtein, over at most the first 64 characters. */
function distance(a: string, b: string): number {
  const left = Array.from(a.slice(0, 64));
  const right = Array.from(b.slice(0, 64));
  let row = right.map((_, at) => at + 1);
  for (const [i, char] of left.entries()) {
    let before = i;
    let last = i + 1;
    row = row.map((above, j) => {
      last = Math.min(above + 1, last + 1, before + (char === right[j] ? 0 : 1));
      before = above;
      return last;
    });
  }
  return right.length === 0 ? left.length : row.at(-1)!;
}
