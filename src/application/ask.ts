/**
 * `/orchestrate <path>` becomes a run (design 2.1, 2.2). The spec and the configuration are read at one commit of the
 * base branch, never from a working tree or a fork. Problems become one comment with line numbers and nothing else.
 *
 * An ask is answered once: an accepted one is known by its journal, a refused one by our reaction on the comment.
 */
import { askRefusalBody, dryRunBody, planCommentBody } from "../domain/board/plan-comment.ts";
import { parseConfig, type Config } from "../domain/config.ts";
import { makePlan } from "../domain/plan/make.ts";
import type { Plan } from "../domain/plan/plan.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { formatDiagnostic, TransientError, UserError } from "../domain/problem.ts";
import { parseCommand, type AskFlags } from "../domain/run/command.ts";
import type { CommentFact } from "../domain/run/facts.ts";
import { JOURNAL_VERSION, type State } from "../domain/run/journal.ts";
import { marker, OWN_LABEL } from "../domain/run/names.ts";
import { decodeSpec } from "../domain/spec/decode.ts";
import type { Github, Random } from "./ports.ts";
import type { AskReport } from "./report.ts";

export const CONFIG_PATH = ".github/roundtable.yml";

type AskComment = CommentFact & { issue: number; onPull: boolean };

interface Asking {
  github: Github;
  random: Random;
  form: State["form"];
  hash: Hash;
  pass: string;
}

export async function answerAsks(asking: Asking): Promise<AskReport[]> {
  const { github } = asking;
  const comments = await github.board.recentComments();
  const reports: AskReport[] = [];
  for (const comment of comments.toReversed()) {
    if (comment.authorIsBot || comment.edited || comment.eyes > 0) continue;
    const parsed = parseCommand(comment.body);
    if (parsed.kind !== "command" || parsed.command.kind !== "ask") continue;
    reports.push(await answer(asking, comment, parsed.command));
  }
  return reports;
}

async function answer(
  asking: Asking,
  comment: AskComment,
  ask: { path: string; flags: AskFlags },
): Promise<AskReport> {
  const { github } = asking;
  const report = { issue: comment.issue, comment: comment.id };
  const level = await github.board.permission(comment.author);
  if (level !== "write" && level !== "admin") {
    await github.board.react(comment.id, "confused");
    await github.board.react(comment.id, "eyes");
    return { ...report, accepted: false, sentences: ["The author has no write access."] };
  }
  const started = (await github.journal.openRuns()).find((open) => open.run === comment.issue);
  if (started) {
    const { planFile, state } = await github.journal.read(started.revision);
    if (state.ask.comment === comment.id) {
      await showPlan(asking, { state, plan: planFile.plan, config: planFile.config });
      await github.board.react(comment.id, "eyes");
      return { ...report, accepted: true, sentences: [] };
    }
  }
  try {
    return await openRun(asking, comment, ask);
  } catch (error) {
    if (error instanceof TransientError) throw error;
    // A fault of ours is answered as well: an ask left unanswered would stand in the way of every later pass.
    if (!(error instanceof UserError))
      return refuse(asking, comment, [
        `Roundtable itself failed: ${error instanceof Error ? error.message : String(error)}. Its log has more.`,
      ]);
    return refuse(asking, comment, [`${error.what}: ${error.why}. ${error.fix}`]);
  }
}

async function refuse(
  { github }: Asking,
  comment: AskComment,
  sentences: readonly string[],
): Promise<AskReport> {
  const body = askRefusalBody({ run: comment.issue, comment: comment.id, sentences });
  await github.board.ensureComment({
    issue: comment.issue,
    marker: marker("run", { run: comment.issue, ask: comment.id }),
    body,
  });
  await github.board.react(comment.id, "eyes");
  return { issue: comment.issue, comment: comment.id, accepted: false, sentences };
}

async function openRun(
  asking: Asking,
  comment: AskComment,
  { path, flags }: { path: string; flags: AskFlags },
): Promise<AskReport> {
  const { github } = asking;
  const repository = await github.board.repository();
  const branch = flags.base ?? repository.defaultBranch;
  const sha = await github.code.branch(branch);
  if (sha === null)
    throw new UserError({
      what: "There is no such base branch",
      why: "the plan is made from its head",
      fix: "Name a branch of this repository after --base.",
    });
  const { plan, config } = await planAt(asking, { sha, path, flags });
  const errors = plan.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0)
    return refuse(
      asking,
      comment,
      errors.map((diagnostic) => formatDiagnostic(diagnostic, `${path}/tasks.md`)),
    );
  const shown = {
    plan,
    fullName: repository.fullName,
    base: { branch, sha },
    config,
    maxCost: flags.maxCost ?? null,
  };
  if (flags.dryRun) {
    const body = dryRunBody({ ...shown, run: comment.issue, comment: comment.id });
    await github.board.ensureComment({
      issue: comment.issue,
      marker: marker("run", { run: comment.issue, ask: comment.id }),
      body,
    });
    await github.board.react(comment.id, "eyes");
    return { issue: comment.issue, comment: comment.id, accepted: true, sentences: [] };
  }
  const run = await trackingIssue(asking, comment, plan.spec.name);
  const state = firstState({
    run,
    form: asking.form,
    plan,
    base: { branch, sha },
    by: comment,
    maxCost: flags.maxCost ?? null,
    now: github.now(),
  });
  const events = [{ at: state.ask.at, by: comment.author, what: "asked", unit: null, why: path }];
  await github.journal.create(run, {
    pass: asking.pass,
    message: `Open run ${run}`,
    state,
    events,
    planFile: { v: 1, plan, config },
  });
  await showPlan(asking, { state, plan, config });
  await github.board.react(comment.id, "eyes");
  return { issue: run, comment: comment.id, accepted: true, sentences: [] };
}

