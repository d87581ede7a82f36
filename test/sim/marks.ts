/** What a body is found by: read once for each that stands there, for all are looked at after every step. */
import { parseMarker } from "../../src/domain/run/names.ts";

interface Written {
  body: string | null;
}

/** A marker, and the line that it stands on. */
type Mark = NonNullable<ReturnType<typeof parseMarker>> & { line: string };

const marks = new WeakMap<Written, Written & { mark: Mark | null }>();

export function markOf(one: Written): Mark | null {
  const known = marks.get(one);
  if (known?.body === one.body) return known.mark;
  const parsed = parseMarker(one.body ?? "");
  const mark = parsed && { ...parsed, line: lastLine(one.body!) };
  marks.set(one, { body: one.body, mark });
  return mark;
}

const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1)!;
