/** What lands is what was judged: reviewed at that very head, and verified as that very commit. */
import { plainSlug } from "../../src/domain/run/names.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import type { Checked } from "./invariants.ts";
import { markOf } from "./marks.ts";
import type { Journal, Seen } from "./seen.ts";

const isBot = (login: string): boolean => login.endsWith("[bot]");
const isGrave = (severity: string | null | undefined): boolean =>
  severity === "critical" || severity === "major";

export function landsAsJudged(seen: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const journal of seen.journals) {
    const was = seen.before?.journals.find(({ run }) => run === journal.run)?.state;
    for (const [unit, landed] of Object.entries(journal.state.landed)) {
      if (was === undefined || was.landed[unit]?.sha === landed.sha) continue;
      const about = { unit, ...landed };
      if (!isGate(journal, unit) && isByHand(seen, about)) continue;
      count += 1;
      broken.push(...(isGate(journal, unit) ? gateFaults(journal, about) : faultsOf(journal, about)));
    }
  }
  const posted = reviewsAtTheirHeads(seen);
  return { count: count + posted.count, broken: [...broken, ...posted.broken] };
}

interface Landing {
  unit: string;
  /** Of its pull request. */
  head: string;
  /** The commit that carries it. */
  sha: string;
}

const isGate = ({ planFile }: Journal, id: string): boolean =>
  planFile.plan.units.find((unit) => unit.id === id)?.type === "checkpoint";

/** A checkpoint says of one commit that it is in order. */
function gateFaults({ run, state }: Journal, { unit, sha }: Landing): string[] {
  const isVerified = attemptsOf(state).some(
    ({ slug, role, headSha, outcome }) =>
      role === "verify" && plainSlug(slug) === unit && headSha === sha && outcome === "green",
  );
  return isVerified ? [] : [`checkpoint ${unit} of run ${run} passed at ${sha}, which it has not verified`];
}

/** A person answers for what that person merges. */
const isByHand = ({ repository }: Seen, { head }: Landing): boolean =>
  repository.issues.some(
    ({ pull }) => pull !== null && pull.mergedBy !== null && !isBot(pull.mergedBy) && pull.headSha === head,
  );

function faultsOf({ run, state, planFile }: Journal, { unit, head, sha }: Landing): string[] {
  const about = `unit ${unit} of run ${run} landed at ${head.slice(0, 7)}`;
  const attempts = attemptsOf(state);
  const isVerified = attempts.some(
    ({ role, headSha, outcome }) => role === "verify" && headSha === sha && outcome === "green",
  );
  const faults = isVerified ? [] : [`${about} by ${sha.slice(0, 7)}, which no train has verified`];
  if (state.approvals[unit]?.head === head) return faults;
  const reviews = attempts.filter(
    ({ role, slug, headSha }) => role === "review" && plainSlug(slug) === unit && headSha === head,
  );
  for (const { role } of planFile.plan.units.find(({ id }) => id === unit)?.reviewers ?? [])
    if (!reviews.some(({ reviewer, result }) => reviewer === role && result?.severity != null))
      faults.push(`${about}, which ${role} has not reviewed`);
  if (reviews.some(({ result }) => isGrave(result?.severity))) faults.push(`${about}, which was sent back`);
  return faults;
}

function reviewsAtTheirHeads({ repository, journals }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const review of repository.reviews) {
    const { user, commitId, pull } = review;
    const mark = isBot(user) ? markOf(review) : null;
    const { run, unit, n } = mark?.values ?? {};
    const about = journals.find((journal) => String(journal.run) === run)?.state.attempts[
      `${unit}/review/${n}`
    ];
    if (mark?.kind !== "review" || about === undefined) continue;
    count += 1;
    if (about.headSha !== commitId)
      broken.push(`a review of ${about.headSha.slice(0, 7)} stands at ${commitId.slice(0, 7)} in #${pull}`);
  }
  return { count, broken };
}
