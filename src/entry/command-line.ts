/**
 * The command line: parse arguments, choose a command, print its result or the one sentence that says why not. Each
 * command is loaded when it is chosen: a plan does not wait for the local GitHub, and nobody for Probot.
 */
import { Command, CommanderError, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { plain } from "../domain/plan-view/look.ts";
import { formatProblem, type Problem } from "../domain/problem.ts";
import type { BriefOptions } from "./commands/brief.ts";
import type { LocalOptions } from "./commands/local.ts";
import type { PlanOptions } from "./commands/plan.ts";
import { problemOf } from "./fault.ts";
import type { Screen, Terminal } from "./terminal.ts";

/** Returns the exit code. */
export async function commandLine(args: readonly string[], screen: Terminal): Promise<number> {
  let code = 0;
  const program = programOf(screen, (result) => (code = result));
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const problem = error instanceof CommanderError ? usageProblem(error) : problemOf(error);
    if (screen.env["ROUNDTABLE_DEBUG"])
      screen.line(error instanceof Error ? (error.stack ?? "") : String(error));
    tell(problem, args, screen);
    return 1;
  }
}

/** Where JSON is asked for, whoever reads it gets one document in any case. */
export function tell(problem: Problem, args: readonly string[], screen: Screen): void {
  if (args.includes("--json")) screen.print(JSON.stringify({ v: 1, outcome: "halted", error: problem }));
  else screen.line(plain(formatProblem(problem)));
}

const usageProblem = (error: CommanderError): Problem => ({
  what:
    error.code === "commander.help"
      ? "No command is given"
      : error.message.replace(/^error: /, "").split("\n")[0]!,
  why: "the command line does not fit",
  fix: "`roundtable --help` shows what does.",
});

function programOf(screen: Terminal, end: (code: number) => void): Command {
  /** Of those that are told by their options alone. */
  const chosen =
    <Options>(load: () => Promise<(options: Options, screen: Terminal) => Promise<number>>) =>
    async (options: Options): Promise<void> =>
      end(await (await load())(options, screen));
  const program = new Command("roundtable")
    .description("A Kiro spec becomes issues, branches and reviewed pull requests.")
    .version(manifest.version, "--version", "show the version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => screen.print(text.trimEnd()), writeErr: () => {} });
  program
    .command("plan <spec>")
    .description("show units, order, locks and reviewers of a spec")
    .option("--json", "one JSON document on stdout")
    .addOption(new Option("--mermaid", "the graph as Mermaid text").conflicts("json"))
    .option("--html <file>", "write one page with graph, timeline and table")
    .option("--profile <name>", "safe, balanced or throughput")
    .option("--max-parallel <n>", "units at work at once")
    .option("--include-optional", "take optional tasks too")
    .option("--only <ids>", "only these units, as 1,3")
    .option("--from <dir>", "the repository; a sub-folder is taken as one of its own")
    .action(async (spec: string, options: PlanOptions) => {
      const { plan } = await import("./commands/plan.ts");
      end(await plan(spec, options, screen));
    });
  program
    .command("check [dir]")
    .description("look for mistakes in all specs below a folder")
    .action(async (dir: string | undefined) => {
      const { check } = await import("./commands/check.ts");
      end(await check(dir, screen));
    });
  program
    .command("brief <spec> <unit>")
    .description("show what an agent would be given for a unit")
    .option("--role <name>", "implement, fix, resolve, review or plan", "implement")
    .option("--reviewer <name>", "with --role review: which of its reviewers")
    .option("--include-optional", "take optional tasks too")
    .option("--from <dir>", "the repository; a sub-folder is taken as one of its own")
    .action(async (spec: string, unit: string, options: BriefOptions) => {
      const { brief } = await import("./commands/brief.ts");
      await brief({ spec, unit }, options, screen);
    });
  program
    .command("local <spec>")
    .description("run a spec the whole way on this machine, without an account")
    .option("--from <dir>", "the repository; a sub-folder is taken as one of its own")
    .option("--agent <name>", "the agent of all units")
    .option("--command <line>", "program and arguments, with --agent command")
    .option("--playbook <file>", "the playbook to play")
    .option("--yes", "agree to the plan")
    .option("--json", "one JSON document on stdout")
    .option("--out <dir>", "where the run's files lie")
    .option("--fresh", "start anew")
    .option("--port <n>", "port of the local GitHub")
    .option("--keep-open", "keep the local GitHub up at the end")
    .option("--max-parallel <n>", "units at work at once")
    .option("--profile <name>", "safe, balanced or throughput")
    .option("--say <comment>", "comment on the tracking issue as you, then go on")
    .action(async (spec: string, options: LocalOptions) => {
      const { local } = await import("./commands/local.ts");
      end((await local(spec, options, screen)).code);
    });
  program
    .command("status")
    .description("show how a run stands, on this machine or on GitHub")
    .option("--out <dir>", "the output folder of a local run")
    .option("--repo <owner/name>", "a repository on GitHub; reads with GITHUB_TOKEN or GH_TOKEN")
    .option("--run <n>", "the number of the run's tracking issue there")
    .option("--json", "one JSON document on stdout")
    .option("--watch", "again whenever something has changed")
    .action(chosen(async () => (await import("./commands/status.ts")).status));
  program
    .command("init")
    .description("bring the two workflows, a first configuration and the labels; what is there stays")
    .option("--repo <owner/name>", "make the labels in a repository on GitHub, with GITHUB_TOKEN or GH_TOKEN")
    .option("--pr", "with --repo: bring the files as a pull request there, not into this working tree")
    .action(chosen(async () => (await import("./commands/init.ts")).init));
  program
    .command("doctor")
    .description("look for what would keep a run from working, and say how to mend it")
    .option(
      "--repo <owner/name>",
      "a repository on GitHub, with GITHUB_TOKEN or GH_TOKEN; without it this machine",
    )
    .option("--probe", "with --repo: make what a run would make, and remove it again")
    .option("--json", "one JSON document on stdout")
    .action(chosen(async () => (await import("./commands/doctor.ts")).doctor));
  program
    .command("cleanup")
    .description("remove branches, artifacts and journals of ended runs on GitHub")
    .requiredOption("--repo <owner/name>", "the repository; works with GITHUB_TOKEN or GH_TOKEN")
    .requiredOption("--days <n>", "of runs that ended more than so many days ago")
    .option("--dry-run", "show what would go, and remove nothing")
    .action(chosen(async () => (await import("./commands/cleanup.ts")).cleanup));
  program
    .command("repair")
    .description("bring a run's broken journal back in order, and have its board written anew")
    .requiredOption("--repo <owner/name>", "the repository; works with GITHUB_TOKEN or GH_TOKEN")
    .requiredOption("--run <n>", "the number of the run's tracking issue")
    .option("--dry-run", "show what is found and what is missing, and write nothing")
    .action(chosen(async () => (await import("./commands/repair.ts")).repair));
  program
    .command("serve")
    .description("be the GitHub App: take webhooks, and drive the runs of all its repositories")
    .option("--host <address>", "where to listen; 0.0.0.0 in a container")
    .option("--port <n>", "the port to listen on")
    .option("--max-passes <n>", "repositories looked at at once")
    .option("--every <minutes>", "between two looks at repositories with open runs")
    .action(chosen(async () => (await import("./commands/serve.ts")).serve));
  return program;
}
