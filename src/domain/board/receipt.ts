/** What a run has cost: by unit, and in all, beside what was agreed to. */
import { isScript } from "../config.ts";
import { ceilingOf, costIn, costOf, dollars } from "../run/budget.ts";
import { spentOn, total } from "../run/money.ts";
import { plainSlug } from "../run/names.ts";
import { attemptsOf, type AttemptView } from "../run/attempts.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { few, section } from "./body.ts";
import { nameOf } from "./unit-report.ts";

const MAX_ROWS = 60;

/** Nothing where only scripts took part. */
export function receipt(view: RunView): string[] {
  const { state, snapshot } = view;
  const { config } = snapshot.planFile;
  // A person who put a branch in order stands there too, and is no agent.
  const paid = attemptsOf(state).filter(
    ({ agent, result }) =>
      agent !== null &&
      Object.hasOwn(config.agents, agent) &&
      (!isScript(agent, config) || result?.usd != null || result?.tokens != null),
  );
  if (paid.length === 0) return [];
  const slugs = new Set(view.units.map(({ slug }) => plainSlug(slug)));
  const bySlug = Map.groupBy(paid, ({ slug }) => (slugs.has(plainSlug(slug)) ? plainSlug(slug) : null));
  const units = view.units.flatMap(({ unit, slug }) => {
    const own = bySlug.get(plainSlug(slug));
    return own ? [row(view, nameOf(unit, 60), own)] : [];
  });
  const others = bySlug.get(null) ?? [];
  const ceiling = ceilingOf(state);
  return section("Receipt", [
    "| unit | attempts | model | tokens in | of them cached | tokens out | money |",
    "|---|---|---|---|---|---|---|",
    ...units.slice(0, MAX_ROWS),
    ...(units.length > MAX_ROWS ? [`| … and ${units.length - MAX_ROWS} more units |  |  |  |  |  |  |`] : []),
    ...(others.length > 0 ? [row(view, "The run as a whole", others)] : []),
    row(view, "**All**", paid),
    "",
    `${capital(costOf(state, snapshot.planFile))}${ceiling === null ? "; no ceiling was set" : `, of up to ${dollars(ceiling)}`}.`,
  ]);
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function row({ snapshot }: RunView, name: string, attempts: readonly AttemptView[]): string {
  const known = attempts.flatMap(({ result }) => (result?.tokens ? [result.tokens] : []));
  // Of dispatches before an attempt's last one only the money is kept.
  const hasMore = attempts.some(({ before }) => before !== null);
  const sum = (values: readonly (number | null)[]): string => {
    const told = values.filter((value) => value !== null);
    if (told.length === 0) return "not known";
    return `${hasMore || told.length < attempts.length ? "at least " : ""}${total(told).toLocaleString("en")}`;
  };
  const models = [...new Set(attempts.flatMap(({ result }) => result?.model ?? []))];
  const shown = few(
    models.map((model) => harmlessLine(model, 60)),
    5,
  );
  const isKnown = attempts.some(({ before, result }) => before !== null || result?.usd != null);
  const usd = isKnown ? total(attempts.map(spentOn)) : null;
  const cells = [
    name,
    attempts.length,
    shown || "not known",
    sum(known.map(({ input }) => input)),
    sum(known.map(({ cached }) => cached)),
    sum(known.map(({ output }) => output)),
    costIn(attempts, { usd, planFile: snapshot.planFile }),
  ];
  return `| ${cells.join(" | ")} |`;
}
