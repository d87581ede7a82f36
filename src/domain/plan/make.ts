/** One spec at one commit → the plan (design section 6). Mistakes are in `diagnostics`; with an error there is no run. */
import { PARALLEL, type Config } from "../config.ts";
import { protection } from "../handover/protected-path.ts";
import type { Diagnostic } from "../problem.ts";
import { parseSpec } from "../spec/spec.ts";
import { linesOf } from "../text/lines.ts";
import { leftOutDependencies, notes, unheldCeilings, unknownChoices } from "./advice.ts";
import { briefAdvice } from "./brief-advice.ts";
import { agentOf, criticalityOf, escalationOf, reviewersOf, typeOf, type Traits } from "./classify.ts";
import type { CoChanges } from "./co-changes.ts";
import { componentsOf } from "./components.ts";
import { edgesOf } from "./edges.ts";
import { estimateOf } from "./estimate.ts";
import type { PlanFlags } from "./flags.ts";
import { isOverride, labelsOf, unknownAgents, type Labels } from "./labels.ts";
import type { Plan, PlanTask, PlanUnit } from "./plan.ts";
import type { Proposal, ProposedUnit } from "./proposal.ts";
import { reportOf, withReport } from "./report-unit.ts";
import { levelOf, priorityOf } from "./priority.ts";
import { scheduleOf } from "./schedule.ts";
import { unitSlug, type Hash } from "./slug.ts";
import { belowCheckpoints, choose, droppedParts, groupsOf, unitsOf, type Group } from "./units.ts";
import { BY_HAND } from "./words.ts";
import { readsOf, repositoryOf, writesOf, type Knowledge } from "./writes.ts";

export interface PlanRequest {
  spec: {
    name: string;
    path: string;
    /** Null for a working tree. */
    sha: string | null;
    tasksText: string;
    requirementsText: string | null;
    designText: string | null;
  };
  config: Config;
  flags: PlanFlags;
  /** The repository's files, to tell a hint at a path from a word. */
  files: readonly string[];
  coChanges?: CoChanges;
  /** Labels that override rules: `agent:*`, `criticality:*`, priorities. */
  labels?: Labels;
  /** By a planning model, checked against the plan that is made without it. */
  proposal?: Proposal;
  hash: Hash;
}

export function makePlan(request: PlanRequest): Plan {
  const { spec, config, flags, labels = {}, coChanges = new Map() } = request;
  const proposed = new Map(request.proposal?.units.map((unit) => [unit.id, unit]));
  const { tasks, waves, hints, design, requirements, diagnostics } = parseSpec({
    tasks: spec.tasksText,
    requirements: spec.requirementsText,
    design: spec.designText,
  });
  const agents = Object.keys(config.agents);
  const unitOf = unitsOf(tasks);
  const profile = flags.profile ?? config.profile;
  const workers = flags.maxParallel ?? (flags.profile ? PARALLEL[flags.profile] : config.maxParallel);
  const allGroups = groupsOf(tasks, unitOf);
  const { groups, leftOut } = choose(allGroups, flags);
  diagnostics.push(
    ...unknownChoices({ allGroups, unitOf, flags, agents }),
    ...unknownAgents(labels, { groups, agents }),
    ...droppedParts(allGroups, flags),
    ...belowCheckpoints(allGroups, flags),
    ...leftOutDependencies({ groups, allGroups, unitOf, choice: flags }),
  );
  const lines = linesOf(spec.tasksText);
  const edges = edgesOf({ groups, allGroups, unitOf, waves, hints, profile, lines, proposed, diagnostics });
  const making: Making = {
    config,
    profile,
    asked: flags.agent,
    labels,
    spec,
    hash: request.hash,
    proposed,
    known: { repository: repositoryOf(request.files), components: componentsOf(design), coChanges },
    diagnostics,
  };
  const units = groups.map((group) => unitFrom(group, edges.of(group.id), making));
  const schedule = scheduleOf(units, { workers, profile });
  const criteria = requirements?.texts ?? new Map<string, string>();
  diagnostics.push(
    ...notes({ units, groups, schedule }),
    ...unheldCeilings(units, config),
    ...briefAdvice({ units, groups, criteria, config, spec }),
  );
  const texts = [spec.tasksText, spec.requirementsText, spec.designText];
  return {
    v: 1,
    spec: { name: spec.name, path: spec.path, sha: spec.sha },
    tasks: tasks.map(taskFrom),
    units,
    leftOut,
    diagnostics: diagnostics.toSorted((a, b) => a.line - b.line),
    schedule,
    estimate: estimateOf(units, config),
    hash: request.hash(
      JSON.stringify([
        texts,
        config,
        chosen(flags),
        heeded(labels),
        ...(request.proposal ? [request.proposal] : []),
      ]),
    ),
  };
}

/** What of a command's flags the plan follows from, always in the same order: `--dry-run` shows the plan of the run. */
const chosen = ({ profile, maxParallel, agent, includeOptional = false, only }: PlanFlags): PlanFlags => ({
  ...(profile && { profile }),
  ...(maxParallel !== undefined && { maxParallel }),
  ...(agent !== undefined && { agent }),
  includeOptional,
  ...(only && { only }),
});

