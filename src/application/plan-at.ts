/** A plan of what lies at one commit: the spec and the configuration, never a working tree or a fork (design 2.1). */
import { parseConfig, type Config } from "../domain/config.ts";
import { coChangesOf } from "../domain/plan/co-changes.ts";
import { makePlan, type PlanRequest } from "../domain/plan/make.ts";
import type { Plan } from "../domain/plan/plan.ts";
import type { PlanFlags } from "../domain/plan/flags.ts";
import type { Proposal } from "../domain/plan/proposal.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { FileError, formatDiagnostic, UserError } from "../domain/problem.ts";
import { decodeSpec } from "../domain/spec/decode.ts";
import type { Github } from "./ports.ts";

export const CONFIG_PATH = ".github/roundtable.yml";

interface Request {
  sha: string;
  path: string;
  flags: PlanFlags;
  /** Of the issue on which the command stands. */
  labels: readonly string[];
  /** Checked against the plan that is made without it. */
  proposal?: Proposal;
}

/** Reads spec and configuration at one commit and makes the plan. Throws a UserError for what cannot be read at all. */
export async function planAt(
  {
    github,
    hash,
  }: { github: { code: Pick<Github["code"], "paths" | "file" | "recentChanges"> }; hash: Hash },
  { sha, path, flags, labels, proposal }: Request,
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
    throw new FileError(CONFIG_PATH, {
      mistakes: diagnostics
        .toSorted((a, b) => a.line - b.line)
        .map((one) => formatDiagnostic(one, CONFIG_PATH)),
      fix: "Mend it on the base branch and ask again.",
    });
  }
  const request: PlanRequest = {
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
    ...(labels.length > 0 && { labels: { run: labels.toSorted() } }),
    ...(proposal && { proposal }),
    hash,
  };
  let made = makePlan(request);
  const isGuessed = made.units.some(({ writes }) => writes.some(({ source }) => source === "inferred"));
  if (isGuessed)
    made = makePlan({ ...request, coChanges: coChangesOf(await github.code.recentChanges(sha)) });
  return { plan: made, config: { ...config, maxParallel: made.schedule.workers } };
}
