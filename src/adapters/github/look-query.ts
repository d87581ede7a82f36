/** What one look asks GitHub for, and its answer in our own words. https://docs.github.com/en/graphql */
import { OWN_LABEL } from "../../domain/run/names.ts";
import type { CommentFact, IssueFact, PullFact, ReviewFact } from "../../domain/run/facts.ts";

/** Which lists a page asks for, and from where on. */
export type Cursors = Partial<Record<(typeof LISTS)[number], string | null>>;

const LISTS = ["labels", "comments", "issues", "pulls", "finals"] as const;

/** `refs`: names of branches, each told as `ref<place>`. `isByAuthor`: GitHub leaves issues of others out. */
export function lookDocument(
  refs: readonly string[],
  cursors: Cursors,
  { isByAuthor, hears }: { isByAuthor: boolean; hears: boolean },
): string {
  const asks = (list: (typeof LISTS)[number]): string =>
    typeof cursors[list] === "string" ? `, after: ${JSON.stringify(cursors[list])}` : "";
  const parts = {
    labels: `labels(first: 100${asks("labels")}) { nodes { id name } ${PAGE} }`,
    comments: `tracking: issue(number: $run) { id state labels(first: 100) { nodes { name } } comments(first: 100${asks("comments")}) { nodes { ${COMMENT} } ${PAGE} } }`,
    issues: `issues(first: $size${asks("issues")}, filterBy: {${isByAuthor ? "createdBy: $me, " : ""}since: $since}) { nodes { ${ISSUE} } ${PAGE} }${isByAuthor && cursors.issues === null ? LABELLED : ""}`,
    pulls: `pulls: pullRequests(first: $size${asks("pulls")}, baseRefName: $integration, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { ${PULL} } ${PAGE} }`,
    finals: `finals: pullRequests(first: 10${asks("finals")}, headRefName: $integration, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { ${PULL} } ${PAGE} }`,
  };
  const heads = refs.map(
    (name, at) => `ref${at}: ref(qualifiedName: ${JSON.stringify(`refs/heads/${name}`)}) { target { oid } }`,
  );
  const wanted = LISTS.filter((list) => cursors[list] !== undefined).map((list) => parts[list]);
  const used = [
    ["$run: Int!", "$run"],
    ["$me: String!", "$me"],
    ["$since: DateTime!", "$since"],
    ["$size: Int!", "$size"],
    ["$integration: String!", "$integration"],
    ["$heard: DateTime!", "$heard"],
  ] as const;
  const body = [...wanted, ...(hears ? [TALKS] : []), ...heads].join(" ");
  const variables = used
    .flatMap(([declared, name]) => (body.includes(name) ? [`, ${declared}`] : []))
    .join("");
  return `query Look($owner: String!, $name: String!${variables}) { repository(owner: $owner, name: $name) { ${body} } }`;
}

const LABELLED = ` labelled: issues(first: 5, filterBy: {labels: ["${OWN_LABEL}"], since: $since}) { nodes { author { type: __typename login } } }`;
const PAGE = "pageInfo { hasNextPage endCursor }";
const AUTHOR = "author { type: __typename login }";
const LABELS = "labels(first: 100) { nodes { name } }";
const count = (name: string, content: string): string =>
  `${name}: reactions(content: ${content}, first: 1) { totalCount }`;
const COMMENT = `id fullDatabaseId ${AUTHOR} body createdAt updatedAt ${count("eyes", "EYES")} ${count("rocket", "ROCKET")} ${count("confused", "CONFUSED")}`;
const ISSUE = `id fullDatabaseId number title body state updatedAt ${AUTHOR} ${LABELS} parent { number } issueDependenciesSummary { totalBlockedBy }`;
/** Of each thread that changed the newest comments: more than that is listed instead. */
const THREAD = `number updatedAt comments(last: 5) { nodes { ${COMMENT} } pageInfo { hasPreviousPage } }`;
const TALKS = `talks: issues(first: 10, filterBy: {since: $heard}) { nodes { ${THREAD} } ${PAGE} } pullTalks: pullRequests(first: 10, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { ${THREAD} } ${PAGE} }`;
const REVIEW = `fullDatabaseId ${AUTHOR} body state submittedAt commit { oid }`;
const PULL = `id number title body state isDraft updatedAt headRefName headRefOid baseRefName isCrossRepository ${AUTHOR} ${LABELS} reviews(first: 50) { nodes { ${REVIEW} } ${PAGE} }`;

export interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

type Author = { type: string; login: string } | null;
type Named = { nodes: { name: string }[] };

export interface RawComment {
  id: string;
  fullDatabaseId: string;
  author: Author;
  body: string;
  createdAt: string;
  updatedAt: string;
  eyes: { totalCount: number };
  rocket: { totalCount: number };
  confused: { totalCount: number };
}

export interface RawIssue {
  id: string;
  fullDatabaseId: string;
  number: number;
  title: string;
  body: string;
  state: string;
  updatedAt: string;
  author: Author;
  labels: Named;
  parent: { number: number } | null;
  issueDependenciesSummary: { totalBlockedBy: number };
}

interface RawReview {
  fullDatabaseId: string;
  author: Author;
  body: string;
  state: ReviewFact["state"];
  submittedAt: string | null;
  commit: { oid: string } | null;
}

export interface RawPull {
  id: string;
  number: number;
  title: string;
  body: string;
  state: string;
  isDraft: boolean;
  updatedAt: string;
  headRefName: string;
  headRefOid: string;
  baseRefName: string;
  isCrossRepository: boolean;
  author: Author;
  labels: Named;
  reviews: Page<RawReview>;
}

export interface RawThread {
  number: number;
  updatedAt: string;
  comments: { nodes: RawComment[]; pageInfo: { hasPreviousPage: boolean } };
}

export interface RawLook {
  talks?: Page<RawThread>;
  pullTalks?: Page<RawThread>;
  labels?: Page<{ id: string; name: string }>;
  tracking?: { id: string; state: string; labels: Named; comments: Page<RawComment> } | null;
  issues?: Page<RawIssue>;
  labelled?: { nodes: { author: Author }[] };
  pulls?: Page<RawPull>;
  finals?: Page<RawPull>;
  [ref: `ref${number}`]: { target: { oid: string } | null } | null;
}

/** As REST writes it: GraphQL names an app without `[bot]`. */
export const loginOf = (author: Author): string =>
  author === null ? "" : isBot(author) ? `${author.login}[bot]` : author.login;

const isBot = (author: Author): boolean => author?.type === "Bot" && !author.login.endsWith("[bot]");

export const namesOf = ({ nodes }: Named): string[] => nodes.map(({ name }) => name);

export const stateOf = (state: string): "open" | "closed" => (state === "OPEN" ? "open" : "closed");

export const commentFact = (raw: RawComment): CommentFact => ({
  id: Number(raw.fullDatabaseId),
  author: loginOf(raw.author),
  authorIsBot: raw.author?.type === "Bot",
  body: raw.body,
  createdAt: new Date(raw.createdAt),
  edited: raw.updatedAt !== raw.createdAt,
  eyes: raw.eyes.totalCount,
  answered: raw.rocket.totalCount + raw.confused.totalCount > 0,
});

export const issueFact = ({ number, title, body, labels, state, ...raw }: RawIssue): IssueFact => ({
  number,
  title,
  body,
  labels: namesOf(labels),
  state: stateOf(state),
  links: {
    id: Number(raw.fullDatabaseId),
    parent: raw.parent?.number ?? null,
    blockedBy: raw.issueDependenciesSummary.totalBlockedBy,
  },
});

export const pullFact = (raw: RawPull): PullFact => ({
  number: raw.number,
  title: raw.title,
  body: raw.body,
  labels: namesOf(raw.labels),
  head: raw.headRefName,
  headSha: raw.headRefOid,
  base: raw.baseRefName,
  draft: raw.isDraft,
  state: stateOf(raw.state),
  merged: raw.state === "MERGED",
});

export const reviewFact = (raw: RawReview): ReviewFact => ({
  id: Number(raw.fullDatabaseId),
  author: loginOf(raw.author),
  authorIsBot: raw.author?.type === "Bot",
  state: raw.state,
  sha: raw.commit?.oid ?? "",
  body: raw.body,
  submittedAt: raw.submittedAt === null ? null : new Date(raw.submittedAt),
});
