/** Names that two passes must make alike: branches, refs, run-names, artifacts, markers. Contracts, "Names". */

export const ROLES = ["implement", "fix", "resolve", "review", "plan", "verify"] as const;
export type Role = (typeof ROLES)[number];

/** The commit that the files of a hand-over stand on: conflicts are solved on the integration branch's side. */
export const groundOf = (attempt: { role: Role; headSha: string; baseSha: string }): string =>
  attempt.role === "resolve" ? attempt.baseSha : attempt.headSha;

/** The label on everything of ours. */
export const OWN_LABEL = "roundtable";

/** A person's; GitHub tells it by its name in any case. */
export const HOLD_LABEL = "roundtable:hold";

export const AGENT_WORKFLOW = "roundtable-agent.yml";
export const PASS_WORKFLOW = "roundtable.yml";

/** Not a unit's slug: the train's verify runs. */
export const TRAIN_SLUG = "_train";

/** Not a unit's slug: the attempts that bring a moved base branch and the run together. */
export const BASE_SLUG = "_base";

/** Not a unit's slug: the attempts at refining the plan. */
export const PLAN_SLUG = "_plan";

/** A checkpoint's verify runs. */
export const gateSlug = (slug: string): string => `_gate-${slug}`;

/** Job and step of the agent workflow whose success says green. */
export const VERIFY_JOB = "verify";
export const VERIFY_STEP = "Verify";

/** A unit that was reverted, or begins anew, goes on under a new slug: its branch, pull request and attempts are new ones. */
export const slugAfter = (slug: string, times: number): string =>
  times === 0 ? slug : `${slug}_${times + 1}`;

/** The slug of the plan's unit that an attempt's slug stands for. */
export const plainSlug = (slug: string): string => slug.replace(/^_gate-/, "").replace(/_\d+$/, "");

export const integrationBranch = (run: number): string => `roundtable/${run}/main`;
export const trainBranch = (run: number): string => `roundtable/${run}/train`;
export const unitBranch = (run: number, slug: string): string => `roundtable/${run}/unit-${slug}`;
/** Carries what a run adds to AGENTS.md. */
export const learningsBranch = (run: number): string => `roundtable/${run}/learnings`;
/** Holds the commit that takes a unit's work back, until the train has it. */
export const revertBranch = (run: number, slug: string): string => `roundtable/${run}/revert-${slug}`;
/** Holds what one attempt made of a moved base branch and the run, until the train has it. */
export const baseMergeBranch = (run: number, n: number): string => `roundtable/${run}/base-${n}`;
export const branchPrefix = (run: number): string => `roundtable/${run}/`;
export const journalRef = (run: number): string => `refs/roundtable/${run}`;
/** Where a server refuses refs of that kind. */
export const journalBranch = (run: number): string => `roundtable/${run}/journal`;
export const endedJournalBranch = (run: number): string => `roundtable/${run}/journal-ended`;
export const endedJournalRef = (run: number): string => `refs/roundtable-ended/${run}`;

export interface AttemptName {
  run: number;
  /** Unit slug, `_train`, `_base`, `_plan` or `_gate-<slug>`. */
  slug: string;
  role: Role;
  /** Counts per unit and role, from 1. */
  n: number;
}

export const runName = ({ run, slug, role, n }: AttemptName): string =>
  `roundtable ${run} ${slug} ${role} ${n}`;

export function parseRunName(name: string): AttemptName | null {
  const [, run, ...key] = /^roundtable ([1-9]\d{0,9}) (\S+) (\S+) (\S+)$/.exec(name) ?? [];
  const parsed = run === undefined ? null : parseAttemptKey(key.join("/"));
  return parsed && { ...parsed, run: Number(run) };
}

export const artifactName = ({ run, slug, role, n }: AttemptName, part: "brief" | "result"): string =>
  `roundtable-${run}-${slug}-${role}-${n}-${part}`;

/** The key of an attempt in the journal: `<slug>/<role>/<n>`. */
export const attemptKey = ({ slug, role, n }: Omit<AttemptName, "run">): string => `${slug}/${role}/${n}`;

export function parseAttemptKey(key: string): Omit<AttemptName, "run"> | null {
  const [slug, role, n, rest] = key.split("/");
  if (
    !slug ||
    !role ||
    !n ||
    rest !== undefined ||
    !(ROLES as readonly string[]).includes(role) ||
    !/^[1-9]\d*$/.test(n)
  ) {
    return null;
  }
  return { slug, role: role as Role, n: Number(n) };
}

export const MARKER_KINDS = [
  "run",
  "unit",
  "pr",
  "review",
  "decision",
  "followup",
  "final",
  "group",
  "task",
] as const;
export type MarkerKind = (typeof MARKER_KINDS)[number];

/** The last line of a body that we write: how it is found again. Values are ids and slugs, never free text. */
export function marker(kind: MarkerKind, values: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(values).map(([name, value]) => {
    if (!/^[\w./+-]+$/.test(String(value))) throw new RangeError(`"${value}" cannot stand in a marker`);
    return `${name}=${value}`;
  });
  return `<!-- roundtable:${kind} ${parts.join(" ")} -->`;
}

/** Of the comment that calls a person to a decision that waits. */
export const reminderMarker = (run: number, id: string): string =>
  marker("decision", { run, id, reminder: 1 });

/** The marker on the last line of a body, or null. */
export function parseMarker(body: string): { kind: MarkerKind; values: Record<string, string> } | null {
  const text = body.trimEnd();
  const line = text.slice(text.lastIndexOf("\n") + 1).trim();
  const found = /^<!-- roundtable:([a-z]+) ((?:[a-z]+=[\w./+-]+ ?)+)-->$/.exec(line);
  if (!found || !(MARKER_KINDS as readonly string[]).includes(found[1]!)) return null;
  const values = Object.fromEntries(
    found[2]!
      .trim()
      .split(" ")
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  return { kind: found[1] as MarkerKind, values };
}
