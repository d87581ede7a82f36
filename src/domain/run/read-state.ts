/**
 * `state.json` of any version: a reader that meets a newer one stops with a sentence, an older one is carried forward by
 * `MIGRATIONS`, one step a version.
 */
import { z } from "zod";
import { UserError } from "../problem.ts";
import { JOURNAL_VERSION, State } from "./journal.ts";

/** From version n to n + 1, by n. Old forms stay parse-only. */
const MIGRATIONS: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>> = {};

/** Reads `state.json` of any version up to ours. Throws a UserError for a newer or a damaged one. */
export function parseState(text: string): State {
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw damaged("it is not JSON");
  }
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

function damaged(why: string): UserError {
  return new UserError({
    what: "The journal of this run cannot be read",
    why,
    fix: "Look at state.json in refs/roundtable/<run>; put back the commit before, or cancel the run and ask again.",
  });
}
