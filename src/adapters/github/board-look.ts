/**
 * A run's board in one request (GraphQL), with further pages where a list is longer. What was seen before is not read
 * again: lists are asked for what was changed since, and every so often for all of it, should a change have been missed.
 */
import type { BoardReader, Clock, Look } from "../../application/ports.ts";
import { UserError } from "../../domain/problem.ts";
import type { BoardMemory, KnownBoard, KnownPull } from "./board-memory.ts";
import type { Client } from "./client.ts";
import type { Talk } from "./talk.ts";
import {
  commentFact,
  issueFact,
  loginOf,
  lookDocument,
  namesOf,
  pullFact,
  reviewFact,
  stateOf,
  type Cursors,
  type Page,
  type RawComment,
  type RawIssue,
  type RawLook,
  type RawPull,
  type RawThread,
} from "./look-query.ts";

type LookRequest = Parameters<BoardReader["look"]>[0];

/** GitHub shows a change in its lists a moment later. */
const LAG_MS = 2 * 60_000;
/** Everything is read again after this long. */
const WHOLE_MS = 30 * 60_000;
const [WHOLE_PAGE, PART_PAGE] = [100, 25];
const FIRST: Cursors = { labels: null, comments: null, issues: null, pulls: null, finals: null };

interface Read {
  labels: [name: string, id: string][];
  comments: RawComment[];
  issues: RawIssue[];
  pulls: RawPull[];
  tracking: KnownBoard["tracking"];
  heads: Map<string, string | null>;
}

export function createLook(
  client: Client,
  { me, memory, talk, clock }: { me: string; memory: BoardMemory; talk: Talk; clock: Clock },
): BoardReader["look"] {
  const wholeAt = new Map<number, number>();
  // Some GitHubs find nothing by the name of an App (https://github.com/renovatebot/renovate/issues/44730): there the
  // authors of all issues are looked at here.
  let isByAuthor = true;

  async function read(request: LookRequest, since: Date, isPart: boolean): Promise<Read> {
    const { run, branches, integrationBranch: integration } = request;
    const found: Read = { labels: [], comments: [], issues: [], pulls: [], tracking: null, heads: new Map() };
    let cursors: Cursors = FIRST;
    for (let page = 1; Object.keys(cursors).length > 0; page++) {
      const refs = page === 1 ? branches : [];
      const heard = page === 1 ? talk.since() : null;
      const askedAt = client.now().getTime();
      const data = await ask(client, lookDocument(refs, cursors, { isByAuthor, hears: heard !== null }), {
        ...(heard && { heard: heard.toISOString() }),
        run,
        me,
        integration,
        since: since.toISOString(),
        size: isPart ? PART_PAGE : WHOLE_PAGE,
      });
      const isMissed = data.labelled?.nodes.some(({ author }) => loginOf(author) === me);
      if (data.issues?.nodes.length === 0 && isMissed) {
        isByAuthor = false;
        return read(request, since, isPart);
      }
      if (heard) talk.hear(threadsSince(data, heard), askedAt);
      refs.forEach((name, at) => found.heads.set(name, data[`ref${at}`]?.target?.oid ?? null));
      found.labels.push(...(data.labels?.nodes ?? []).map(({ name, id }): [string, string] => [name, id]));
      found.issues.push(...(data.issues?.nodes ?? []));
      found.pulls.push(...(data.pulls?.nodes ?? []), ...(data.finals?.nodes ?? []));
      found.comments.push(...(data.tracking?.comments.nodes ?? []));
      if (page === 1 && data.tracking)
        found.tracking = {
          id: data.tracking.id,
          state: stateOf(data.tracking.state),
          labels: namesOf(data.tracking.labels),
        };
      const oldest = data.pulls?.nodes.at(-1)?.updatedAt ?? "";
      const isSeen = Date.parse(oldest) < since.getTime();
      cursors = {
        ...next("labels", data.labels),
        ...next("comments", data.tracking?.comments),
        ...next("issues", data.issues),
        // Newest first: what comes after was seen before.
        ...(isSeen ? {} : next("pulls", data.pulls)),
      };
    }
    return found;
  }

  return async (request) => {
    const { run } = request;
    const own = request.isOwn ? memory.fresh(run) : null;
    if (own && request.branches.every((name) => own.branches.has(name))) return lookOf(own, { me, request });
    const now = clock.now().getTime();
    const before = now - (wholeAt.get(run) ?? 0) < WHOLE_MS ? memory.last(run) : null;
    const since = before === null ? request.since : new Date(newestIn(before, request.since) - LAG_MS);
    const found = await read(request, since, before !== null);
    if (before === null) wholeAt.set(run, now);
    const board: KnownBoard = {
      issues: new Map(before?.issues),
      pulls: new Map(before?.pulls),
      comments: found.comments.map((raw) => ({ fact: commentFact(raw), id: raw.id })),
      branches: found.heads,
      tracking: found.tracking,
      labels: new Map(found.labels),
      lookedAt: now,
    };
    for (const raw of found.issues)
      if (loginOf(raw.author) === me)
        board.issues.set(raw.number, {
          fact: issueFact(raw),
          id: raw.id,
          updatedAt: raw.updatedAt,
          isLinked: raw.parent !== null,
        });
    // Nothing of a fork is ever run or landed.
    for (const raw of found.pulls) if (!raw.isCrossRepository) board.pulls.set(raw.number, knownPull(raw));
    memory.keep(run, board);
    return lookOf(board, { me, request });
  };
}

