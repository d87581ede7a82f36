/**
 * A Mermaid diagram as a picture. As an image of its own nothing in it is run or fetched, and its styles stay inside;
 * what cannot be drawn stays the source that it is.
 */
import { renderMermaidSVG } from "beautiful-mermaid";

import { markup } from "./html.ts";
import type { Html } from "./html.ts";

/** Beyond it drawing takes long, and nobody would see anything. */
const MOST_LINES = 500;
/** A page is looked at often while its diagrams stay as they are. */
const MOST_KEPT = 50;
const kept = new Map<string, string | null>();

export function drawDiagram(source: string): Html | null {
  const known = kept.get(source);
  const picture = known === undefined ? pictureOf(source) : known;
  kept.set(source, picture);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  if (picture === null) return null;
  return markup`<div class="scroll">
      <img class="diagram" alt="A diagram; its source is below" src="data:image/svg+xml;base64,${picture}" />
    </div>
    <details>
      <summary>Its source</summary>
      <pre class="code"><code>${source}</code></pre>
    </details>`;
}

function pictureOf(source: string): string | null {
  if (source.split("\n").length > MOST_LINES) return null;
  try {
    const svg = renderMermaidSVG(source, { bg: "#ffffff", fg: "#24292f", font: "sans-serif" });
    return Buffer.from(svg.replace(/@import url\('[^']*'\);/u, "")).toString("base64");
  } catch {
    // It knows fewer kinds of diagrams than GitHub does.
    return null;
  }
}
