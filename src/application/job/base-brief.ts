/** The brief of an attempt that brings a moved base branch and the run together: what each side wanted. */
import { AGENT_MINUTES, type BriefInput } from "../../domain/agent/brief-input.ts";
import { verifyCommands } from "../../domain/config.ts";
import { unitSlug, type Hash } from "../../domain/plan/slug.ts";
import { BASE_SLUG, plainSlug } from "../../domain/run/names.ts";
import { attemptsOf } from "../../domain/run/attempts.ts";
import type { Github } from "../ports.ts";
import { troubleOf, type Context } from "./past.ts";

/** Of the base branch, newest first. */
const MAX_COMMITS = 30;

export interface BaseBriefPorts {
  github: { code: Pick<Github["code"], "readCommit"> };
  hash: Hash;
}

type Run = Omit<Context, "unit">;

export async function baseBriefInput(ports: BaseBriefPorts, run: Run): Promise<BriefInput> {
  const { state, planFile, attempt } = run;
  const { config } = planFile;
  const before = attemptsOf(state).filter(({ slug, n }) => slug === BASE_SLUG && n < attempt.n);
  return {
    role: attempt.role,
    reviewer: null,
    attempt: attempt.n,
    unit: null,
    spec: state.spec,
    tasks: [],
    requirements: [],
    rubric: "",
    design: "",
    writes: { paths: [], isHard: false },
    reads: [],
    ownRules: config.briefs.rules,
    isTestFirst: false,
    learnings: [],
    minutes: AGENT_MINUTES,
    before: null,
    setup: config.setup,
    verify: verifyCommands(config, "all"),
    findings: [],
    diffs: [],
    troubles: [
      { what: "What this run has landed", text: landedWork(ports, run) },
      { what: "What is new on the base branch, newest first", text: await newCommits(ports, run) },
      ...before.slice(-1).flatMap(troubleOf),
    ],
    history: [],
  };
}

/** Each landed unit with what its agent said of it, and its files. */
function landedWork({ hash }: BaseBriefPorts, { state, planFile }: Run): string {
  const landed = planFile.plan.units.filter(({ id, type }) => state.landed[id] && type !== "checkpoint");
  return landed
    .map((unit) => {
      const slug = unitSlug(unit, hash);
      const works = attemptsOf(state).filter(
        (other) => plainSlug(other.slug) === slug && other.committed !== null,
      );
      const files = new Set(works.flatMap(({ result }) => result?.files.map(({ path }) => path) ?? []));
      const said = works.at(-1)?.result?.summary ?? "";
      return [`${unit.id}. ${unit.title}`, said.slice(0, 500), ...files]
        .filter((line) => line !== "")
        .join("\n  ");
    })
    .join("\n");
}

/** Along the first parents, down to where the run began; a merge is told with what it says it merged. */
async function newCommits({ github }: BaseBriefPorts, { state, attempt }: Run): Promise<string> {
  const said: string[] = [];
  let sha: string | undefined = attempt.baseSha;
  while (sha !== undefined && sha !== state.base.sha && said.length < MAX_COMMITS) {
    const commit = await github.code.readCommit(sha);
    if (!commit) break;
    const lines = commit.message.split("\n").filter((line) => line.trim() !== "");
    said.push(
      `${sha.slice(0, 7)} ${lines
        .slice(0, commit.parents.length > 1 ? 2 : 1)
        .join(": ")
        .slice(0, 300)}`,
    );
    [sha] = commit.parents;
  }
  return said.join("\n");
}
