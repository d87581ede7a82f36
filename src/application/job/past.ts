/** What an attempt should know of those before it: findings, red commands, refusals, people's words, the other side of a conflict. */
import type { BriefInput } from "../../domain/agent/brief-input.ts";
import { NOTHING_BEFORE } from "../../domain/agent/unit-brief.ts";
import type { PlanUnit } from "../../domain/plan/plan.ts";
import { unitSlug, type Hash } from "../../domain/plan/slug.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { isEscalatedFix } from "../../domain/run/hindered.ts";
import { plainSlug } from "../../domain/run/names.ts";
import { isCutShort } from "../../domain/run/resume.ts";
import { attemptsOf, type AttemptView } from "../../domain/run/attempts.ts";
import { newest } from "../../domain/text/newest.ts";
import { remarksOfPeople, type Board } from "./people.ts";

/** Of one earlier attempt, and of all of them in a brief. */
const MAX_TOLD = { attempt: 2000, all: 16_000 } as const;

export interface PastPorts {
  github: { board: Board };
  hash: Hash;
}

export interface Context {
  state: State;
  planFile: PlanFile;
  unit: PlanUnit;
  attempt: AttemptView;
}

export async function whatCameBefore(
  ports: PastPorts,
  context: Context,
): Promise<Pick<BriefInput, "findings" | "troubles" | "history" | "before">> {
  const { state, unit, attempt } = context;
  if (attempt.role === "implement" && attempt.n === 1)
    return { ...NOTHING_BEFORE, troubles: revertedFor(context) };
  const own = attemptsOf(state).filter((other) => other.slug === attempt.slug && other.key !== attempt.key);
  const reviews = own.filter((other) => other.role === "review" && other.result?.severity != null);
  // A review looks at the head with fresh eyes, knowing only what that reviewer said of earlier heads. For work a
  // reviewer's last word holds, of whatever head: an attempt that ended red has not closed it.
  const concerning =
    attempt.role === "review"
      ? reviews.filter(
          ({ reviewer, headSha }) => reviewer === attempt.reviewer && headSha !== attempt.headSha,
        )
      : [...new Map(reviews.map((review) => [review.reviewer, review])).values()];
  const findings = concerning
    .flatMap((other) => other.result?.findings ?? [])
    .filter(({ severity }) => severity !== "none");
  const order = ["critical", "major", "minor", "none"];
  const worstFirst = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  if (attempt.role === "review") return { ...NOTHING_BEFORE, findings: worstFirst };
  const works = worksBefore(context);
  const checks = own.filter(({ role, headSha }) => role === "verify" && headSha === attempt.headSha);
  const troubles = [...checks.slice(-1), ...works.slice(-1)].flatMap(troubleOf);
  if (attempt.role === "resolve") troubles.push(...meanwhile(ports, context));
  const rejected = state.rejected[unit.id];
  if (rejected?.head === attempt.headSha)
    troubles.push({ what: "Together with work that has landed", text: rejected.because });
  const isEscalated = isEscalatedFix(own, attempt);
  return {
    findings: worstFirst,
    troubles: [...troubles, ...(await remarksOfPeople(ports.github.board, context))],
    history: isEscalated
      ? newest(own.filter(({ outcome }) => outcome !== null).map(historyOf), MAX_TOLD.all)
      : [],
    before: standsOn(works, context),
  };
}

/** Attempts at this branch that change files, oldest first. */
export const worksBefore = ({ state, attempt }: Omit<Context, "unit">): AttemptView[] =>
  attemptsOf(state).filter(
    ({ slug, key, role }) =>
      slug === attempt.slug && key !== attempt.key && ["implement", "fix", "resolve"].includes(role),
  );

function standsOn(works: readonly AttemptView[], { planFile: { config } }: Context): BriefInput["before"] {
  const last = works.findLast(({ committed }) => committed !== null);
  return last
    ? {
        wasCutShort: isCutShort(last) || last.outcome === "failed",
        files: last.result?.files.map(({ path }) => path) ?? [],
        note: config.briefs.handover ? (last.result?.handover ?? null) : null,
      }
    : null;
}

/** A unit that had landed and was reverted: its branch begins with that work brought back. */
function revertedFor({ state, unit }: Context): BriefInput["troubles"] {
  const reverted = state.reverted[unit.id];
  return reverted
    ? [
        {
          what: "This work had landed and was reverted. It is on this branch again; find out what it broke and mend it",
          text: reverted.because,
        },
      ]
    : [];
}

/** Of a conflict's other side: the units that have landed and changed files of this one. */
function meanwhile({ hash }: PastPorts, { state, planFile, attempt }: Context): BriefInput["troubles"] {
  const filesOf = (slug: string): Set<string> =>
    new Set(
      attemptsOf(state)
        .filter((other) => plainSlug(other.slug) === slug && other.committed !== null)
        .flatMap((other) => other.result?.files.map(({ path }) => path) ?? []),
    );
  const own = filesOf(plainSlug(attempt.slug));
  return planFile.plan.units
    .filter(({ id }) => state.landed[id])
    .flatMap((unit) => {
      const slug = unitSlug(unit, hash);
      const shared = [...filesOf(slug)].filter((path) => own.has(path));
      if (shared.length === 0) return [];
      const said = attemptsOf(state).findLast(
        (other) => plainSlug(other.slug) === slug && other.committed !== null,
      );
      const text = [`${unit.id}. ${unit.title}`, said?.result?.summary ?? "", ...shared].join("\n");
      return [{ what: "This unit has landed and changed the same files", text }];
    });
}

export function troubleOf({ role, outcome, result }: AttemptView): BriefInput["troubles"][number][] {
  if (!result) return [];
  if (outcome === "red")
    return [
      {
        what: `The ${role === "verify" ? "" : "last attempt's "}verify commands ended red with`,
        text: result.tail || result.summary,
      },
    ];
  if (outcome === "refused") return [{ what: "The last hand-over was refused", text: result.summary }];
  const text = [result.summary, ...result.questions].filter((line) => line !== "").join("\n");
  return outcome === "completed" || outcome === "green" || text === ""
    ? []
    : [{ what: `The last attempt ended as ${outcome ?? "lost"}`, text }];
}

/** What it did, what was said of it, and the red command's last words, which are the best of a long tail. */
function historyOf({ role, reviewer, agent, n, outcome, result }: AttemptView): string {
  const who = [reviewer, agent].filter((one) => one !== null).join(", ");
  const files = result?.files.map(({ path }) => path) ?? [];
  const said = [
    `${role} ${n}${who === "" ? "" : ` (${who})`}: ${outcome}. ${result?.summary ?? ""}`.trimEnd(),
    ...(files.length > 0 ? [`  changed: ${files.join(", ")}`] : []),
    ...(result?.findings ?? []).map(({ severity, summary }) => `  ${severity}: ${summary}`),
  ].join("\n");
  const room = MAX_TOLD.attempt / 2;
  const tail = result?.tail ? `\n  red: ${result.tail.slice(-room)}` : "";
  return `${said.slice(0, MAX_TOLD.attempt - tail.length)}${tail}`;
}
