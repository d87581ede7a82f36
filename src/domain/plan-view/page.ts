/** The plan as one page that needs nothing else: no script, no other file, and a policy that would let none in. */
import type { Plan, PlanTask, PlanUnit } from "../plan/plan.ts";
import type { Hash } from "../plan/slug.ts";
import { formatProblem, type Diagnostic } from "../problem.ts";
import { linesOf } from "../text/lines.ts";
import type { Marks } from "./box.ts";
import { adviceOf, countsOf, hasError, hasPlace, mistakesOf, markedLine } from "./diagnostics.ts";
import { figuresOf } from "./estimate.ts";
import { Html, markup } from "./html.ts";
import { counted, cut } from "./look.ts";
import { drawLayers } from "./layers.ts";
import { nodesOf } from "./nodes.ts";
import { STYLE } from "./page-style.ts";
import { drawRail } from "./rail.ts";

export function planPage(plan: Plan, { tasksText, hash }: { tasksText: string; hash: Hash }): string {
  const { spec, schedule, diagnostics } = plan;
  const mistakes = mistakesOf(diagnostics);
  const problems = problemList(mistakes, { path: spec.path, lines: linesOf(tasksText) });
  const isBroken = hasError(diagnostics);
  const style = `'sha256-${base64(hash(STYLE))}'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${new Html(style)}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Plan for ${cut(spec.name, 80)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>Plan for ${cut(spec.name, 160)}</h1>
<p class="soft"><code>${spec.path}</code>, ${spec.sha === null ? "read from the working tree" : `at ${spec.sha.slice(0, 7)}`} · plan <code>${plan.hash.slice(0, 12)}</code></p>
${tally(plan)}
${!isBroken && [schedule.because, ...adviceOf(diagnostics)].map((said) => markup`<p>${said}</p>\n`)}
${!isBroken && plan.units.length > 0 && markup`<p class="soft">${plan.estimate.because}</p>`}
</header>
<main>
${isBroken && markup`<h2>Nothing would start: ${countsOf(mistakes)}</h2>${problems}`}
${plan.units.length > 0 && [graphSection(plan), !isBroken && timelineSection(plan), unitSection(plan)]}
${plan.leftOut.length > 0 && markup`<h2>Left out</h2><div class="card"><ul class="left">${[...Map.groupBy(plan.leftOut, ({ why }) => why)].map(([why, tasks]) => markup`<li>Because ${why}: ${tasks.map(({ id }) => id).join(", ")}</li>`)}</ul></div>`}
${!isBroken && mistakes.length > 0 && markup`<h2>Remarks: ${countsOf(mistakes)}</h2>${problems}`}
</main>
<footer>Nothing was started. Numbers of steps assume that all units take equally long.</footer>
</body>
</html>
`.text;
}

function tally(plan: Plan): Html {
  const { units, tasks, schedule, estimate, diagnostics } = plan;
  const figures: readonly (readonly [string | number, string])[] = [
    [tasks.length, "tasks"],
    [units.length, "units"],
    ...(units.length === 0 || hasError(diagnostics)
      ? []
      : ([
          [schedule.makespan, `steps with ${workersOf(plan)}`],
          [schedule.criticalPath.length, "in the longest chain"],
          [schedule.width, "at once at most"],
          ...figuresOf(estimate).map(
            ([value, name]) => [value === "0" ? value : `≥ ${value}`, name] as const,
          ),
        ] as const)),
  ];
  return markup`<ul class="tally">${figures.map(([value, name]) => markup`<li><b>${value}</b>${name}</li>`)}</ul>`;
}

const workersOf = ({ schedule }: Plan): string => counted(schedule.workers, "worker");

function graphSection({ units, schedule }: Plan): Html {
  const nodes = nodesOf(units);
  const chain = new Set(
    schedule.criticalPath.slice(1).map((id, at) => `${schedule.criticalPath[at]}\n${id}`),
  );
  const anchors = anchorsOf(units);
  const marks: Marks = {
    isOnChain: (from, to) => chain.has(`${from}\n${to}`),
    anchorOf: (id) => anchors.get(id) ?? null,
  };
  const kinds = [...new Set(nodes.map(({ type }) => type))];
  return markup`<h2>Graph</h2>
<div class="card graph scroll">${drawLayers(nodes, marks)}${drawRail(nodes, marks)}</div>
<ul class="legend">${kinds.map((kind) => markup`<li><i class="${kind}"></i>${kind === "group" ? "several units" : kind}</li>`)}${chain.size > 0 && !kinds.includes("group") && markup`<li><i class="line"></i>longest chain</li>`}</ul>`;
}

