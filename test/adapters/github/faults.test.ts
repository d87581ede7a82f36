/** What the ports make of an outage, a limit, a missing permission: one of our families, and nothing half believed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Github } from "../../../src/application/ports.ts";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import { AGENT_WORKFLOW } from "../../../src/domain/run/names.ts";
import {
  addWorkflow,
  AT,
  commitOn,
  ME,
  openContractWorld,
  PERMISSIONS,
  thrownBy,
  type ContractWorld,
} from "./contract-world.ts";
import { answered, answeredOnce, json, noted, type Line } from "./line.ts";

const AGENT = `
on: { workflow_dispatch: { inputs: { waits: { type: boolean } } } }
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: echo "{}" > result.json
      - { uses: actions/upload-artifact@v6, with: { name: result, path: result.json } }
      - { if: inputs.waits, run: "while :; do sleep 0.02; done" }
`;

let world: ContractWorld;
let [pull, issue, comment, done, job, waiting] = [0, 0, 0, 0, 0, 0];
let head = "";
beforeAll(async () => {
  world = await openContractWorld();
  await addWorkflow(world, AGENT_WORKFLOW, AGENT);
  head = await commitOn(world, { files: { "a.txt": "a\n" }, branch: "roundtable/1/unit-1" });
  for (const branch of ["roundtable/1/unit-2", "roundtable/1/unit-3"])
    await commitOn(world, { files: { "b.txt": "b\n" }, from: head, branch });
  await world.owner.rest.git.createRef({ ...AT, ref: "refs/heads/behind", sha: world.first });
  const opened = { ...AT, title: "P", head: "roundtable/1/unit-1", base: "main", draft: true };
  pull = (await world.app.rest.pulls.create(opened)).data.number;
  issue = (await world.app.rest.issues.create({ ...AT, title: "A" })).data.number;
  comment = (await world.owner.rest.issues.createComment({ ...AT, issue_number: issue, body: "c" })).data.id;
  const start = async (waits: string): Promise<number> => {
    const run = await world.github.workflows.dispatch(AGENT_WORKFLOW, { waits });
    return (run as { runId: number }).runId;
  };
  done = await start("false");
  await world.settled();
  job = (await world.github.workflows.jobs(done))[0]!.id;
  waiting = await start("true");
});
afterAll(() => world.close());

const READS: [string, (github: Github) => Promise<unknown>][] = [
  ["board.repository", ({ board }) => board.repository()],
  ["board.board", ({ board }) => board.board("main")],
  ["board.comments", ({ board }) => board.comments(issue)],
  ["board.recentComments", ({ board }) => board.recentComments()],
  ["board.issue", ({ board }) => board.issue(issue)],
  ["board.issuesOf", ({ board }) => board.issuesOf(ME, new Date(0))],
  ["board.eyesOn", ({ board }) => board.eyesOn({ comment })],
  ["board.reviews", ({ board }) => board.reviews(pull)],
  ["board.lineComments", ({ board }) => board.lineComments(pull)],
  ["board.labels", ({ board }) => board.labels()],
  ["board.permission", ({ board }) => board.permission("octo")],
  ["code.branches", ({ code }) => code.branches("roundtable/1/")],
  ["code.branch", ({ code }) => code.branch("main")],
  ["code.isAncestor", ({ code }) => code.isAncestor(world.first, head)],
  ["code.changes", ({ code }) => code.changes(world.first, head)],
  ["code.paths", ({ code }) => code.paths(world.first)],
  ["code.file", ({ code }) => code.file(world.first, "README.md")],
  ["code.checks", ({ code }) => code.checks(world.first)],
  ["code.readCommit", ({ code }) => code.readCommit(world.first)],
  ["journal.openRuns", ({ journal }) => journal.openRuns()],
  ["journal.hasEnded", ({ journal }) => journal.hasEnded(1)],
  ["journal.find", ({ journal }) => journal.find(1)],
  ["workflows.runs", ({ workflows }) => workflows.runs(new Date(0))],
  ["workflows.dispatched", ({ workflows }) => workflows.dispatched(done)],
  ["workflows.jobs", ({ workflows }) => workflows.jobs(done)],
  [
    "workflows.artifact",
    ({ workflows }) =>
      workflows.artifact({ runId: done, name: "result", file: "result.json", maxBytes: 100 }),
  ],
  ["workflows.jobLog", ({ workflows }) => workflows.jobLog(job)],
];

const brokenOff = (): Response => {
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode("[{"));
      stream.error(new TypeError("terminated"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
};
const noConnection = (): Response => {
  throw new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
};
const FAULTS: [string, () => Response][] = [
  ["a bad gateway", () => new Response("<html></html>", { status: 502 })],
  ["a connection that breaks", noConnection],
  ["an answer that breaks off", brokenOff],
  ["an empty answer", () => new Response("", { headers: { "content-type": "application/json" } })],
];

describe.each(READS)("%s", (_name, read) => {
  it.each(FAULTS)("is asked again after %s, and then true", async (_fault, reply) => {
    const github = world.connect({ line: answeredOnce(/./, reply) });
    expect(await thrownBy(read(github))).toBeInstanceOf(TransientError);
    expect(await read(github)).toEqual(await read(world.github));
  });
});

describe("limits", () => {
  it("of GraphQL are told with status 200", async () => {
    const reset = Date.parse("2026-03-01T12:20:00Z") / 1000;
    const reply = (): Response =>
      json(
        200,
        { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 1." }] },
        {
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": `${reset}`,
          date: "Sun, 01 Mar 2026 12:10:00 GMT",
        },
      );
    const { board } = world.connect({ line: answered(/graphql$/, reply) });
    expect(await thrownBy(board.updatePull(pull, { ready: true }))).toMatchObject({
      name: "TransientError",
      retryAfterMs: 600_000,
    });
  });

  it("of GraphQL may be told by their text alone", async () => {
    const reply = (): Response =>
      json(200, { data: null, errors: [{ message: "was submitted too quickly" }] });
    const { board } = world.connect({ line: answered(/graphql$/, reply) });
    expect(await thrownBy(board.updatePull(pull, { ready: true }))).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("set the clock too: the time of a refusal is GitHub's", async () => {
    const reply = (): Response => json(429, { message: "slow" }, { date: "Sun, 01 Mar 2026 13:00:00 GMT" });
    const github = world.connect({ line: answered(/./, reply) });
    await thrownBy(github.board.labels());
    expect(github.now().toISOString()).toBe("2026-03-01T13:00:00.000Z");
  });
});

/** A write, the permission that it takes, and what it answers when it is asked again after a fault. */
interface Write {
  name: string;
  permission: string;
  write: (github: Github) => Promise<unknown>;
  answers: unknown;
}
const created = { did: "created" };
const updated = { did: "updated" };
const marker = "<!-- f -->";
const label = { name: "f", color: "ededed", description: "" };
const body = `text\n${marker}`;
const review = { verdict: "comment", body, marker } as const;
const unit = { head: "roundtable/1/unit-2", base: "main", title: "t", body: "", draft: true, labels: [] };
const WRITES: Write[] = [
  {
    name: "ensureLabels",
    permission: "issues",
    write: ({ board }) => board.ensureLabels([label]),
    answers: created,
  },
  {
    name: "ensureIssue",
    permission: "issues",
    write: ({ board }) => board.ensureIssue({ marker, title: "t", body, labels: [], parent: null }),
    answers: { ...created, number: expect.any(Number) as number },
  },
  {
    name: "updateIssue",
    permission: "issues",
    write: ({ board }) => board.updateIssue(issue, { body: "f" }),
    answers: updated,
  },
  {
    name: "ensureComment",
    permission: "issues",
    write: ({ board }) => board.ensureComment({ issue, marker, body }),
    answers: created,
  },
  {
    name: "react",
    permission: "issues",
    write: ({ board }) => board.react({ comment }, "eyes"),
    answers: created,
  },
  {
    name: "ensurePull",
    permission: "pull_requests",
    write: ({ board }) => board.ensurePull(unit),
    answers: { ...created, number: expect.any(Number) as number },
  },
  {
    name: "updatePull",
    permission: "pull_requests",
    write: ({ board }) => board.updatePull(pull, { body: "b" }),
    answers: updated,
  },
  {
    name: "ensureReview",
    permission: "pull_requests",
    write: ({ board }) => board.ensureReview({ ...review, pull, sha: head }),
    answers: created,
  },
  {
    name: "ensureBranch",
    permission: "contents",
    write: ({ code }) => code.ensureBranch({ name: "f", sha: world.first, message: null }),
    answers: { ...created, sha: expect.any(String) as string },
  },
  {
    name: "resetBranch",
    permission: "contents",
    write: ({ code }) => code.resetBranch("f", head),
    answers: updated,
  },
  {
    name: "advance",
    permission: "contents",
    write: ({ code }) => code.advance("behind", head),
    answers: updated,
  },
  {
    name: "commit",
    permission: "contents",
    write: ({ code }) =>
      code.commit({ branch: "f", expectedHead: head, commits: [{ message: "m", files: [] }] }),
    answers: { sha: expect.any(String) as string },
  },
  {
    name: "merge",
    permission: "contents",
    write: ({ code }) => code.merge({ base: "main", head, message: "m" }),
    answers: { sha: expect.any(String) as string },
  },
  {
    name: "archive",
    permission: "contents",
    write: ({ journal }) => journal.archive(1, world.first),
    answers: undefined,
  },
  {
    name: "dispatch",
    permission: "actions",
    write: ({ workflows }) => workflows.dispatch(AGENT_WORKFLOW, {}),
    answers: { runId: expect.any(Number) as number },
  },
  {
    name: "cancel",
    permission: "actions",
    write: ({ workflows }) => workflows.cancel(waiting),
    answers: updated,
  },
];

