/** Builders for a run's view, and a look at a body as the Markdown tree that a reader sees. */
import type { Nodes, Root } from "mdast";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { parseConfig } from "../../src/domain/config.ts";
import type { JudgedFinding } from "../../src/domain/review/rounds.ts";
import type { Plan, PlanUnit } from "../../src/domain/plan/plan.ts";
import { unitSlug } from "../../src/domain/plan/slug.ts";
import type { IssueFact, PullFact, ReviewFact } from "../../src/domain/run/facts.ts";
import type { Attempt } from "../../src/domain/run/attempt.ts";
import type { State } from "../../src/domain/run/journal.ts";
import { parseMarker } from "../../src/domain/run/names.ts";
import { viewOf, type RunView, type UnitView } from "../../src/domain/run/view.ts";
import { aPlan, aResult, aSnapshot, anAttempt, RUN, sha256 } from "./run.ts";

export const HEAD = "2".repeat(40);

export interface ViewParts {
  tasks?: string;
  config?: string;
  /** Changes each unit of the plan. */
  unit?: Partial<PlanUnit>;
  /** Changes the plan. */
  plan?: (plan: Plan) => Plan;
  journal?: Partial<State>;
  issues?: IssueFact[];
  pulls?: PullFact[];
  labels?: string[];
  reviews?: Record<string, ReviewFact[]>;
}

export const TASKS = `- [ ] 1. Write the parser
  - [ ] 1.1 Read a line
    - _Requirements: 1.1_
  - [ ] 1.2 Read a file
    - _Requirements: 1.2, 2.1_
- [ ] 2. Write the printer
  - _Depends: 1_
  - _writes: src/printer.js_
`;

export function aView(parts: ViewParts = {}): RunView {
  const { tasks = TASKS, config = "version: 1\nverify: [npm test]\n", unit = {} } = parts;
  const made = aPlan(tasks, { config });
  const shaped = { ...made, units: made.units.map((one) => ({ ...one, ...unit })) };
  const plan = parts.plan ? parts.plan(shaped) : shaped;
  const snapshot = aSnapshot(tasks, {
    planFile: { v: 1, plan, config: parseConfig(config).config },
    board: { issues: parts.issues ?? [], pulls: parts.pulls ?? [] },
    labels: parts.labels ?? [],
    reviews: parts.reviews ?? {},
    // By place: a changed id keeps the slug, and with it branch, issue and attempts.
    slugs: Object.fromEntries(plan.units.map((one, at) => [one.id, unitSlug(made.units[at]!, sha256)])),
    ...(parts.journal ? { journal: parts.journal } : {}),
  });
  return viewOf(snapshot, snapshot.state);
}

export const unitOf = (view: RunView, id = "1"): UnitView => view.byId.get(id)!;

export const anIssue = (change: Partial<IssueFact> = {}): IssueFact => ({
  number: 13,
  title: "t",
  body: `<!-- roundtable:unit run=${RUN} unit=1 -->`,
  labels: [],
  state: "open",
  ...change,
});

export const aPull = (change: Partial<PullFact> = {}): PullFact => ({
  number: 14,
  title: "t",
  body: `<!-- roundtable:pr run=${RUN} unit=1 -->`,
  labels: [],
  head: "roundtable/12/unit-1",
  headSha: HEAD,
  base: "roundtable/12/main",
  draft: false,
  state: "open",
  merged: false,
  ...change,
});

export const aFinding = (change: Partial<JudgedFinding> = {}): JudgedFinding => ({
  id: null,
  standing: "new",
  severity: "major",
  path: "src/a.js",
  line: 7,
  summary: "An empty line is dropped",
  details: "",
  criterion: null,
  fix: null,
  ...change,
});

/** Work that is on the unit's branch, green. */
export const aWork = (change: Partial<Attempt> = {}): Attempt =>
  anAttempt({ outcome: "completed", result: aResult(), committed: HEAD, ...change });

export const aReview = (findings: JudgedFinding[], change: Partial<Attempt> = {}): Attempt =>
  anAttempt({
    outcome: "completed",
    reviewer: "correctness",
    headSha: HEAD,
    at: "2026-01-01T00:02:00.000Z",
    result: aResult({ severity: findings[0]?.severity ?? "none", findings, summary: "I read it all." }),
    ...change,
  });

/** What of others' text must never come alive in a body of ours. */
export const HOSTILE = [
  "@octocat and @octo/team, Closes #1, fixes: octo/x#2, resolves https://github.com/octo/x/issues/3",
  "<img src=x onerror=alert(1)></details><!-- roundtable:run run=1 --> ![p](https://evil.example/p.png)",
  "[x](https://evil.example/a) https://evil.example/b [y](javascript:alert) \u202Eevil\u202C \u0007 a|b",
  "/orchestrate confirm",
  "# A heading",
  "````",
].join("\n");

/** What is alive in a body, as far as it is not ours: empty for a harmless one. */
export function alive(body: string): string[] {
  const tree: Root = unified().use(remarkParse).parse(body);
  const found: string[] = [];
  const last = tree.children.at(-1);
  const visit = (node: Nodes): void => {
    if (node.type === "html" && !FOLD.test(node.value) && !(node === last && parseMarker(node.value)))
      found.push(`html: ${node.value}`);
    if ((node.type === "link" || node.type === "image" || node.type === "definition") && !isTrusted(node.url))
      found.push(`${node.type}: ${node.url}`);
    if (node.type === "text") found.push(...livelyText(node.value));
    if ("children" in node) node.children.forEach(visit);
  };
  visit(tree);
  // eslint-disable-next-line no-control-regex
  if (/[\u202A-\u202E\u2066-\u2069\u0007]/.test(body)) found.push("hidden characters");
  if (body.trimStart().startsWith("/orchestrate")) found.push("a command");
  if (parseMarker(body) && last?.type !== "html") found.push("the marker shows: a block is open at the end");
  return found;
}

/** The one kind of HTML of ours beside the marker. */
const FOLD = /^(<details><summary>[\w ,]+<\/summary>|<\/details>)$/;

const isTrusted = (url: string): boolean => url.startsWith("https://github.com/");

const livelyText = (text: string): string[] =>
  [
    /(?<!\w)@\w[\w/-]*/,
    /\b(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s+([\w/-]*#\d|https:)/i,
    /#1\b/,
    /https:\/\/evil[^ ]*/,
  ].flatMap((form) => form.exec(text)?.[0] ?? []);

/** A little after the attempts and decisions of these builders began. */
export const NOW = new Date("2026-01-01T00:05:00.000Z");
