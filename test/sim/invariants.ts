/** What must hold in every world at every moment, and what must hold at its end. Each says how much it had to check. */
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { plainSlug } from "../../src/domain/run/names.ts";
import type { Issue } from "../../src/local-github/state.ts";
import { capsHold } from "./caps.ts";
import { landsAsJudged } from "./landings.ts";
import { markOf } from "./marks.ts";
import { moneyHolds } from "./money.ts";
import type { Journal, Seen } from "./seen.ts";
import { writtenAhead } from "./write-ahead.ts";

export interface Checked {
  /** How many things there were to check. */
  count: number;
  broken: readonly string[];
}

export interface Invariant {
  name: string;
  says: string;
  check(seen: Seen): Checked;
}

const isBot = (login: string): boolean => login.endsWith("[bot]");

/** Null for what is found by no marker. */
function foundBy(one: { body: string | null }, where = ""): string | null {
  const mark = markOf(one);
  return mark && where + mark.line;
}

function twice(names: readonly (string | null)[]): Checked {
  const all = names.filter((name) => name !== null);
  const once = new Set<string>();
  const more = all.filter((name) => once.size === once.add(name).size);
  return { count: all.length, broken: [...new Set(more)] };
}

function together(...parts: readonly Checked[]): Checked {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    broken: parts.flatMap(({ broken }) => broken),
  };
}

const about = (kind: string, { count, broken }: Checked): Checked => ({
  count,
  broken: broken.map((what) => `${kind} twice: ${what}`),
});

/** Branches and merged pull requests of units: one, and another each time that one began anew or was reverted. */
function onceEach({ repository, refs, journals }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { run, state, planFile } of journals) {
    const merged = repository.issues.filter(({ user, pull }) => pull?.mergedAt && isBot(user));
    const branches = ownOf(run, [...refs.keys()]);
    const landings = ownOf(
      run,
      merged.map(({ pull }) => `refs/heads/${pull!.head}`),
    );
    for (const { id } of planFile.plan.units) {
      const most = 1 + (state.reverted[id]?.times ?? 0) + (state.anew[id] ?? 0);
      for (const [what, all] of [
        ["branch", branches],
        ["landing", landings],
      ] as const) {
        const own = all.get(id)?.length ?? 0;
        count += own;
        if (own > most) broken.push(`${what} twice: unit ${id} of run ${run} has ${own}`);
      }
    }
  }
  return { count, broken };
}

/** Branches of the run's units, by the unit. */
function ownOf(run: number, refs: readonly string[]): Map<string, string[]> {
  const start = `refs/heads/roundtable/${run}/unit-`;
  const own = refs.filter((name) => name.startsWith(start));
  return Map.groupBy(own, (name) => plainSlug(name.slice(start.length)));
}

function noDouble(seen: Seen): Checked {
  const { repository, projects, journals, worked } = seen;
  const ours = repository.issues.filter(({ user }) => isBot(user));
  const issues = ours.filter(({ pull }) => pull === null).map((one) => foundBy(one));
  const pulls = ours.filter(
    (one) => one.pull !== null && (one.state === "open" || one.pull.mergedAt !== null),
  );
  const comments = repository.comments
    .filter(({ user }) => isBot(user))
    .map((one) => foundBy(one, `#${one.issue} `));
  const reviews = repository.reviews
    .filter(({ user }) => isBot(user))
    .map((one) => foundBy(one, `#${one.pull} `));
  const decisions = journals.flatMap(({ run, state }) =>
    Object.values(state.decisions).flatMap(({ kind, unit, answer }) =>
      answer === null ? [`${run} ${kind} of ${unit ?? "the run"}`] : [],
    ),
  );
  return together(
    onceEach(seen),
    about("issue", twice(issues)),
    about("pull request", twice(pulls.map(({ pull }) => `${pull!.head} into ${pull!.base}`))),
    about("comment", twice(comments)),
    about("review", twice(reviews)),
    about("decision", twice(decisions)),
    about(
      "project",
      twice(projects.map(({ title, closedAt }) => (closedAt === null ? title.replace(/\/.*/, "") : null))),
    ),
    ...projects.flatMap(({ items, fields }) => [
      about("row of a project", twice(items.map(({ issue }) => String(issue)))),
      about("field of a project", twice(fields.map(({ name }) => name))),
    ]),
    {
      count: worked.size,
      broken: [...worked].flatMap(([nonce, n]) => (n > 1 ? [`work for ${nonce} twice`] : [])),
    },
  );
}

