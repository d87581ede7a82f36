/** What happens to issues, by whichever way it is asked for: the change and the events that follow. */
import type { Caller } from "./route.ts";
import { commentShape, issueShape, labelShape } from "./shapes/issue.ts";
import { pullDetails } from "./shapes/pull.ts";
import { accountShape } from "./shapes/account.ts";
import { findLabel } from "./shapes/issue.ts";
import type { Comment, Issue, Label, Repository } from "./state.ts";
import { issueOf, isPull, newId, now } from "./world.ts";
import type { World } from "./world.ts";

export interface Actor {
  repository: Repository;
  caller: Caller;
}

export function openIssue(
  world: World,
  actor: Actor,
  input: Pick<Issue, "title" | "body" | "labels" | "assignees">,
): Issue {
  const issue = newIssue(world, actor, { ...input, labels: [] });
  actor.repository.issues.push(issue);
  issue.labels = input.labels.map((name) => ensureLabel(world, actor, name).name);
  emitIssue(world, actor, { issue, action: "opened" });
  for (const name of issue.labels) emitLabelled(world, actor, { issue, action: "labeled", name });
  return issue;
}

/** An issue record with the next number, not yet in the repository: pull requests share numbers with issues. */
export function newIssue(
  world: World,
  actor: Actor,
  input: Pick<Issue, "title" | "body" | "labels" | "assignees">,
): Issue {
  const at = now(world);
  return {
    id: newId(world),
    number: actor.repository.nextNumber++,
    ...input,
    user: actor.caller.login,
    state: "open",
    stateReason: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    reactions: [],
    subIssues: [],
    blockedBy: [],
    pull: null,
  };
}

export function setIssueState(
  world: World,
  actor: Actor,
  change: { issue: Issue; state: Issue["state"]; reason: Issue["stateReason"] },
): void {
  const { issue, state } = change;
  if (issue.state === state) return;
  issue.state = state;
  issue.stateReason =
    change.reason ?? (issue.pull !== null ? null : state === "closed" ? "completed" : "reopened");
  issue.closedAt = state === "closed" ? now(world) : null;
  issue.closedBy = state === "closed" ? actor.caller.login : null;
  touch(world, issue);
  emitIssue(world, actor, { issue, action: state === "closed" ? "closed" : "reopened" });
}

/** Replaces the labels of an issue. Labels that the repository does not have are made. */
export function setLabels(
  world: World,
  actor: Actor,
  change: { issue: Issue; labels: readonly string[] },
): void {
  const { issue } = change;
  const wanted = [...new Set(change.labels.map((name) => ensureLabel(world, actor, name).name))];
  const before = issue.labels;
  issue.labels = wanted;
  const added = wanted.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !wanted.includes(name));
  if (added.length + removed.length > 0) touch(world, issue);
  for (const name of added) emitLabelled(world, actor, { issue, action: "labeled", name });
  for (const name of removed) emitLabelled(world, actor, { issue, action: "unlabeled", name });
}

function ensureLabel(world: World, actor: Actor, name: string): Label {
  return (
    findLabel(actor.repository, name) ?? addLabel(world, actor, { name, color: "ededed", description: null })
  );
}

export function addLabel(world: World, actor: Actor, input: Omit<Label, "id">): Label {
  const label = { id: newId(world), ...input };
  actor.repository.labels.push(label);
  emitLabel(world, actor, { label, action: "created" });
  return label;
}

export function emitLabel(world: World, actor: Actor, change: { label: Label; action: string }): void {
  world.emit({
    name: "label",
    action: change.action,
    repository: actor.repository,
    sender: actor.caller,
    payload: { label: labelShape(world, actor.repository, change.label) },
  });
}

export function addComment(world: World, actor: Actor, input: { issue: Issue; body: string }): Comment {
  const at = now(world);
  const comment: Comment = {
    id: newId(world),
    issue: input.issue.number,
    user: actor.caller.login,
    body: input.body,
    createdAt: at,
    updatedAt: at,
    reactions: [],
  };
  actor.repository.comments.push(comment);
  touch(world, input.issue);
  return comment;
}

/** Tells by its event what stood there before; nothing happens where it stands so already. */
export function editTexts(
  world: World,
  actor: Actor,
  { issue, title, body }: { issue: Issue; title?: string | undefined; body?: string | null | undefined },
): void {
  const changes: Record<string, unknown> = {};
  if (title !== undefined && title !== issue.title) {
    changes["title"] = { from: issue.title };
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes["body"] = { from: issue.body ?? "" };
    issue.body = body;
  }
  if (Object.keys(changes).length === 0) return;
  touch(world, issue);
  emitIssue(world, actor, { issue, action: "edited", extra: { changes } });
}

export function editComment(world: World, actor: Actor, change: { comment: Comment; body: string }): void {
  const { comment, body } = change;
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = now(world);
  emitComment(world, actor, { comment, action: "edited", extra: { changes } });
}

export function emitComment(
  world: World,
  { repository, caller }: Actor,
  event: { comment: Comment; action: string; extra?: Record<string, unknown> },
): void {
  world.emit({
    name: "issue_comment",
    action: event.action,
    repository,
    sender: caller,
    payload: {
      issue: issueShape(world, repository, issueOf(repository, event.comment.issue)),
      comment: commentShape(world, repository, event.comment),
      ...event.extra,
    },
  });
}

/** The event of an issue, or of a pull request when it is one. */
export function emitIssue(
  world: World,
  actor: Actor,
  event: { issue: Issue; action: string; extra?: Record<string, unknown> },
): void {
  const { issue, action, extra } = event;
  const { repository, caller } = actor;
  const subject = isPull(issue)
    ? { number: issue.number, pull_request: pullDetails(world, repository, { issue, mergeable: null }) }
    : { issue: issueShape(world, repository, issue) };
  world.emit({
    name: isPull(issue) ? "pull_request" : "issues",
    action,
    repository,
    sender: caller,
    payload: { ...subject, ...extra },
  });
}

export function emitAssigned(
  world: World,
  actor: Actor,
  change: { issue: Issue; before: readonly string[] },
): void {
  const { issue, before } = change;
  for (const login of issue.assignees.filter((one) => !before.includes(one))) {
    emitIssue(world, actor, { issue, action: "assigned", extra: { assignee: accountShape(world, login) } });
  }
  for (const login of before.filter((one) => !issue.assignees.includes(one))) {
    emitIssue(world, actor, { issue, action: "unassigned", extra: { assignee: accountShape(world, login) } });
  }
}

export function touch(world: World, issue: Issue): void {
  issue.updatedAt = now(world);
}

function emitLabelled(
  world: World,
  actor: Actor,
  change: { issue: Issue; action: "labeled" | "unlabeled"; name: string },
): void {
  const label = findLabel(actor.repository, change.name);
  if (label === undefined) return;
  const extra = { label: labelShape(world, actor.repository, label) };
  emitIssue(world, actor, { issue: change.issue, action: change.action, extra });
}
