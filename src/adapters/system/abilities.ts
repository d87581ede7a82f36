/** What this machine brings for jobs. */
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Processes } from "../../application/ports.ts";
import type { MachineFact } from "../../domain/doctor/facts.ts";
import { meansOf, type System } from "./other-user.ts";

export async function readMachine(
  processes: Processes,
  asked: { env: Readonly<Record<string, string>>; programs: readonly string[]; system: System },
): Promise<MachineFact> {
  const { env, programs, system } = asked;
  const isThere = async (program: string): Promise<boolean> => {
    const folders = isAbsolute(program) ? [""] : (env["PATH"] ?? "").split(delimiter);
    const found = folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    );
    return (await Promise.all(found)).includes(true);
  };
  const there = programs.map(async (program) => [program, await isThere(program)] as const);
  return {
    node: process.version,
    git: await output(processes, { command: "git", args: ["--version"], env }),
    user: await userOf(processes, system, env),
    programs: Object.fromEntries(await Promise.all(there)),
  };
}

/** Sudo is a way only where it asks for no password. */
async function userOf(
  processes: Processes,
  system: System,
  env: Readonly<Record<string, string>>,
): Promise<MachineFact["user"]> {
  const means = meansOf(system);
  if (means?.kind !== "sudo") return means?.kind ?? null;
  return (await output(processes, { command: means.sudo, args: ["-n", "true"], env })) === null
    ? null
    : "sudo";
}

/** Null where it cannot be started or fails. */
async function output(
  processes: Processes,
  request: { command: string; args: readonly string[]; env: Readonly<Record<string, string>> },
): Promise<string | null> {
  try {
    const { code, stdout } = await processes.run({ ...request, cwd: "/", timeoutMs: 10_000 });
    return code === 0 ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}
