/** What must hold of the plan of any spec, and of the forms it is shown in. */
import { graphOf } from "../../src/domain/board/graph.ts";
import { PROFILES } from "../../src/domain/config-file.ts";
import { Plan } from "../../src/domain/plan/plan.ts";
import { PLAIN } from "../../src/domain/plan-view/look.ts";
import { planPage } from "../../src/domain/plan-view/page.ts";
import { planText } from "../../src/domain/plan-view/text.ts";
import { linesOf } from "../../src/domain/text/lines.ts";
import { aPlan, sha256 } from "../support/run.ts";

/** As for any text that a terminal must not obey. */
// eslint-disable-next-line no-control-regex
const ORDERS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/u;
const GRAPH_LINE =
  /^ {2}(?:u\d+(?:\["[\p{L}\p{N} .,:()/_-]*"\]|\[\["[\p{L}\p{N} .,:()/_-]*"\]\]|\{\{"[\p{L}\p{N} .,:()/_-]*"\}\}| --> u\d+)|edges\["and \d+ more edges"\])$/u;

export function faultsInPlan(text: string, number: number): string[] {
  const plan = aPlan(text, {
    design: text,
    files: ["a.ts", "src/b.ts"],
    flags: { profile: PROFILES[number % PROFILES.length]!, includeOptional: number % 2 === 0 },
  });
  return [...faultsOf(plan, linesOf(text).length), ...faultsShown(plan, text)];
}

function faultsOf(plan: Plan, lines: number): string[] {
  const { units, tasks, leftOut, diagnostics, schedule } = Plan.parse(plan);
  const planned = units.flatMap(({ taskIds }) => taskIds);
  const unitIds = new Set(units.map(({ id }) => id));
  const taskIds = new Set(tasks.map(({ id }) => id));
  const isBroken = diagnostics.some(({ severity }) => severity === "error");
  return [
    ...(new Set(planned).size === planned.length ? [] : ["a task is planned twice"]),
    ...[...planned, ...leftOut.map(({ id }) => id)]
      .filter((id) => !taskIds.has(id))
      .map((id) => `there is no task ${id}`),
    ...units
      .flatMap(({ dependsOn }) => dependsOn)
      .filter(({ id, because }) => !unitIds.has(id) || !isPlaced(because, lines))
      .map(({ id, because }) => `an edge to ${id}: ${because}`),
    ...diagnostics
      .filter(({ line, column }) => !(line >= 1 && line <= lines && column >= 1))
      .map(({ line, what }) => `line ${line}: ${what}`),
    ...(isBroken || isSame(schedule.waves.flat(), [...unitIds])
      ? []
      : ["the steps do not hold each unit once"]),
  ];
}

function faultsShown(plan: Plan, tasksText: string): string[] {
  const said = planText(plan, tasksText, { ...PLAIN, columns: 100 });
  const page = planPage(plan, { tasksText, hash: sha256 });
  const graph = graphOf(plan.units).slice(2, -1);
  return [
    ...(ORDERS.test(said) ? ["the text gives a terminal orders"] : []),
    ...(/<(?:script|img|iframe)\b/i.test(page) ? ["the page holds a tag of others"] : []),
    ...graph.filter((line) => !GRAPH_LINE.test(line)).map((line) => `in the graph stands ${line}`),
  ];
}

/** Its sentence begins with a line of the file. */
function isPlaced(because: string, lines: number): boolean {
  const line = Number(/^line (\d+): /.exec(because)?.[1]);
  return line >= 1 && line <= lines;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
