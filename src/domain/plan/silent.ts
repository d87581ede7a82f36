/**
 * Units of which nothing says what they wait for: no line of theirs, not the waves, no diagram, no sentence. That another
 * unit waits for them says nothing of that. They are taken to build on what stands before them, and the plan says so; those
 * marked (P) stand side by side. With profile throughput nothing is taken, only said.
 */
import type { Diagnostic } from "../problem.ts";
import { few } from "./advice.ts";
import type { EdgeRequest, Edges } from "./edges.ts";
import { Queue } from "./queue.ts";
import type { Group } from "./units.ts";

/** `drawn` are units that a diagram shows. */
export function followFile(request: EdgeRequest, edges: Edges, drawn: ReadonlySet<string>): void {
  const { profile, diagnostics } = request;
  const spoken = new Set([...drawn, ...declaring(request), ...inGraph(request), ...waiting(edges)]);
  const followers = followersOf(inOrder(request.groups, edges), edges, spoken);
  if (followers.length === 0) return;
  const isNothingSaid = spoken.size === 0;
  diagnostics.push(isNothingSaid ? noOrder(request) : partOrder(followers, profile));
  if (profile === "throughput") return;
  const reason = isNothingSaid
    ? (unit: string, before: string) => `the spec declares no order, so ${unit} follows ${before}`
    : request.waves
      ? (unit: string) => `the graph leaves ${unit} out, so it follows what stands before it`
      : (unit: string) => `nothing says what ${unit} waits for, so it follows what stands before it`;
  for (const { group, before } of followers)
    for (const { id } of before) {
      const because = `line ${lineOf(group)}: ${reason(group.id, id)}`;
      edges.add(group.id, { id, source: "inferred", because });
    }
}

/** Units with a line of what they wait for, though it be done or nothing. A sub-task's `none` is not that of its unit. */
function declaring({ allGroups, unitOf }: EdgeRequest): string[] {
  return allGroups.flatMap(({ id, tasks }) => {
    const parents = new Set(tasks.map(({ parent }) => parent));
    const waits = tasks.some(({ dependsOn }) => dependsOn.some((other) => (unitOf.get(other) ?? id) !== id));
    const isFree =
      tasks[0]!.isFree ||
      tasks.every((task) => task.isFree || task.dependsOn.length > 0 || parents.has(task.id));
    return waits || (isFree && tasks.some((task) => task.isFree)) ? [id] : [];
  });
}

const inGraph = ({ waves, unitOf }: EdgeRequest): string[] =>
  (waves?.waves ?? []).flatMap(({ tasks }) => tasks).flatMap((task) => unitOf.get(task) ?? []);

const waiting = (edges: Edges): string[] =>
  edges.ids.filter((id) => edges.of(id).some(({ source }) => source !== "checkpoint"));

/** As they stand in the file, but for those that an earlier one waits for: nothing can follow what waits for it. */
function inOrder(groups: readonly Group[], edges: Edges): Group[] {
  const placeOf = new Map(groups.map(({ id }, place) => [id, place]));
  const dependents = new Map<string, number[]>(groups.map(({ id }) => [id, []]));
  const left = groups.map(({ id }) => edges.of(id).length);
  for (const { id } of groups)
    for (const edge of edges.of(id)) dependents.get(edge.id)!.push(placeOf.get(id)!);
  const open = new Queue();
  for (const [place, count] of left.entries()) if (count === 0) open.add(place);
  const ordered: Group[] = [];
  for (let place = open.take(); place !== undefined; place = open.take()) {
    ordered.push(groups[place]!);
    for (const dependent of dependents.get(groups[place]!.id)!) {
      left[dependent]! -= 1;
      if (left[dependent] === 0) open.add(dependent);
    }
  }
  return ordered;
}

interface Follower {
  group: Group;
  /** Those it does not wait for already. */
  before: Group[];
}

/** Each silent unit follows the silent one before it and all that stand between; a checkpoint stands for all before it. */
function followersOf(groups: readonly Group[], edges: Edges, spoken: ReadonlySet<string>): Follower[] {
  const found: Follower[] = [];
  let [awaited, since]: [Group[], Group[]] = [[], []];
  let isBeside = false;
  for (const group of groups) {
    const isSilent = !group.isCheckpoint && !spoken.has(group.id);
    const isParallel = isSilent && group.tasks[0]!.isParallel;
    if (group.isCheckpoint) since = [];
    if (isSilent) {
      if (!(isBeside && isParallel)) [awaited, since] = [since, []];
      const known = new Set(edges.of(group.id).map(({ id }) => id));
      const before = awaited.filter(({ id }) => !known.has(id));
      if (before.length > 0) found.push({ group, before });
    }
    since.push(group);
    isBeside = isParallel;
  }
  return found;
}

const lineOf = ({ tasks }: Group): number => tasks[0]!.line;

function noOrder({ groups, profile }: EdgeRequest): Diagnostic {
  const isFree = profile === "throughput";
  return {
    severity: "note",
    code: "no-order",
    line: lineOf(groups[0]!),
    column: 1,
    what: "The spec declares no order",
    why: `no line of it puts one unit after another, so ${isFree ? "with profile throughput only checkpoints and path locks hold units back" : "each unit follows the one before"}`,
    fix: isFree
      ? "Add `_Depends: 1, 2_` lines where one unit needs another."
      : "Add `_Depends: 1, 2_` lines to let units work side by side, mark neighbours with (P), or ask with --profile throughput.",
  };
}

const partOrder = (followers: readonly Follower[], profile: EdgeRequest["profile"]): Diagnostic => ({
  severity: "note",
  code: "part-order",
  line: lineOf(followers[0]!.group),
  column: 1,
  what: `Nothing says what ${few(followers.map(({ group }) => group.id))} ${followers.length === 1 ? "waits" : "wait"} for`,
  why:
    profile === "throughput"
      ? "the spec orders other units; with profile throughput only checkpoints and path locks hold these back"
      : "the spec orders other units; each of these follows what stands before it",
  fix: "Add `_Depends: 1, 2_` lines, or `_Depends: none_` where a unit needs no other.",
});
