/**
 * `npm run demo:full`: a run in which most of what can go wrong does, in two sittings with a person's answer in between.
 * At the end it tells what of it happened, and fails where something did not. Arguments are handed on to `local`.
 */
import { execFileSync, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join, resolve } from "node:path";
import { UserError, type Problem } from "../src/domain/problem.ts";
import type { Event } from "../src/domain/run/draft.ts";
import { endedJournalRef, journalRef } from "../src/domain/run/names.ts";
import { LocalReport } from "../src/entry/local/report.ts";
import { LOCAL_VOICE, standing, type Voice } from "../src/entry/screen.ts";
import { factsOf, type Sitting } from "./demo-facts.ts";

const ROOT = resolve(import.meta.dirname, "..");
export const EXAMPLE = join(ROOT, "examples/pennybook");
export const SPEC = join(EXAMPLE, ".kiro/specs/monthly-report");

/** What the person of this demo says to the question: the first option. */
const ANSWER = 1;
const PERSON: Voice = { ...LOCAL_VOICE, say: (command) => `${command}  (this demo says it now)` };

export interface Stage {
  /** Runs `local` on the example: anew without a word, else with this said. */
  sit(say: string | null): Promise<Sitting>;
  print(line: string): void;
}

/** True when all of it happened. */
export async function demo({ sit, print }: Stage): Promise<boolean> {
  const first = await sit(null);
  const question = first.report.decisions.find(({ answer }) => answer === null);
  if (first.report.outcome !== "decision" || !question) {
    print(`\nNobody was asked: ${first.report.outcome}, ${first.report.reason}`);
    return false;
  }
  print("");
  for (const line of standing(first.report, PERSON)) print(line);
  print("");
  const last = await sit(`/orchestrate decide ${question.id} ${ANSWER}`);
  const facts = factsOf([first, last], eventsOf(last.report));
  const width = Math.max(...facts.map(({ name }) => name.length));
  print(`\n${last.report.outcome}: ${last.report.reason}. What happened on the way:`);
  for (const { name, told } of facts)
    print(`  ${told === null ? "✘" : "✔"} ${name.padEnd(width)}  ${told ?? "did not happen"}`);
  print(`  board  ${last.report.paths.board}  (open it in a browser)`);
  return facts.every(({ told }) => told !== null);
}

/** What the journal tells, ended or open. */
export function eventsOf({ run, paths }: LocalReport): Event[] {
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", paths.repository, ...args], { encoding: "utf8" });
  const id = run?.id ?? 0;
  const [ref] = git("for-each-ref", "--format=%(refname)", endedJournalRef(id), journalRef(id)).split("\n");
  if (!ref) return [];
  const names = git("ls-tree", "--name-only", ref, "events/").trim().split("\n");
  return names.flatMap((name) =>
    git("show", `${ref}:${name}`)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Event),
  );
}

async function sitAside(say: string | null): Promise<Sitting> {
  const args = ["local", SPEC, "--from", EXAMPLE, "--json", ...process.argv.slice(2)];
  const child = spawn(
    process.execPath,
    [join(ROOT, "src/entry/cli.ts"), ...args, ...(say === null ? ["--yes", "--fresh"] : ["--say", say])],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  child.on("close", (code) => end(code ?? 1));
  const [document, code] = await Promise.all([text(child.stdout), ended]);
  if (document === "")
    throw new UserError({
      what: "The demo was ended",
      why: `\`local\` ended with ${code} and told nothing`,
      fix: "Start the demo again.",
    });
  const told = JSON.parse(document) as { error?: Problem };
  if (told.error) throw new UserError(told.error);
  return { code, report: LocalReport.parse(told) };
}

if (import.meta.main) {
  const startedAt = performance.now();
  // Ctrl-C reaches the run as well, which ends in order.
  process.on("SIGINT", () => {});
  try {
    const isWhole = await demo({ sit: sitAside, print: console.log });
    console.log(`  time   ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    process.exitCode = isWhole ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
