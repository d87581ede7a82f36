/** `roundtable local <spec>`: the whole run on this machine, without an account. Contracts, "CLI". */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ACTION_NAME } from "../../domain/doctor/shipped.ts";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import type { RunReport } from "../../application/report.ts";
import { UserError } from "../../domain/problem.ts";
import { composeLocal, type LocalWorld } from "../compose-local.ts";
import { machine, sha256 } from "../compose.ts";
import {
  begin,
  hasJournal,
  makeFolder,
  mustBeOurs,
  mustBeSame,
  mustBeUnderstood,
  readBegun,
  type Begun,
  type Choices,
} from "../local/begin.ts";
import { converse, FIRST_ISSUE } from "../local/converse.ts";
import type { DriveEnd } from "../local/drive.ts";
import { createGit, type Git } from "../local/git.ts";
import { lockFolder } from "../local/lock.ts";
import { reportOf, type LocalReport } from "../local/report.ts";
import { interrupted, isOver, readSeen, writeSeen, type Seen } from "../local/seen.ts";
import { findSource, type Source } from "../local/source.ts";
import { CHECKOUT, defaultOut, secretsFor, workspaceAt, type Workspace } from "../local/workspace.ts";
import { endOf } from "../look.ts";
import { liveProgress, plainProgress } from "../progress.ts";
import { ending } from "../screen.ts";
import type { Terminal } from "../terminal.ts";

export interface LocalOptions extends Choices {
  from?: string;
  yes?: boolean;
  json?: boolean;
  out?: string;
  fresh?: boolean;
  port?: string;
  keepOpen?: boolean;
  say?: string;
}

export interface LocalEnd {
  report: LocalReport;
  code: number;
}

const CODES = { complete: 0, running: 0, halted: 1, decision: 2 } as const;

export async function local(spec: string, options: LocalOptions, terminal: Terminal): Promise<LocalEnd> {
  checkOptions(options);
  const git = createGit(machine.processes, terminal.env["PATH"] ?? "/usr/bin:/bin");
  const source = await findSource(git, { spec, from: options.from, cwd: terminal.cwd });
  const out = resolve(terminal.cwd, options.out ?? defaultOut(source, { hash: sha256, env: terminal.env }));
  await mustBeOurs(out);
  const folder = await makeFolder(out);
  const lock = await lockFolder(out);
  try {
    const work = workspaceAt(out);
    const report = await run({ git, source, work, options, terminal });
    return { report, code: CODES[report.outcome] };
  } catch (error) {
    if (!(await hasJournal(git, out))) await folder.undo();
    throw error;
  } finally {
    await lock.release();
  }
}

function checkOptions({ port, command, agent, say }: LocalOptions): void {
  if (say !== undefined) mustBeUnderstood(say);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536))
    throw new UserError({
      what: "--port is no port",
      why: "ports are numbers from 0 to 65535",
      fix: "Leave it out to have a free one picked.",
    });
  if ((agent === "command") !== (command !== undefined))
    throw new UserError({
      what: "--agent command and --command belong together",
      why: "the one names the backend, the other its program",
      fix: "Give both: --agent command --command 'PROG ARGS'.",
    });
}

interface Running {
  git: Git;
  source: Source;
  work: Workspace;
  options: LocalOptions;
  terminal: Terminal;
}

async function run({ git, source, work, options, terminal }: Running): Promise<LocalReport> {
  if (!(await stat(join(CHECKOUT, "dist", "action.js")).catch(() => null)))
    throw new UserError({
      what: "The Action is not built",
      why: "the jobs of a local run use it",
      fix: "Run `npm run build` in Roundtable's checkout.",
    });
  const { agent, command, playbook, maxParallel, profile } = options;
  const choices: Choices = {
    agent,
    command,
    playbook: playbook === undefined ? undefined : resolve(terminal.cwd, playbook),
    maxParallel,
    profile,
  };
  // An earlier run is cleared by the beginning of the new one: not before that one's options are in order.
  const earlier = options.fresh ? null : await readBegun(work.out);
  if (earlier) mustBeSame(earlier, { source, choices });
  const before = earlier && (await readSeen(work.out));
  if (before && isOver(before.report) && !options.keepOpen)
    return tellEnd(before.report, { options, terminal });
  const begun = earlier ?? (await begin(git, { source, work, choices }));
  const config = await git.ask(["show", `${begun.defaultBranch}:${CONFIG_PATH}`], { cwd: work.repository });
  const world = await composeLocal({
    folder: work.state,
    repository: {
      fullName: `local/${begun.name}`,
      folder: work.repository,
      defaultBranch: begun.defaultBranch,
    },
    actionsAt: { [ACTION_NAME]: CHECKOUT },
    port: Number(options.port ?? 0),
    secrets: secretsFor(config ?? "", process.env),
  });
  try {
    const report = await sit({ world, begun, before, work, options, terminal });
    if (options.keepOpen && !terminal.isInterrupted()) {
      terminal.line(`The local GitHub stays at ${world.origin} until Ctrl-C.`);
      const { promise, resolve: stop } = Promise.withResolvers<void>();
      terminal.onInterrupt(stop);
      await promise;
    }
    return report;
  } finally {
    await world.close();
  }
}

