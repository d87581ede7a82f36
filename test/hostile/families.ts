/** The lists that guards stand in, and the way by which a hostile text comes to each: the product's own. */
import { Zip, ZipPassThrough } from "fflate";
import { ARCHIVE_GUARDS, unpack } from "../../src/adapters/github/workflows.ts";
import {
  askOfInputs,
  askOfRun,
  dispatchIssueBody,
  ORIGIN,
  type DispatchFact,
} from "../../src/domain/board/dispatch.ts";
import { parseConfig } from "../../src/domain/config.ts";
import { checkHandOver, GUARDS } from "../../src/domain/handover/check.ts";
import type { HandOverRequest } from "../../src/domain/handover/guard.ts";
import { formatDiagnostic } from "../../src/domain/problem.ts";
import { FLAG_GUARDS, parseCommand } from "../../src/domain/run/command.ts";
import { COMMENT_GUARDS, isHeard } from "../../src/domain/run/heard.ts";
import { JOURNAL_GUARDS, vouchFor } from "../../src/domain/run/journal-guards.ts";
import { STALE_GUARDS, whyStale } from "../../src/domain/run/stale.ts";
import {
  COMMIT_STEPS,
  commitSubject,
  fenced,
  harmless,
  harmlessLine,
  LINE_STEPS,
  SEEN_STEPS,
  STEPS,
} from "../../src/domain/text/harmless.ts";
import { YAML_LIMITS } from "../../src/domain/text/yaml.ts";
import { anAttempt, aPlan, aState, RUN } from "../support/run.ts";
import type { HostileCase } from "./case.ts";

export interface Family<G extends { code: string } = { code: string }> {
  guards: readonly G[];
  /** The sentence that refuses, or the text that is let through; null where all is let through. */
  answer(one: HostileCase, guards: readonly G[]): string | null;
}

/** Types of guards differ by family; a family is only ever given its own. */
const family = <G extends { code: string }>(one: Family<G>): Family => one;