/** Time runs down the page, so that it reads on a phone too. */
function timelineSection(plan: Plan): Html {
  const { units, schedule } = plan;
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const anchors = anchorsOf(units);
  const chain = new Set(schedule.criticalPath);
  const lanes = Array.from({ length: schedule.width }, (_, at) => at);
  const slot = (id: string | undefined): Html | null => {
    const unit = id === undefined ? undefined : byId.get(id);
    if (!unit) return null;
    return markup`<a class="slot ${unit.type}${chain.has(unit.id) ? " chain" : ""}" href="#${anchors.get(unit.id)!}">${unit.id} ${cut(unit.title, 60)}</a>`;
  };
  return markup`<h2>Timeline for ${workersOf(plan)}</h2>
<div class="card scroll"><table class="timeline${lanes.length > 4 ? " crowded" : ""}">
<thead><tr><th scope="col">step</th>${lanes.map((lane) => markup`<th scope="col">worker ${lane + 1}</th>`)}</tr></thead>
<tbody>${schedule.waves.map((wave, at) => markup`<tr><th scope="row">${at + 1}</th>${lanes.map((lane) => markup`<td>${slot(wave[lane])}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

function unitSection({ units, tasks }: Plan): Html {
  const anchors = anchorsOf(units);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const partsOf = ({ id, taskIds }: PlanUnit): PlanTask[] =>
    taskIds.filter((other) => other !== id).map((other) => byId.get(other)!);
  return markup`<h2>Units</h2>
<div class="card scroll"><table class="units">
<thead><tr>${["unit", "type", "agent", "reviewers", "waits for", "writes"].map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${units.map((unit) => unitRow(unit, { anchors, parts: partsOf(unit) }))}</tbody>
</table></div>`;
}

function unitRow(
  unit: PlanUnit,
  { anchors, parts }: { anchors: ReadonlyMap<string, string>; parts: readonly PlanTask[] },
): Html {
  const isGate = unit.type === "checkpoint";
  const waits = [...Map.groupBy(unit.dependsOn, ({ source }) => source)].map(
    ([source, edges]) =>
      markup`<li>${edges.map(({ id, because }, at) => markup`${at > 0 && ", "}<a href="#${anchors.get(id) ?? ""}" title="${because}">${id}</a>`)} <span class="soft">${source}</span></li>`,
  );
  const writes = unit.writes.map(
    ({ path, source }) =>
      markup`<li><code>${path}</code>${source === "inferred" && markup` <span class="soft">inferred</span>`}</li>`,
  );
  return markup`<tr id="${anchors.get(unit.id)!}">
<td class="name">${unit.id} ${unit.title}${reasons(unit, parts)}</td>
<td data-name="type">${unit.type}${unit.criticality !== "standard" && markup` <span class="tag ${unit.criticality}" title="${unit.because.criticality}">${unit.criticality}</span>`}</td>
<td data-name="agent">${isGate ? "–" : unit.person === null ? unit.agent : `a person: ${unit.person}`}</td>
<td data-name="reviewers">${unit.reviewers.map(({ role }) => role).join(", ") || "–"}</td>
<td class="waits" data-name="waits for">${waits.length > 0 ? markup`<ul>${waits}</ul>` : "–"}</td>
<td class="writes" data-name="writes">${writes.length > 0 ? markup`<ul>${writes}</ul>` : unit.unknownPaths ? "not known" : "–"}</td>
</tr>\n`;
}

/** Closed until it is asked for: the parts of the unit, and why it is planned so. */
function reasons(
  { type, agent, escalation, criticality, because }: PlanUnit,
  parts: readonly PlanTask[],
): Html {
  const said: readonly (readonly [string, string])[] = [
    [type, because.type],
    ...(type === "checkpoint"
      ? []
      : ([
          [agent, because.agent],
          [escalation ?? agent, `makes the third fix, ${because.escalation}`],
          [criticality, because.criticality],
          ["reviewers", because.reviewers],
        ] as const)),
  ];
  return markup`<details><summary>${parts.length > 0 && `${counted(parts.length, "sub-task")}, `}why</summary><ul>${parts.map(({ id, title }) => markup`<li>${id} ${title}</li>`)}${said.map(([what, why]) => why !== "" && markup`<li class="soft">${what}: ${why}</li>`)}</ul></details>`;
}

interface SpecText {
  path: string;
  lines: readonly string[];
}

function problemList(diagnostics: readonly Diagnostic[], text: SpecText): Html {
  return markup`<div class="card"><ul class="problems">${diagnostics.map((one) => problem(one, text))}</ul></div>`;
}

function problem(diagnostic: Diagnostic, { path, lines }: SpecText): Html {
  const { severity, line, column } = diagnostic;
  const isPlaced = hasPlace(diagnostic);
  const marked = isPlaced ? markedLine(lines[line - 1] ?? "", column) : null;
  return markup`<li><b class="${severity}">${severity}</b> ${formatProblem(diagnostic)} ${isPlaced && markup`<span class="soft">${path}/tasks.md:${line}:${column}</span>`}${
    marked !== null &&
    markup`<pre>${String(line)} | ${cut(marked.text.slice(0, marked.at), 200)}<mark>${cut(marked.text.slice(marked.at), 200)}</mark></pre>`
  }</li>`;
}

/** Ids of units are text of others: an anchor is a number of ours. */
const anchorsOf = (units: readonly PlanUnit[]): Map<string, string> =>
  new Map(units.map(({ id }, at) => [id, `u${at + 1}`]));

const base64 = (hex: string): string =>
  btoa(hex.replaceAll(/../g, (byte) => String.fromCodePoint(Number.parseInt(byte, 16))));
