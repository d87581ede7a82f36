/** Which of several agents with a price does a unit that nothing else gives to one: the price says how strong a model is. */
import type { Price } from "../config-agents.ts";
import { isScript, type Config } from "../config.ts";
import type { Ruled } from "./classify.ts";
import { priceOf } from "./estimate.ts";
import type { PlanUnit, UnitType } from "./plan.ts";

/** Work after what stands there already. */
const MECHANICAL: readonly UnitType[] = ["docs", "test"];

/** Null where there is no choice, or no reason to choose. */
export function agentByCost(
  { type, criticality }: Pick<PlanUnit, "type" | "criticality">,
  config: Config,
): Ruled<string> | null {
  const priced = Object.keys(config.agents).flatMap((name) => {
    const price = isScript(name, config) ? null : priceOf(name, config);
    return price === null ? [] : [{ name, price }];
  });
  const sorted = priced.toSorted((a, b) => compare(a.price, b.price));
  const cheapest = sorted[0];
  const dearest = sorted.find(({ price }) => compare(price, sorted.at(-1)!.price) === 0);
  if (!cheapest || !dearest || cheapest === dearest) return null;
  if (criticality !== "standard")
    return {
      value: dearest.name,
      because: `its model is the dearest in \`prices\`, for a ${criticality} unit`,
    };
  if (MECHANICAL.includes(type))
    return {
      value: cheapest.name,
      because: `its model is the cheapest in \`prices\`, for a unit of type ${type}`,
    };
  return null;
}

/** By what comes out: that is what a stronger model charges for. */
const compare = (a: Price, b: Price): number => a.output - b.output || a.input - b.input;
