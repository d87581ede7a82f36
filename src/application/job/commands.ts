/** Setup and verify commands: the shell lines of the configuration, run as a workflow's `run:` step would. */
import type { VerifyStep } from "../../domain/handover/result.ts";
import { lastBytes } from "../../domain/text/last-bytes.ts";
import type { Processes } from "../ports.ts";
import type { Echo } from "./ports.ts";

const TAIL_LINES = 60;
const TAIL_LENGTH = 6000;
/** Of what a command prints, control sequences and all: it may print without end. */
const KEPT_BYTES = 1024 * 1024;

export interface CommandRequest {
  commands: readonly string[];
  checkout: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** One after the other, until one is red or the time is up. */
export async function runCommands(
  { processes, echo }: { processes: Processes; echo: Echo },
  request: CommandRequest,
): Promise<VerifyStep[]> {
  const steps: VerifyStep[] = [];
  for (const command of request.commands) {
    if (request.signal?.aborted) break;
    echo(new TextEncoder().encode(`$ ${command}\n`));
    const heard = lastBytes(KEPT_BYTES);
    const ended = await processes.run({
      command: "bash",
      args: ["--noprofile", "--norc", "-eo", "pipefail", "-c", command],
      cwd: request.checkout,
      env: request.env,
      ...(request.signal && { signal: request.signal }),
      keepsBytes: 0,
      onOutput: (_, chunk) => {
        heard.push(chunk);
        echo(chunk);
      },
    });
    steps.push({ command, code: ended.code, tail: tailOf(heard.read()) });
    if (ended.code !== 0) break;
  }
  return steps;
}

export const isRed = (steps: readonly VerifyStep[]): boolean => steps.some(({ code }) => code !== 0);

function tailOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return plainText(text).trimEnd().split("\n").slice(-TAIL_LINES).join("\n").slice(-TAIL_LENGTH);
}

/** Without colours and other control sequences. */
const plainText = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(ESCAPES, "").replaceAll(CONTROLS, "");

// oxlint-disable-next-line no-control-regex -- control characters are what is taken out
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;
// oxlint-disable-next-line no-control-regex -- the same
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

const ALLOWED = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "USER",
  "LOGNAME",
  "SHELL",
  "TERM",
  "CI",
  "RUNNER_OS",
  "RUNNER_ARCH",
  "JAVA_HOME",
  "GOROOT",
  "ANDROID_HOME",
  "DOTNET_ROOT",
];

/** The environment of branch code: by allow-list, so that no token and no input of the job is in it. */
export function allowedEnvironment(
  all: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = ALLOWED.flatMap((name): [string, string][] =>
    all[name] === undefined ? [] : [[name, all[name]]],
  );
  return { CI: "true", ...Object.fromEntries(kept) };
}
