/**
 * The App: a webhook only says "look again at this repository". Whatever it was about, it becomes the same key; what to
 * do is decided from what is then read. The handler returns at once, so that GitHub has its answer in time.
 */
import type { Probot } from "probot";

/** A repository to look at again: `owner/repo`. */
export type RepositoryKey = string;

export interface Place {
  key: RepositoryKey;
  /** GitHub's number of it, which no renaming changes. */
  id: number;
  installation: number;
}

/** Events after which a run may have something to do. */
export const EVENTS = [
  "issue_comment.created",
  "issues.labeled",
  "issues.unlabeled",
  "issues.closed",
  "issues.reopened",
  "issues.deleted",
  "issues.transferred",
  "pull_request.opened",
  "pull_request.edited",
  "pull_request.ready_for_review",
  "pull_request.closed",
  "pull_request.reopened",
  "pull_request.synchronize",
  "pull_request.labeled",
  "pull_request.unlabeled",
  "pull_request_review.submitted",
  "pull_request_review.dismissed",
  "push",
  "workflow_run.completed",
  "check_suite.completed",
  "status",
] as const;

/** Events that a job's end brings: they name the App as sender where the App has begun the job. */
const OF_JOBS: readonly string[] = ["workflow_run", "check_suite", "status"];

/** GUIDs of the last deliveries; one that comes twice is heard once. */
const KNOWN_GUIDS = 10_000;

/** Who hears of it; none of these may take long. */
export interface Told {
  look(place: Place, delivery: string): void;
  /** The App may work in all repositories of an installation, from now on or again. */
  welcome(installation: number): void;
  /** It may no longer: in these repositories of it, or in none. */
  farewell(installation: number, keys: readonly RepositoryKey[] | null): void;
  /** The account that the App writes as; null as long as it is not known. */
  me(): string | null;
  heard(delivery: { id: string; name: string }): void;
}

/** A Probot application function that turns each of these events into its repository's key. */
export function createApp(told: Told): (app: Probot) => void {
  const isNew = onceEach(KNOWN_GUIDS);
  return (app) => {
    app.on([...EVENTS], async ({ id, name, payload }) => {
      if (!isNew(id)) return;
      told.heard({ id, name });
      // Own writes are no news: the pass that made them has gone on until nothing was left to do.
      if (payload.sender?.login === told.me() && !OF_JOBS.includes(name)) return;
      const { repository, installation } = payload;
      const { id: number, full_name: key } = repository;
      if (installation) told.look({ key, id: number, installation: installation.id }, id);
    });
    app.on(
      ["installation.created", "installation.unsuspend", "installation.new_permissions_accepted"],
      async ({ id, name, payload }) => {
        if (!isNew(id)) return;
        told.heard({ id, name });
        told.welcome(payload.installation.id);
      },
    );
    app.on(["installation.deleted", "installation.suspend"], async ({ id, name, payload }) => {
      if (!isNew(id)) return;
      told.heard({ id, name });
      told.farewell(payload.installation.id, null);
    });
    app.on(
      ["installation_repositories.added", "installation_repositories.removed"],
      async ({ id, name, payload }) => {
        if (!isNew(id)) return;
        told.heard({ id, name });
        const { installation, repositories_added: added, repositories_removed: removed } = payload;
        const gone = removed.flatMap(({ full_name: key }) => key ?? []);
        if (gone.length > 0) told.farewell(installation.id, gone);
        for (const { full_name: key, id: number } of added)
          told.look({ key, id: number, installation: installation.id }, id);
      },
    );
  };
}

/** True for what was not given to it before; it remembers the last `most`. */
function onceEach(most: number): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => {
    if (known.has(id)) return false;
    known.add(id);
    if (known.size > most) known.delete(known.values().next().value!);
    return true;
  };
}
