/** The texts of one spec → all that is read in them. Mistakes are diagnostics, each with its line of tasks.md. */
import { parseDesign, type Design } from "./design.ts";
import { parseRequirements, unknownRequirements, type Requirements } from "./requirements.ts";
import { parseTasks, type ParsedTasks } from "./tasks.ts";

export interface Spec extends ParsedTasks {
  /** Null where there is neither requirements.md nor bugfix.md. */
  requirements: Requirements | null;
  design: Design | null;
}

export interface SpecTexts {
  tasks: string;
  /** requirements.md, or bugfix.md in its place. */
  requirements: string | null;
  design: string | null;
}

export function parseSpec(texts: SpecTexts): Spec {
  const parsed = parseTasks(texts.tasks);
  const requirements = texts.requirements === null ? null : parseRequirements(texts.requirements);
  return {
    ...parsed,
    requirements,
    design: texts.design === null ? null : parseDesign(texts.design),
    diagnostics: [...parsed.diagnostics, ...unknownRequirements(parsed.tasks, requirements)].toSorted(
      (a, b) => a.line - b.line,
    ),
  };
}
