/** Kiro's "Task Dependency Graph": a fence with `{"waves": […]}` in any of the shapes seen. A task it leaves out is no mistake. */
import { z } from "zod";
import type { Diagnostic } from "../problem.ts";

export interface Waves {
  line: number;
  /** Task ids, wave by wave. */
  waves: string[][];
}

const ids = z.array(z.union([z.string(), z.number()]).transform(String));
const Wave = z.union([ids, z.looseObject({ tasks: ids }).transform((wave) => wave.tasks)]);
const Graph = z.looseObject({ waves: z.array(Wave) });

export function readWaves(
  fences: readonly { line: number; text: string }[],
  diagnostics: Diagnostic[],
): Waves | null {
  for (const { line, text } of fences) {
    if (!/"waves"/.test(text)) continue;
    const warn = (why: string): unknown =>
      diagnostics.push({
        severity: "warning",
        code: "waves",
        line,
        column: 1,
        what: "The dependency graph cannot be read",
        why,
        fix: "It is left aside; the order follows from the rest.",
      });
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      warn("it is not JSON");
      continue;
    }
    const graph = Graph.safeParse(raw);
    if (graph.success) return { line, waves: graph.data.waves };
    warn('it is not {"waves": [{"tasks": ["1.1"]}]}');
  }
  return null;
}
