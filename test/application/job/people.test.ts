/** What people say of a unit, as whoever works on it next is told. */
import { describe, expect, it } from "vitest";
import { remarksOfPeople, type Board } from "../../../src/application/job/people.ts";
import type { CommentFact, LineCommentFact, ReviewFact } from "../../../src/domain/run/facts.ts";
import { attemptsOf } from "../../../src/domain/run/attempts.ts";
import type { Attempt } from "../../../src/domain/run/attempt.ts";
import { anAttempt, aPlan, aState, RUN } from "../../support/run.ts";
import { anIssue, aPull, HEAD } from "../../support/view.ts";

const PULL = 14;
const ISSUE = 13;
const TASK = 23;
const BEFORE = new Date("2026-01-01T00:00:00.000Z");
const BEGAN = "2026-01-02T00:00:00.000Z";
const SINCE = new Date("2026-01-03T00:00:00.000Z");
const state = (outcome: Attempt["outcome"]) =>
  aState(aPlan("- [ ] 1. Sort units\n"), {
    attempts: {
      "1/implement/1": anAttempt({ at: BEGAN, outcome }),
      "1/fix/1": anAttempt({ at: "2026-01-06T00:00:00.000Z" }),
    },
  });

interface World {
  /** Whose login begins with `writer` has write access. */
  reviews?: Partial<ReviewFact>[];
  lines?: LineCommentFact[];
  /** By the number of their issue or pull request. */
  comments?: Readonly<Record<number, Partial<CommentFact>[]>>;
  before?: Attempt["outcome"];
}

/** The first attempt ended with a question, unless it is said otherwise. */
async function told({ reviews = [], lines = [], comments = {}, before = "needs_info" }: World) {
  const board: Board = {
    board: async () => ({
      issues: [
        anIssue({ number: ISSUE }),
        anIssue({ number: TASK, body: `<!-- roundtable:task run=${RUN} unit=1 task=1.1 -->` }),
        anIssue({ number: TASK + 1, body: `<!-- roundtable:task run=${RUN} unit=2 task=2.1 -->` }),
      ],
      pulls: [aPull({ number: PULL })],
    }),
    reviews: async () => reviews.map((review, at) => ({ ...REVIEW, id: at, ...review })),
    lineComments: async () => lines,
    comments: async (issue) =>
      (comments[issue] ?? []).map((comment, at) => ({ ...COMMENT, id: at + 10, ...comment })),
    permission: async (login) => (login.startsWith("writer") ? "write" : "read"),
  };
  const run = state(before);
  const attempt = attemptsOf(run).find(({ role }) => role === "fix")!;
  return remarksOfPeople(board, { state: run, attempt });
}

const COMMENT: CommentFact = {
  id: 1,
  author: "writer",
  authorIsBot: false,
  body: "",
  createdAt: SINCE,
  edited: false,
  eyes: 0,
  answered: false,
};
const REVIEW: ReviewFact = {
  id: 1,
  author: "writer",
  authorIsBot: false,
  state: "COMMENTED",
  sha: HEAD,
  body: "",
  submittedAt: SINCE,
};

const ANSWER = "Smallest first, please";
const ASK = "People with write access ask for changes";
const SAY = "People with write access said, on this unit or on the whole run, oldest first";

