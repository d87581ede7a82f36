/**
 * Units of which nothing says what they wait for: neither a line, nor the waves, a diagram or a sentence, nor a unit that
 * waits for them. They are taken to build on what stands before them, and the plan says so; those marked (P) stand side by
 * side. With profile throughput nothing is taken, only said.
 */
import type { Diagnostic } from "../problem.ts";
import { few } from "./advice.ts";
import type { Edge, EdgeRequest, Edges } from "./edges.ts";
import type { Group } from "./units.ts";

/** Units that declare what they wait for, be it nothing, and those that are waited for so; done ones too. */
export function declaredUnits({ allGroups, unitOf }: EdgeRequest): Set<string> {
  const found = new Set<string>();
  for (const { id, tasks } of allGroups)
    for (const task of tasks) {
      if (task.isFree) found.add(id);
      for (const target of task.dependsOn.map((dependency) => unitOf.get(dependency)))
        if (target !== undefined && target !== id) found.add(id).add(target);
    }
  return found;
}

/** `declared` is what {@link declaredUnits} found. */
export function followFile(request: EdgeRequest, edges: Edges, declared: ReadonlySet<string>): void {
  const { profile, diagnostics } = request;
  const spoken = new Set([...declared, ...inGraph(request), ...ordered(edges)]);
  const followers = followersOf(request.groups, edges, spoken);
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

const inGraph = ({ waves, unitOf }: EdgeRequest): string[] =>
  (waves?.waves ?? []).flatMap(({ tasks }) => tasks).flatMap((task) => unitOf.get(task) ?? []);

const ordered = (edges: Edges): string[] =>
  edges.ids.flatMap((id) => {
    const said = edges.of(id).filter(({ source }: Edge) => source !== "checkpoint");
    return said.length > 0 ? [id, ...said.map((edge) => edge.id)] : [];
  });

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
    why: `it has no \`_Depends:\` lines and no waves, so ${isFree ? "with profile throughput only checkpoints and path locks hold units back" : "each unit follows the one before"}`,
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
