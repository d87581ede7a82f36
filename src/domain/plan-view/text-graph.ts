/** The graph as lines of text: level by level, behind each unit the ones that it waits for. */
import type { PlanUnit } from "../plan/plan.ts";
import { cut, padded, plain, PLAIN, widthOf, type Look } from "./look.ts";
import { placed } from "./order.ts";

const WIDEST_NAME = 60;

export function textGraph(units: readonly PlanUnit[], { columns, paint }: Look = PLAIN): string[] {
  const all = placed(units);
  if (all.length < 2) return [];
  const gutter = String(all.at(-1)!.level).length + "level   ".length;
  const names = all.map(({ unit }) => cut(plain(`${unit.id} ${unit.title}`), WIDEST_NAME));
  const longest = names.reduce((widest, name) => Math.max(widest, widthOf(name)), 0);
  const room = Math.min(longest, Math.max(20, Math.floor((columns - gutter) * 0.6)));
  return all.map(({ level, waitsFor }, at) => {
    const isFirst = level !== all[at - 1]?.level;
    const isLast = level !== all[at + 1]?.level;
    const branch = isFirst ? (isLast ? "──" : "┬─") : isLast ? "└─" : "├─";
    const lead = `${(isFirst ? `level ${level}` : "").padEnd(gutter - 1)}${branch} `;
    const name = padded(cut(names[at]!, room), room);
    const waits = waitsFor.length > 0 ? `← ${waitsFor.map(plain).join(", ")}` : "";
    const line = `${paint("soft", lead)}${name}`;
    const rest = Math.max(8, columns - widthOf(lead) - room - GAP);
    return waits === "" ? line.trimEnd() : `${line}${" ".repeat(GAP)}${paint("soft", cut(waits, rest))}`;
  });
}

const GAP = 2;
