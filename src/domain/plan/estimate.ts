/**
 * What a plan takes at least: each unit done once and reviewed once, without a fix. Only figures that someone gave are
 * used; what nobody gave is null, and the sentence says so.
 */
import type { Price } from "../config-agents.ts";
import { isScript, type Config } from "../config.ts";
import type { Plan, PlanUnit } from "./plan.ts";

interface Use {
  minutes: number | null;
  tokens: number | null;
  usd: number | null;
}

const PER_MILLION = 1_000_000;

export function estimateOf(units: readonly PlanUnit[], config: Config): Plan["estimate"] {
  const work = units.filter(({ type, person }) => type !== "checkpoint" && person === null);
  const gates = units.filter(({ type }) => type === "checkpoint");
  const attempts = work.flatMap((unit) => [unit.agent, ...unit.reviewers.map(({ agent }) => agent)]);
  const kinds = [...new Set(attempts)];
  const uses = new Map(kinds.map((agent) => [agent, useOf(agent, config)]));
  const total = (key: keyof Use): number | null =>
    attempts.reduce<number | null>((sum, agent) => {
      const use = uses.get(agent)![key];
      return sum === null || use === null ? null : sum + use;
    }, 0);
  const isNothing = units.length === 0;
  return {
    // A work job and a verify run to land for each unit, its reviews, a verify run for each checkpoint and for the end.
    jobs: isNothing ? 0 : 1 + work.length * 2 + (attempts.length - work.length) + gates.length,
    minutes: rounded(total("minutes")),
    tokens: total("tokens"),
    usd: rounded(total("usd")),
    because: isNothing ? "There is nothing to do." : sentence(kinds, config),
  };
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;

/** Of an agent's model; null where the configuration names none. */
export function priceOf(name: string, { agents, prices }: Pick<Config, "agents" | "prices">): Price | null {
  const model = Object.hasOwn(agents, name) ? agents[name]!.model : undefined;
  return model !== undefined && Object.hasOwn(prices, model) ? prices[model]! : null;
}

/** Of those who work or read in a plan, and may cost money. */
export function agentsWithoutPrice(units: readonly PlanUnit[], config: Config): string[] {
  const names = units
    .filter(({ type, person }) => type !== "checkpoint" && person === null)
    .flatMap(({ agent, escalation, reviewers }) => [
      agent,
      ...(escalation === null ? [] : [escalation]),
      ...reviewers.map((reviewer) => reviewer.agent),
    ]);
  return [...new Set(names)].filter((name) => !isScript(name, config) && priceOf(name, config) === null);
}

/** What one attempt of an agent takes by the configuration. */
export function useOf(name: string, config: Config): Use {
  if (!Object.hasOwn(config.agents, name)) return { minutes: null, tokens: null, usd: null };
  if (isScript(name, config)) return { minutes: null, tokens: 0, usd: 0 };
  const price = priceOf(name, config);
  const attempt = price?.attempt;
  if (!price || !attempt) return { minutes: null, tokens: null, usd: null };
  return {
    minutes: attempt.minutes ?? null,
    tokens: attempt.input + attempt.output,
    usd: (attempt.input * price.input + attempt.output * price.output) / PER_MILLION,
  };
}

function sentence(agents: readonly string[], config: Config): string {
  const begin = "An estimate: each unit done once and reviewed once, without fixes";
  const paid = agents.filter((name) => !isScript(name, config));
  const unknown = paid.filter((name) => useOf(name, config).tokens === null);
  if (agents.length === 0) return `${begin}; no agent is needed.`;
  if (paid.length === 0) return `${begin}; no model takes part (${agents.join(", ")}), so no tokens.`;
  if (unknown.length === 0) return `${begin}; tokens, minutes and money by \`prices\` of the configuration.`;
  return `${begin}; tokens and money are not known, because \`prices\` says nothing of an attempt by ${unknown.join(", ")}.`;
}
