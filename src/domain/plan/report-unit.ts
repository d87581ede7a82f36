/** Units of type review end in a report: a file that is reviewed and lands like any work. docs/decisions/0006-review-units.md */
import type { PathUse } from "./plan.ts";

/** The first Markdown file that the unit declares, else one of its own. */
export function reportOf(slug: string, spec: string, writes: readonly PathUse[]): string {
  const declared = writes.find(({ path, source }) => source === "declared" && /^[^*?]+\.md$/i.test(path));
  const folder = spec.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "spec";
  return declared?.path ?? `reports/${folder}/unit-${slug}.md`;
}

/** What it writes, with its report: as hard as its other paths are. */
export const withReport = (writes: readonly PathUse[], report: string): PathUse[] =>
  writes.some(({ path }) => path === report)
    ? [...writes]
    : [...writes, { path: report, source: writes[0]?.source ?? "inferred" }];
