/** Specs for simulated worlds: as many units, with such edges and locks as chance will have it. */
import type { Chance } from "./chance.ts";

export const SPEC = ".kiro/specs/x";

/** Units that touch nothing in common, a few of which wait for another. */
export function plainTasks(units: number): string {
  const lines = Array.from({ length: units }, (_, at) => {
    const id = at + 1;
    const depends = id % 10 === 0 ? `  - _Depends: ${id - 5}_\n` : "";
    return `- [ ] ${id}. Write part ${id}\n  - _writes: src/${id}.txt_\n${depends}`;
  });
  return lines.join("");
}

export function tasksOf(units: number, chance: Chance): string {
  const lines: string[] = [];
  for (let id = 1; id <= units; id++) {
    const isCheckpoint = id > 2 && id < units && chance.is(0.06);
    if (isCheckpoint) {
      lines.push(`- [ ] ${id}. Checkpoint - all tests pass`);
      continue;
    }
    const isGrave = chance.is(0.1);
    lines.push(`- [ ] ${id}. Write part ${id}${isGrave ? ", which checks passwords" : ""}`);
    // What names no path may touch any.
    if (!chance.is(0.1)) lines.push(`  - _writes: src/${chance.is(0.1) ? 1 : id}.txt_`);
    if (id > 1 && chance.is(0.25))
      lines.push(`  - _Depends: ${chance.between(Math.max(1, id - 8), id - 1)}_`);
  }
  return `${lines.join("\n")}\n`;
}

/** What a world's configuration says beside the defaults. */
export interface Setting {
  /** Agents cost money, and the run may take so many US dollars; null: they are scripts, and cost nothing. */
  usd: number | null;
  /** So much of it for each unit. */
  unitUsd: number | null;
  /** The units stand on a project of GitHub too. */
  hasProject: boolean;
}

export const PLAIN: Setting = { usd: null, unitUsd: null, hasProject: false };

/** The text of .github/roundtable.yml; null where all is as it is without one. */
export function configOf({ usd, unitUsd, hasProject }: Setting): string | null {
  const paid = `agents: { paid: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
budget: { run: ${usd}${unitUsd === null ? "" : `, unit: ${unitUsd}`} }
`;
  if (usd === null && !hasProject) return null;
  return `version: 1\n${usd === null ? "" : paid}${hasProject ? "project: auto\n" : ""}`;
}
