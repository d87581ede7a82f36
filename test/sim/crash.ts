/** One small run, with the App killed at one moment of it: whatever the moment, the run comes to the same end. */
import type { Comment } from "../../src/local-github/state.ts";
import type { Effect } from "./carrier.ts";
import { play, type Play, type Played } from "./play.ts";
import { PLAIN } from "./spec.ts";
import { REPO } from "./world.ts";

const SMALL: Play = {
  seed: 1,
  form: "app",
  scale: 0,
  faultHours: 0,
  units: 2,
  flags: "--agent practice --profile throughput",
  isLively: false,
  isPlain: true,
  every: 1,
  setting: PLAIN,
};

export interface CrashPoint {
  /** Which write of the App, from 1. */
  at: number;
  /** Before it is sent, or when it has taken effect and nobody has heard of it. */
  moment: "before" | "after";
}

const isCounted = ({ path }: Effect): boolean => !path.includes("/access_tokens");

/** All moments at which a run could be cut off. */
export async function crashPoints(): Promise<{ points: CrashPoint[]; end: string }> {
  let writes = 0;
  const whole = await play({
    ...SMALL,
    between: (_, moment, effect) => {
      if (moment === "before" && isCounted(effect)) writes += 1;
    },
  });
  const points = Array.from({ length: writes }, (_, at) =>
    (["before", "after"] as const).map((moment) => ({ at: at + 1, moment })),
  );
  return { points: points.flat(), end: await endOf(whole) };
}

/** The run with its App killed there. */
export async function playWithCrash(point: CrashPoint): Promise<{ played: Played; end: string }> {
  const seen = { before: 0, after: 0 };
  const played = await play({
    ...SMALL,
    between(life, moment, effect) {
      if (!isCounted(effect) || !life.name.startsWith("app")) return;
      seen[moment] += 1;
      if (moment === point.moment && seen[moment] === point.at) life.kill();
    },
  });
  return { played, end: await endOf(played) };
}

/** What people see in the end, but for how many trains it took; numbers, commits and times renamed by their first appearance. */
async function endOf({ world, journal }: Played): Promise<string> {
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
        /actions\/runs\/\d+|\b[0-9a-f]{7,40}\b|\b\d{4}-\d\d-\d\d[ T][\d:.]+Z?|\b\d+ (?:min|h|s)\b|workflow runs \d+/g,
        "…",
      )
      .replaceAll(/comment-\d+|issuecomment-\d+/g, "…");
  const own = (all: readonly Comment[]): string[] =>
    all.map(({ user, body }) => `${user}: ${plain(body)}`).toSorted();
  const board = titled.map((issue) => ({
    title: issue.title,
    state: issue.state,
    labels: issue.labels.toSorted(),
    body: plain(issue.body ?? ""),
    pull: issue.pull && [issue.pull.head, issue.pull.base, issue.pull.draft, issue.pull.mergedAt !== null],
    comments: own(comments.filter((comment) => comment.issue === issue.number)),
    reviews: reviews
      .filter(({ pull }) => pull === issue.number)
      .map(({ state, body }) => `${state} ${plain(body)}`),
  }));
  const trees: Record<string, string> = {};
  for (const { name, sha } of await git.refs("refs/heads/")) trees[name] = (await git.commit(sha))!.tree;
  return JSON.stringify({ board, trees, ended: journal?.state.ended?.outcome }, null, 1);
}
