/** Type, criticality, agent and reviewers of a unit by rules, each with its reason (design section 6). */
import type { Config } from "../config.ts";
import type { Criticality, PlanUnit, ReviewerRole, UnitType } from "./plan.ts";

interface Ruled<Value> {
  value: Value;
  because: string;
}

const TYPE_BY_PATH: readonly [RegExp, UnitType][] = [
  [/\.(css|scss|vue|svelte|tsx|jsx|html)$|(^|\/)(components|pages|styles)\//i, "ui"],
  [/\.(md|mdx|rst|adoc)$|(^|\/)docs?\//i, "docs"],
  [/(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.\w+$/i, "test"],
];

const TYPE_BY_WORD: readonly [RegExp, UnitType][] = [
  [/\b(document|documentation|readme|changelog|docs)\b|文档|ドキュメント/i, "docs"],
  [/\b(audit|manual review|code review)\b|审计/i, "review"],
  [/\b(component|page|styling|css|layout|frontend|ui)\b|组件|页面|コンポーネント/i, "ui"],
  [/\b(unit|integration|property|end-to-end|e2e)[ -]?tests?\b|\btest suite\b|测试|テスト/i, "test"],
];

export function typeOf(text: string, writes: readonly string[]): Ruled<UnitType> {
  for (const [pattern, type] of TYPE_BY_PATH) {
    if (writes.length > 0 && writes.every((path) => pattern.test(path)))
      return { value: type, because: `all its paths are ${type} paths` };
  }
  if (writes.length === 0) {
    for (const [pattern, type] of TYPE_BY_WORD) {
      const word = pattern.exec(text)?.[0];
      if (word) return { value: type, because: `its title says "${word}"` };
    }
  }
  return { value: "code", because: "nothing says otherwise" };
}

const SECURITY =
  /\b(security|authenticat\w*|authoriz\w*|password|passwd|token|encrypt\w*|decrypt\w*|credentials?|secrets?|sanitiz\w*|escap(?:e|es|ing)|untrusted|hostile|injection|xss|csrf|permission)\b|安全|认证|密码|認証|暗号/i;
const COMPLEX =
  /\b(refactor\w*|migrat\w*|integrat(?:e|ion)|architecture|concurren\w*|distributed|scheduler)\b|重构|迁移|架构|移行/i;

export function criticalityOf(text: string): Ruled<Criticality> {
  const security = SECURITY.exec(text)?.[0];
  if (security) return { value: "security-sensitive", because: `the task says "${security}"` };
  const complex = COMPLEX.exec(text)?.[0];
  if (complex) return { value: "complex", because: `the task says "${complex}"` };
  return { value: "standard", because: "nothing says otherwise" };
}

/** The agent asked for; else by type; else the configured default; else the first named one; else `practice`. */
export function agentOf(type: UnitType, config: Config, asked: string | undefined): Ruled<string> {
  if (asked !== undefined) return { value: asked, because: "the command names it" };
  const routed = config.routing[type];
  if (routed) return { value: routed, because: `routing.${type} names it` };
  const fallback = config.routing["default"];
  if (fallback) return { value: fallback, because: "routing.default names it" };
  const named = Object.keys(config.agents).find((name) => name !== "playbook" && name !== "practice");
  return named
    ? { value: named, because: "it is the first agent of the configuration" }
    : { value: "practice", because: "the configuration names no agent" };
}

/** Standard 1 reviewer; complex 2; security-sensitive 2, one of them for security (design 2.7). */
const PANEL: Readonly<Record<Criticality, readonly ReviewerRole[]>> = {
  standard: ["correctness"],
  complex: ["correctness", "architecture"],
  "security-sensitive": ["correctness", "security"],
};

/** One from another backend than the author's when more than one is configured. */
export function reviewersOf(
  unit: { type: UnitType; criticality: Criticality; agent: string },
  config: Config,
  asked: string | undefined,
): PlanUnit["reviewers"] {
  if (unit.type === "checkpoint") return [];
  const author = config.agents[unit.agent]?.backend;
  const others = Object.keys(config.agents).filter(
    (name) => !["playbook", "practice"].includes(name) && config.agents[name]!.backend !== author,
  );
  return PANEL[unit.criticality].map((role, at) => ({
    role,
    agent: asked ?? config.reviewerAgent ?? (at === 0 ? (others[0] ?? unit.agent) : unit.agent),
  }));
}
