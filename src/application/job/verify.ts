/**
 * `mode: verify`: green or red, and nothing else counts (design section 5). For a hand-over it first makes its commits
 * on top of the checkout; for `role: verify` the checkout is what is verified.
 */
import { parseConfig, verifyCommands, type Config } from "../../domain/config.ts";
import { checkHandOver } from "../../domain/handover/check.ts";
import type { Job } from "../../domain/handover/job.ts";
import { formatDiagnostic, UserError } from "../../domain/problem.ts";
import { groundOf } from "../../domain/run/names.ts";
import type { Files, Log, Processes } from "../ports.ts";
import { isRed, runCommands } from "./commands.ts";
import { standOn } from "./data-commits.ts";
import type { Echo } from "./ports.ts";

const CONFIG_PATH = ".github/roundtable.yml";

export interface VerifyPorts {
  processes: Processes;
  files: Files;
  log: Log;
  echo: Echo;
}

export interface VerifyRequest {
  checkout: string;
  env: Readonly<Record<string, string>>;
  /** Null for `role: verify`. */
  handedOver: { job: Job; result: Uint8Array } | null;
}

/** True when green. Throws a UserError where there is nothing that could be verified. */
export async function verify(
  ports: VerifyPorts,
  { checkout, env, handedOver }: VerifyRequest,
): Promise<boolean> {
  if (handedOver) await applyHandOver(ports, { checkout, env, ...handedOver });
  const commands = handedOver
    ? [...handedOver.job.setup, ...handedOver.job.verify]
    : await commandsOf(ports, checkout);
  const verifies = handedOver ? handedOver.job.verify.length > 0 : commands.length > 0;
  if (!verifies) ports.log.warn(`Nothing verified: ${CONFIG_PATH} names no verify commands.`);
  const steps = await runCommands(ports, { commands, checkout, env });
  for (const { command, code } of steps)
    ports.log.info(`${code === 0 ? "green" : "red"} (${code ?? "ended by a signal"}): ${command}`);
  return !isRed(steps);
}

/** What the commands of a checkout may reach, as its own configuration has it. */
export const networkOf = async (ports: Pick<VerifyPorts, "files">, checkout: string): Promise<string[]> =>
  (await configOf(ports, checkout))?.network ?? [];

async function commandsOf(ports: VerifyPorts, checkout: string): Promise<string[]> {
  const config = await configOf(ports, checkout);
  if (config === null) return [];
  const commands = verifyCommands(config, "all");
  return commands.length === 0 ? [] : [...config.setup, ...commands];
}

/** Null where there is none. */
async function configOf({ files }: Pick<VerifyPorts, "files">, checkout: string): Promise<Config | null> {
  const bytes = await files.read(`${checkout}/${CONFIG_PATH}`);
  if (bytes === null) return null;
  const { config, diagnostics } = parseConfig(new TextDecoder().decode(bytes));
  const [first] = diagnostics.filter(({ severity }) => severity === "error");
  if (first)
    throw new UserError({
      what: "The configuration has a mistake",
      why: formatDiagnostic(first, CONFIG_PATH),
      fix: "Mend it on the base branch.",
    });
  return config;
}

interface Applied {
  checkout: string;
  env: Readonly<Record<string, string>>;
  job: Job;
  result: Uint8Array;
}

async function applyHandOver(
  { processes, log }: VerifyPorts,
  { checkout, env, job, result }: Applied,
): Promise<void> {
  const declared = job.writes.filter(({ source }) => source !== "inferred").map(({ path }) => path);
  const checked = checkHandOver({
    bytes: result,
    expected: job,
    rules: {
      protectedPaths: job.protectedPaths,
      specPath: job.spec,
      writes: declared.length > 0 ? declared : null,
    },
    ground: null,
  });
  if (!checked.ok)
    throw new UserError({
      what: "The hand-over is refused",
      why: checked.sentence.replace(/\.$/, ""),
      fix: "The next attempt is told so.",
    });
  const { handOver } = checked;
  if ("verdict" in handOver || handOver.commits.length === 0)
    throw new UserError({
      what: "There is nothing to verify",
      why: "the hand-over has no commits",
      fix: "Nothing is to do.",
    });
  await standOn({ processes }, { checkout, env, onto: groundOf(job), commits: handOver.commits });
  log.info(`${handOver.commits.length} commits of the hand-over stand on ${groundOf(job)}.`);
}
