/** The graph as SVG for a phone: one box a row, and beside them a rail for each unit that others wait for. */
import { drawBox, drawLines, sheet, type Line, type Marks } from "./box.ts";
import type { Html } from "./html.ts";
import type { GraphNode } from "./nodes.ts";

const WIDTH = 332;
const NARROWEST = 180;
const HEIGHT = 44;
const ROW = 54;
const RAIL = 9;
const BEND = 5;

export function drawRail(nodes: readonly GraphNode[], { isOnChain, anchorOf }: Marks): Html {
  const rowOf = new Map(nodes.map(({ id }, at) => [id, at]));
  const rails = railsOf(nodes, rowOf);
  const gutter = (1 + Math.max(-1, ...rails.values())) * RAIL + 12;
  const width = Math.max(NARROWEST, WIDTH - gutter);
  const lines = nodes.flatMap((node, row): Line[] =>
    node.waitsFor.map((id) => ({
      path: bracket({ from: rowOf.get(id)!, to: row, gutter, rail: rails.get(id)! }),
      isOnChain: isOnChain(id, node.id),
    })),
  );
  const boxes = nodes.map((node, row) =>
    drawBox(node, { left: gutter, top: row * ROW, width, height: HEIGHT }, anchorOf),
  );
  const height = nodes.length * ROW - (ROW - HEIGHT);
  return sheet({ className: "phone", width: gutter + width, height }, [...drawLines(lines), ...boxes]);
}

/** The rail nearest to the boxes that is free from the unit to the last one that waits for it. */
function railsOf(nodes: readonly GraphNode[], rowOf: ReadonlyMap<string, number>): Map<string, number> {
  const last = new Map<string, number>();
  for (const [row, node] of nodes.entries()) for (const id of node.waitsFor) last.set(id, row);
  const taken: number[] = [];
  const rails = new Map<string, number>();
  for (const { id } of nodes) {
    const until = last.get(id);
    if (until === undefined) continue;
    const row = rowOf.get(id)!;
    // What closes a circle leads up, past rows that were given rails before: it has a rail of its own.
    const free = until < row ? -1 : taken.findIndex((end) => end <= row);
    const rail = free === -1 ? taken.length : free;
    taken[rail] = Math.max(until, row);
    rails.set(id, rail);
  }
  return rails;
}

/** Out of the lower half of one box, down its rail, into the upper half of the other. */
function bracket({
  from,
  to,
  gutter,
  rail,
}: {
  from: number;
  to: number;
  gutter: number;
  rail: number;
}): string {
  const x = gutter - 12 - rail * RAIL;
  const [out, back] = [from * ROW + HEIGHT - 12, to * ROW + 14];
  const bend = to < from ? -BEND : BEND;
  return `M${gutter} ${out}H${x + BEND}Q${x} ${out} ${x} ${out + bend}V${back - bend}Q${x} ${back} ${x + BEND} ${back}H${gutter}m-6 -4l6 4l-6 4`;
}
