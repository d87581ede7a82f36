/** `roundtable status --out DIR`: where a local run is, read from its folder; nothing is written. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { decide } from "../../domain/run/decide.ts";
import { observeRun } from "../../application/observe.ts";
import { UserError } from "../../domain/problem.ts";
import { composeLocal } from "../compose-local.ts";
import { machine, sha256 } from "../compose.ts";
import { LocalReport, reportOf } from "../local/report.ts";
import { workspaceAt } from "../local/workspace.ts";
import { lockFolder } from "../local/lock.ts";
import { lineOf } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface StatusOptions {
  out?: string;
  json?: boolean;
  watch?: boolean;
}

const WATCH_MS = 2000;

export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  if (options.out === undefined)
    throw new UserError({
      what: "status does not know which run",
      why: "no folder is given",
      fix: "Give the run's output folder with --out.",
    });
  const out = resolve(terminal.cwd, options.out);
  for (;;) {
    await show(out, options, terminal);
    if (!options.watch || terminal.isInterrupted()) return 0;
    await machine.clock.sleep(WATCH_MS);
  }
}

async function show(out: string, { json }: StatusOptions, terminal: Terminal): Promise<void> {
  const work = workspaceAt(out);
  const begun = await readFile(join(out, "begun.json"), "utf8").catch(() => null);
  if (begun === null)
    throw new UserError({
      what: `There is no run in ${out}`,
      why: "it holds no begun run",
      fix: "Give the folder that `local` named at its end.",
    });
  const finished = await readFile(work.report, "utf8").catch(() => null);
  if (finished !== null) {
    const report = LocalReport.parse(JSON.parse(finished));
    if (json) terminal.print(JSON.stringify(report, null, 2));
    else {
      terminal.print(`${report.outcome}: ${report.reason}`);
      for (const unit of report.units)
        terminal.print(
          `${unit.id}. ${unit.title} [${unit.phase.replaceAll("_", " ")}]${unit.pr === null ? "" : ` #${unit.pr}`}`,
        );
    }
    return;
  }
  await showOpen(out, json ?? false, {
    begun: JSON.parse(begun) as { name: string; defaultBranch: string },
    terminal,
  });
}

/** The journal and the facts, looked at as a pass would look, without applying anything. */
async function showOpen(
  out: string,
  json: boolean,
  { begun, terminal }: { begun: { name: string; defaultBranch: string }; terminal: Terminal },
): Promise<void> {
  const work = workspaceAt(out);
  const lock = await lockFolder(out);
  const world = await composeLocal({
    folder: work.state,
    repository: {
      fullName: `local/${begun.name}`,
      folder: work.repository,
      defaultBranch: begun.defaultBranch,
    },
    actionsAt: {},
    port: 0,
  });
  try {
    const open = (await world.github.journal.openRuns())[0];
    if (!open)
      throw new UserError({
        what: "The run has not begun",
        why: "its journal is not there yet",
        fix: "Start it with `local`.",
      });
    const snapshot = await observeRun(world.github, open, { hash: sha256, results: (state) => state });
    const seen = decide(snapshot, { id: "status", now: world.github.now(), seed: "0", takesOver: false });
    const { rest, graphql, git, contentWrites } = world.local.counters;
    const report = reportOf(seen, {
      totals: { requests: { rest, graphql, git }, contentWrites, durationMs: null, cost: null },
      paths: { repository: work.repository, board: work.board, logs: work.logs },
    });
    if (json) terminal.print(JSON.stringify(report, null, 2));
    else {
      terminal.print(`${seen.outcome}: ${seen.reason}`);
      for (const unit of seen.view.units) terminal.print(lineOf(seen.view, unit));
      for (const wait of seen.waits)
        terminal.print(`  ${wait.unit ?? "run"} waits (${wait.for}): ${wait.because}`);
    }
  } finally {
    await world.close();
    await lock.release();
  }
}
