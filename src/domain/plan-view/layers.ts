/** The graph as SVG for a wide screen: level below level, curves from foot to head. */
import { drawBox, drawLines, sheet, type Line, type Marks } from "./box.ts";
import type { Html } from "./html.ts";
import { layoutOf, type Cell, type Measures } from "./layout.ts";
import type { GraphNode } from "./nodes.ts";

const MEASURES: Measures = { perRow: 5, boxWidth: 196, boxHeight: 48, gap: 18, rowGap: 40 };
/** What is wider is drawn smaller, down to this. */
const FITS = 960;

export function drawLayers(nodes: readonly GraphNode[], { isOnChain, anchorOf }: Marks): Html {
  const { cells, width, height } = layoutOf(nodes, MEASURES);
  const { boxWidth, boxHeight } = MEASURES;
  const boxes = cells.flatMap(({ node, x, row }) => {
    const place = { left: x - boxWidth / 2, top: topOf(row), width: boxWidth, height: boxHeight };
    return node === null ? [] : [drawBox(node, place, anchorOf)];
  });
  const className = width > FITS ? "wide large" : "wide";
  return sheet({ className, width, height }, [...drawLines(linesOf(cells, isOnChain)), ...boxes]);
}

const topOf = (row: number): number => row * (MEASURES.boxHeight + MEASURES.rowGap);

/** A lane that several edges share is on the chain when one of them is. */
function linesOf(cells: readonly Cell[], isOnChain: Marks["isOnChain"]): Line[] {
  const onChain = new Map<Cell, Set<Cell>>(cells.map((cell) => [cell, new Set()]));
  const walk = (cell: Cell, from: string, way: readonly (readonly [Cell, Cell])[]): void => {
    for (const lower of cell.below) {
      const steps = [...way, [cell, lower] as const];
      if (lower.node === null) walk(lower, from, steps);
      else if (isOnChain(from, lower.node.id)) for (const [head, foot] of steps) onChain.get(head)!.add(foot);
    }
  };
  for (const cell of cells) if (cell.node !== null) walk(cell, cell.node.id, []);
  return cells.flatMap((upper) =>
    upper.below.map((lower) => ({ path: curve(upper, lower), isOnChain: onChain.get(upper)!.has(lower) })),
  );
}

/** From the foot of one to the head of the other; on through a lane, or with an arrow's head at a box. */
function curve(upper: Cell, lower: Cell): string {
  const [from, to] = [topOf(upper.row) + MEASURES.boxHeight, topOf(lower.row)];
  const middle = (from + to) / 2;
  const [x, end] = [upper.x.toFixed(1), lower.x.toFixed(1)];
  const drawn = `M${x} ${from}C${x} ${middle} ${end} ${middle} ${end} ${to}`;
  return lower.node === null ? `${drawn}v${MEASURES.boxHeight}` : `${drawn}m-4 -6l4 6l4 -6`;
}
