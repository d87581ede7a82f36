/** As many as there is room for: the last ones, for they know of those before. */
export function newest(entries: readonly string[], max: number): string[] {
  let length = 0;
  const first = entries.findLastIndex((entry) => (length += entry.length) > max) + 1;
  return first === 0 ? [...entries] : [`(${first} earlier ones left out)`, ...entries.slice(first)];
}
