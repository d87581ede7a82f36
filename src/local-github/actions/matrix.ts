/**
 * The combinations of a job's matrix.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "./plain-data.ts";

export type Combination = Readonly<Record<string, unknown>>;

/** GitHub's limit of jobs from one matrix. */
const LIMIT = 256;

/** `matrix` is the evaluated value. Throws where it makes no combination or too many. */
export function combinations(matrix: Readonly<Record<string, unknown>>): Combination[] {
  const { include, exclude, ...axes } = matrix;
  const excluded = listOfMaps("exclude", exclude);
  const base = Object.keys(axes).length === 0 ? [] : product(axes);
  const kept = base.filter((one) => !excluded.some((pattern) => matches(one, pattern)));
  const found = applyIncludes({ kept, axes: Object.keys(axes), includes: listOfMaps("include", include) });
  if (found.length === 0) throw new Error("Matrix vector does not contain any values");
  if (found.length > LIMIT) throw new Error(`The matrix makes ${found.length} jobs, more than ${LIMIT}`);
  return found;
}

function product(axes: Readonly<Record<string, unknown>>): Combination[] {
  let found: Combination[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' is not a list`);
    if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
    found = found.flatMap((one) => values.map((value: unknown) => ({ ...one, [name]: value })));
  }
  return found;
}

/** An entry extends every combination whose own values it does not change; one that extends none is a new combination. */
function applyIncludes(given: {
  kept: readonly Combination[];
  axes: readonly string[];
  includes: readonly Combination[];
}): Combination[] {
  const found = given.kept.map((combination) => ({ original: combination, whole: combination }));
  const added: Combination[] = [];
  for (const entry of given.includes) {
    const own = Object.fromEntries(Object.entries(entry).filter(([name]) => given.axes.includes(name)));
    const extended = found.filter(({ original }) => matches(original, own));
    for (const one of extended) one.whole = { ...one.whole, ...entry };
    if (extended.length === 0) added.push(entry);
  }
  return [...found.map(({ whole }) => whole), ...added];
}

function matches(combination: Combination, pattern: Combination): boolean {
  return Object.entries(pattern).every(([name, value]) => isDeepStrictEqual(combination[name], value));
}

function listOfMaps(name: string, value: unknown): Combination[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isRecord))
    throw new Error(`Matrix ${name} is not a list of mappings`);
  return value;
}
