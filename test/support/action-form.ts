/** The Action form in a story's world: what a user commits, and what the repository's Actions then do. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import type { WorkflowRunView } from "../../src/local-github/actions/host.ts";
import { ROOT } from "./local-run.ts";
import { SPEC } from "./shipped-run.ts";
import { AT, REPO, type World } from "./world.ts";

const shipped = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");

export const fixtureTasks = (name: string): Promise<string> =>
  shipped(`test/fixtures/specs/${name}/tasks.md`);

/** What a user commits, and a spec. */
export async function install(
  world: Pick<World, "commit">,
  tasks: string,
  config = 'version: 1\nverify: ["test -e .kiro"]\n',
): Promise<string> {
  const files: Record<string, string> = { ".github/roundtable.yml": config, [`${SPEC}/tasks.md`]: tasks };
  for (const { from, to } of WORKFLOW_FILES) files[to] = await shipped(from);
  return world.commit(files);
}

/** `state author` of each review of the pull requests into a branch. */
export async function reviewsInto(world: Pick<World, "as">, base: string): Promise<string[]> {
  const { rest } = world.as("octo");
  const { data } = await rest.pulls.list({ ...AT, state: "all", base });
  const all = await Promise.all(
    data.map(({ number }) => rest.pulls.listReviews({ ...AT, pull_number: number })),
  );
  return [...new Set(all.flatMap((one) => one.data.map(({ state, user }) => `${state} ${user?.login}`)))];
}

export const logOf = (world: Pick<World, "local">, job: string): Promise<string> =>
  readFile(
    runs(world)
      .flatMap(({ jobs }) => jobs)
      .findLast(({ name }) => name === job)!.log,
    "utf8",
  );

export const runs = ({ local }: Pick<World, "local">): WorkflowRunView[] =>
  local.actions!.runs(REPO).toReversed();

/** `event: job conclusion, …`, without jobs that were skipped. */
const told = ({ event, jobs }: WorkflowRunView): string =>
  `${event}: ${jobs
    .filter(({ conclusion }) => conclusion !== "skipped")
    .map(({ name, conclusion }) => `${name} ${conclusion}`)
    .join(", ")}`;

/** What the repository's Actions do from now on until they rest. */
export async function until(world: Pick<World, "local">, act: () => Promise<unknown>): Promise<string[]> {
  const before = runs(world).length;
  await act();
  await world.local.settled();
  return runs(world).slice(before).map(told);
}

export const hourly = (world: Pick<World, "local">): Promise<void> =>
  world.local.actions!.notice({
    name: "schedule",
    action: null,
    fullName: REPO,
    sender: { login: "octo", type: "User" },
    byJobToken: false,
    payload: { schedule: "17 * * * *" },
  });

/** `state label author` of each issue that is not `except`, and `state base author` of each pull request. */
export async function board(
  world: Pick<World, "as">,
  except: readonly number[],
): Promise<{ issues: string[]; pulls: string[] }> {
  const { rest } = world.as("octo");
  const [issues, pulls] = await Promise.all([
    rest.issues.listForRepo({ ...AT, state: "all" }),
    rest.pulls.list({ ...AT, state: "all" }),
  ]);
  const labels = (of: (typeof issues.data)[number]["labels"]): string =>
    of.map((label) => (typeof label === "string" ? label : label.name)).join(" ");
  return {
    issues: issues.data
      .filter((issue) => !issue.pull_request && !except.includes(issue.number))
      .map((issue) => `${issue.state} ${labels(issue.labels)} ${issue.user?.login}`),
    pulls: pulls.data.map(
      (pull) => `${pull.merged_at ? "merged" : pull.state} ${pull.base.ref} ${pull.user?.login}`,
    ),
  };
}
