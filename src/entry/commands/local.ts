/** `roundtable local <spec>`: the whole run on this machine, without an account. Contracts, "CLI". */
import { createInterface } from "node:readline/promises";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ACTION_NAME } from "../../application/workflow-files.ts";
import { createReconciler } from "../../application/reconcile.ts";
import { planTable } from "../../domain/plan/table.ts";
import { UserError } from "../../domain/problem.ts";
import { composeLocal, type LocalWorld } from "../compose-local.ts";
import { machine, sha256 } from "../compose.ts";
import { copyRepository } from "../local/copy.ts";
import { drive, type DriveEnd } from "../local/drive.ts";
import { createGit } from "../local/git.ts";
import { lockFolder } from "../local/lock.ts";
import { LocalReport, reportOf } from "../local/report.ts";
import { findSource, type Source } from "../local/source.ts";
import { CHECKOUT, defaultOut, overlayFor, workspaceAt, type Workspace } from "../local/workspace.ts";
import { liveProgress, plainProgress, type Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface LocalOptions {
  from?: string;
  agent?: string;
  command?: string;
  playbook?: string;
  yes?: boolean;
  json?: boolean;
  out?: string;
  fresh?: boolean;
  port?: string;
  keepOpen?: boolean;
  maxParallel?: string;
  profile?: string;
  say?: string;
}

/** The files of a run begun before; kept so that the same command goes on. */
interface Begun {
  root: string;
  spec: string;
  name: string;
  defaultBranch: string;
  added: string[];
  human: Record<string, number>;
  command: string;
}

export async function local(
  spec: string,
  options: LocalOptions,
  terminal: Terminal,
): Promise<{ report: LocalReport; code: number }> {
  checkOptions(options);
  const git = createGit(machine.processes, terminal.env["PATH"] ?? "/usr/bin:/bin");
  const source = await findSource(git, { spec, from: options.from, cwd: terminal.cwd });
  const out = resolve(terminal.cwd, options.out ?? defaultOut(source, { hash: sha256, env: terminal.env }));
  const isNew = !(await exists(out));
  const lock = await lockFolder(out);
  try {
    const work = workspaceAt(out);
    if (options.fresh) await clear(work);
    const finished = await finishedReport(work, options);
    if (finished) return finished;
    return await run({ git, source, work, options, terminal });
  } catch (error) {
    if (!(await hasJournal(git, out))) {
      await (isNew ? rm(out, { recursive: true, force: true }) : clear(workspaceAt(out)));
    }
    throw error;
  } finally {
    await lock.release();
  }
}

function checkOptions({ port, command, agent }: LocalOptions): void {
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

/** Without a journal nothing has begun: what is there is half-made. */
async function hasJournal(git: ReturnType<typeof createGit>, out: string): Promise<boolean> {
  const { repository } = workspaceAt(out);
  if (!(await exists(repository))) return false;
  const refs = await git.ask(["for-each-ref", "refs/roundtable", "refs/roundtable-ended"], {
    cwd: repository,
  });
  return refs !== null && refs !== "";
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

async function clear(work: Workspace): Promise<void> {
  for (const path of [
    work.repository,
    `${work.repository}.index`,
    work.state,
    dirname(work.board),
    work.report,
    join(work.out, "begun.json"),
  ])
    await rm(path, { recursive: true, force: true });
}

async function finishedReport(
  work: Workspace,
  options: LocalOptions,
): Promise<{ report: LocalReport; code: number } | null> {
  const text = await readFile(work.report, "utf8").catch(() => null);
  if (text === null || options.say !== undefined) return null;
  const parsed = LocalReport.safeParse(JSON.parse(text));
  if (!parsed.success || parsed.data.outcome !== "complete") return null;
  return { report: parsed.data, code: 0 };
}

interface Running {
  git: ReturnType<typeof createGit>;
  source: Source;
  work: Workspace;
  options: LocalOptions;
  terminal: Terminal;
}

async function run({
  git,
  source,
  work,
  options,
  terminal,
}: Running): Promise<{ report: LocalReport; code: number }> {
  if (!(await exists(join(CHECKOUT, "dist", "action.js"))))
    throw new UserError({
      what: "The Action is not built",
      why: "the jobs of a local run use it",
      fix: "Run `npm run build` in Roundtable's checkout.",
    });
  const begun = (await readBegun(work)) ?? (await begin({ git, source, work, options }));
  if (begun.root !== source.root || begun.spec !== source.spec) {
    throw new UserError({
      what: "That folder holds another run",
      why: `${begun.spec} of ${begun.root} was begun there`,
      fix: "Give another folder with --out, or start anew with --fresh.",
    });
  }
  const world = await composeLocal({
    folder: work.state,
    repository: {
      fullName: `local/${begun.name}`,
      folder: work.repository,
      defaultBranch: begun.defaultBranch,
    },
    actionsAt: { [ACTION_NAME]: CHECKOUT },
    port: Number(options.port ?? 0),
  });
  terminal.watch?.(world);
  const progress =
    terminal.isTty && !options.json ? liveProgress(terminal.line) : plainProgress(terminal.line);
  const startedAt = machine.clock.now().getTime();
  try {
    const ended = await converse({ world, begun, options, terminal, progress });
    await progress.end();
    return await finish({ world, ended, work, begun, terminal, options, startedAt });
  } finally {
    await world.close();
  }
}

async function readBegun(work: Workspace): Promise<Begun | null> {
  const text = await readFile(join(work.out, "begun.json"), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as Begun);
}

async function begin({ git, source, work, options }: Omit<Running, "terminal">): Promise<Begun> {
  const { overlay, agent, human } = await overlayFor(source, {
    agent: options.agent,
    command: options.command,
    playbook: options.playbook === undefined ? undefined : resolve(options.playbook),
  });
  await clear(work);
  const copy = await copyRepository(git, { source, folder: work.repository, overlay });
  const flags = [
    `--agent ${agent}`,
    ...(options.maxParallel ? [`--max-parallel ${options.maxParallel}`] : []),
    ...(options.profile ? [`--profile ${options.profile}`] : []),
  ];
  const begun = {
    root: source.root,
    spec: source.spec,
    name: source.name,
    defaultBranch: copy.defaultBranch,
    added: copy.added,
    human: { ...human },
    command: `/orchestrate ${source.spec} ${flags.join(" ")}`,
  };
  await writeFile(join(work.out, "begun.json"), JSON.stringify(begun));
  return begun;
}

interface Conversation {
  world: LocalWorld;
  begun: Begun;
  options: LocalOptions;
  terminal: Terminal;
  progress: Progress;
}

async function converse({ world, begun, options, terminal, progress }: Conversation): Promise<DriveEnd> {
  const { onDelivery, github, person } = world;
  let wake: (() => void) | null = null;
  let isDue = false;
  onDelivery(() => {
    isDue = true;
    wake?.();
  });
  terminal.onInterrupt(() => wake?.());
  const open = await github.journal.openRuns();
  const reconciler = createReconciler({
    github,
    random: machine.random,
    log: terminal.log,
    form: "app",
    hash: sha256,
    takeOver: true,
  });
  return drive({
    reconciler,
    person,
    command: begun.command,
    title: `Orchestrate ${begun.spec.split("/").at(-1)}`,
    run: open[0]?.run ?? null,
    human: begun.human,
    say: options.say,
    show: (report) => progress.show(report),
    now: () => machine.clock.now().getTime(),
    isInterrupted: terminal.isInterrupted,
    async pause(ms) {
      // Deliveries come in bursts; one look serves them all.
      await machine.clock.sleep(20);
      if (!isDue && !terminal.isInterrupted()) {
        const signal = new AbortController();
        wake = () => signal.abort();
        await machine.clock.sleep(ms, signal.signal);
        wake = null;
      }
      isDue = false;
    },
    async mayStart({ view }) {
      progress.note(planTable(view.snapshot.planFile.plan));
      if (options.yes) return true;
      if (!terminal.isTty || options.json) return false;
      const ask = createInterface({ input: process.stdin, output: process.stderr });
      const answer = await ask.question("Start this plan? [y/N] ");
      ask.close();
      return /^y(es)?$/i.test(answer.trim());
    },
  });
}

interface Ending {
  world: LocalWorld;
  ended: DriveEnd;
  work: Workspace;
  begun: Begun;
  terminal: Terminal;
  options: LocalOptions;
  startedAt: number;
}

async function finish({
  world,
  ended,
  work,
  begun,
  terminal,
  options,
  startedAt,
}: Ending): Promise<{ report: LocalReport; code: number }> {
  if (ended.kind === "refused") {
    throw new UserError({
      what: "The spec cannot be orchestrated",
      why: ended.ask.sentences.join(" "),
      fix: "Mend it and start again.",
    });
  }
  await mkdir(dirname(work.board), { recursive: true });
  await writeFile(work.board, await world.renderBoard());
  const { rest, graphql, git, contentWrites } = world.local.counters;
  const around = {
    totals: {
      requests: { rest, graphql, git },
      contentWrites,
      durationMs: machine.clock.now().getTime() - startedAt,
      cost: null,
    },
    paths: { repository: work.repository, board: work.board, logs: work.logs },
  };
  if (ended.report === null)
    throw new UserError({
      what: "The run was interrupted",
      why: "it had not begun yet",
      fix: "Start it again.",
    });
  const seen = reportOf(ended.report, around);
  const report: LocalReport =
    ended.kind === "interrupted" ? { ...seen, outcome: "halted", reason: "interrupted" } : seen;
  if (ended.kind === "run") await writeFile(work.report, JSON.stringify(report));
  if (begun.added.length > 0 && !options.json) terminal.line(`Added to the copy: ${begun.added.join(", ")}`);
  for (const route of new Set(world.local.unknownRoutes))
    terminal.line(`Warning: the local GitHub does not know ${route}`);
  if (options.keepOpen && !terminal.isInterrupted()) {
    terminal.line(`The local GitHub stays at ${world.origin} until Ctrl-C.`);
    const { promise, resolve: stop } = Promise.withResolvers<void>();
    terminal.onInterrupt(stop);
    await promise;
  }
  return { report, code: CODES[report.outcome] };
}

const CODES = { complete: 0, running: 0, halted: 1, decision: 2 } as const;
