/** The people of a world: who asks, confirms and answers, and what people do beside that. */
import { marker } from "../../src/domain/run/names.ts";
import type { FaultName } from "./faults.ts";
import type { Eye, Journal } from "./seen.ts";
import { OWNER, REPO, type SimWorld } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After so many answers a person gives up: what is asked then is ended. */
const PATIENCE = 14;

export interface Asking {
  world: SimWorld;
  eye: Eye;
  spec: string;
  flags: string;
  /** Says nothing twice, and nothing before there is an answer. */
  isPatient: boolean;
}

/** Opens an issue, asks there, agrees, and answers what is asked. */
export async function ask({ world, eye, spec, flags, isPatient }: Asking): Promise<void> {
  const { clock, faults } = world;
  const chance = world.chance.of("asker");
  await clock.sleep(MINUTE);
  const { data } = await world.as(OWNER, `POST /repos/${REPO}/issues`, { title: "Please" });
  const run = (data as { number: number }).number;
  const say = (body: string) => world.as(OWNER, `POST /repos/${REPO}/issues/${run}/comments`, { body });
  await say(`/orchestrate ${spec} ${flags}`);
  let answers = 0;
  let hasWaited = false;
  for (;;) {
    await clock.sleep(chance.between(3, 12) * MINUTE);
    const journal = (await eye.journals()).find((one) => one.run === run);
    if (!journal?.isOpen) continue;
    const { state } = journal;
    if (state.consent === null) {
      if (isPatient && !isAnswered(world, run)) continue;
      if (!hasWaited && faults.strikes("confirmed-late")) await clock.sleep(chance.between(1, 10) * HOUR);
      if (!hasWaited && faults.strikes("marker-copied")) await copyMarks(world, journal);
      hasWaited = true;
      await say("/orchestrate confirm");
      if (isPatient) await clock.sleep(2 * HOUR);
      continue;
    }
    const open = Object.entries(state.decisions).filter(([, { answer }]) => answer === null);
    if (open.length > 0 && faults.strikes("left-alone")) {
      world.isLeft = true;
      return;
    }
    if (open.length > 0 && faults.strikes("silence")) await clock.sleep(12 * HOUR);
    for (const [id, { options }] of open) {
      const option = answers++ < PATIENCE ? chance.between(1, options.length) : options.length;
      await say(`/orchestrate decide ${id} ${option}`);
    }
    if (state.paused && (open.length > 0 || world.isCalm())) await say("/orchestrate resume");
  }
}

const isAnswered = ({ local }: SimWorld, issue: number): boolean =>
  local.repository(REPO).comments.some((comment) => comment.issue === issue && comment.user !== OWNER);

/** A mark says what a text is about; that it is ours only its author says. */
async function copyMarks(world: SimWorld, { run, planFile }: Journal): Promise<void> {
  const unit = marker("unit", { run, unit: planFile.plan.units[0]!.id });
  await world.as(OWNER, `POST /repos/${REPO}/issues`, { title: "A copy", body: `Mine.\n\n${unit}` });
  const body = `What does this mean?\n\n${marker("run", { run })}`;
  await world.as(OWNER, `POST /repos/${REPO}/issues/${run}/comments`, { body });
}

type Deed = (world: SimWorld, about: About) => Promise<unknown>;
interface About {
  journal: Journal;
  issue: number;
  /** Of an open pull request, for a deed that is about one. */
  pull: number;
  branch: string;
  pick(low: number, high: number): number;
}

/** What somebody writes over the body of a unit's issue. */
export const EDIT = "Please soon!";

/** Done to units only that are so far. */
const NEEDS: Readonly<Partial<Record<FaultName, "pull" | "branch">>> = {
  "pull-closed": "pull",
  "merged-by-hand": "pull",
  reviewed: "pull",
  "branch-pushed": "branch",
  "branch-deleted": "branch",
};

const at = (path: string): string => `/repos/${REPO}${path}`;

async function headOf(world: SimWorld, branch: string): Promise<string | null> {
  return world.local.git(REPO).refSha(`refs/heads/${branch}`);
}