/**
 * What of the labels the plan follows from; null: nothing. Others come and go, Roundtable's own among them, and the plan
 * stays the same.
 */
function heeded({ run = [], units }: Labels): Labels | null {
  const said = run.filter((text) => isOverride(text) || levelOf(text) !== null);
  return said.length > 0 || units ? { run: said, ...(units && { units }) } : null;
}

const taskFrom = (task: PlanTask): PlanTask => ({
  id: task.id,
  title: task.title,
  status: task.status,
  optional: task.optional,
  parent: task.parent,
  line: task.line,
  requirements: task.requirements,
  dependsOn: task.dependsOn,
  writes: task.writes,
  reads: task.reads,
});

/** What is looked at for its words: some look back over all before them. */
const MAX_TITLE = 300;

interface Making {
  config: Config;
  profile: Config["profile"];
  /** The agent that the command names. */
  asked: string | undefined;
  labels: Labels;
  spec: PlanRequest["spec"];
  hash: Hash;
  proposed: ReadonlyMap<string, ProposedUnit>;
  known: Knowledge;
  diagnostics: Diagnostic[];
}

function unitFrom(group: Group, edges: PlanUnit["dependsOn"], making: Making): PlanUnit {
  const { config, asked, profile } = making;
  const top = group.tasks[0]!;
  const proposed = making.proposed.get(group.id) ?? null;
  const said = withProposed(writesOf(group, making.known, making.diagnostics), proposed?.writes ?? []);
  const labels = labelsOf(making.labels, group.id);
  const traits: Traits = {
    title: top.title.slice(0, MAX_TITLE),
    titles: group.tasks.map((task) => task.title).join("\n"),
    writes: said.map(({ path }) => path),
    isInferred: said.every(({ source }) => source === "inferred"),
    labels,
    proposed,
  };
  const type = group.isCheckpoint
    ? { value: "checkpoint" as const, because: "its title says checkpoint" }
    : typeOf(traits, config);
  const criticality = group.isCheckpoint
    ? { value: "standard" as const, because: "a checkpoint only verifies" }
    : criticalityOf(traits, config);
  const slug = unitSlug({ id: group.id, title: top.title }, making.hash);
  const report = type.value === "review" ? reportOf(slug, making.spec.name, said) : null;
  const writes = report === null ? said : withReport(said, report);
  const rated = { type: type.value, criticality: criticality.value };
  const agent = agentOf(traits, { unit: rated, config, asked });
  const reviewed = { ...rated, agent: agent.value };
  const escalation = escalationOf(reviewed, config, asked);
  const reviewers = reviewersOf(reviewed, config, { asked, profile });
  return {
    id: group.id,
    title: top.title,
    taskIds: group.tasks.map((task) => task.id),
    ...reviewed,
    escalation: escalation.value,
    reviewers: reviewers.value,
    dependsOn: edges,
    writes,
    reads: readsOf(group, making.diagnostics),
    unknownPaths:
      !group.isCheckpoint && (writes.length === 0 || group.tasks.some(({ hasOddPaths }) => hasOddPaths)),
    person: personOf(group, writes, making) ?? (report === null ? null : byHand(traits)),
    report,
    priority: priorityOf(top, labels),
    because: {
      type: type.because,
      agent: agent.because,
      escalation: escalation.because,
      criticality: criticality.because,
      reviewers: reviewers.because,
    },
  };
}

/** More guesses; what is declared stays as it is. */
function withProposed(writes: PlanUnit["writes"], proposed: readonly string[]): PlanUnit["writes"] {
  if (writes.some(({ source }) => source === "declared")) return writes;
  const known = new Set(writes.map(({ path }) => path));
  const more = proposed.filter((path) => !known.has(path));
  return [...writes, ...[...new Set(more)].map((path) => ({ path, source: "inferred" as const }))];
}

/** Who declares a file for it has an agent do it. */
function byHand({ title, writes, isInferred }: Traits): string | null {
  const word = writes.length === 0 || isInferred ? BY_HAND.exec(title)?.[0] : undefined;
  return word === undefined ? null : `its title says "${word}"`;
}

/** Why only a person can do it: no agent may touch a protected path. */
function personOf(
  group: Group,
  writes: PlanUnit["writes"],
  { config, spec, diagnostics }: Making,
): string | null {
  const closed = writes.flatMap(({ path, source }) => {
    const why = protection(path, { protectedPaths: config.protectedPaths, specPath: spec.path });
    return why === null ? [] : [{ path, source, why }];
  });
  const first = closed[0];
  if (first === undefined) return null;
  if (closed.length === writes.length && first.source === "declared")
    return "all its declared paths are protected";
  diagnostics.push({
    severity: "warning",
    code: "protected-path",
    line: group.tasks[0]!.line,
    column: 1,
    what: `Unit ${group.id} ${first.source === "declared" ? "declares" : "names"} ${first.path}, which no agent may change`,
    why: first.why,
    fix: "Make that part a task of its own that declares just this path: a person must do it.",
  });
  return null;
}