it.each<[string, World, { what: string; text: string }]>([
  ["a review that comments", { reviews: [{ body: ANSWER }] }, { what: SAY, text: `writer: ${ANSWER}` }],
  [
    "a review that comments at a line only",
    { reviews: [{ id: 7 }], lines: [{ review: 7, path: "src/units.js", line: 3, body: ANSWER }] },
    { what: SAY, text: `writer: src/units.js:3: ${ANSWER}` },
  ],
  [
    "a request for changes that says all at its lines",
    {
      reviews: [{ id: 7, state: "CHANGES_REQUESTED" }],
      lines: [
        { review: 7, path: "src/units.js", line: 3, body: ANSWER },
        { review: 7, path: "src/units.js", line: null, body: "Too long" },
        { review: 8, path: "src/units.js", line: 4, body: "Of another review" },
      ],
    },
    { what: ASK, text: `writer: src/units.js:3: ${ANSWER}\nsrc/units.js: Too long` },
  ],
  [
    "a request for changes without a word",
    { reviews: [{ state: "CHANGES_REQUESTED" }] },
    { what: ASK, text: "writer: (no words)" },
  ],
  [
    "a comment on the pull request",
    { comments: { [PULL]: [{ body: ANSWER }] } },
    { what: SAY, text: `writer: ${ANSWER}` },
  ],
  [
    "a comment on the unit's issue",
    { comments: { [ISSUE]: [{ body: ANSWER }] } },
    { what: SAY, text: `writer: ${ANSWER}` },
  ],
  [
    "a comment on the issue of one of the unit's tasks, and none on another unit's",
    { comments: { [TASK]: [{ body: ANSWER }], [TASK + 1]: [{ body: "Of another unit" }] } },
    { what: SAY, text: `writer: ${ANSWER}` },
  ],
  [
    "a comment on the run's issue",
    { comments: { [RUN]: [{ body: ANSWER }] } },
    { what: SAY, text: `writer: ${ANSWER}` },
  ],
  [
    "what stands below a command",
    { comments: { [RUN]: [{ body: `/orchestrate decide d1 1\n\n${ANSWER}` }] } },
    { what: SAY, text: `writer: ${ANSWER}` },
  ],
])("%s is told", async (_, said, remark) => expect(await told(said)).toEqual([remark]));

it.each<[string, World]>([
  ["by others", { comments: { [PULL]: [{ author: "reader", body: ANSWER }] } }],
  ["by others in a review", { reviews: [{ author: "reader", body: ANSWER }] }],
  ["by others who ask for changes", { reviews: [{ author: "reader", state: "CHANGES_REQUESTED" }] }],
  ["by programs", { comments: { [PULL]: [{ author: "writer[bot]", authorIsBot: true, body: ANSWER }] } }],
  [
    "by our account, where it is no bot",
    {
      comments: { [PULL]: [{ body: `${ANSWER}\n<!-- roundtable:run run=12 reply=3 -->` }] },
      reviews: [{ body: `${ANSWER}\n<!-- roundtable:review run=12 unit=1 n=1 -->` }],
    },
  ],
  ["before the run was asked for", { comments: { [RUN]: [{ id: 1, body: ANSWER }] } }],
  ["as a command", { comments: { [RUN]: [{ body: "/orchestrate retry 1" }] } }],
  ["with an approval", { reviews: [{ state: "APPROVED", body: ANSWER }] }],
])("what is said %s is left out", async (_, said) => expect(await told(said)).toEqual([]));

describe("what was said before an attempt that came through", () => {
  it("is not told again, but for a request that stands", async () => {
    const reviews = [
      { state: "CHANGES_REQUESTED", body: "Still asked for", submittedAt: BEFORE } as const,
      { body: "Said before", submittedAt: BEFORE },
    ];
    const comments = { [PULL]: [{ body: "Said before", createdAt: BEFORE }, { body: "Said since" }] };
    expect(await told({ reviews, comments, before: "completed" })).toEqual([
      { what: ASK, text: "writer: Still asked for" },
      { what: SAY, text: "writer: Said since" },
    ]);
  });

  it("is told again where it did not come through", async () => {
    const comments = { [PULL]: [{ body: "Said before", createdAt: BEFORE }] };
    expect(await told({ comments, before: "red" })).toMatchObject([{ text: "writer: Said before" }]);
  });
});

it("all are told in the order in which they were said, the newest where there is no room for all", async () => {
  const remark = (n: number, length: number) => ({
    body: `Remark ${n} ${"so ".repeat(length)}`,
    createdAt: new Date(SINCE.getTime() + n),
  });
  const heard = async (length: number) => {
    const comments = {
      [PULL]: [0, 2, 4, 6].map((n) => remark(n, length)),
      [ISSUE]: [1, 3, 5].map((n) => remark(n, length)),
    };
    const [said] = await told({ comments });
    return { said: said!.text.match(/Remark \d|^\(.*\)$/gm), length: said!.text.length };
  };
  expect((await heard(1)).said).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `Remark ${n}`));
  const { said, length } = await heard(1000);
  expect(said).toEqual(["(4 earlier ones left out)", "Remark 4", "Remark 5", "Remark 6"]);
  expect(length).toBeLessThan(8000);
});