const DEEDS: Readonly<Partial<Record<FaultName, Deed>>> = {
  "status-label": (world, { issue }) =>
    world.as(OWNER, `POST ${at(`/issues/${issue}/labels`)}`, { labels: ["blocked"] }),
  "hold-label": async (world, { issue }) => {
    await world.as(OWNER, `POST ${at(`/issues/${issue}/labels`)}`, { labels: ["roundtable:hold"] });
    await world.clock.sleep(HOUR / 2);
    await world.as(OWNER, `DELETE ${at(`/issues/${issue}/labels/roundtable:hold`)}`);
  },
  "body-edited": (world, { issue }) => {
    const { body } = world.local.repository(REPO).issues.find(({ number }) => number === issue)!;
    return world.as(OWNER, `PATCH ${at(`/issues/${issue}`)}`, { body: `${EDIT}\n\n${body}` });
  },
  "pull-closed": (world, { pull }) => world.as(OWNER, `PATCH ${at(`/pulls/${pull}`)}`, { state: "closed" }),
  "branch-pushed": (world, { branch, pick }) =>
    world.commit({ [`by-hand-${pick(1, 9)}.txt`]: `${pick(1, 1000)}\n` }, branch),
  "branch-deleted": (world, { branch }) => world.as(OWNER, `DELETE ${at(`/git/refs/heads/${branch}`)}`),
  "base-moved": (world, { pick }) => world.commit({ [`base-${pick(1, 9)}.txt`]: `${pick(1, 1000)}\n` }),
  "base-forced": async (world) => {
    const git = world.local.git(REPO);
    const head = (await headOf(world, "main"))!;
    const before = (await git.commit(head))!.parents[0];
    const sha = before ?? head;
    await world.as(OWNER, `PATCH ${at("/git/refs/heads/main")}`, { sha, force: true });
    await world.commit({ "forced.txt": `${sha}\n` });
  },
  "merged-by-hand": (world, { pull }) => world.as(OWNER, `PUT ${at(`/pulls/${pull}/merge`)}`, {}),
  reviewed: async (world, { pull }) => {
    const review = (event: string) =>
      world.as("mate", `POST ${at(`/pulls/${pull}/reviews`)}`, { event, body: "As I see it." });
    await review("REQUEST_CHANGES");
    await world.clock.sleep(HOUR);
    await review("APPROVE");
  },
  "permission-gone": async (world, { journal }) => {
    world.local.setPermission(REPO, "mate", "read");
    await world.as("mate", `POST ${at(`/issues/${journal.run}/comments`)}`, { body: "/orchestrate cancel" });
    await world.clock.sleep(HOUR);
    world.local.setPermission(REPO, "mate", "write");
  },
  paused: async (world, { journal: { run } }) => {
    const say = (body: string) => world.as(OWNER, `POST ${at(`/issues/${run}/comments`)}`, { body });
    await say("/orchestrate pause");
    await world.clock.sleep(HOUR / 2);
    await say("/orchestrate resume");
  },
};

/** Every half hour each of them may come to somebody's mind. */
export async function meddle({ world, eye }: Pick<Asking, "world" | "eye">): Promise<void> {
  const chance = world.chance.of("meddler");
  while (!world.isCalm()) {
    await world.clock.sleep(HOUR / 2);
    const journal = (await eye.journals()).find(({ isOpen }) => isOpen);
    if (!journal || journal.state.consent === null) continue;
    for (const [kind, deed] of Object.entries(DEEDS) as [FaultName, Deed][]) {
      const about = await unitOf(world, { journal, pick: chance.between, needs: NEEDS[kind] ?? "issue" });
      if (about && world.faults.strikes(kind)) await deed(world, about);
    }
  }
}

interface Wanted extends Pick<About, "journal" | "pick"> {
  needs: "issue" | "branch" | "pull";
}

/** A unit of the run that is so far, by chance. */
async function unitOf(world: SimWorld, { journal, pick, needs }: Wanted): Promise<About | null> {
  const { issues } = world.local.repository(REPO);
  const found: About[] = [];
  for (const { number: issue, pull: isPull, user, body } of issues) {
    const [, slug] = new RegExp(`roundtable:unit run=${journal.run} unit=(\\S+)`).exec(body ?? "") ?? [];
    if (isPull !== null || slug === undefined || !user.endsWith("[bot]")) continue;
    const branch = `roundtable/${journal.run}/unit-${slug}`;
    const pull = issues.find((one) => one.pull?.head === branch && one.state === "open")?.number ?? null;
    const isFarEnough =
      needs === "issue" || (needs === "pull" ? pull !== null : (await headOf(world, branch)) !== null);
    if (isFarEnough) found.push({ journal, issue, pull: pull ?? 0, branch, pick });
  }
  return found.length === 0 ? null : found[pick(0, found.length - 1)]!;
}