function nothingLost({ journals, before, gone, repository, moves }: Seen): Checked {
  const broken = gone.map((what) => `${what} has landed, and the integration branch does not hold it`);
  let count = 0;
  for (const { run, state, planFile } of journals) {
    const was = before?.journals.find((one) => one.run === run)?.state;
    for (const [unit, { sha }] of Object.entries(was?.landed ?? {})) {
      count += 1;
      const isNamed =
        unit in state.reverts || unit in state.reverted || (state.anew[unit] ?? 0) > (was!.anew[unit] ?? 0);
      if (state.landed[unit]?.sha !== sha && !isNamed)
        broken.push(`unit ${unit} of run ${run} has landed no more`);
    }
    for (const { unit, issue } of unitIssues(repository.issues, { run, planFile })) {
      count += 1;
      const isSaid = issue.labels.includes("completed") || issue.stateReason === "completed";
      if (
        isSaid &&
        isBot(issue.closedBy ?? "[bot]") &&
        !(unit in state.landed) &&
        // It had landed: that it was taken back is told next, and true once all is quiet.
        !(unit in state.reverted) &&
        state.dropped[unit] === undefined
      )
        broken.push(`#${issue.number} says that unit ${unit} is done, which has not landed`);
    }
  }
  for (const { name, isForward } of moves) {
    if (!/\/roundtable\/\d+\/main$/.test(name)) continue;
    count += 1;
    if (!isForward) broken.push(`${name} was set back`);
  }
  return { count, broken };
}

function unitIssues(
  issues: readonly Issue[],
  { run, planFile }: Pick<Journal, "run" | "planFile">,
): { unit: string; issue: Issue }[] {
  const ids = new Set(planFile.plan.units.map(({ id }) => id));
  return issues.flatMap((issue) => {
    const mark = issue.pull === null && isBot(issue.user) ? markOf(issue) : null;
    const { run: of, unit } = mark?.values ?? {};
    // Slugs of units whose ids are numbers are those ids.
    return mark?.kind === "unit" && of === String(run) && ids.has(unit ?? "") ? [{ unit: unit!, issue }] : [];
  });
}

function journalHolds({ moves, effects, appends, journals, before, looks }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { name, isForward, after } of moves) {
    if (!name.startsWith("refs/roundtable/")) continue;
    count += 1;
    if (after !== null && !isForward) broken.push(`${name} was overwritten`);
  }
  for (const { name, message } of moves) {
    const told = /Roundtable-Attempt: (\d+)\/(\S+)\/(\w+)\s*$/.exec(message);
    if (!/\/unit-/.test(name) || !told) continue;
    count += 1;
    const [, run, key, nonce] = told;
    const known = [...journals, ...(before?.journals ?? [])].filter((one) => one.run === Number(run));
    if (!known.some(({ state }) => state.attempts[key!]?.nonce.startsWith(nonce!)))
      broken.push(`${name} holds the work of ${key} by an old nonce`);
  }
  for (const effect of effects) {
    if (!effect.by.startsWith("app") || /\/git\/(?!refs\/heads)|access_tokens/.test(effect.path)) continue;
    const own = appends.findLast(({ by, ms }) => by === effect.by && ms <= effect.at);
    // What a later look does is not under the intents of one before it.
    if (!own || own.ms < (looks.get(effect.by) ?? 0)) continue;
    count += 1;
    const since = appends.findLast(({ by, ms }) => by !== effect.by && ms > own.ms && ms <= effect.at);
    const open = [...own.intents].filter(
      // The tracking comment is said again and again: its id is used anew when the first is done.
      ([id, { pass }]) => id !== "tracking" && pass === own.pass && since?.intents.has(id),
    );
    const isTaken = open.length > 0 && open.every(([id]) => since!.intents.get(id)!.pass !== own.pass);
    if (isTaken)
      broken.push(`${effect.by} began ${effect.method} ${effect.path} when ${open[0]![0]} was another's`);
  }
  return { count, broken };
}

function consentHolds({ journals }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { run, state } of journals) {
    const works = attemptsOf(state).filter(({ role }) => role !== "plan");
    count += works.length;
    if (works.length > 0 && state.consent === null) broken.push(`run ${run} works, and nobody has agreed`);
    if (works.length > 0 && state.consent !== null && state.consent.planHash !== state.planHash)
      broken.push(`run ${run} works by a plan that nobody has agreed to`);
  }
  return { count, broken };
}

/** Checked after every step. */
export const INVARIANTS: readonly Invariant[] = [
  { name: "no double", says: "nothing that is made once is made twice", check: noDouble },
  {
    name: "nothing lost",
    says: "no unit is called done that has not landed, and nothing landed goes away",
    check: nothingLost,
  },
  {
    name: "journal",
    says: "appends never overwrite, old nonces bring nothing, a taken intent is let go",
    check: journalHolds,
  },
  {
    name: "write-ahead",
    says: "nothing is made before its intent is in the journal, nor long after, a young intent is left to its pass, no append says nothing",
    check: writtenAhead,
  },
  {
    name: "landing",
    says: "what lands was reviewed at that very head and verified as that very commit",
    check: landsAsJudged,
  },
  {
    name: "caps",
    says: "locks, dependencies, attempts, slots and what may be asked of GitHub stay within their bounds",
    check: capsHold,
  },
  {
    name: "money",
    says: "attempts under way can pass no ceiling together, and what is spent is what attempts took and their agents said",
    check: moneyHolds,
  },
  { name: "consent", says: "no attempt before consent, none beyond it", check: consentHolds },
];
