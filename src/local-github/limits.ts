/**
 * GitHub's rate limits: hourly by REST and GraphQL apart, and the secondary ones by the minute. Nothing is refused
 * unless rules are set. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import type { Grant } from "./access.ts";
import type { Clock } from "./ports.ts";

export interface LimitRules {
  /** Requests an hour: of a person or an installation, by GraphQL, of a job's token in its repository, of nobody. */
  rest: number;
  graphql: number;
  job: number;
  anonymous: number;
  /** A GET is 1 point, a change 5; by GraphQL a query 1, a request with mutations 5. */
  pointsPerMinute: number;
  graphqlPointsPerMinute: number;
  /** Issues, comments, pull requests and reviews together, by REST and GraphQL. */
  contentPerMinute: number;
  contentPerHour: number;
  concurrent: number;
  /** How REST refuses: GitHub documents both. */
  status: 403 | 429;
  /** Whether secondary refusals say how long to wait. */
  hasRetryAfter: boolean;
}

/** As GitHub states them. */
export const GITHUB_LIMITS: LimitRules = {
  rest: 5000,
  graphql: 5000,
  job: 1000,
  anonymous: 60,
  pointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
  status: 403,
  hasRetryAfter: true,
};

export type Resource = "core" | "graphql";

export interface Rate {
  limit: number;
  remaining: number;
  used: number;
  /** In seconds since 1970. */
  reset: number;
}

export interface Breach {
  kind: "primary" | "secondary";
  message: string;
  /** Of REST's refusal. */
  status: 403 | 429;
  /** In seconds; null where GitHub does not say. */
  retryAfter: number | null;
}

export interface Limits {
  /** What the limits say to a request, which is free of the hourly one or not; null lets it pass, and then `leave` must follow. */
  enter(grant: Grant | null, ask: { resource: Resource; points: number; isFree?: boolean }): Breach | null;
  /** What has not changed (304) is not counted. */
  leave(grant: Grant | null, end: { resource: Resource; isCounted: boolean }): void;
  /** Counts something made that others read; tells of a breach instead when there were too many. */
  create(grant: Grant): Breach | null;
  rate(grant: Grant | null, resource: Resource): Rate;
}

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const CONTENT =
  "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.";
const [MINUTE, HOUR] = [60_000, 3_600_000];

/** What one account has done lately; times in milliseconds. */
interface Account {
  hours: Map<Resource, { begun: number; used: number }>;
  /** Time and points of requests, by resource. */
  spent: Map<Resource, { at: number; points: number }[]>;
  made: number[];
  underWay: number;
}

export function createLimits(
  clock: Clock,
  around: { rules: () => LimitRules | null; nameOf: (grant: Grant) => string },
): Limits {
  const accounts = new Map<string, Account>();
  const accountOf = (grant: Grant | null): Account => {
    const key = keyOf(grant);
    const known = accounts.get(key) ?? { hours: new Map(), spent: new Map(), made: [], underWay: 0 };
    accounts.set(key, known);
    return known;
  };
  const now = (): number => clock.now().getTime();
  /** The hour begins with its first request. */
  const hourOf = (account: Account, resource: Resource): { begun: number; used: number } => {
    const known = account.hours.get(resource);
    if (known !== undefined && now() < known.begun + HOUR) return known;
    const begun = { begun: now(), used: 0 };
    account.hours.set(resource, begun);
    return begun;
  };
  const secondary = (rules: LimitRules, message: string, freeAt: number): Breach => {
    const seconds = Math.max(1, Math.ceil((freeAt - now()) / 1000));
    return {
      kind: "secondary",
      message,
      status: rules.status,
      retryAfter: rules.hasRetryAfter ? seconds : null,
    };
  };

  return {
    enter: (grant, { resource, points, isFree = false }) => {
      const rules = around.rules();
      if (rules === null) return null;
      const account = accountOf(grant);
      const hour = hourOf(account, resource);
      if (!isFree && hour.used >= limitOf(rules, grant, resource)) {
        const whose = grant === null ? "127.0.0.1" : around.nameOf(grant);
        const message = `API rate limit exceeded for ${whose}.`;
        return { kind: "primary", message, status: rules.status, retryAfter: null };
      }
      const spent = (account.spent.get(resource) ?? []).filter(({ at }) => at > now() - MINUTE);
      const most = resource === "core" ? rules.pointsPerMinute : rules.graphqlPointsPerMinute;
      if (spent.reduce((sum, one) => sum + one.points, points) > most)
        return secondary(rules, SECONDARY, (spent[0]?.at ?? now()) + MINUTE);
      if (account.underWay >= rules.concurrent) return secondary(rules, SECONDARY, now() + MINUTE);
      if (!isFree) hour.used += 1;
      account.spent.set(resource, [...spent, { at: now(), points }]);
      account.underWay += 1;
      return null;
    },
    leave: (grant, { resource, isCounted }) => {
      const account = accountOf(grant);
      const hour = hourOf(account, resource);
      // Zero where it came before the rules were set.
      account.underWay = Math.max(0, account.underWay - 1);
      if (!isCounted) hour.used = Math.max(0, hour.used - 1);
    },
    create: (grant) => {
      const rules = around.rules();
      if (rules === null) return null;
      const account = accountOf(grant);
      account.made = account.made.filter((at) => at > now() - HOUR);
      const lately = account.made.filter((at) => at > now() - MINUTE);
      if (account.made.length >= rules.contentPerHour)
        return secondary(rules, CONTENT, (account.made[0] ?? now()) + HOUR);
      if (lately.length >= rules.contentPerMinute)
        return secondary(rules, CONTENT, (lately[0] ?? now()) + MINUTE);
      account.made.push(now());
      return null;
    },
    rate: (grant, resource) => {
      const rules = around.rules();
      const { begun, used } = hourOf(accountOf(grant), resource);
      const limit = limitOf(rules ?? GITHUB_LIMITS, grant, resource);
      const reset = Math.floor((begun + HOUR) / 1000);
      return { limit, remaining: Math.max(0, limit - used), used, reset };
    },
  };
}

/** A job's token counts against its repository: all jobs there share one hour. */
function keyOf(grant: Grant | null): string {
  if (grant === null) return "";
  const isJob = grant.caller.workflowRunId !== null;
  return isJob ? `job ${grant.repositories?.join() ?? ""}` : grant.caller.login;
}

function limitOf(rules: LimitRules, grant: Grant | null, resource: Resource): number {
  if (grant === null) return rules.anonymous;
  if (grant.caller.workflowRunId !== null) return rules.job;
  return resource === "core" ? rules.rest : rules.graphql;
}
