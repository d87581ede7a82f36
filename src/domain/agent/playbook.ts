/**
 * `<spec>/playbook.yml`: what a run plays in place of agents and people. Contracts, "Playbook".
 *
 * One list entry per attempt; a review list holds the entries of all its reviewers, told apart by `role`, and the k-th
 * entry of a reviewer is that reviewer's k-th answer. There is no key for a verify result: those are measured.
 */
import { isMap, type Document, type LineCounter, type Node } from "yaml";
import { z } from "zod";
import { Finding, WorkOutcome } from "../handover/result.ts";
import { ReviewerRole } from "../plan/plan.ts";
import type { Diagnostic } from "../problem.ts";
import { DecisionKind } from "../run/decision-kind.ts";
import { nearest } from "../text/nearest.ts";
import { readYaml } from "../text/yaml.ts";
import { plainAnswer, readAnswer, type AgentAnswer } from "./answer.ts";

const Entry = z.strictObject({
  /** A patch in the form of `git diff`, its path relative to the spec's folder. */
  patch: z.string().optional(),
  outcome: WorkOutcome.optional(),
  summary: z.string().optional(),
  questions: z.array(z.string()).optional(),
  findings: z.array(Finding).optional(),
});

const ReviewEntry = Entry.extend({ role: ReviewerRole });

const UnitEntries = z.strictObject({
  implement: z.array(Entry).default([]),
  fix: z.array(Entry).default([]),
  resolve: z.array(Entry).default([]),
  review: z.array(ReviewEntry).default([]),
});

export const Playbook = z.strictObject({
  version: z.literal(1),
  /** By unit id, as in tasks.md. */
  units: z.record(z.string(), UnitEntries),
  /** The option that a scripted person chooses, by kind of decision. */
  human: z.partialRecord(DecisionKind, z.number().int().positive()).default({}),
  /** Units whose pull requests that person approves, as soon as the run waits for nothing else; see `require_human`. */
  approve: z.array(z.string()).default([]),
});
export type Playbook = z.infer<typeof Playbook>;

export const SCRIPTED_REVIEW = "Scripted review: no model read this";

/** All mistakes with their place; null with at least one. */
export function parsePlaybook(text: string): { playbook: Playbook | null; diagnostics: Diagnostic[] } {
  const yaml = readYaml(text);
  if (yaml.faults)
    return {
      playbook: null,
      diagnostics: yaml.faults.map((fault) => ({ severity: "error", code: "yaml", ...fault })),
    };
  const { value, document, lines } = yaml;
  const parsed = Playbook.safeParse(value);
  if (parsed.success) return { playbook: parsed.data, diagnostics: [] };
  return {
    playbook: null,
    diagnostics: parsed.error.issues.flatMap((issue) => diagnosticsOf(issue, document, lines)),
  };
}

const failed = (why: string): { patch: null; answer: AgentAnswer } => ({
  patch: null,
  answer: plainAnswer("failed", `The playbook has no ${why}.`),
});

export interface Cue {
  unitId: string;
  role: string;
  reviewer: string | null;
  /** From 1. */
  turn: number;
}

/** What is played now; `answer` holds all but the patch. A cue that the playbook does not name has failed. */
export function entryFor(playbook: Playbook, cue: Cue): { patch: string | null; answer: AgentAnswer } {
  const { unitId, role, reviewer, turn } = cue;
  const unit = playbook.units[unitId];
  if (!unit) return failed(`unit ${unitId}`);
  if (role === "review") {
    const entry = unit.review.filter((one) => one.role === reviewer)[turn - 1];
    if (!entry) return failed(`${turn}. ${reviewer} review of unit ${unitId}`);
    const said = entry.summary ? `${SCRIPTED_REVIEW}. ${entry.summary}` : `${SCRIPTED_REVIEW}.`;
    return {
      patch: null,
      answer: readAnswer({
        outcome: entry.outcome ?? "completed",
        summary: said,
        findings: entry.findings ?? [],
      }),
    };
  }
  if (role !== "implement" && role !== "fix" && role !== "resolve") return failed(`role ${role}`);
  const entry = unit[role][turn - 1];
  if (!entry) return failed(`${turn}. ${role} of unit ${unitId}`);
  const { patch, outcome = "completed", summary = "Played from the playbook.", questions = [] } = entry;
  return { patch: patch ?? null, answer: readAnswer({ outcome, summary, questions }) };
}

type Place = Pick<Diagnostic, "line" | "column">;

const diagnostic = (place: Place, said: Pick<Diagnostic, "code" | "what" | "why" | "fix">): Diagnostic => ({
  severity: "error",
  ...place,
  ...said,
});

function diagnosticsOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Diagnostic[] {
  const where = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const close = nearest(key, keysAt(issue.path));
      return diagnostic(placeOf(document, lines, [...issue.path, key]), {
        code: "unknown-key",
        what: `Unknown key "${key}"`,
        why: where === "" ? "a playbook has no such key" : `${where} has no such key`,
        fix: close ? `Did you mean "${close}"?` : `Known here: ${keysAt(issue.path).join(", ")}.`,
      });
    });
  }
  return [
    diagnostic(placeOf(document, lines, issue.path), {
      code: "value",
      what: where === "" ? "The playbook is not a map" : `The value of ${where} does not fit`,
      why: issue.message,
      fix: "See docs/playbook.md.",
    }),
  ];
}

function keysAt(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(Playbook.shape);
  if (path[0] === "human") return DecisionKind.options;
  if (path.length === 2) return Object.keys(UnitEntries.shape);
  if (path.includes("findings")) return Object.keys(Finding.shape);
  return Object.keys(path[2] === "review" ? ReviewEntry.shape : Entry.shape);
}

/** Of the key that the path ends in, else of the nearest thing above it. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): Place {
  for (let length = path.length; length > 0; length--) {
    const above = path.slice(0, length - 1);
    const map = above.length === 0 ? document.contents : document.getIn(above, true);
    const key = path[length - 1];
    const pair = isMap<Node>(map) ? map.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
    if (Array.isArray(range)) {
      const { line, col } = lines.linePos(Number(range[0]));
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}
