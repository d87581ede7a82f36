/**
 * Where the boxes of a layered graph lie: a level is a row (several, where it holds many), an edge over more than one
 * row keeps a lane free in each, and boxes move towards what they are joined to.
 */
import type { GraphNode } from "./nodes.ts";

export interface Measures {
  /** Boxes side by side. */
  perRow: number;
  boxWidth: number;
  boxHeight: number;
  /** Between boxes, and between rows. */
  gap: number;
  rowGap: number;
}

/** A box, or (without a node) the lane of an edge through its row. */
export interface Cell {
  node: GraphNode | null;
  row: number;
  width: number;
  /** Of its middle. */
  x: number;
  above: Cell[];
  below: Cell[];
}

export interface Layout {
  cells: Cell[];
  width: number;
  height: number;
}

const LANE = 6;
const ORDER_SWEEPS = 6;
const PLACE_SWEEPS = 12;

export function layoutOf(nodes: readonly GraphNode[], measures: Measures): Layout {
  const rows = rowsOf(nodes, measures);
  for (const row of rows) pack(row, measures.gap, () => 0);
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      row.sort((a, b) => wish(a, isDown) - wish(b, isDown));
      pack(row, measures.gap, (cell) => wish(cell, isDown));
    }
  }
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep++)
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed())
      pack(row, measures.gap, (cell) => mean([...cell.above, ...cell.below], cell.x));
  const cells = rows.flat();
  const left = Math.min(0, ...cells.map(({ x, width }) => x - width / 2));
  for (const cell of cells) cell.x -= left;
  return {
    cells,
    width: Math.max(0, ...cells.map(({ x, width }) => x + width / 2)),
    height: rows.length * (measures.boxHeight + measures.rowGap) - measures.rowGap,
  };
}

function rowsOf(nodes: readonly GraphNode[], { perRow, boxWidth }: Measures): Cell[][] {
  const rows: Cell[][] = [];
  const cellOf = new Map<string, Cell>();
  let level = 0;
  for (const node of nodes) {
    if (node.level !== level || rows.at(-1)!.length >= perRow) rows.push([]);
    level = node.level;
    const row = rows.length - 1;
    const cell: Cell = { node, row, width: boxWidth, x: 0, above: [], below: [] };
    rows[row]!.push(cell);
    cellOf.set(node.id, cell);
  }
  // All edges of one box share its lanes.
  const lanes = new Map<string, Cell>();
  for (const node of nodes)
    for (const id of node.waitsFor) {
      const target = cellOf.get(node.id)!;
      let last = cellOf.get(id)!;
      for (let row = last.row + 1; row < target.row; row++) {
        const lane = lanes.get(`${row} ${id}`) ?? {
          node: null,
          row,
          width: LANE,
          x: 0,
          above: [],
          below: [],
        };
        if (!lanes.has(`${row} ${id}`)) rows[row]!.push(lane);
        lanes.set(`${row} ${id}`, lane);
        join(last, lane);
        last = lane;
      }
      join(last, target);
    }
  return rows;
}

function join(upper: Cell, lower: Cell): void {
  if (upper.below.includes(lower)) return;
  upper.below.push(lower);
  lower.above.push(upper);
}

const wish = (cell: Cell, isDown: boolean): number => mean(isDown ? cell.above : cell.below, cell.x);

const mean = (cells: readonly Cell[], otherwise: number): number =>
  cells.length === 0 ? otherwise : cells.reduce((sum, { x }) => sum + x, 0) / cells.length;

/** Each as near to where it wants to be as its neighbours let it; the order stays. */
function pack(row: readonly Cell[], gap: number, wanted: (cell: Cell) => number): void {
  const wishes = row.map(wanted);
  const apart = row.map((cell, at) => {
    const before = row[at - 1];
    if (!before) return 0;
    const isLane = before.node === null || cell.node === null;
    return (before.width + cell.width) / 2 + (isLane ? gap / 2 : gap);
  });
  const fromLeft = [...wishes];
  for (let at = 1; at < row.length; at++)
    fromLeft[at] = Math.max(wishes[at]!, fromLeft[at - 1]! + apart[at]!);
  const fromRight = [...wishes];
  for (let at = row.length - 2; at >= 0; at--)
    fromRight[at] = Math.min(wishes[at]!, fromRight[at + 1]! - apart[at + 1]!);
  for (const [at, cell] of row.entries()) cell.x = (fromLeft[at]! + fromRight[at]!) / 2;
}
