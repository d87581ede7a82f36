/** The Action form, whole: both shipped workflows on the local GitHub's Actions, and no token but each job's own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACTIONS_LOGIN } from "../../src/domain/board/dispatch.ts";
import { WORKFLOW_FILES } from "../../src/application/workflow-files.ts";
import { ROOT } from "../support/local-run.ts";
import { AT, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.txt_\n";

const shipped = Object.fromEntries(WORKFLOW_FILES.map(({ from, to }) => [to, readFileSync(join(ROOT, from), "utf8")]));

const withSpec = (world: World, tasks = TASKS): Promise<string> =>
  world.commit({
    ...shipped,
    [`${SPEC}/tasks.md`]: tasks,
    ".github/roundtable.yml": 'version: 1\nverify: ["test -e README.md"]\n',
    "README.md": "demo\n",
  });

const runs = (world: World) => world.local.actions!.runs(REPO).toReversed();

it("plays", () => story(async (world) => {
  await withSpec(world);
  const issue = await world.ask(`/orchestrate ${SPEC}`);
  await world.local.settled();
  console.log(await world.comments(issue));
  await world.say(issue, "/orchestrate confirm");
  setTimeout(() => {
  for (const run of runs(world)) { console.log(run.id, run.displayTitle, run.event, run.status, run.jobs.map((j) => `${j.name}:${j.status}:${j.conclusion}`).join(" "));
    for (const job of run.jobs) if (job.status !== "completed" || job.conclusion === "failure") { try { console.log(readFileSync(job.log, "utf8")); } catch {} } }
  }, 12000);
  console.time("run");
  await world.local.settled();
  console.timeEnd("run");
  for (const run of runs(world)) console.log(run.id, run.displayTitle, run.event, run.conclusion, run.jobs.map((j) => `${j.name}:${j.conclusion}`).join(" "));
  console.log((await world.comments(issue)).join("\n\n------\n"));
  const { data } = await world.as("octo").rest.pulls.list({ ...AT, state: "all" });
  for (const p of data) console.log(p.number, p.title, p.state, p.merged_at, p.head.ref, p.base.ref, p.user!.login);
  for (const run of runs(world)) for (const job of run.jobs) if (job.conclusion === "failure") console.log(readFileSync(job.log, "utf8"));
}));
void describe; void expect; void ACTIONS_LOGIN;
