/** The contract of `BoardWriter` for labels, issues, comments and reactions: what is true on GitHub after a call, after a second one, and after a refusal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TransientError, UserError } from "../../../src/domain/problem.ts";
import {
  AT,
  commitOn,
  HOSTILE,
  ME,
  openContractWorld,
  thrownBy,
  type ContractWorld,
} from "./contract-world.ts";
import { answered, answerLost, json, noted } from "./line.ts";

let world: ContractWorld;
let names = 0;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const unique = (word: string): string => `${word}-${++names}`;
const markerOf = (word: string): string => `<!-- roundtable:unit run=1 unit=${unique(word)} -->`;

const issuesWith = async (text: string): Promise<number[]> => {
  const all = await world.owner.paginate(world.owner.rest.issues.listForRepo, {
    ...AT,
    state: "all",
    per_page: 100,
  });
  return all.filter((issue) => issue.body?.includes(text)).map((issue) => issue.number);
};
const issueOf = async (issue_number: number) =>
  (await world.owner.rest.issues.get({ ...AT, issue_number })).data;
const labelsOf = (labels: readonly (string | { name?: string })[]): string[] =>
  labels.map((label) => (typeof label === "string" ? label : label.name!));
const anIssue = async (by: "app" | "owner" = "app"): Promise<number> =>
  (await world[by].rest.issues.create({ ...AT, title: "A", body: "a" })).data.number;

describe("ensureLabels", () => {
  const label = (name: string) => ({ name, color: "0e8a16", description: "Ours" });

  it("makes what is missing, then leaves it alone", async () => {
    const labels = [label(unique("one")), label(unique("two"))];
    expect(await world.github.board.ensureLabels(labels)).toEqual({ did: "created" });
    expect(await world.github.board.ensureLabels(labels)).toEqual({ did: "unchanged" });
    const { data } = await world.owner.rest.issues.getLabel({ ...AT, name: labels[0]!.name });
    expect(data).toMatchObject(labels[0]!);
  });

  it("leaves a label of another colour, text or case as the repository has it", async () => {
    const name = unique("Theirs");
    await world.owner.rest.issues.createLabel({ ...AT, name, color: "ff0000", description: "Theirs" });
    expect(await world.github.board.ensureLabels([label(name.toLowerCase())])).toEqual({ did: "unchanged" });
    const { data } = await world.owner.rest.issues.getLabel({ ...AT, name });
    expect(data).toMatchObject({ name, color: "ff0000", description: "Theirs" });
  });

  it("does not take another refusal for a label that is there", async () => {
    const wrong = { ...label(unique("long")), description: "d".repeat(101) };
    expect(await thrownBy(world.github.board.ensureLabels([wrong]))).toMatchObject({ status: 422 });
  });
});

describe("ensureIssue", () => {
  const wanted = (marker: string, change: { parent?: number } = {}) => ({
    marker,
    title: "Unit 3: `rm -rf /` @octo",
    body: `${HOSTILE}\n\n${marker}`,
    labels: ["roundtable", "not-started"],
    parent: change.parent ?? null,
  });

  it("makes an issue below its parent, then finds it, closed or bare of labels", async () => {
    const [marker, parent] = [markerOf("unit"), await anIssue()];
    const { did, number } = await world.github.board.ensureIssue(wanted(marker, { parent }));
    expect(did).toBe("created");
    const made = await issueOf(number);
    expect(made).toMatchObject({ title: "Unit 3: `rm -rf /` @octo", body: `${HOSTILE}\n\n${marker}` });
    expect(labelsOf(made.labels).toSorted()).toEqual(["not-started", "roundtable"]);
    const { data: children } = await world.owner.rest.issues.listSubIssues({ ...AT, issue_number: parent });
    expect(children.map((child) => child.number)).toEqual([number]);

    await world.owner.rest.issues.update({ ...AT, issue_number: number, state: "closed", labels: [] });
    expect(await world.github.board.ensureIssue(wanted(marker, { parent }))).toEqual({
      did: "unchanged",
      number,
    });
    expect(await issuesWith(marker)).toEqual([number]);
  });

  it("does not take somebody else's issue or a pull request for its own", async () => {
    const marker = markerOf("copied");
    await world.owner.rest.issues.create({ ...AT, title: "Copied", body: marker });
    await commitOn(world, { files: { "copied.txt": "x" }, branch: "copied" });
    await world.app.rest.pulls.create({ ...AT, title: "P", head: "copied", base: "main", body: marker });
    const { did, number } = await world.github.board.ensureIssue(wanted(marker));
    expect([did, (await issueOf(number)).user?.login]).toEqual(["created", ME]);
  });

  it("links what was made and not yet linked when a pass died in between", async () => {
    const [marker, parent] = [markerOf("unlinked"), await anIssue()];
    const { number } = await world.github.board.ensureIssue(wanted(marker));
    expect(await world.github.board.ensureIssue(wanted(marker, { parent }))).toEqual({
      did: "updated",
      number,
    });
    const { data: children } = await world.owner.rest.issues.listSubIssues({ ...AT, issue_number: parent });
    expect(children.map((child) => child.number)).toEqual([number]);
  });

  it("makes the issue even where the parent has no place left", async () => {
    const parent = await anIssue();
    for (let made = 0; made < 100; made++) {
      const { data } = await world.owner.rest.issues.create({ ...AT, title: "child" });
      await world.owner.rest.issues.addSubIssue({ ...AT, issue_number: parent, sub_issue_id: data.id });
    }
    const marker = markerOf("no-place");
    const { did, number } = await world.github.board.ensureIssue(wanted(marker, { parent }));
    expect(did).toBe("created");
    expect(await world.github.board.ensureIssue(wanted(marker, { parent }))).toEqual({
      did: "unchanged",
      number,
    });
  });

  it("finds its issue behind more than a page of others of ours", async () => {
    const marker = markerOf("old");
    const { number } = await world.github.board.ensureIssue(wanted(marker));
    for (let made = 0; made < 100; made++) await anIssue();
    expect(await world.github.board.ensureIssue(wanted(marker))).toEqual({ did: "unchanged", number });
  });

  it("says that issues are turned off", async () => {
    const line = answered(/^POST .*\/issues$/, () =>
      json(410, { message: "Issues are disabled for this repo" }),
    );
    const error = await thrownBy(world.connect({ line }).board.ensureIssue(wanted(markerOf("off"))));
    expect(error).toMatchObject({ name: "UserError", why: "Issues are disabled for this repo" });
  });

  it("makes one issue though GitHub's answer was lost", async () => {
    const marker = markerOf("lost");
    const { board } = world.connect({ line: answerLost(/^POST .*\/issues$/) });
    expect(await thrownBy(board.ensureIssue(wanted(marker)))).toBeInstanceOf(TransientError);
    expect(await board.ensureIssue(wanted(marker))).toMatchObject({ did: "unchanged" });
    expect(await issuesWith(marker)).toHaveLength(1);
  });
});

describe("assign", () => {
  it("adds a person beside others and takes them off again; who cannot have an issue is left out", async () => {
    const { data } = await world.owner.rest.issues.create({ ...AT, title: "A" });
    const { board } = world.github;
    const logins = async () =>
      (await world.owner.rest.issues.get({ ...AT, issue_number: data.number })).data.assignees?.map(
        ({ login }) => login,
      );
    await board.assign(data.number, "octo", true);
    await board.assign(data.number, "nobody-here", true);
    expect(await logins()).toEqual(["octo"]);
    await board.assign(data.number, "octo", false);
    expect(await logins()).toEqual([]);
  });
});

describe("updateIssue", () => {
  it("writes what differs, and nothing when nothing does", async () => {
    const number = await anIssue();
    const requests: string[] = [];
    const { board } = world.connect({ line: noted(requests) });
    const change = {
      body: HOSTILE,
      labels: ["roundtable", "completed"],
      state: "closed",
      stateReason: "completed",
    } as const;
    expect(await board.updateIssue(number, change)).toEqual({ did: "updated" });
    const after = await issueOf(number);
    expect(after).toMatchObject({ body: HOSTILE, state: "closed", state_reason: "completed" });
    expect(labelsOf(after.labels).toSorted()).toEqual(["completed", "roundtable"]);

    requests.length = 0;
    expect(await board.updateIssue(number, { ...change, labels: ["Completed", "roundtable"] })).toEqual({
      did: "unchanged",
    });
    expect(requests.filter((name) => !name.startsWith("GET "))).toEqual([]);
  });

  it("leaves alone what it is not asked about, and takes all labels away when asked for none", async () => {
    const number = await anIssue();
    await world.owner.rest.issues.update({ ...AT, issue_number: number, labels: ["bug"] });
    await world.github.board.updateIssue(number, { body: "new" });
    expect(await issueOf(number)).toMatchObject({ title: "A", body: "new", labels: [{ name: "bug" }] });
    expect(await world.github.board.updateIssue(number, { labels: [] })).toEqual({ did: "updated" });
    expect(await issueOf(number)).toMatchObject({ body: "new", labels: [] });
  });

  it("opens again what somebody closed", async () => {
    const number = await anIssue();
    await world.owner.rest.issues.update({ ...AT, issue_number: number, state: "closed" });
    await world.github.board.updateIssue(number, { state: "open", stateReason: "reopened" });
    expect(await issueOf(number)).toMatchObject({ state: "open", state_reason: "reopened" });
  });

  it("says that an issue is gone", async () => {
    expect(await thrownBy(world.github.board.updateIssue(999_999, { body: "b" }))).toBeInstanceOf(UserError);
  });
});

describe("ensureComment", () => {
  const bodies = async (issue_number: number): Promise<string[]> =>
    (
      await world.owner.paginate(world.owner.rest.issues.listComments, { ...AT, issue_number, per_page: 100 })
    ).map((comment) => `${comment.user?.login}: ${comment.body}`);

  it("makes one, leaves it alone, edits it; somebody's copy stays as it is", async () => {
    const [issue, marker] = [await anIssue("owner"), markerOf("comment")];
    await world.owner.rest.issues.createComment({ ...AT, issue_number: issue, body: `mine\n${marker}` });
    const ensure = (text: string) =>
      world.github.board.ensureComment({ issue, marker, body: `${text}\n\n${marker}` });
    expect(await ensure(HOSTILE)).toEqual({ did: "created" });
    expect(await ensure(HOSTILE)).toEqual({ did: "unchanged" });
    expect(await ensure("new")).toEqual({ did: "updated" });
    expect(await bodies(issue)).toEqual([`octo: mine\n${marker}`, `${ME}: new\n\n${marker}`]);
  });

  it("finds its comment among more than a page", async () => {
    const [issue, marker] = [await anIssue(), markerOf("far")];
    for (let made = 0; made < 100; made++)
      await world.owner.rest.issues.createComment({ ...AT, issue_number: issue, body: "x" });
    await world.github.board.ensureComment({ issue, marker, body: marker });
    expect(await world.github.board.ensureComment({ issue, marker, body: marker })).toEqual({
      did: "unchanged",
    });
    expect(await bodies(issue)).toHaveLength(101);
  });

  it("makes one comment though GitHub's answer was lost", async () => {
    const [issue, marker] = [await anIssue(), markerOf("lost")];
    const { board } = world.connect({ line: answerLost(/^POST .*\/comments$/) });
    expect(await thrownBy(board.ensureComment({ issue, marker, body: marker }))).toBeInstanceOf(
      TransientError,
    );
    expect(await board.ensureComment({ issue, marker, body: marker })).toEqual({ did: "unchanged" });
    expect(await bodies(issue)).toHaveLength(1);
  });

  it("says that the issue is gone", async () => {
    const comment = { issue: 999_999, marker: "<!-- m -->", body: "<!-- m -->" };
    expect(await thrownBy(world.github.board.ensureComment(comment))).toBeInstanceOf(UserError);
  });
});

describe("react", () => {
  it("reacts once; to a comment that is gone there is nothing to do", async () => {
    const { data } = await world.owner.rest.issues.createComment({
      ...AT,
      issue_number: await anIssue(),
      body: "/orchestrate help",
    });
    const react = () => world.github.board.react({ comment: data.id }, "rocket");
    expect(await react()).toEqual({ did: "created" });
    expect(await react()).toEqual({ did: "unchanged" });
    const { data: after } = await world.owner.rest.issues.getComment({ ...AT, comment_id: data.id });
    expect(after.reactions).toMatchObject({ total_count: 1, rocket: 1 });
    await world.owner.rest.issues.deleteComment({ ...AT, comment_id: data.id });
    expect(await react()).toEqual({ did: "unchanged" });
  });

  it("reacts to an issue once, beside whoever did so before", async () => {
    const issue = await anIssue("owner");
    await world.owner.rest.reactions.createForIssue({ ...AT, issue_number: issue, content: "confused" });
    const react = (number: number) => world.github.board.react({ issue: number }, "confused");
    expect(await react(issue)).toEqual({ did: "created" });
    expect(await react(issue)).toEqual({ did: "unchanged" });
    expect((await issueOf(issue)).reactions).toMatchObject({ total_count: 2, confused: 2 });
    expect(await react(999_999)).toEqual({ did: "unchanged" });
  });
});
