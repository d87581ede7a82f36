/**
 * The write set of a unit when its work comes in (design section 5). A set that is declared as a whole is hard: work
 * outside it waits for a person. Else it is a guess and grows, as soon as no other running unit holds or reads the path.
 */
import { covers, setsMeet } from "../plan/locks.ts";
import { declaredPaths, heldPaths, isHard, readPaths } from "../plan/ready.ts";
import type { Draft } from "./draft.ts";
import type { State } from "./journal.ts";
import { type AttemptView, changeAttempt } from "./attempts.ts";
import type { RunView, UnitView } from "./view.ts";

/**
 * Work that has come in and is not on the branch yet; unfinished work too, for the next attempt goes on from it. But a
 * conflict is solved whole or not at all.
 */
export function isHandedOver({ role, outcome, committed, runId, result }: AttemptView): boolean {
  if (committed !== null || runId === null || !result || result.files.length === 0) return false;
  if (role === "resolve") return outcome === "completed" || outcome === "red";
  return outcome !== null && !["refused", "lost", "cancelled", "no_change"].includes(outcome);
}

/** True when the work may go to its branch now; else a wait or a decision says why not. */
export function admitPaths(draft: Draft, view: RunView, unit: UnitView): boolean {
  const last = unit.work.at(-1)!;
  const stray = strayFiles(unit, draft.state);
  if (stray.length === 0) return true;
  const id = unit.unit.id;
  if (isHard(unit.unit) && !isPermitted(draft.state, id, last)) {
    askAboutStray(draft, unit, stray);
    return false;
  }
  const paths = stray.map(({ path }) => path);
  const holder = view.units.find(
    (other) =>
      holds(view, other) &&
      !yields(other, unit, view) &&
      setsMeet(paths, [...heldPaths(other.unit, draft.state.writeSets), ...readPaths(other.unit)]),
  );
  if (holder) {
    const how = setsMeet(paths, readPaths(holder.unit)) ? "reads" : "holds";
    const because = `its work also changes ${few(paths)}; unit ${holder.unit.id} ${how} that`;
    draft.wait({ unit: id, for: "lock", because });
    return false;
  }
  draft.state.writeSets[id] = [...(draft.state.writeSets[id] ?? []), ...paths];
  draft.event("write set grew", { unit: id, why: `its work also changes ${few(paths)}` });
  return true;
}

/** A person sends the work back that strayed: the next attempt is told where its limits are. */
export function refuseStray(draft: Draft, unit: UnitView): void {
  const last = unit.work.at(-1);
  if (!last || !isHandedOver(last) || !isHard(unit.unit)) return;
  const stray = strayFiles(unit, draft.state);
  const { result } = draft.state.attempts[last.key]!;
  if (stray.length === 0 || !result) return;
  const summary = `It changed files outside those that the unit declares: ${few(stray.map(({ path }) => path))}. Only ${few(declaredPaths(unit.unit))} may be changed.`;
  changeAttempt(draft.state, last.key, { outcome: "refused", result: { ...result, summary } });
}

type File = NonNullable<AttemptView["result"]>["files"][number];

function strayFiles(unit: UnitView, state: State): File[] {
  const own = state.writeSets[unit.unit.id] ?? [];
  const allowed = isHard(unit.unit)
    ? [...declaredPaths(unit.unit), ...own, `practice/unit-${unit.slug}.md`]
    : heldPaths(unit.unit, state.writeSets);
  return (unit.work.at(-1)?.result?.files ?? []).filter(({ path }) => !covers(allowed, path));
}

const KIND = "outside-write-set";

function isPermitted(state: State, unit: string, attempt: AttemptView): boolean {
  return Object.values(state.decisions).some(
    ({ kind, unit: about, answer, options, at }) =>
      kind === KIND &&
      about === unit &&
      answer !== null &&
      at >= attempt.at &&
      options[answer.option - 1]?.does === "proceed",
  );
}

function askAboutStray(draft: Draft, unit: UnitView, stray: readonly File[]): void {
  const stat = stray
    .slice(0, 20)
    .map(({ path, lines }) => `${path} (${lines === null ? "deleted or binary" : `${lines} lines`})`);
  const more = stray.length > 20 ? ` and ${stray.length - 20} more` : "";
  draft.ask({
    kind: KIND,
    unit: unit.unit.id,
    question: `The work of unit ${unit.unit.id} changes files outside those that it declares: ${stat.join(", ")}${more}. Declared: ${few(declaredPaths(unit.unit))}. What now?`,
    options: [
      { does: "proceed", text: "Take it: these files belong to this unit" },
      { does: "retry", text: "Send it back: only the declared files may be changed" },
      { does: "skip", text: "Skip this unit" },
      { does: "abort", text: "Abort this unit" },
    ],
  });
}

function holds({ phases, state }: RunView, { unit }: UnitView): boolean {
  if (state.began[unit.id] === undefined) return false;
  return !["completed", "skipped", "cancelled"].includes(phases.get(unit.id)!.kind);
}

/** Of two units that wait with their work for each other's paths, the later one in the plan gives way. */
function yields(other: UnitView, unit: UnitView, { units }: RunView): boolean {
  if (other === unit) return true;
  const last = other.work.at(-1);
  return last !== undefined && isHandedOver(last) && units.indexOf(other) > units.indexOf(unit);
}

const few = (paths: readonly string[]): string =>
  paths.length > 8 ? `${paths.slice(0, 8).join(", ")} and ${paths.length - 8} more` : paths.join(", ");
