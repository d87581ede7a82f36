/**
 * `state.json` of any version: a reader that meets a newer one stops with a sentence, an older one is carried forward by
 * `MIGRATIONS`, one step a version.
 */
import { z } from "zod";
import { UserError } from "../problem.ts";
import { JOURNAL_VERSION, PlanFile, State } from "./journal.ts";

/** From version n to n + 1, by n. Old forms stay parse-only. */
const MIGRATIONS: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>> = {};

/** Not what this program writes; a newer one's is no damage. */
export class DamagedJournalError extends UserError {}

/** Reads `state.json` of any version up to ours. Throws a DamagedJournalError, or a UserError for a newer one. */
export function parseState(text: string): State {
  let raw = jsonIn(text) as Record<string, unknown>;
  if (typeof raw !== "object" || raw === null || typeof raw["v"] !== "number")
    throw damaged("it names no version");
  if (raw["v"] > JOURNAL_VERSION) {
    throw new UserError({
      what: `The journal of this run has version ${raw["v"]}`,
      why: `this program knows versions up to ${JOURNAL_VERSION}`,
      fix: "Update Roundtable and start it again; nothing was written.",
    });
  }
  for (let version = raw["v"]; version < JOURNAL_VERSION; version++) {
    const migrate = MIGRATIONS[version];
    if (!migrate) throw damaged(`there is no way forward from version ${version}`);
    raw = { ...migrate(raw), v: version + 1 };
  }
  const parsed = State.safeParse(raw);
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error).replaceAll("\n", "; "));
  return parsed.data;
}

/** Reads `plan.json`. Throws a DamagedJournalError. */
export function parsePlanFile(text: string): PlanFile {
  const parsed = PlanFile.safeParse(jsonIn(text));
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error).replaceAll("\n", "; "));
  return parsed.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged("it is not JSON");
  }
}

export const damaged = (why: string): DamagedJournalError =>
  new DamagedJournalError({
    what: "The journal of this run cannot be read",
    why,
    fix: "`roundtable repair --repo <owner/name> --run <n> --dry-run` tells what of it can be brought back.",
  });