export const FAMILIES: Readonly<Record<string, Family>> = {
  "hand-over": family({
    guards: GUARDS,
    answer(one, guards) {
      const checked = checkHandOver(handOver(one), guards);
      return checked.ok ? null : checked.sentence;
    },
  }),
  body: family({ guards: STEPS, answer: ({ text }, steps) => harmless(text, { steps }) }),
  brief: family({ guards: SEEN_STEPS, answer: ({ text }, steps) => fenced(text, 4000, steps) }),
  line: family({ guards: LINE_STEPS, answer: ({ text }, steps) => harmlessLine(text, 200, steps) }),
  commit: family({ guards: COMMIT_STEPS, answer: ({ text }, steps) => commitSubject(text, 120, steps) }),
  command: family({
    guards: FLAG_GUARDS,
    answer({ text, guard }, guards) {
      // A flag without its guard takes anything.
      const missing = FLAG_GUARDS.filter((flag) => !guards.includes(flag));
      const all = [...guards, ...missing.map((flag) => ({ ...flag, fits: () => true }))];
      const parsed = parseCommand(text, guard === "form" ? FLAG_GUARDS : all);
      return parsed.kind === "mistake" ? parsed.sentence : null;
    },
  }),
  comment: family({
    guards: COMMENT_GUARDS,
    answer(one, guards) {
      const said = { ...COMMENT, ...one.with, body: one.text };
      const state = { ask: ASK, commands: { "7": { did: "obeyed" as const, say: null } } };
      return isHeard(said, state, guards) ? null : "left alone";
    },
  }),
  dispatch: family({ guards: ORIGIN, answer: ({ with: change }, guards) => dispatched(change, guards) }),
  artifact: family({
    guards: ARCHIVE_GUARDS,
    answer(one, guards) {
      const bytes = unpack(zipped(one), { file: "result.json", maxBytes: 1000 }, guards);
      return bytes instanceof Uint8Array ? null : (bytes ?? "no result");
    },
  }),
  journal: family({
    guards: JOURNAL_GUARDS,
    answer({ with: change }, guards) {
      const plan = aPlan("- [ ] 1. Do it\n");
      const state = aState(plan, change);
      const planFile = { v: 1 as const, plan, config: parseConfig("version: 1\n").config };
      try {
        vouchFor({ planFile, state }, RUN, guards);
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  }),
  stale: family({
    guards: STALE_GUARDS,
    answer({ with: change }, guards) {
      const attempt = anAttempt({ nonce: "n2", headSha: SHA, ...change });
      const view = { ...attempt, key: "3/fix/1", slug: "3", role: "fix" as const, n: 1 };
      return whyStale(view, { nonce: "n2", sha: SHA }, guards);
    },
  }),
  configuration: family({
    guards: YAML_LIMITS,
    answer({ text }, limits) {
      const [first] = parseConfig(text, limits).diagnostics;
      return first?.code === "yaml" ? formatDiagnostic(first, "roundtable.yml") : null;
    },
  }),
};

const SHA = "c".repeat(40);
const ASK = { by: "ada", at: "2026-01-01T00:00:00Z", comment: 5, maxCost: null };
const COMMENT = {
  id: 9,
  author: "ada",
  authorIsBot: false,
  createdAt: new Date("2026-01-01T00:05:00Z"),
  edited: false,
  eyes: 0,
  answered: false,
};

const EXPECTED = {
  run: 12,
  unit: "3",
  role: "implement",
  attempt: 1,
  nonce: "n1",
  baseSha: "b".repeat(40),
  headSha: SHA,
};

interface Told {
  role?: string;
  unit?: string;
  files?: Record<string, unknown>[];
  commits?: Record<string, unknown>[][];
  /** So many files in each commit. */
  counts?: number[];
  sent?: Record<string, unknown>;
  path?: string;
  ground?: string[];
  special?: string[];
  protected?: string[];
  writes?: string[];
  /** In bytes; else the usual. */
  most?: number;
}

/** A hand-over in which nothing but the one field is hostile. */
function handOver({ field, text, with: given }: HostileCase): HandOverRequest {
  const told = given as Told;
  const expected = { ...EXPECTED, role: told.role ?? "implement", unit: told.unit ?? "3" };
  const file = { path: told.path ?? "src/a.ts", content: "x\n" };
  const counted = told.counts?.map((count, n) =>
    Array.from({ length: count }, (_, at) => ({ path: `${n}/${at}.ts`, deleted: true })),
  );
  const commits = (counted ?? told.commits ?? [told.files ?? [fileOf(field, text, file)]]).map((files) => ({
    message: field === "commit message" ? text : "Do it",
    task: null,
    files,
  }));
  const isReview = field === "finding" || field === "verdict";
  const sent = {
    v: 1,
    ...expected,
    outcome: "completed",
    summary: field === "summary" ? text : "Done.",
    ...(isReview
      ? { verdict: "pass", findings: field === "finding" ? [{ severity: "minor", summary: text }] : [] }
      : { commits }),
    ...(field === "proposal" && { proposal: JSON.parse(text) as unknown }),
    ...told.sent,
  };
  return {
    bytes: new TextEncoder().encode(field === "hand-over" && text !== "" ? text : JSON.stringify(sent)),
    expected,
    rules: {
      protectedPaths: told.protected ?? [],
      specPath: ".kiro/specs/x",
      writes: told.writes ?? null,
      ...(told.most !== undefined && { maxBytes: told.most }),
    },
    ground: { files: told.ground ?? [], special: told.special ?? [] },
  };
}

function fileOf(field: string, text: string, file: { path: string }): Record<string, unknown> {
  switch (field) {
    case "file path":
      return { ...file, path: text };
    case "file content":
      return { ...file, content: text };
    case "file base64":
      return { path: file.path, base64: text };
    case "file mode":
      return { ...file, mode: text };
    default:
      return file;
  }
}

/** Of entries that each hold the text; `names` may name one twice. */
function zipped({ text, with: given }: HostileCase): Uint8Array {
  const { names } = given as { names: string[] };
  const chunks: Uint8Array[] = [];
  const zip = new Zip((_, chunk) => chunks.push(chunk));
  for (const name of names) {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    entry.push(new TextEncoder().encode(text), true);
  }
  zip.end();
  return Buffer.concat(chunks);
}

function dispatched(change: Readonly<Record<string, unknown>>, guards: typeof ORIGIN): string | null {
  const inputs = { spec: ".kiro/specs/x", options: "", consent: "", maxCost: "" };
  const { inputs: changed, ...fact } = change as { inputs?: Partial<typeof inputs> } & Partial<DispatchFact>;
  const login = fact.actor?.login ?? "ada";
  const run: DispatchFact = {
    id: 99,
    repository: "octo/demo",
    headRepository: "octo/demo",
    path: ".github/workflows/roundtable.yml",
    event: "workflow_dispatch",
    attempt: 1,
    branch: "main",
    sha: SHA,
    name: "/orchestrate .kiro/specs/x |  |  |  |",
    actor: { login: "ada", isBot: false },
    triggeredBy: login,
    ...fact,
    createdAt: new Date(fact.createdAt ?? "2026-01-01T00:00:00Z"),
  };
  try {
    const ask = askOfInputs({ ...inputs, ...changed });
    const issueBody = dispatchIssueBody(ask, { by: login, runId: 99 });
    askOfRun(
      run,
      { fullName: "octo/demo", defaultBranch: "main", now: new Date("2026-01-02T00:00:00Z"), issueBody },
      guards,
    );
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
