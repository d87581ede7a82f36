/**
 * docs/corpus.md: what the planner makes of each spec of a folder, in figures alone. `npm run corpus -- FOLDER`, or the
 * folder that ROUNDTABLE_CORPUS names. The specs' own text stays theirs: only their names are printed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseConfig } from "../src/domain/config.ts";
import { hasError } from "../src/domain/plan-view/diagnostics.ts";
import { makePlan } from "../src/domain/plan/make.ts";
import { Source, type Plan } from "../src/domain/plan/plan.ts";
import { decodeSpec } from "../src/domain/spec/decode.ts";
import { sha256 } from "../src/entry/compose.ts";

/** The document for all specs of a folder. */
export function corpusTable(folder: string): string {
  const specs = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "tasks.md")))
    .toSorted()
    .map((name) => ({ name, plan: planOf(join(folder, name), name) }));
  const heads = [
    "spec",
    "tasks",
    "units",
    ...Source.options,
    "known paths",
    "width",
    "steps",
    "why one at a time",
  ];
  return [
    "# What the planner makes of real specs",
    "",
    `Made by \`npm run corpus\` from ${specs.length} specs of public repositories. They were chosen for`,
    "variety of form, not at random. Every box is read as open, so that finished specs show their shape too; there is no repository beside",
    "them, so a path is known only where the spec itself tells. The settings are the default ones: profile balanced, three workers.",
    "",
    `- \`${Source.options.join("`, `")}\`: the unit's edges, by where they come from.`,
    "- known paths: units that tell which paths they write.",
    "- width: the most units at work in one step; steps: how many there are when all units take equally long.",
    "",
    totals(specs.map(({ plan }) => plan)),
    "",
    `| ${heads.join(" | ")} |`,
    `| --- | ${heads
      .slice(1, -1)
      .map(() => "---:")
      .join(" | ")} | --- |`,
    ...specs.map(({ name, plan }) => `| ${[linkTo(name), ...figuresOf(plan)].join(" | ")} |`),
    "",
  ].join("\n");
}

function planOf(folder: string, name: string): Plan {
  const read = (file: string): string | null => {
    if (!existsSync(join(folder, file))) return null;
    const decoded = decodeSpec(readFileSync(join(folder, file)));
    if ("text" in decoded) return decoded.text;
    throw new Error(`${join(folder, file)}: ${decoded.diagnostic.why}`);
  };
  return makePlan({
    spec: {
      name,
      path: `.kiro/specs/${name}`,
      sha: null,
      tasksText: read("tasks.md")!.replaceAll(/^(\s*[-*+]\s+\[)[xX](?=\])/gm, "$1 "),
      requirementsText: read("requirements.md") ?? read("bugfix.md"),
      designText: read("design.md"),
    },
    config: parseConfig("version: 1\n").config,
    flags: {},
    files: [],
    hash: sha256,
  });
}

function figuresOf({ tasks, units, schedule, diagnostics }: Plan): (string | number)[] {
  const edges = units.flatMap(({ dependsOn }) => dependsOn);
  return [
    tasks.length,
    units.length,
    ...Source.options.map((source) => edges.filter((edge) => edge.source === source).length || ""),
    units.filter(({ writes }) => writes.length > 0).length || "",
    schedule.width,
    schedule.makespan,
    [hasError(diagnostics) ? "has errors" : "", whyNarrow(tasks.length, units.length, schedule)]
      .filter(Boolean)
      .join("; "),
  ];
}

function whyNarrow(tasks: number, units: number, { width, because }: Plan["schedule"]): string {
  if (units === 0) return tasks === 0 ? "no task" : "nothing left to do";
  if (width > 1) return "";
  return units === 1
    ? "one unit"
    : cell(because.replace(/^One unit at a time, because /, "").replace(/\.$/, ""));
}

function totals(plans: readonly Plan[]): string {
  const units = plans.flatMap((plan) => plan.units);
  const tasks = plans.reduce((sum, plan) => sum + plan.tasks.length, 0);
  const wide = plans.filter(({ schedule }) => schedule.width > 1).length;
  const known = units.filter(({ writes }) => writes.length > 0).length;
  return `${plans.length} specs, ${tasks} tasks, ${units.length} units, ${known} of them with known paths; in ${wide} specs units work side by side.`;
}

/** A folder's name is `owner__repository__feature`; what is not of that form stays a name. */
function linkTo(name: string): string {
  const [, owner, repository, feature] = /^([\w-]+?)__([\w.-]+)__([\w.-]+)$/.exec(name) ?? [];
  if (!owner || !repository || !feature) return cell(name);
  return `[${cell(`${owner}/${repository}`)}](https://github.com/${owner}/${repository}) ${cell(feature)}`;
}

const cell = (text: string): string => text.replaceAll(/[|`<>[\]\\]|[^\P{C}]/gu, " ").replaceAll("_", "\\_");

if (import.meta.main) {
  const given = process.argv[2] ?? process.env["ROUNDTABLE_CORPUS"];
  const folder = given === undefined ? null : resolve(process.env["INIT_CWD"] ?? ".", given);
  if (folder === null || !existsSync(folder)) {
    process.stderr.write("There are no specs to read: name their folder, or set ROUNDTABLE_CORPUS to it.\n");
    process.exitCode = 1;
  } else writeFileSync(resolve(import.meta.dirname, "../docs/corpus.md"), corpusTable(folder));
}
