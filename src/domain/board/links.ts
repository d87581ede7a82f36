/**
 * Which issue is part of which, and which waits for which, as GitHub can hold it: 100 sub-issues to a parent, 50
 * dependencies each way. https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/adding-sub-issues
 */
import { placed, type Linked } from "../plan-view/order.ts";
import { marker } from "../run/names.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap } from "./body.ts";

const MAX_CHILDREN = 100;
const MAX_EACH_WAY = 50;

/** Unit ids by group, in the plan's order; none where one parent holds them all. */
export function groupsOf(ids: readonly string[]): string[][] {
  if (ids.length <= MAX_CHILDREN) return [];
  return Array.from({ length: Math.ceil(ids.length / MAX_CHILDREN) }, (_, at) =>
    ids.slice(at * MAX_CHILDREN, (at + 1) * MAX_CHILDREN),
  );
}

/** Unit → the units it is shown as blocked by: no edge that a longer path says. What is beyond the limits stands in the bodies alone. */
export function blockersOf(units: readonly Linked[]): Map<string, string[]> {
  const blocks = new Map<string, number>();
  return new Map(
    placed(units).map(({ unit, waitsFor }) => {
      const native = waitsFor.filter((id) => (blocks.get(id) ?? 0) < MAX_EACH_WAY).slice(0, MAX_EACH_WAY);
      for (const id of native) blocks.set(id, (blocks.get(id) ?? 0) + 1);
      return [unit.id, native];
    }),
  );
}

export const groupMarker = (run: number, part: number): string => marker("group", { run, part });

export const groupTitle = (view: RunView, ids: readonly string[]): string =>
  `${harmlessLine(view.state.spec.name, 120)}: units ${harmlessLine(ids[0]!, 40)} to ${harmlessLine(ids.at(-1)!, 40)}`;

export const groupBody = (view: RunView, part: number): string =>
  cap([
    `Part ${part} of the units of the run in #${view.state.run}: GitHub takes ${MAX_CHILDREN} sub-issues to a parent.`,
    "",
    groupMarker(view.state.run, part),
  ]);
