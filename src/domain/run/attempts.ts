/**
 * The journal's attempts in order. Neither one of them nor their record is ever changed in place: others take their place,
 * so that what was put in order once holds as long as the record is the same.
 */
import type { Attempt } from "./attempt.ts";
import type { State } from "./journal.ts";
import { parseAttemptKey, type Role } from "./names.ts";

export interface AttemptView extends Attempt {
  key: string;
  slug: string;
  role: Role;
  n: number;
}

interface Ordered {
  all: readonly AttemptView[];
  bySlug: ReadonlyMap<string, readonly AttemptView[]>;
}

const known = new WeakMap<State["attempts"], Ordered>();

function inOrder({ attempts }: Pick<State, "attempts">): Ordered {
  const before = known.get(attempts);
  if (before) return before;
  const all = Object.entries(attempts)
    .flatMap(([key, attempt]): AttemptView[] => {
      const name = parseAttemptKey(key);
      return name ? [{ ...attempt, ...name, key }] : [];
    })
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.n - b.n));
  const made = { all, bySlug: Map.groupBy(all, ({ slug }) => slug) };
  known.set(attempts, made);
  return made;
}

/** All of them, oldest first. */
export const attemptsOf = (state: Pick<State, "attempts">): readonly AttemptView[] => inOrder(state).all;

/** Those of one slug, oldest first. */
export const attemptsUnder = (state: Pick<State, "attempts">, slug: string): readonly AttemptView[] =>
  inOrder(state).bySlug.get(slug) ?? [];

/** Of a key that an effect names. */
export function attemptOf(state: Pick<State, "attempts">, key: string): AttemptView {
  const found = attemptsOf(state).find((attempt) => attempt.key === key);
  if (!found) throw new Error(`the journal has no attempt ${key}`);
  return found;
}

/** Writes one down, in place of what stood there. */
export function setAttempt(state: Pick<State, "attempts">, key: string, attempt: Attempt): void {
  state.attempts = { ...state.attempts, [key]: attempt };
}

/** Of one that is there. */
export function changeAttempt(state: Pick<State, "attempts">, key: string, change: Partial<Attempt>): void {
  setAttempt(state, key, { ...state.attempts[key]!, ...change });
}

/** To be changed; attempts need no copy, nor do intents, of which a new list takes the place. */
export function copyOf({ attempts, intents, ...rest }: State): State {
  return { ...structuredClone(rest), attempts, intents };
}
