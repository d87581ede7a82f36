/** The plan for a terminal: one line a unit, then how it runs. */
import type { Plan } from "./plan.ts";

export function planTable(plan: Plan): string {
  const rows = plan.units.map((unit) => [
    unit.id,
    plain(unit.title, 44),
    unit.type,
    unit.type === "checkpoint" ? "–" : unit.person === null ? unit.agent : "a person",
    unit.reviewers.map(({ role }) => role).join(", ") || "–",
    unit.dependsOn.map(({ id }) => id).join(", ") || "–",
    unit.writes.map(({ path }) => plain(path, 40)).join(", ") || (unit.unknownPaths ? "not known" : "–"),
  ]);
  const table = [["unit", "title", "type", "agent", "reviewers", "waits for", "writes"], ...rows];
  const widths = table[0]!.map((_, column) =>
    Math.min(44, Math.max(...table.map((row) => row[column]!.length))),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  return [
    `Plan for ${plain(plan.spec.name, 80)} (${plan.hash.slice(0, 12)})`,
    "",
    ...(plan.units.length > 0 ? lines : ["Nothing to do: all boxes are ticked."]),
    "",
    plan.schedule.because,
    ...(plan.leftOut.length > 0
      ? [`Left out: ${plan.leftOut.map(({ id, why }) => `${id} (${why})`).join(", ")}.`]
      : []),
  ].join("\n");
}

/** Titles come from the spec: no control characters reach the terminal. */
// eslint-disable-next-line no-control-regex
const plain = (text: string, max: number): string =>
  text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, " ").slice(0, max);
