/** A node of the drawn graph, and the sheet that all lie on. */
import { type Html, markup } from "./html.ts";
import { plain, wrapped } from "./look.ts";
import type { GraphNode } from "./nodes.ts";

/** What both drawings of a graph are told. */
export interface Marks {
  /** The one follows the other on the longest chain. */
  isOnChain: (from: string, to: string) => boolean;
  /** Of a unit's row in the table; null for a group. */
  anchorOf: (id: string) => string | null;
}

export interface Sheet {
  className: string;
  width: number;
  height: number;
}

const MARGIN = 8;
/** Of one column of text at this size; a wide letter takes two. */
const LETTER = 6.9;
const LINE = 16;

export function sheet({ className, width, height }: Sheet, content: readonly Html[]): Html {
  const [across, down] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)];
  return markup`<svg class="${className}" width="${across}" height="${down}" viewBox="${-MARGIN} ${-MARGIN} ${across} ${down}" role="group" aria-label="The graph of the plan">${content}</svg>`;
}

export interface Line {
  path: string;
  isOnChain: boolean;
}

/** Those of the longest chain come last and so lie on top. */
export const drawLines = (lines: readonly Line[]): Html[] =>
  lines
    .toSorted((a, b) => Number(a.isOnChain) - Number(b.isOnChain))
    .map(({ path, isOnChain }) => markup`<path class="edge${isOnChain ? " chain" : ""}" d="${path}"/>`);

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function drawBox(
  node: GraphNode,
  { left, top, width, height }: Place,
  anchorOf: Marks["anchorOf"],
): Html {
  const x = left.toFixed(1);
  const lines = wrapped(plain(node.label), { width: Math.floor((width - 24) / LETTER), lines: 2 });
  const first = top + height / 2 + 4 - ((lines.length - 1) * LINE) / 2;
  const texts = lines.map(
    (line, at) => markup`<text x="${(left + 15).toFixed(1)}" y="${first + at * LINE}">${line}</text>`,
  );
  const box = markup`<g class="box ${node.type}"><title>${node.label}</title><rect class="frame" x="${x}" y="${top}" width="${width}" height="${height}" rx="7"/><rect class="stripe" x="${x}" y="${top}" width="6" height="${height}" rx="3"/>${texts}</g>`;
  const anchor = anchorOf(node.id);
  return anchor === null ? box : markup`<a href="#${anchor}">${box}</a>`;
}