const BLOCKED =
  "You have exceeded a secondary rate limit and have been temporarily blocked from content creation.";
const REFUSALS: [string, () => Response][] = [
  [
    "a secondary limit",
    () => json(403, { message: "You have exceeded a secondary rate limit." }, { "retry-after": "9" }),
  ],
  ["a block of content", () => json(403, { message: BLOCKED })],
  [
    "a primary limit",
    () => json(429, { message: "API rate limit exceeded" }, { "x-ratelimit-remaining": "0" }),
  ],
  ["a bad gateway", () => new Response("<html></html>", { status: 502 })],
  ["a connection that breaks", noConnection],
];

describe("a missing permission", () => {
  const readOnly = Object.fromEntries(Object.keys(PERMISSIONS).map((name) => [name, "read" as const]));

  it.each(WRITES)("keeps $name from happening and names $permission", async ({ permission, write }) => {
    const error = await thrownBy(write(world.connect({ permissions: readOnly, reviewer: null })));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).fix).toContain(permission);
  });

  it("keeps a draft a draft, by GraphQL", async () => {
    const github = world.connect({ permissions: readOnly });
    expect(await thrownBy(github.board.updatePull(pull, { ready: true }))).toBeInstanceOf(UserError);
    expect((await world.owner.rest.pulls.get({ ...AT, pull_number: pull })).data.draft).toBe(true);
  });

  it("hides a repository, which then is as none", async () => {
    const error = await thrownBy(world.connect({ repo: "not-there" }).board.repository());
    expect(error).toBeInstanceOf(UserError);
  });
});

describe("a write", () => {
  it.each(WRITES)(
    "$name that does not get through is sent once, and then done",
    async ({ write, answers }) => {
      for (const [refusal, reply] of REFUSALS) {
        const sent: string[] = [];
        const line = (next: Line): Line => noted(sent)(answered(/^(POST|PUT|PATCH|DELETE) /, reply)(next));
        expect(await thrownBy(write(world.connect({ line }))), refusal).toBeInstanceOf(TransientError);
        expect(
          sent.filter((name) => !name.startsWith("GET ")),
          refusal,
        ).toHaveLength(1);
      }
      expect(await write(world.github)).toEqual(answers);
    },
  );
});
