/**
 * What the last look at a run's board saw, brought up to date with what this process has written since. For a while it
 * stands in for reading again just before a write; whoever asks about a board that was not looked at is told so by null.
 */
import type { CommentFact, IssueFact, PullFact, ReviewFact } from "../../domain/run/facts.ts";
import { parseMarker } from "../../domain/run/names.ts";
import type { Clock } from "../../application/ports.ts";

/** As long as effects of one append may be begun (design section 3). */
const GOOD_FOR_MS = 90_000;

export interface KnownIssue {
  fact: IssueFact;
  /** For GraphQL. */
  id: string;
  updatedAt: string;
  isLinked: boolean;
}

export interface KnownPull {
  fact: PullFact;
  author: string;
  authorIsBot: boolean;
  /** For GraphQL. */
  id: string;
  updatedAt: string;
  /** Null where there are more than one look tells. */
  reviews: ReviewFact[] | null;
}

export interface KnownComment {
  fact: CommentFact;
  /** For GraphQL. */
  id: string;
}

export interface KnownBoard {
  issues: Map<number, KnownIssue>;
  pulls: Map<number, KnownPull>;
  comments: KnownComment[];
  /** Null: there is no such branch. */
  branches: Map<string, string | null>;
  tracking: { id: string; state: "open" | "closed"; labels: string[] } | null;
  /** Of the repository: name → id for GraphQL. */
  labels: Map<string, string>;
  lookedAt: number;
}

interface KnownText {
  state: "open" | "closed";
  labels: string[];
  title?: string;
  body?: string;
}

export interface BoardMemory {
  /** As it was at whatever time; null before the first look. */
  last(run: number): KnownBoard | null;
  keep(run: number, board: KnownBoard): void;
  /** Null where it was not looked at of late. */
  fresh(run: number): KnownBoard | null;
  /** The board that a body's marker names. */
  ofMarker(marker: string): KnownBoard | null;
  /** Of a tracking issue no text is known. */
  issue(number: number): { id: string; text: KnownText } | null;
  pull(number: number): KnownPull | null;
  /** Undefined: not known. */
  branch(name: string): string | null | undefined;
  moved(name: string, sha: string): void;
  labelled(name: string, id: string): void;
  /** Ids of labels for GraphQL; null where one of them is not known. */
  labelIds(names: readonly string[]): string[] | null;
  reacted(comment: number, content: "eyes" | "rocket" | "confused"): void;
  /** Undefined where they are not known. */
  linksOf(number: number): IssueFact["links"];
  /** Something was found to be otherwise than the last look saw it: what is known is no more enough. */
  mistrust(): void;
}

const isOfRun = (branch: string, run: number): boolean => branch.startsWith(`roundtable/${run}/`);

export function createBoardMemory(clock: Clock): BoardMemory {
  const boards = new Map<number, KnownBoard>();
  const fresh = (run: number): KnownBoard | null => {
    const board = boards.get(run);
    return board && clock.now().getTime() - board.lookedAt < GOOD_FOR_MS ? board : null;
  };
  const all = (): KnownBoard[] => [...boards.keys()].flatMap((run) => fresh(run) ?? []);
  return {
    last: (run) => boards.get(run) ?? null,
    keep: (run, board) => void boards.set(run, board),
    fresh,
    ofMarker: (marker) => fresh(Number(parseMarker(marker)?.values["run"])),
    issue(number) {
      const tracking = fresh(number)?.tracking;
      if (tracking) return { id: tracking.id, text: tracking };
      const known = all().flatMap(({ issues }) => issues.get(number) ?? [])[0];
      return known ? { id: known.id, text: known.fact } : null;
    },
    pull: (number) => all().flatMap(({ pulls }) => pulls.get(number) ?? [])[0] ?? null,
    branch: (name) =>
      all()
        .find(({ branches }) => branches.has(name))
        ?.branches.get(name),
    moved(name, sha) {
      for (const [run, { branches, pulls }] of boards) {
        if (branches.has(name) || isOfRun(name, run)) branches.set(name, sha);
        for (const { fact } of pulls.values())
          if (fact.head === name && fact.state === "open") fact.headSha = sha;
      }
    },
    labelled(name, id) {
      for (const { labels } of boards.values()) labels.set(name, id);
    },
    labelIds(names) {
      const known = new Map(
        all().flatMap(({ labels }) => [...labels].map(([name, id]) => [name.toLowerCase(), id] as const)),
      );
      const ids = names.map((name) => known.get(name.toLowerCase()));
      return ids.every((id) => id !== undefined) ? ids : null;
    },
    reacted(comment, content) {
      for (const { fact } of [...boards.values()].flatMap(({ comments }) => comments)) {
        if (fact.id !== comment) continue;
        if (content === "eyes") fact.eyes += 1;
        else fact.answered = true;
      }
    },
    linksOf: (number) => all().flatMap(({ issues }) => issues.get(number)?.fact.links ?? [])[0],
    mistrust() {
      for (const board of boards.values()) board.lookedAt = -Infinity;
    },
  };
}
