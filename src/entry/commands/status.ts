/** `roundtable status`: how a run stands, on this machine or on GitHub. Nothing is written anywhere. */
import { resolve } from "node:path";
import { UserError } from "../../domain/problem.ts";
import { machine } from "../compose.ts";
import { composeReading } from "../compose-github.ts";
import { readBegun } from "../local/begin.ts";
import { reportOf } from "../local/report.ts";
import { githubAccess } from "../github-access.ts";
import { isOver, readSeen, standingOf, type Seen } from "../local/seen.ts";
import { lookAt } from "../look.ts";
import { issueVoice, LOCAL_VOICE, overview, type Voice } from "../screen.ts";
import type { Terminal } from "../terminal.ts";

export interface StatusOptions {
  out?: string;
  repo?: string;
  run?: string;
  json?: boolean;
  watch?: boolean;
}

interface Watched {
  look(): Promise<Seen>;
  /** Until the next look of `--watch`. */
  everyMs: number;
  voice(seen: Seen): Voice;
}

export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  const watched = await watchedBy(options, terminal);
  const interrupt = new AbortController();
  terminal.onInterrupt(() => interrupt.abort());
  let shown = "";
  for (;;) {
    const seen = await watched.look();
    const text = options.json
      ? JSON.stringify(seen.report, null, options.watch ? 0 : 2)
      : overview(seen, watched.voice(seen));
    if (text !== shown) terminal.print(shown === "" || options.json ? text : `\n${text}`);
    shown = text;
    if (!options.watch || isEnd(seen)) return 0;
    await machine.clock.sleep(watched.everyMs, interrupt.signal);
    if (terminal.isInterrupted()) return 0;
  }
}

/** What is interrupted may go on while we watch. */
const isEnd = ({ report }: Seen): boolean => isOver(report) && report.reason !== "interrupted";

async function watchedBy({ out, repo, run }: StatusOptions, terminal: Terminal): Promise<Watched> {
  if (out !== undefined && repo === undefined && run === undefined) {
    const folder = resolve(terminal.cwd, out);
    return { look: () => lookHere(folder), everyMs: 2000, voice: () => LOCAL_VOICE };
  }
  if (out === undefined && repo !== undefined && run !== undefined) return onGithub(repo, run, terminal.env);
  throw new UserError({
    what: "status does not know which run",
    why: "it wants a folder, or a repository and a run, and not both",
    fix: "Give the run's output folder with --out, or --repo owner/name --run N.",
  });
}

async function lookHere(out: string): Promise<Seen> {
  const [begun, seen] = [await readBegun(out), await readSeen(out)];
  if (begun === null)
    throw new UserError({
      what: `There is no run in ${out}`,
      why: "it holds no begun run",
      fix: "Give the folder that `local` named at its end.",
    });
  if (seen === null)
    throw new UserError({
      what: "The run has not begun",
      why: "no pass has looked at it yet",
      fix: "Look again in a moment, or start it with `local`.",
    });
  return standingOf(out, seen);
}

/** GitHub counts requests: a look is a dozen of them. */
const GITHUB_WATCH_MS = 30_000;

async function onGithub(repo: string, run: string, env: Terminal["env"]): Promise<Watched> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo) || !/^[1-9]\d{0,9}$/.test(run))
    throw new UserError({
      what: "--repo and --run name no run",
      why: "a repository is owner/name, a run the number of its tracking issue",
      fix: "Write --repo owner/name --run 12.",
    });
  const { token, baseUrl } = githubAccess(env);
  const server = env["GITHUB_SERVER_URL"] || serverOf(baseUrl);
  const number = Number(run);
  const page = `${server}/${repo}`;
  const reading = composeReading({ token, fullName: repo, baseUrl });
  return {
    everyMs: GITHUB_WATCH_MS,
    voice: ({ report }) => issueVoice(number, report.run?.spec ?? "<path>"),
    async look() {
      const { github, revision } = await reading(number);
      const seen = await lookAt(github, { run: number, revision });
      const report = reportOf(seen, {
        totals: {
          requests: { rest: null, graphql: null, git: null },
          contentWrites: null,
          durationMs: null,
          cost: null,
        },
        paths: { repository: page, board: `${page}/issues/${run}`, logs: `${page}/actions` },
      });
      return { report, waits: [...seen.waits] };
    },
  };
}

const serverOf = (baseUrl: string): string =>
  baseUrl === "https://api.github.com" ? "https://github.com" : new URL(baseUrl).origin;
