/**
 * Puts a backend's program into a folder of ours, at exactly the version that its adapter was measured with. Scripts
 * of packages do not run, but for the one that the program itself cannot do without.
 */
import { UserError } from "../../domain/problem.ts";
import type { Echo } from "../../application/job/ports.ts";
import type { Files, Processes } from "../../application/ports.ts";
import { documentOf, type Cli, type NpmPackage } from "./cli.ts";

/** What npm needs of the machine's own to reach its registry, beside what every program gets. */
const REACH = /^(?:https?_proxy|no_proxy|npm_config_.+|node_extra_ca_certs)$/i;

export const reachOf = (all: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      REACH.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );

export interface Installer {
  processes: Processes;
  files: Files;
  echo: Echo;
  env: Readonly<Record<string, string>>;
  /** Where all of them are installed, absolute. */
  folder: string;
}

const folderOf = ({ name, version }: NpmPackage, tools: string): string =>
  `${tools}/${name.replaceAll("/", "+")}@${version}`;

/** A path for what we install; else a name that is looked for on the PATH. */
export const programOf = ({ program, npm }: Cli, tools: string): string =>
  npm === null ? program : `${folderOf(npm, tools)}/node_modules/.bin/${program}`;

/** What is there already in that version is left as it is. */
export async function install(
  { program, npm }: Cli,
  { processes, files, echo, env, folder: tools }: Installer,
  signal: AbortSignal,
): Promise<void> {
  if (npm === null) return;
  const folder = folderOf(npm, tools);
  const done = `${folder}/installed.json`;
  const there = await files.read(done);
  if (there !== null && isSame(documentOf(new TextDecoder().decode(there)), npm)) return;
  await files.remove(folder);
  await files.makeFolder(folder);
  const run = async (command: string, args: readonly string[]): Promise<void> => {
    // Not in the checkout, whose .npmrc would be read.
    const ended = await start(processes, {
      command,
      args,
      cwd: folder,
      env,
      signal,
      onOutput: (_, chunk) => echo(chunk),
    });
    if (ended.code !== 0)
      throw new Error(
        `${program} ${npm.version} could not be installed: ${command} ${args[0]} ended with ${ended.code ?? ended.signal}. ${new TextDecoder().decode(ended.stderr).trim().slice(-500)}`,
      );
  };
  await run("npm", [
    "install",
    `--prefix=${folder}`,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--no-update-notifier",
    `${npm.name}@${npm.version}`,
  ]);
  if (npm.script !== null) await run("node", [`${folder}/node_modules/${npm.name}/${npm.script}`]);
  await files.write(done, `${JSON.stringify(npm)}\n`);
}

const isSame = (found: unknown, wanted: NpmPackage): boolean =>
  JSON.stringify(found) === JSON.stringify(wanted);

async function start(processes: Processes, request: Parameters<Processes["run"]>[0]) {
  try {
    return await processes.run(request);
  } catch (error) {
    request.signal?.throwIfAborted();
    throw new UserError({
      what: `${request.command} cannot be started`,
      why: `agents are installed by npm (${error instanceof Error ? error.message : String(error)})`,
      fix: "See that the work job's runner has node and npm on its PATH.",
    });
  }
}
