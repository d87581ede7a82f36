/** What may go wrong in a simulated world, how often, and what it does. All of it ends when the world's calm begins. */
import type { Chance } from "./chance.ts";

export interface FaultKind {
  /** Of each chance that it has to happen. */
  rate: number;
  /** What is a chance. */
  of: string;
  does: string;
}

const REQUEST = "request of ours";
const WEBHOOK = "webhook to the App";
const JOB = "step of a job";
const AGENT = "agent's step";
const QUESTION = "question to people";
const WORLD = "world";
const HALF_HOUR = "half an hour of people at work";

export const FAULTS = {
  "request-lost": { rate: 0.004, of: REQUEST, does: "never reaches GitHub" },
  "answer-lost": { rate: 0.004, of: REQUEST, does: "takes effect, and nobody hears of it" },
  "answer-cut": { rate: 0.002, of: REQUEST, does: "takes effect, and its answer breaks off" },
  "answer-slow": { rate: 0.004, of: REQUEST, does: "takes up to 40 seconds" },
  "server-error": { rate: 0.002, of: REQUEST, does: "is answered with 502" },
  limited: { rate: 0.002, of: REQUEST, does: "meets GitHub's secondary limit" },
  "lists-late": { rate: 0.3, of: WORLD, does: "lists show what is new some seconds later" },
  "webhook-lost": { rate: 0.04, of: WEBHOOK, does: "is lost without a trace" },
  "webhook-failed": { rate: 0.02, of: WEBHOOK, does: "cannot be delivered, and GitHub knows" },
  "webhook-twice": { rate: 0.04, of: WEBHOOK, does: "comes twice" },
  "webhook-late": { rate: 0.05, of: WEBHOOK, does: "comes up to an hour late, after later ones" },
  "run-lost": { rate: 0.02, of: "dispatch of a workflow", does: "is accepted, and no run begins" },
  "run-late": {
    rate: 0.02,
    of: "dispatch of a workflow",
    does: "is accepted, and its run begins an hour later",
  },
  "job-queued": { rate: 0.01, of: "job", does: "waits in the queue for an hour before a runner takes it up" },
  "run-cancelled": { rate: 0.015, of: JOB, does: "its workflow run is cancelled by hand" },
  "job-killed": { rate: 0.02, of: JOB, does: "its process is killed in between" },
  "artifact-missing": { rate: 0.02, of: AGENT, does: "its result cannot be uploaded" },
  "artifact-cut": { rate: 0.02, of: "artifact that is read", does: "its zip file breaks off" },
  "agent-hangs": { rate: 0.015, of: AGENT, does: "does not come to an end" },
  "agent-dies": { rate: 0.02, of: AGENT, does: "ends without a result" },
  "agent-garbage": { rate: 0.02, of: AGENT, does: "hands over what is no JSON" },
  "agent-nothing": { rate: 0.02, of: AGENT, does: "hands over that nothing was to do" },
  "agent-too-much": { rate: 0.02, of: AGENT, does: "hands over more than is allowed" },
  "clock-skew": { rate: 0.3, of: "process of ours", does: "its clock is up to 10 minutes off" },
  killed: {
    rate: 0.0006,
    of: REQUEST,
    does: "the process that asks is killed, before it or after; the App begins anew, a job has failed",
  },
  "killed-after-write": {
    rate: 0.001,
    of: "write of ours",
    does: "takes effect, and the process that asked is killed",
  },
  replicas: { rate: 0.25, of: WORLD, does: "two copies of the App work side by side" },
  "webhook-to-all": { rate: 0.5, of: "world with two copies", does: "each webhook comes to both" },
  outage: { rate: 0.2, of: WORLD, does: "GitHub is down for 20 minutes" },
  "hour-used-up": { rate: 0.12, of: WORLD, does: "an account may ask some hundred times an hour only" },
  renamed: { rate: 0.12, of: WORLD, does: "the repository gets another name" },
  suspended: { rate: 0.2, of: WORLD, does: "the installation is suspended for half an hour" },
  "confirmed-late": { rate: 0.2, of: WORLD, does: "the plan waits for hours before somebody confirms it" },
  "marker-copied": {
    rate: 0.15,
    of: WORLD,
    does: "somebody's issue and comment end with marks as ours do, before ours are there",
  },
  "status-label": { rate: 0.08, of: HALF_HOUR, does: "somebody sets a status label by hand" },
  "hold-label": { rate: 0.05, of: HALF_HOUR, does: "somebody holds a unit for half an hour" },
  "body-edited": { rate: 0.06, of: HALF_HOUR, does: "somebody edits the body of a unit's issue" },
  "pull-closed": { rate: 0.04, of: HALF_HOUR, does: "somebody closes a unit's pull request" },
  "branch-pushed": { rate: 0.05, of: HALF_HOUR, does: "somebody commits to a unit's branch" },
  "branch-deleted": { rate: 0.03, of: HALF_HOUR, does: "somebody deletes a unit's branch" },
  "base-moved": { rate: 0.08, of: HALF_HOUR, does: "the base branch moves" },
  "base-forced": { rate: 0.05, of: HALF_HOUR, does: "the base branch is force-pushed" },
  "merged-by-hand": { rate: 0.05, of: HALF_HOUR, does: "somebody merges a unit's pull request" },
  reviewed: {
    rate: 0.04,
    of: HALF_HOUR,
    does: "somebody asks for changes in a unit's pull request, and approves it an hour later",
  },
  "permission-gone": { rate: 0.04, of: HALF_HOUR, does: "who gives a command may not write any more" },
  paused: { rate: 0.04, of: HALF_HOUR, does: "somebody pauses the run for half an hour" },
  "left-alone": { rate: 0.15, of: QUESTION, does: "nobody answers any more, whatever is asked" },
  silence: { rate: 0.15, of: QUESTION, does: "nobody answers for half a day" },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** A kind of fault at one of the chances that it has to happen, from 1. */
export interface OneFault {
  kind: FaultName;
  at: number;
  /** And again at each so many writes of the undisturbed run after that. */
  every?: number;
  /** Those writes, by their names: after the first death no number is what it was. */
  writes?: ReadonlySet<string>;
}

export interface Faults {
  /** Whether it happens now; counted where it does. `write`: the name of the write that it may happen to. */
  strikes(kind: FaultName, write?: string): boolean;
  /** The first of them that happens. */
  firstOf<K extends FaultName>(kinds: readonly K[]): K | null;
  readonly injected: ReadonlyMap<FaultName, number>;
  /** Names of the writes that it happened to. */
  readonly struck: ReadonlySet<string>;
  /** How many chances each kind had. */
  readonly chances: ReadonlyMap<FaultName, number>;
}

export interface FaultsOptions {
  chance: Chance;
  /** 0: nothing goes wrong; 1: as the table says. */
  scale: number;
  /** Nothing but this goes wrong, whatever the scale. */
  only?: OneFault | undefined;
  isCalm(): boolean;
  told(kind: FaultName): void;
}

export function createFaults({ chance, scale, only, isCalm, told }: FaultsOptions): Faults {
  const injected = new Map<FaultName, number>();
  const streams = new Map(FAULT_NAMES.map((kind) => [kind, chance.of(kind)]));
  const chances = new Map<FaultName, number>();
  const isByChance = (kind: FaultName): boolean =>
    scale > 0 && !isCalm() && streams.get(kind)!.is(FAULTS[kind].rate * scale);
  const struck = new Set<string>();
  const isIt = ({ kind, at, writes }: OneFault, write = ""): boolean =>
    writes === undefined ? chances.get(kind) === at : writes.has(write);
  const strikes = (kind: FaultName, write?: string): boolean => {
    chances.set(kind, (chances.get(kind) ?? 0) + 1);
    const isStruck = only === undefined ? isByChance(kind) : only.kind === kind && isIt(only, write);
    if (!isStruck) return false;
    if (write !== undefined) struck.add(write);
    injected.set(kind, (injected.get(kind) ?? 0) + 1);
    told(kind);
    return true;
  };
  return {
    strikes,
    firstOf: (kinds) => kinds.find((kind) => strikes(kind)) ?? null,
    injected,
    struck,
    chances,
  };
}
