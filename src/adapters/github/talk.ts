/**
 * The repository's newest comments. Once they have been listed, a look at a run's board brings those that came since:
 * so who looks at a run needs no request of its own for what is asked elsewhere.
 */
import type { Clock } from "../../application/ports.ts";
import type { CommentFact } from "../../domain/run/facts.ts";
import type { RawThread } from "./look-query.ts";
import { commentFact } from "./look-query.ts";

export type Said = CommentFact & { issue: number; onPull: boolean };

/** GitHub shows a change in its lists a moment later. */
const LAG_MS = 2 * 60_000;
/** So long what a look has heard stands in for asking. */
const GOOD_FOR_MS = 60_000;

const MOST_KNOWN = 1000;

export interface Talk {
  /** All that is known, newest first; null where no look has just heard. */
  take(): Said[] | null;
  /** The whole list was read, at that time. */
  keep(list: readonly Said[], at: number): void;
  /** What a look has to ask from; null before the whole list was read. */
  since(): Date | null;
  /** What changed since, thread by thread; null where there is more than a look tells. */
  hear(threads: readonly (RawThread & { onPull: boolean })[] | null, at: number): void;
  reacted(comment: number, content: "eyes" | "rocket" | "confused"): void;
}

export function createTalk(clock: Clock): Talk {
  const known = new Map<number, Said>();
  let listedAt: number | null = null;
  let heardAt: number | null = null;
  return {
    take() {
      const isGood = heardAt !== null && clock.now().getTime() - heardAt < GOOD_FOR_MS;
      heardAt = null;
      return isGood
        ? [...known.values()]
            .map((said) => ({ ...said }))
            .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
        : null;
    },
    keep(list, at) {
      known.clear();
      for (const said of list.toReversed()) known.set(said.id, { ...said });
      listedAt = at;
    },
    since: () => (listedAt === null ? null : new Date(listedAt - LAG_MS)),
    hear(threads, at) {
      heardAt = null;
      if (threads === null || listedAt === null) {
        listedAt = null;
        return;
      }
      for (const { number: issue, onPull, comments } of threads)
        for (const fact of comments.nodes.map(commentFact)) known.set(fact.id, { ...fact, issue, onPull });
      for (const id of [...known.keys()].slice(0, -MOST_KNOWN)) known.delete(id);
      listedAt = heardAt = at;
    },
    reacted(comment, content) {
      const said = known.get(comment);
      if (!said) return;
      if (content === "eyes") said.eyes += 1;
      else said.answered = true;
    },
  };
}
