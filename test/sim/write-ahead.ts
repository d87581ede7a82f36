/** The journal comes first: what is made was announced there, and what another has just announced is left to it. */
import { parseMarker } from "../../src/domain/run/names.ts";
import type { Effect as Write } from "./carrier.ts";
import type { Checked } from "./invariants.ts";
import type { Append, Intent, Seen } from "./seen.ts";

/** Two minutes, but for what clocks differ. */
const LEFT_ALONE_MS = 115_000;
/** Ninety seconds, but for what an answer may take. */
const BEGUN_WITHIN_MS = 100_000;

export function writtenAhead({ moves, effects, appends, journals }: Seen): Checked {
  const journal = moves.filter(({ name }) => name.startsWith("refs/roundtable/"));
  const broken = journal.flatMap(({ name, isIdle }) => (isIdle ? [`nothing was appended to ${name}`] : []));
  let count = journal.length;
  for (const [at, append] of appends.entries()) {
    if (append.ms < (effects[0]?.at ?? Infinity)) continue;
    const before = appends.slice(0, at).findLast(({ run }) => run === append.run);
    if (before === undefined) continue;
    count += append.intents.size;
    broken.push(...taken(before, append));
  }
  // Where not each step is looked at, not each append is known.
  if (journal.some(({ isNext, before, after }) => before !== null && after !== null && !isNext))
    return { count, broken };
  for (const effect of effects) {
    const wanted = wantedOf(effect, new Set(journals.map(({ run }) => run)));
    if (wanted === null) continue;
    count += 1;
    const announced = announcedBefore(effect.at, wanted, appends);
    if (announced === undefined)
      broken.push(`${effect.by} made ${wanted.what}, which no journal had announced`);
    else if (effect.at - Date.parse(announced.at) > BEGUN_WITHIN_MS)
      broken.push(`${effect.by} made ${wanted.what}, which was announced at ${announced.at}: long ago`);
  }
  return { count, broken };
}

function announcedBefore(ms: number, wanted: Wanted, appends: readonly Append[]): Intent | undefined {
  for (const append of appends.toReversed()) {
    if (append.ms > ms) continue;
    for (const intent of append.intents.values()) if (wanted.is(intent.effect)) return intent;
  }
  return undefined;
}

function taken(before: Append, append: Append): string[] {
  return [...append.intents].flatMap(([id, { pass, at }]) => {
    const was = before.intents.get(id);
    if (was === undefined || was.pass === pass) return [];
    const age = Date.parse(at) - Date.parse(was.at);
    return age < LEFT_ALONE_MS
      ? [`${id} was taken over ${Math.round(age / 1000)} s after its announcement`]
      : [];
  });
}

interface Wanted {
  what: string;
  is(announced: Intent["effect"]): boolean;
}

/** Null for what needs no announcement, or cannot be told from its request. */
function wantedOf({ method, path, body, status }: Write, runs: ReadonlySet<number>): Wanted | null {
  if (method !== "POST" || status >= 300 || !/\/(?:dispatches|pulls|reviews|issues)$/.test(path)) return null;
  const said = (body === "" ? {} : JSON.parse(body)) as {
    body?: string;
    head?: string;
    inputs?: { nonce?: string };
  };
  const nonce = said.inputs?.nonce;
  if (path.endsWith("/dispatches") && nonce !== undefined)
    return {
      what: `a workflow run for ${nonce}`,
      is: (one) => one.kind === "dispatch" && one.inputs["nonce"] === nonce,
    };
  const mark = parseMarker(said.body ?? "");
  if (mark === null || !runs.has(Number(mark.values["run"]))) return null;
  const line = said.body!.trimEnd().split("\n").at(-1)!;
  if (path.endsWith("/pulls"))
    return {
      what: `the pull request of ${said.head}`,
      is: (one) => one.kind === "ensure-pull" && one.head === said.head,
    };
  if (path.endsWith("/reviews"))
    return { what: `the review ${line}`, is: (one) => one.kind === "ensure-review" && one.marker === line };
  if (path.endsWith("/issues"))
    return {
      what: `the issue ${line}`,
      is: (one) => one.kind === "ensure-issue" && one.body.trimEnd().endsWith(line),
    };
  return null;
}
