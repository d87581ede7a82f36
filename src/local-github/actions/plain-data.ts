/** Looks into data of unknown shape: payloads, bodies, evaluated expressions. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What lies at the end of a path of names; undefined where it breaks off. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = isRecord(found) ? found[name] : undefined;
  return found;
}

/** As `at`, and only a text. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === "string" ? found : null;
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
