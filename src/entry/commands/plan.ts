/** `roundtable plan <spec>`: what would be done, read from the working tree. Only `--html` writes, and only its file. */
import { resolve } from "node:path";
import { graphOf } from "../../domain/board/graph.ts";
import { PROFILES } from "../../domain/config-file.ts";
import { hasError, sentenceOf } from "../../domain/plan-view/diagnostics.ts";
import { planPage } from "../../domain/plan-view/page.ts";
import { planText } from "../../domain/plan-view/text.ts";
import type { PlanFlags } from "../../domain/plan/flags.ts";
import type { Plan } from "../../domain/plan/plan.ts";
import { UserError } from "../../domain/problem.ts";
import { sha256 } from "../compose.ts";
import { lookOf, type Screen } from "../terminal.ts";
import { writePage } from "./page-file.ts";
import { planOfTree } from "./plan-of-tree.ts";

export interface PlanOptions {
  json?: boolean;
  mermaid?: boolean;
  html?: string;
  profile?: string;
  maxParallel?: string;
  includeOptional?: boolean;
  only?: string;
  from?: string;
}

export async function plan(spec: string, options: PlanOptions, screen: Screen): Promise<number> {
  const made = await planOfTree(spec, { flags: flagsOf(options), from: options.from }, screen);
  const { diagnostics, units } = made.plan;
  if (options.html !== undefined) {
    const file = resolve(screen.cwd, options.html);
    await writePage(file, planPage(made.plan, { tasksText: made.spec.tasksText, hash: sha256 }));
    screen.line(`Written: ${file}`);
  }
  if (options.json) screen.print(json(made.plan));
  else if (options.mermaid) {
    if (!hasError(diagnostics)) screen.print(graphOf(units).slice(1, -1).join("\n"));
  } else if (options.html === undefined) {
    screen.line("Read from the working tree; a run reads the base branch.");
    if (made.config.planner === "model")
      screen.line(
        "By the rules alone: with `planner: model` a run asks a model for more before it shows its plan.",
      );
    screen.print(planText(made.plan, made.spec.tasksText, lookOf(screen)));
  }
  if (options.mermaid || options.html !== undefined)
    for (const one of diagnostics)
      if (one.severity === "error") screen.line(sentenceOf(one, `${made.plan.spec.path}/tasks.md`));
  return hasError(diagnostics) ? 1 : 0;
}

/** Some terminals obey these too, and JSON leaves them as they are. */
const json = (document: Plan): string =>
  JSON.stringify(document, null, 2).replaceAll(
    /[\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function flagsOf({ profile, maxParallel, includeOptional, only }: PlanOptions): PlanFlags {
  const known = PROFILES.find((name) => name === profile);
  if (profile !== undefined && known === undefined)
    throw new UserError({
      what: `There is no profile ${profile}`,
      why: "--profile names it",
      fix: `Profiles: ${PROFILES.join(", ")}.`,
    });
  const workers = maxParallel === undefined ? undefined : Number(maxParallel);
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0 && workers <= 64))
    throw new UserError({
      what: "--max-parallel does not fit",
      why: "it is a whole number from 1 to 64",
      fix: "Give such a number.",
    });
  const units = only?.split(",").flatMap((id) => id.trim() || []);
  if (units?.length === 0)
    throw new UserError({
      what: "--only names no unit",
      why: "it is a list of unit ids",
      fix: "Give such a list, like 1,3.",
    });
  return {
    ...(known === undefined ? {} : { profile: known }),
    ...(workers === undefined ? {} : { maxParallel: workers }),
    ...(includeOptional ? { includeOptional } : {}),
    ...(units === undefined ? {} : { only: units }),
  };
}
