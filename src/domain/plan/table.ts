/** The plan for a terminal: one line a unit, then how it runs. Columns shrink, then go, until a line fits. */
import { adviceOf, hasError } from "../plan-view/diagnostics.ts";
import { estimateText } from "../plan-view/estimate.ts";
import { cut, padded, plain, PLAIN, widthOf, type Look } from "../plan-view/look.ts";
import { placed } from "../plan-view/order.ts";
import type { Plan, PlanUnit } from "./plan.ts";

interface Column {
  name: string;
  cell: (unit: PlanUnit, waitsFor: readonly string[]) => string;
  /** It is not made narrower than this while another can go. */
  min: number;
  /** The first to go has 1; null: it stays. */
  leaves: number | null;
}

const COLUMNS: readonly Column[] = [
  { name: "unit", cell: ({ id }) => id, min: 8, leaves: null },
  { name: "title", cell: ({ title }) => title, min: 28, leaves: null },
  { name: "type", cell: ({ type }) => type, min: 10, leaves: 3 },
  { name: "agent", cell: agentOf, min: 8, leaves: 2 },
  {
    name: "reviewers",
    cell: ({ reviewers }) => listed(reviewers.map(({ role }) => role)),
    min: 11,
    leaves: 1,
  },
  {
    name: "waits for",
    cell: (_, waitsFor) => listed(waitsFor),
    min: 9,
    leaves: null,
  },
  { name: "writes", cell: writesOf, min: 12, leaves: 4 },
];

const GAP = 2;
const WIDEST = 80;
const NARROWEST = 8;

export function planTable(plan: Plan, look: Look = PLAIN): string {
  const { units, spec, leftOut, diagnostics } = plan;
  const sentences = [
    // What cannot start takes no time.
    ...(hasError(diagnostics) ? [] : timeOf(plan)),
    ...[...Map.groupBy(leftOut, ({ why }) => why)].map(
      ([why, tasks]) => `Left out because ${why}: ${tasks.map(({ id }) => id).join(", ")}.`,
    ),
  ];
  return [
    `${look.paint("strong", `Plan for ${cut(plain(spec.name), WIDEST)}`)} (${plan.hash.slice(0, 12)})`,
    "",
    ...(units.length > 0 ? rowsOf(units, look) : ["Nothing to do: no unit is open."]),
    ...(sentences.length > 0 ? ["", ...sentences.map(plain)] : []),
  ].join("\n");
}

function timeOf({ units, schedule: { because, criticalPath }, estimate, diagnostics }: Plan): string[] {
  if (units.length === 0) return [because];
  return [
    because,
    ...adviceOf(diagnostics),
    ...(criticalPath.length > 1 ? [`Longest chain: ${criticalPath.join(" → ")}.`] : []),
    estimateText(estimate),
  ];
}

function rowsOf(units: readonly PlanUnit[], { columns, paint }: Look): string[] {
  const waits = new Map(placed(units).map(({ unit, waitsFor }) => [unit, waitsFor]));
  const cells = new Map(
    COLUMNS.map((column) => [
      column,
      units.map((unit) => cut(plain(column.cell(unit, waits.get(unit)!)), WIDEST)),
    ]),
  );
  const fitted = fit(cells, columns);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => padded(cut(text, fitted[at]!.width), fitted[at]!.width))
      .join(" ".repeat(GAP))
      .trimEnd();
  return [
    paint("soft", line(fitted.map(({ column }) => column.name))),
    ...units.map((_, row) => line(fitted.map(({ column }) => cells.get(column)![row]!))),
  ];
}

interface Fitted {
  column: Column;
  width: number;
}

/** The widest column gives way first. */
function fit(cells: ReadonlyMap<Column, readonly string[]>, room: number): Fitted[] {
  let fitted = [...cells].map(([column, texts]) => ({
    column,
    width: texts.reduce((widest, text) => Math.max(widest, widthOf(text)), column.name.length),
  }));
  const excess = (): number => fitted.reduce((sum, { width }) => sum + width + GAP, -GAP) - Math.max(room, 0);
  while (excess() > 0) {
    const leaving = fitted
      .filter(({ column }) => column.leaves !== null)
      .toSorted((a, b) => a.column.leaves! - b.column.leaves!)[0];
    const widest = fitted
      .filter(({ column, width }) => width > (leaving ? column.min : NARROWEST))
      .toSorted((a, b) => b.width - a.width)[0];
    if (widest) widest.width--;
    else if (leaving) fitted = fitted.filter((other) => other !== leaving);
    else break;
  }
  return fitted;
}

function agentOf({ type, person, agent }: PlanUnit): string {
  if (type === "checkpoint") return "–";
  return person === null ? agent : "a person";
}

function writesOf({ writes, unknownPaths }: PlanUnit): string {
  return writes.length === 0 && unknownPaths ? "not known" : listed(writes.map(({ path }) => path));
}

const listed = (texts: readonly string[]): string => texts.join(", ") || "–";
