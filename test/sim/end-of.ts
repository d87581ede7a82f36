import type { Comment } from "../../src/local-github/state.ts";
import type { Played } from "./play.ts";
import { REPO } from "./world.ts";

/** What people see in the end, but for how many trains it took; numbers, commits and times renamed by their first appearance. */
export async function endOf({ world, journal }: Played): Promise<string> {
  const { issues, comments, reviews } = world.local.repository(REPO);
  const git = world.local.git(REPO);
  const nameOf = ({ title, pull }: (typeof issues)[number]): string => `${title} ${pull?.head ?? ""}`;
  const titled = issues.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const names = new Map(
    titled.map(({ number, title, pull }) => [number, pull ? `(${pull.head})` : `(${title})`]),
  );
  const plain = (text: string): string =>
    text
      .replaceAll(/#(\d+)/g, (_, number) => names.get(Number(number)) ?? "(none)")
      .replaceAll(
        /actions\/runs\/\d+|\b[0-9a-f]{7,40}\b|\b\d{4}-\d\d-\d\d[ T][\d:.]+Z?|\b(?:\d+ h )?\d+ (?:min|h|s)\b|workflow runs \d+/g,
        "…",
      )
      .replaceAll(/comment-\d+|issuecomment-\d+/g, "…");
  // Which unit landed first is chance, and told in that order.
  const inAnyOrder = (text: string): string => plain(text).split("\n").toSorted().join("\n");
  const own = (all: readonly Comment[]): string[] =>
    all.map(({ user, body }) => `${user}: ${inAnyOrder(body)}`).toSorted();
  const board = titled.map((issue) => ({
    title: issue.title,
    state: issue.state,
    labels: issue.labels.toSorted(),
    body: inAnyOrder(issue.body ?? ""),
    pull: issue.pull && [issue.pull.head, issue.pull.base, issue.pull.draft, issue.pull.mergedAt !== null],
    comments: own(comments.filter((comment) => comment.issue === issue.number)),
    reviews: reviews
      .filter(({ pull }) => pull === issue.number)
      .map(({ state, body }) => `${state} ${plain(body)}`)
      .toSorted(),
  }));
  const trees: Record<string, string> = {};
  for (const { name, sha } of await git.refs("refs/heads/"))
    // A unit's branch holds what had landed by the time it began; what it adds stands on the integration branch.
    if (!/\/unit-/.test(name)) trees[name] = (await git.commit(sha))!.tree;
  return JSON.stringify({ board, trees, ended: journal?.state.ended?.outcome }, null, 1);
}
