/**
 * Type, criticality, agent and reviewers of a unit by rules, each with its reason (design section 6): labels of its issue
 * first, then the configuration's rules by path, then paths, then words of its titles.
 */
import { isScript, type Config } from "../config.ts";
import { agentByCost } from "./by-cost.ts";
import { valueOf, type Label } from "./labels.ts";
import { covers } from "./locks.ts";
import { Criticality, type PlanUnit, type ReviewerRole, type UnitType } from "./plan.ts";
import type { ProposedUnit } from "./proposal.ts";
import { CRITICALITY_WORDS, TYPE_WORDS, wordIn } from "./words.ts";

export interface Ruled<Value> {
  value: Value;
  because: string;
}

/** What is known of a unit when it is classified. */
export interface Traits {
  title: string;
  /** Its own and those of its sub-tasks. */
  titles: string;
  writes: readonly string[];
  /** Its paths are a guess. */
  isInferred: boolean;
  labels: readonly Label[];
  /** By a planning model; null: nothing. */
  proposed: ProposedUnit | null;
}

export const PROPOSED = "the planning model proposes it";

const TYPE_BY_PATH: readonly [RegExp, UnitType][] = [
  [/(^|\/)(tests?|__tests__|spec|e2e)\/|[._-](test|spec)\.\w+$/i, "test"],
  [/\.(css|scss|sass|less|vue|svelte|tsx|jsx|html)$|(^|\/)(components|pages|styles)\//i, "ui"],
  [/\.(md|mdx|rst|adoc)$|(^|\/)docs?\//i, "docs"],
];

const CRITICAL_PATHS: readonly [RegExp, Criticality][] = [
  [/(^|\/)(auth|authn|authz|security|crypto|permissions?|secrets?)(\/|\.\w+$|$)/i, "security-sensitive"],
  [/(^|\/)migrations?(\/|$)/i, "complex"],
];

type Rule = Config["rules"][number];

/** The first rule that names a value and covers a path of the unit. */
function ruled<Key extends "type" | "criticality" | "agent">(
  { rules }: Config,
  key: Key,
  { writes }: Traits,
): Ruled<NonNullable<Rule[Key]>> | null {
  for (const rule of rules) {
    const value = rule[key];
    const path = value === undefined ? undefined : writes.find((one) => covers(rule.paths, one));
    if (value !== undefined && path !== undefined)
      return { value, because: `routing.rules names it for ${path}` };
  }
  return null;
}

export function typeOf(traits: Traits, config: Config): Ruled<UnitType> {
  const rule = ruled(config, "type", traits);
  if (rule) return rule;
  if (traits.proposed?.type) return { value: traits.proposed.type, because: PROPOSED };
  const { writes, title, isInferred } = traits;
  const said = writes.length === 0 || isInferred ? typeInWords(title) : null;
  // What an audit names is what it looks at.
  if (said?.value === "review") return said;
  for (const [pattern, type] of TYPE_BY_PATH) {
    // Who names only a test's path may well mean to write what it tests.
    if (type === "test" && isInferred && said?.value !== "test") continue;
    if (writes.length > 0 && writes.every((path) => pattern.test(path)))
      return { value: type, because: `all its paths are ${type} paths` };
  }
  return said ?? { value: "code", because: "nothing says otherwise" };
}

function typeInWords(title: string): Ruled<UnitType> | null {
  for (const [type, pattern] of TYPE_WORDS) {
    const word = wordIn(title, pattern);
    if (word) return { value: type, because: `its title says "${word}"` };
  }
  return null;
}

export function criticalityOf(traits: Traits, config: Config): Ruled<Criticality> {
  for (const label of traits.labels) {
    const level = Criticality.safeParse(valueOf("criticality", label));
    if (level.success) return { value: level.data, because: `${label.on} has the label ${label.text}` };
  }
  const rule = ruled(config, "criticality", traits);
  if (rule) return rule;
  return graver(criticalityInWords(traits), traits.proposed?.criticality);
}

/** A model's opinion may ask for more care, never for less. */
function graver(found: Ruled<Criticality>, proposed: Criticality | undefined): Ruled<Criticality> {
  const order = Criticality.options;
  return proposed !== undefined && order.indexOf(proposed) > order.indexOf(found.value)
    ? { value: proposed, because: PROPOSED }
    : found;
}

function criticalityInWords(traits: Traits): Ruled<Criticality> {
  const path = CRITICAL_PATHS.flatMap(([pattern, level]) => {
    const found = traits.writes.find((one) => pattern.test(one));
    return found === undefined ? [] : [{ value: level, because: `it writes ${found}` }];
  })[0];
  const word = CRITICALITY_WORDS.flatMap(([level, pattern]) => {
    const found = wordIn(traits.titles, pattern);
    return found === undefined ? [] : [{ value: level, because: `the task says "${found}"` }];
  })[0];
  if (path && !(path.value === "complex" && word?.value === "security-sensitive")) return path;
  return word ?? { value: "standard", because: "nothing says otherwise" };
}

/** A label of the issue; the command; a rule by path; by type; a proposal; the configured default; by price; the first named; `practice`. */
export function agentOf(
  traits: Traits,
  { unit, config, asked }: { unit: Omit<Reviewed, "agent">; config: Config; asked: string | undefined },
): Ruled<string> {
  const { type } = unit;
  for (const label of traits.labels) {
    const name = valueOf("agent", label);
    if (name !== undefined && Object.hasOwn(config.agents, name))
      return { value: name, because: `${label.on} has the label ${label.text}` };
  }
  if (asked !== undefined) return { value: asked, because: "the command names it" };
  const rule = ruled(config, "agent", traits);
  if (rule) return rule;
  const routed = config.routing[type];
  if (routed) return { value: routed, because: `routing.${type} names it` };
  if (traits.proposed?.agent) return { value: traits.proposed.agent, because: PROPOSED };
  const fallback = config.routing["default"];
  if (fallback) return { value: fallback, because: "routing.default names it" };
  const byCost = agentByCost(unit, config);
  if (byCost) return byCost;
  const named = Object.keys(config.agents).find((name) => !isScript(name, config));
  return named
    ? { value: named, because: "it is the first agent of the configuration" }
    : { value: "practice", because: "the configuration names no agent" };
}

const backendOf = (name: string, { agents }: Config): string | undefined => agents[name]?.backend;

/** The first agent of the configuration that is no script and has another backend than this one. */
const otherThan = (name: string, config: Config): string | undefined =>
  Object.keys(config.agents).find(
    (other) => !isScript(other, config) && backendOf(other, config) !== backendOf(name, config),
  );

/** Who makes the later fix attempts (design 2.9); null: the unit's own agent goes on. */
export function escalationOf(
  { type, agent }: Pick<Reviewed, "type" | "agent">,
  config: Config,
  asked: string | undefined,
): Ruled<string | null> {
  if (type === "checkpoint") return { value: null, because: "a checkpoint only verifies" };
  if (asked !== undefined) return { value: null, because: "the command names the agent" };
  const named = config.routing["escalation"];
  if (named !== undefined)
    return { value: named === agent ? null : named, because: "routing.escalation names it" };
  if (isScript(agent, config)) return { value: null, because: `${agent} is a script` };
  const other = otherThan(agent, config);
  return other === undefined
    ? { value: null, because: "no agent of another backend is configured" }
    : { value: other, because: `it is of another backend than ${agent}` };
}

/** Standard 1 reviewer; complex 2; security-sensitive 2, one of them for security (design 2.7). */
const PANEL: Readonly<Record<Criticality, readonly ReviewerRole[]>> = {
  standard: ["correctness"],
  complex: ["correctness", "architecture"],
  "security-sensitive": ["correctness", "security"],
};

/** Who reads a complex unit besides the one for correctness. */
const SECOND: Partial<Readonly<Record<UnitType, ReviewerRole>>> = { ui: "ui", test: "tests" };

interface Reviewed {
  type: UnitType;
  criticality: Criticality;
  agent: string;
}

/** One from another backend than the author's when more than one is configured. */
export function reviewersOf(
  unit: Reviewed,
  config: Config,
  { asked, profile }: { asked: string | undefined; profile: Config["profile"] },
): Ruled<PlanUnit["reviewers"]> {
  if (unit.type === "checkpoint") return { value: [], because: "a checkpoint only verifies" };
  const other = otherThan(unit.agent, config);
  const configured = config.panels[unit.criticality];
  const panel =
    configured ??
    PANEL[unit.criticality].map((role) => (role === "architecture" ? (SECOND[unit.type] ?? role) : role));
  const isRaised = profile === "safe" && panel.length === 1 && configured === undefined;
  const roles: ReviewerRole[] = isRaised ? [...panel, "tests"] : panel;
  const fixed = asked ?? config.reviewerAgent;
  const value = roles.map((role, at) => ({
    role,
    agent: fixed ?? (at === 0 ? (other ?? unit.agent) : unit.agent),
  }));
  const count = configured
    ? `reviewers.${unit.criticality} names them`
    : `a ${unit.criticality} unit has ${panel.length}${isRaised ? ", and profile safe adds one" : ""}`;
  const who =
    asked !== undefined
      ? "the command names the agent"
      : fixed !== null && fixed !== undefined
        ? "reviewers.agent names the agent"
        : other === undefined
          ? "no agent of another backend is configured"
          : `${other} is of another backend than the author`;
  return { value, because: `${count}; ${who}` };
}

/**
 * The panel for work that another than the unit's agent did last: where all its readers are of that one's backend, the
 * first gives way to one of another.
 */
export function panelFor(
  { agent, reviewers }: Pick<PlanUnit, "agent" | "reviewers">,
  author: string,
  config: Config,
): PlanUnit["reviewers"] {
  const isOwn = reviewers.every((one) => backendOf(one.agent, config) === backendOf(author, config));
  const other = otherThan(author, config);
  if (author === agent || !isOwn || other === undefined) return reviewers;
  return reviewers.map((one, at) => (at === 0 ? { ...one, agent: other } : one));
}
