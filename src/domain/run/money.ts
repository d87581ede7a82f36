/** What attempts have cost: told by their hand-over, else reckoned from its tokens, else an estimate that is marked so. */
import { usdOf } from "../agent/usage.ts";
import { isScript, type Config } from "../config.ts";
import type { Usage } from "../handover/result.ts";
import { priceOf, useOf } from "../plan/estimate.ts";
import type { Attempt, AttemptResult } from "./attempt.ts";
import type { State } from "./journal.ts";
import { plainSlug } from "./names.ts";
import { attemptsOf, type AttemptView } from "./attempts.ts";

export type Cost = Pick<AttemptResult, "model" | "tokens" | "usd" | "isEstimate">;

/** `usage` is null where a workflow run has ended and told nothing. */
export function costOfAttempt(usage: Usage | null, agent: string | null, config: Config): Cost {
  const { input = null, output = null, cached = null } = usage ?? {};
  const tokens = input === null || output === null ? null : { input, output, cached };
  const known = { model: usage?.model ?? null, tokens };
  if (usage?.usd != null) return { ...known, usd: usage.usd, isEstimate: usage.isEstimate ?? false };
  if (agent === null || isScript(agent, config)) return { ...known, usd: null, isEstimate: false };
  const price = priceOf(agent, config);
  if (tokens !== null && price !== null) {
    const cachedRead = Math.min(cached ?? 0, tokens.input);
    const usd = usdOf({ ...tokens, cachedRead, cachedWrite: 0 }, price);
    return { ...known, usd, isEstimate: usage?.isEstimate ?? false };
  }
  const { usd } = useOf(agent, config);
  return { ...known, usd, isEstimate: usd !== null };
}

/** What an attempt has taken in all its dispatches, as far as it is known. */
export const spentOn = ({ before, result }: Pick<Attempt, "before" | "result">): number =>
  (before?.usd ?? 0) + (result?.usd ?? 0);

/** For an attempt that is dispatched anew: with what the last dispatch took. */
export function spentBefore(
  { before }: Pick<Attempt, "before">,
  last: Pick<Cost, "usd" | "isEstimate"> | null,
): Attempt["before"] {
  if (last?.usd == null) return before;
  return { usd: (before?.usd ?? 0) + last.usd, isEstimate: last.isEstimate || (before?.isEstimate ?? false) };
}

/** Of what is spent, what is an estimate. */
export const estimatedIn = (attempts: readonly Pick<Attempt, "before" | "result">[]): number =>
  attempts.reduce(
    (sum, { before, result }) =>
      sum + (before?.isEstimate ? before.usd : 0) + (result?.isEstimate ? (result.usd ?? 0) : 0),
    0,
  );

/** A unit's attempts of all roles, also those on branches before a revert. */
export const attemptsFor = (state: State, slug: string): AttemptView[] =>
  attemptsOf(state).filter((attempt) => plainSlug(attempt.slug) === plainSlug(slug));

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What attempts under way may still take. */
export const reservedBy = (attempts: readonly AttemptView[]): number =>
  total(attempts.flatMap(({ outcome, allowance }) => (outcome === null ? [allowance ?? 0] : [])));