const knownPull = (raw: RawPull): KnownPull => ({
  fact: pullFact(raw),
  author: loginOf(raw.author),
  authorIsBot: raw.author?.type === "Bot",
  id: raw.id,
  updatedAt: raw.updatedAt,
  reviews: raw.reviews.pageInfo.hasNextPage ? null : raw.reviews.nodes.map(reviewFact),
});

/** Facts of the snapshot are plain: what is written later changes only what is remembered. */
function lookOf(
  { issues, pulls, comments, branches, tracking, labels }: KnownBoard,
  { me, request }: { me: string; request: LookRequest },
): Look {
  const [ours, others] = [
    [...pulls.values()].filter((one) => one.author === me),
    [...pulls.values()].filter((one) => one.author !== me && one.fact.base === request.integrationBranch),
  ];
  return {
    branches: Object.fromEntries(
      request.branches.flatMap((name) => {
        const sha = branches.get(name) ?? null;
        return sha === null ? [] : [[name, sha]];
      }),
    ),
    tracking: tracking && {
      state: tracking.state,
      labels: tracking.labels,
      comments: comments.map(({ fact }) => ({ ...fact })),
    },
    board: {
      issues: [...issues.values()].map(({ fact }) => ({ ...fact, links: fact.links && { ...fact.links } })),
      pulls: ours.map(({ fact }) => ({ ...fact })),
    },
    outside: others.map(({ fact, author, authorIsBot }) => ({ ...fact, author, authorIsBot })),
    reviews: Object.fromEntries(
      [...pulls.values()].flatMap(({ fact, reviews }) => (reviews ? [[fact.number, [...reviews]]] : [])),
    ),
    labels: [...labels.keys()],
  };
}

function newestIn({ issues, pulls }: KnownBoard, since: Date): number {
  const times = [...issues.values(), ...pulls.values()].map(({ updatedAt }) => Date.parse(updatedAt));
  return times.reduce((newest, time) => Math.max(newest, time), since.getTime());
}

/** Null where more has changed, or more was said, than a look tells. */
function threadsSince(
  { talks, pullTalks }: RawLook,
  heard: Date,
): (RawThread & { onPull: boolean })[] | null {
  const isNew = ({ updatedAt }: { updatedAt: string }): boolean => Date.parse(updatedAt) >= heard.getTime();
  const pulls = pullTalks?.nodes.filter(isNew) ?? [];
  const threads = [
    ...(talks?.nodes ?? []).map((thread) => ({ ...thread, onPull: false })),
    ...pulls.map((thread) => ({ ...thread, onPull: true })),
  ];
  const isWhole =
    talks?.pageInfo.hasNextPage === false &&
    (pulls.length < pullTalks!.nodes.length || !pullTalks!.pageInfo.hasNextPage);
  const isTold = threads.every(
    ({ comments: { nodes, pageInfo } }) => !pageInfo.hasPreviousPage || !isNew(nodes[0]!),
  );
  return isWhole && isTold ? threads : null;
}

const next = (list: keyof Cursors, page: Page<unknown> | undefined): Cursors =>
  page?.pageInfo.hasNextPage ? { [list]: page.pageInfo.endCursor } : {};

/** A tracking issue that is gone is told by an error beside the data. */
async function ask(
  { graphql, owner, repo }: Client,
  document: string,
  variables: Record<string, unknown>,
): Promise<RawLook> {
  const declared = Object.fromEntries(
    Object.entries(variables).filter(([name]) => document.includes(`$${name}:`)),
  );
  const { repository } = await graphql<{ repository: RawLook | null }>(
    document,
    { ...declared, owner, name: repo },
    { mayLack: ["tracking"] },
  );
  if (repository === null)
    throw new UserError({
      what: `GitHub shows us no repository ${owner}/${repo}`,
      why: "there is none of that name, or its account may not see it",
      fix: "Check its name, and let Roundtable's account or App see it.",
    });
  return repository;
}
