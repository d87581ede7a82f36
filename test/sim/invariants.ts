/** What must hold in every world at every moment, and what must hold at its end. Each says how much it had to check. */
import { setsMeet } from "../../src/domain/plan/locks.ts";
import { MAX_LOST } from "../../src/domain/run/draft.ts";
import { MAX_HINDERED } from "../../src/domain/run/hindered.ts";
import { MAX_FIXES } from "../../src/domain/run/mend.ts";
import { parseAttemptKey, parseMarker, plainSlug } from "../../src/domain/run/names.ts";
import type { Issue } from "../../src/local-github/state.ts";
import { landsAsJudged } from "./landings.ts";
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
const lastLine = (body: string | null): string => (body ?? "").trimEnd().split("\n").at(-1) ?? "";

interface Written {
  body: string | null;
}

const marks = new WeakMap<Written, Written & { mark: string | null }>();

/** What a body is found by; read once for each body that stands there, for all are looked at after every step. */
function markOf(one: Written, where = ""): string | null {
  const known = marks.get(one);
  if (known?.body === one.body) return known.mark;
  const mark = parseMarker(one.body ?? "") ? where + lastLine(one.body) : null;
  marks.set(one, { body: one.body, mark });
  return mark;
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
    const names = [...refs.keys()].flatMap((name) => nameIn(run, name) ?? []);
    const merged = repository.issues.flatMap(({ user, pull }) =>
      pull?.mergedAt && isBot(user) ? (nameIn(run, `refs/heads/${pull.head}`) ?? []) : [],
    );
    for (const { id } of planFile.plan.units) {
      const most = 1 + (state.reverted[id]?.times ?? 0) + (state.anew[id] ?? 0);
      for (const [what, all] of [
        ["branch", names],
        ["landing", merged],
      ] as const) {
        const own = all.filter((unit) => unit === id).length;
        count += own;
        if (own > most) broken.push(`${what} twice: unit ${id} of run ${run} has ${own}`);
      }
    }
  }
  return { count, broken };
}

/** The unit whose branch it is. */
const nameIn = (run: number, name: string): string | null =>
  new RegExp(`^refs/heads/roundtable/${run}/unit-([\\w.-]+?)(?:_\\d+)?$`).exec(name)?.[1] ?? null;

function noDouble(seen: Seen): Checked {
  const { repository, projects, journals, worked } = seen;
  const ours = repository.issues.filter(({ user }) => isBot(user));
  const issues = ours.filter(({ pull }) => pull === null).map((one) => markOf(one));
  const pulls = ours.filter(
    (one) => one.pull !== null && (one.state === "open" || one.pull.mergedAt !== null),
  );
  const comments = repository.comments
    .filter(({ user }) => isBot(user))
    .map((one) => markOf(one, `#${one.issue} `));
  const reviews = repository.reviews
    .filter(({ user }) => isBot(user))
    .map((one) => markOf(one, `#${one.pull} `));
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
    const mark = issue.pull === null && isBot(issue.user) ? parseMarker(issue.body ?? "") : null;
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
    const open = [...own.intents].filter(([id, { pass }]) => pass === own.pass && since?.intents.has(id));
    // Ids of what is said again and again, such as the tracking comment, are used anew when the first is done.
    const isTaken = open.length > 0 && open.every(([id]) => since!.intents.get(id)!.pass !== own.pass);
    if (isTaken)
      broken.push(`${effect.by} began ${effect.method} ${effect.path} when ${open[0]![0]} was another's`);
  }
  return { count, broken };
}

const WORK = ["implement", "fix", "resolve"];

function capsHold({ journals, before, asked, copies }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { run, state, planFile } of journals) {
    const was = before?.journals.find((one) => one.run === run)?.state;
    const units = new Map(planFile.plan.units.map((unit) => [unit.id, unit]));
    const attempts = Object.entries(state.attempts).flatMap(([key, attempt]) => {
      const name = parseAttemptKey(key);
      return name ? [{ ...attempt, ...name, unit: plainSlug(name.slug) }] : [];
    });
    for (const id of Object.keys(state.began)) {
      if (was === undefined || was.began[id] !== undefined) continue;
      for (const { id: other } of units.get(id)?.dependsOn ?? []) {
        count += 1;
        if (!(other in state.landed) && !(other in state.dropped))
          broken.push(`unit ${id} of run ${run} began before ${other} had landed`);
      }
    }
    const busy = attempts.filter(
      ({ role, outcome, unit }) => WORK.includes(role) && outcome === null && units.has(unit),
    );
    count += busy.length;
    // A slot is what a unit needs to begin. Who waits for a person holds none, and goes on when that one has answered.
    const questioned = new Set(
      Object.values(state.decisions).flatMap((one) => (one.answer === null ? [one.unit] : [])),
    );
    const slots = busy.filter(({ unit }) => !questioned.has(unit)).length;
    const begins = Object.keys(state.began).some((id) => was !== undefined && was.began[id] === undefined);
    if (begins && slots > planFile.config.maxParallel)
      broken.push(`${slots} units are worked on at once in run ${run}`);
    for (const [at, one] of busy.entries())
      for (const other of busy.slice(at + 1)) {
        const [paths, others] = [one, other].map(({ unit }) => [
          ...units.get(unit)!.writes.map(({ path }) => path),
          ...(state.writeSets[unit] ?? []),
        ]);
        if (setsMeet(paths!, others!))
          broken.push(`units ${one.unit} and ${other.unit} write the same at once`);
      }
    for (const { lost, slug } of attempts)
      if (lost > MAX_LOST) broken.push(`an attempt at ${slug} was lost ${lost} times`);
    for (const id of units.keys()) {
      const fixes = attempts.filter(
        ({ unit, role, runId }) => unit === id && role === "fix" && runId !== null,
      );
      const rounds = 1 + (state.reverted[id]?.times ?? 0) + (state.anew[id] ?? 0);
      if (fixes.length > (MAX_FIXES + (state.granted[id] ?? 0) + MAX_HINDERED) * rounds)
        broken.push(`unit ${id} was tried ${fixes.length} times`);
    }
  }
  // A copy knows nothing of what others have asked, nor one that begins of what it asked before.
  count += asked.since;
  if (copies <= 1) broken.push(...asked.refused.map((what) => `GitHub refused ${what}, for it was too much`));
  return { count, broken };
}

function consentHolds({ journals }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { run, state } of journals) {
    const works = Object.keys(state.attempts).filter((key) => parseAttemptKey(key)?.role !== "plan");
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
    says: "nothing is made before its intent is in the journal, a young intent is left to its pass, no append says nothing",
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
    says: "attempts under way can pass no ceiling together, and what is spent is what attempts took",
    check: moneyHolds,
  },
  { name: "consent", says: "no attempt before consent, none beyond it", check: consentHolds },
];