interface Sitting {
  world: LocalWorld;
  begun: Begun;
  /** What the newest pass of an earlier process saw. */
  before: Seen | null;
  work: Workspace;
  options: LocalOptions;
  terminal: Terminal;
}

async function sit({ world, begun, before, work, options, terminal }: Sitting): Promise<LocalReport> {
  const startedAt = machine.clock.now().getTime();
  const seenOf = (report: RunReport): Seen => ({
    report: reportOf(report, around(world, work, startedAt)),
    waits: report.waits.map(({ unit, for: kind, because }) => ({ unit, for: kind, because })),
  });
  const ended = before && isOver(before.report) ? before.report : await endUnseen(world, { work, seenOf });
  if (ended) return tellEnd(ended, { options, terminal });
  // An earlier answer to `status` ("a person must decide") would be untrue once this process acts.
  if (before)
    await writeSeen(work.out, {
      report: { ...before.report, outcome: "running", reason: "the run goes on" },
      waits: [],
    });
  terminal.watch?.(world);
  const progress =
    terminal.isTty && !options.json ? liveProgress(terminal.line) : plainProgress(terminal.line);
  terminal.onInterrupt(() => void progress.end().then(() => terminal.line(STOPPING)));
  let end: DriveEnd;
  try {
    end = await converse({
      world,
      begun,
      options,
      terminal,
      progress,
      async seen(report) {
        const seen = seenOf(report);
        await writeSeen(work.out, seen);
        if (report.view.state.consent) progress.show(seen.report.units);
      },
    });
  } finally {
    // A list that is left open keeps the process alive.
    await progress.end();
  }
  // What kept it from an answer is told as it is.
  if (end.kind === "refused" && end.ask.why !== undefined) throw end.ask.why;
  if (end.kind === "refused")
    throw new UserError({
      what: "The spec cannot be orchestrated",
      why: end.ask.sentences.join(" "),
      fix: "Mend it and start again.",
    });
  if (end.report === null)
    throw new UserError({
      what: "The run was interrupted",
      why: "it had not begun yet",
      fix: "Start it again.",
    });
  await mkdir(dirname(work.board), { recursive: true });
  await writeFile(work.board, await world.renderBoard());
  const seen = seenOf(end.report);
  await writeSeen(work.out, seen);
  const report = end.kind === "interrupted" ? interrupted(seen.report) : seen.report;
  if (begun.added.length > 0 && !options.json) terminal.line(`Added to the copy: ${begun.added.join(", ")}`);
  for (const route of new Set(world.local.unknownRoutes))
    terminal.line(`Warning: the local GitHub does not know ${route}`);
  print(report, { options, terminal });
  return report;
}

const STOPPING = "Stopping. The same command goes on later; Ctrl-C again ends at once.";

function around(
  { local: { counters } }: LocalWorld,
  work: Workspace,
  startedAt: number,
): Pick<LocalReport, "totals" | "paths"> {
  const { rest, graphql, git, contentWrites } = counters;
  const durationMs = machine.clock.now().getTime() - startedAt;
  return {
    totals: { requests: { rest, graphql, git }, contentWrites, durationMs, cost: null },
    paths: { repository: work.repository, board: work.board, logs: work.logs },
  };
}

/** A process that was killed after the run's end and before it was told: the journal has it. */
async function endUnseen(
  { github }: LocalWorld,
  { work, seenOf }: { work: Workspace; seenOf: (report: RunReport) => Seen },
): Promise<LocalReport | null> {
  const end = await endOf(github, FIRST_ISSUE);
  if (!end) return null;
  const seen = seenOf(end);
  await writeSeen(work.out, seen);
  return seen.report;
}

/** An ended run is told again, never gone on with. */
function tellEnd(
  report: LocalReport,
  { options, terminal }: { options: LocalOptions; terminal: Terminal },
): LocalReport {
  if (options.say !== undefined)
    throw new UserError({
      what: "The run is over: nobody hears the comment",
      why: `it ended ${report.outcome}, ${report.reason}`,
      fix: "Start anew with --fresh.",
    });
  terminal.line("This run ended before; --fresh starts anew.");
  print(report, { options, terminal });
  return report;
}

function print(
  report: LocalReport,
  { options, terminal }: { options: LocalOptions; terminal: Terminal },
): void {
  terminal.print(options.json ? JSON.stringify(report, null, 2) : ending(report));
}
