/** A job of Actions in this process: environment and files as the runner gives them, without the runner's own library. */
import type { Files, ProcessRequest } from "../../src/local-github/ports.ts";
import { runMode } from "../../src/entry/action/modes.ts";
import type { JobContext } from "../../src/entry/action/job.ts";
import type { Life } from "./life.ts";

export interface JobStep {
  request: ProcessRequest;
  files: Files;
}

export const inputOf = ({ env }: ProcessRequest, name: string): string =>
  (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();

/** As the runner's command file has it: `name<<end`, the value, `end`. */
export function setOutput({ request, files }: JobStep, name: string, value: string): Promise<void> {
  return files.append(request.env["GITHUB_OUTPUT"]!, `${name}<<end-of-it\n${value}\nend-of-it\n`);
}

/** The exit code of one mode, played by the Action's own code. */
export async function playMode(step: JobStep, life: Life): Promise<number> {
  const { request, files } = step;
  const { env } = request;
  const cancel = request.signals?.SIGINT ?? new AbortController().signal;
  let isTaken = false;
  const end = (): void => {
    if (!isTaken) life.kill();
  };
  cancel.addEventListener("abort", end, { once: true });
  const print = (text: string): void => request.onOutput?.("stdout", Buffer.from(`${text}\n`));
  const payload = JSON.parse(
    Buffer.from((await files.read(env["GITHUB_EVENT_PATH"]!)) ?? "{}").toString("utf8"),
  ) as { sender?: { type?: string } };
  const outputs: [string, string][] = [];
  let code = 0;
  const say = (level: string) => (message: string, fields?: object) =>
    print(`${level}${message}${fields ? ` ${JSON.stringify(fields)}` : ""}`);
  const job: JobContext = {
    ...life,
    files,
    env,
    getInput: (name) => inputOf(request, name),
    setOutput: (name, value) => void outputs.push([name, String(value)]),
    setSecret() {},
    takeCancel() {
      isTaken = true;
      return cancel;
    },
    setFailed: (sentence) => {
      code = 1;
      print(sentence);
    },
    annotate: (sentence) => print(sentence),
    summarize: async () => {},
    print: (text) => request.onOutput?.("stdout", Buffer.from(text)),
    log: { info: say(""), warn: say("Warning: "), error: say("Error: ") },
    event: {
      fullName: env["GITHUB_REPOSITORY"]!,
      actor: env["GITHUB_ACTOR"]!,
      isBySomeBot: payload.sender?.type === "Bot" || env["GITHUB_ACTOR"]!.endsWith("[bot]"),
      runId: Number(env["GITHUB_RUN_ID"]),
      runAttempt: Number(env["GITHUB_RUN_ATTEMPT"]),
      apiUrl: env["GITHUB_API_URL"]!,
      serverUrl: env["GITHUB_SERVER_URL"]!,
    },
  };
  try {
    await runMode(job);
  } catch (error) {
    print(`Error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    code = 1;
  }
  for (const [name, value] of outputs) await setOutput(step, name, value);
  return code;
}
