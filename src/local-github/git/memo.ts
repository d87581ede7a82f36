/** How many answers one question keeps: pull requests of a long run, asked about again and again. */
const KEEP = 500;

type Part = string | boolean | null;

/** Asks once for the same words and remembers the answer; the oldest answers go first, a failure is forgotten. */
export function createMemo<P extends readonly Part[], T>(
  ask: (...parts: P) => Promise<T>,
): (...parts: P) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...parts) => {
    const key = JSON.stringify(parts);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(...parts);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
    const [oldest] = answers.keys();
    if (answers.size > KEEP && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
