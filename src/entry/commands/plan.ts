/** `roundtable plan <spec>`: what would be done, read from the working tree. Nothing is written. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import { graphOf } from "../../domain/board/graph.ts";
import { parseConfig, PROFILES, type Config } from "../../domain/config.ts";
import { makePlan, type PlanFlags } from "../../domain/plan/make.ts";
import type { Plan } from "../../domain/plan/plan.ts";
import { planTable } from "../../domain/plan/table.ts";
import { formatDiagnostic, UserError } from "../../domain/problem.ts";
import { decodeSpec } from "../../domain/spec/decode.ts";
import { machine, sha256 } from "../compose.ts";
import { createGit } from "../local/git.ts";
import { findSource } from "../local/source.ts";
import type { Terminal } from "../terminal.ts";

export interface PlanOptions {
  json?: boolean;
  mermaid?: boolean;
  profile?: string;
  maxParallel?: string;
  includeOptional?: boolean;
  only?: string;
  from?: string;
}

export async function plan(spec: string, options: PlanOptions, terminal: Terminal): Promise<number> {
  const made = await planOfTree(spec, options, terminal);
  const errors = made.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (options.json) terminal.print(JSON.stringify(made, null, 2));
  else if (options.mermaid) terminal.print(graphOf(made.units).slice(1, -1).join("\n"));
  else {
    terminal.line("Read from the working tree; a run reads the base branch.");
    terminal.print(planTable(made));
    for (const diagnostic of made.diagnostics)
      terminal.print(formatDiagnostic(diagnostic, `${made.spec.path}/tasks.md`));
  }
  return errors.length > 0 ? 1 : 0;
}

async function planOfTree(spec: string, options: PlanOptions, terminal: Terminal): Promise<Plan> {
  const git = createGit(machine.processes, terminal.env["PATH"] ?? "/usr/bin:/bin");
  const source = await findSource(git, { spec, from: options.from, cwd: terminal.cwd });
  const text = async (path: string): Promise<string | null> => {
    const bytes = await readFile(join(source.root, path)).catch(() => null);
    if (bytes === null) return null;
    const decoded = decodeSpec(bytes);
    if ("diagnostic" in decoded)
      throw new UserError({
        what: `${path} cannot be read`,
        why: decoded.diagnostic.why,
        fix: decoded.diagnostic.fix,
      });
    return decoded.text;
  };
  const listed = await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: source.root,
  });
  return makePlan({
    spec: {
      name: source.spec.split("/").at(-1)!,
      path: source.spec,
      sha: null,
      tasksText: (await text(`${source.spec}/tasks.md`))!,
      requirementsText:
        (await text(`${source.spec}/requirements.md`)) ?? (await text(`${source.spec}/bugfix.md`)),
      designText: await text(`${source.spec}/design.md`),
    },
    config: configOf((await text(CONFIG_PATH)) ?? "version: 1\n"),
    flags: flagsOf(options),
    files: listed.split("\0").filter(Boolean),
    hash: sha256,
  });
}

function configOf(text: string): Config {
  const { config, diagnostics } = parseConfig(text);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length === 0) return config;
  throw new UserError({
    what: `${CONFIG_PATH} is not in order`,
    why: errors.map((one) => formatDiagnostic(one, CONFIG_PATH)).join(" "),
    fix: "Mend it and try again.",
  });
}

function flagsOf({ profile, maxParallel, includeOptional, only }: PlanOptions): PlanFlags {
  const known = PROFILES.find((name) => name === profile);
  if (profile !== undefined && known === undefined)
    throw new UserError({
      what: `There is no profile ${profile}`,
      why: "--profile names it",
      fix: `Profiles: ${PROFILES.join(", ")}.`,
    });
  const workers = maxParallel === undefined ? undefined : Number(maxParallel);
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0 && workers <= 64))
    throw new UserError({
      what: "--max-parallel does not fit",
      why: "it is a whole number from 1 to 64",
      fix: "Give such a number.",
    });
  return {
    ...(known === undefined ? {} : { profile: known }),
    ...(workers === undefined ? {} : { maxParallel: workers }),
    ...(includeOptional ? { includeOptional } : {}),
    ...(only === undefined ? {} : { only: only.split(",").filter(Boolean) }),
  };
}