/** Reads spec and configuration at one commit and makes the plan. Throws a UserError for what cannot be read at all. */
async function planAt(
  { github, hash }: Asking,
  { sha, path, flags }: { sha: string; path: string; flags: AskFlags },
): Promise<{ plan: Plan; config: Config }> {
  if (path.startsWith("/") || path.split("/").some((part) => part === ".." || part === "")) {
    throw new UserError({
      what: "That path leaves the repository",
      why: "specs are read from the base branch only",
      fix: "Name the spec's folder from the repository's root, like .kiro/specs/x.",
    });
  }
  const { files, special } = await github.code.paths(sha);
  if (
    special.some((other) => other === path || path.startsWith(`${other}/`) || other.startsWith(`${path}/`))
  ) {
    throw new UserError({
      what: "The spec holds a symbolic link or a submodule",
      why: "such files may show something else than they seem",
      fix: "Replace it by ordinary files.",
    });
  }
  const text = async (file: string): Promise<string | null> => {
    if (!files.includes(file)) return null;
    const decoded = decodeSpec((await github.code.file(sha, file)) ?? new Uint8Array());
    if ("diagnostic" in decoded) {
      throw new UserError({
        what: `${file} cannot be read`,
        why: decoded.diagnostic.why,
        fix: decoded.diagnostic.fix,
      });
    }
    return decoded.text;
  };
  const tasksText = await text(`${path}/tasks.md`);
  if (tasksText === null) {
    throw new UserError({
      what: "There is no spec at that path",
      why: `the commit ${sha.slice(0, 7)} has no tasks.md there`,
      fix: "Name a folder that holds tasks.md, and commit it to the base branch.",
    });
  }
  const { config, diagnostics } = parseConfig((await text(CONFIG_PATH)) ?? "version: 1\n");
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    throw new UserError({
      what: `${CONFIG_PATH} is not in order`,
      why: diagnostics.map((one) => formatDiagnostic(one, CONFIG_PATH)).join(" "),
      fix: "Mend it on the base branch and ask again.",
    });
  }
  const made = makePlan({
    spec: {
      name: path.split("/").at(-1)!,
      path,
      sha,
      tasksText,
      requirementsText: (await text(`${path}/requirements.md`)) ?? (await text(`${path}/bugfix.md`)),
      designText: await text(`${path}/design.md`),
    },
    config,
    flags,
    files,
    hash,
  });
  return { plan: made, config: { ...config, maxParallel: made.schedule.workers } };
}

/** The issue on which the command stands; a new one where that is a pull request or tracks a run. */
async function trackingIssue({ github }: Asking, comment: AskComment, spec: string): Promise<number> {
  const isTaken =
    comment.onPull ||
    (await github.journal.hasEnded(comment.issue)) ||
    (await github.journal.openRuns()).some(({ run }) => run === comment.issue);
  if (!isTaken) return comment.issue;
  const mark = marker("run", { ask: comment.id });
  const body = `This issue tracks a run that @${comment.author} asked for in #${comment.issue}.\n\n${mark}`;
  const created = await github.board.ensureIssue({
    marker: mark,
    title: `Orchestrate ${spec}`,
    body,
    labels: [OWN_LABEL],
    parent: null,
  });
  return created.number;
}

async function showPlan(
  { github }: Asking,
  { state, plan, config }: { state: State; plan: Plan; config: Config },
): Promise<void> {
  const repository = await github.board.repository();
  const { run } = state;
  const body = planCommentBody({
    plan,
    run,
    fullName: repository.fullName,
    base: state.base,
    config,
    maxCost: state.ask.maxCost,
  });
  await github.board.ensureComment({
    issue: run,
    marker: marker("run", { run, plan: plan.hash.slice(0, 12) }),
    body,
  });
}

function firstState(given: {
  run: number;
  form: State["form"];
  plan: Plan;
  base: State["base"];
  by: CommentFact;
  maxCost: number | null;
  now: Date;
}): State {
  const at = given.now.toISOString();
  return {
    v: JOURNAL_VERSION,
    run: given.run,
    form: given.form,
    spec: { name: given.plan.spec.name, path: given.plan.spec.path, sha: given.base.sha },
    base: given.base,
    planHash: given.plan.hash,
    ask: { by: given.by.author, at, comment: given.by.id, maxCost: given.maxCost },
    consent: null,
    paused: false,
    intents: [],
    attempts: {},
    began: {},
    writeSets: {},
    decisions: {},
    dropped: {},
    rejected: {},
    approvals: {},
    granted: {},
    commands: {},
    train: null,
    alone: {},
    conflicts: {},
    trains: 0,
    landed: {},
    notes: [],
    finished: null,
    refusals: {},
    spend: { usd: null, attempts: 0 },
    ended: null,
  };
}
