/** The marker of a body that GitHub holds. A fact never changes, and one decision asks it dozens of times. */
import { parseMarker } from "./names.ts";

type Mark = ReturnType<typeof parseMarker>;

const marks = new WeakMap<{ readonly body: string }, Mark>();

export function markOf(fact: { readonly body: string }): Mark {
  const known = marks.get(fact);
  if (known !== undefined) return known;
  const mark = parseMarker(fact.body);
  marks.set(fact, mark);
  return mark;
}
