/** Bounds: dependencies, slots, locks, attempts, and what may be asked of GitHub. */
import { setsMeet } from "../../src/domain/plan/locks.ts";
import { MAX_LOST } from "../../src/domain/run/draft.ts";
import { MAX_HINDERED } from "../../src/domain/run/hindered.ts";
import { MAX_FIXES } from "../../src/domain/run/mend.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { plainSlug } from "../../src/domain/run/names.ts";
import type { Checked } from "./invariants.ts";
import type { Seen } from "./seen.ts";

const WORK = ["implement", "fix", "resolve"];

export function capsHold({ journals, before, asked, copies }: Seen): Checked {
  const broken: string[] = [];
  let count = 0;
  for (const { run, state, planFile } of journals) {
    const was = before?.journals.find((one) => one.run === run)?.state;
    const units = new Map(planFile.plan.units.map((unit) => [unit.id, unit]));
    const attempts = attemptsOf(state);
    for (const id of Object.keys(state.began)) {
      if (was === undefined || was.began[id] !== undefined) continue;
      for (const { id: other } of units.get(id)?.dependsOn ?? []) {
        count += 1;
        if (!(other in state.landed) && !(other in state.dropped))
          broken.push(`unit ${id} of run ${run} began before ${other} had landed`);
      }
    }
    const busy = attempts
      .filter(({ role, outcome }) => outcome === null && WORK.includes(role))
      .map(({ slug }) => plainSlug(slug))
      .filter((unit) => units.has(unit));
    count += busy.length;
    // A slot is what a unit needs to begin. Who waits for a person holds none, and goes on when that one has answered.
    const questioned = new Set(
      Object.values(state.decisions).flatMap((one) => (one.answer === null ? [one.unit] : [])),
    );
    const slots = busy.filter((unit) => !questioned.has(unit)).length;
    const begins = Object.keys(state.began).some((id) => was !== undefined && was.began[id] === undefined);
    if (begins && slots > planFile.config.maxParallel)
      broken.push(`${slots} units are worked on at once in run ${run}`);
    for (const [at, one] of busy.entries())
      for (const other of busy.slice(at + 1)) {
        const [paths, others] = [one, other].map((unit) => [
          ...units.get(unit)!.writes.map(({ path }) => path),
          ...(state.writeSets[unit] ?? []),
        ]);
        if (setsMeet(paths!, others!)) broken.push(`units ${one} and ${other} write the same at once`);
      }
    for (const { lost, slug } of attempts)
      if (lost > MAX_LOST) broken.push(`an attempt at ${slug} was lost ${lost} times`);
    const tried = attempts.filter(({ role, runId }) => role === "fix" && runId !== null);
    for (const [id, fixes] of Map.groupBy(tried, ({ slug }) => plainSlug(slug))) {
      if (!units.has(id)) continue;
      const rounds = 1 + (state.reverted[id]?.times ?? 0) + (state.anew[id] ?? 0);
      if (fixes.length > (MAX_FIXES + (state.granted[id] ?? 0) + MAX_HINDERED) * rounds)
        broken.push(`unit ${id} was tried ${fixes.length} times`);
    }
  }
  // A copy knows nothing of what others have asked, nor one that begins of what it asked before.
  count += asked.since;
  if (copies <= 1) broken.push(...asked.refused.map((what) => `GitHub refused ${what}, for it was too much`));
  return { count, broken };
}
