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

export interface KnownBoard {
  issues: Map<number, KnownIssue>;
  pulls: Map<number, KnownPull>;
  comments: CommentFact[];
  /** Null: there is no such branch. */
  branches: Map<string, string | null>;
  tracking: { state: "open" | "closed"; labels: string[] } | null;
  lookedAt: number;
}

interface KnownText {
  state: "open" | "closed";
  labels: string[];
  title: string | null;
  body: string | null;
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
  issue(number: number): KnownText | null;
  pull(number: number): KnownPull | null;
  /** Undefined: not known. */
  branch(name: string): string | null | undefined;
  moved(name: string, sha: string): void;
}

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
      if (tracking) return Object.assign(tracking, { title: null, body: null });
      return all().flatMap(({ issues }) => issues.get(number)?.fact ?? [])[0] ?? null;
    },
    pull: (number) => all().flatMap(({ pulls }) => pulls.get(number) ?? [])[0] ?? null,
    branch: (name) =>
      all()
        .find(({ branches }) => branches.has(name))
        ?.branches.get(name),
    moved(name, sha) {
      for (const { branches } of boards.values()) if (branches.has(name)) branches.set(name, sha);
    },
  };
}
