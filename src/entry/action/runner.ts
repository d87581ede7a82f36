/** The job that GitHub's runner has started this process for. */
import * as core from "@actions/core";
import { context } from "@actions/github";
import { lineLog, machine } from "../compose.ts";
import type { JobContext } from "./job.ts";

export function runnerJob(): JobContext {
  const sender: unknown = context.payload.sender?.["type"];
  return {
    ...machine,
    getInput: (name) => core.getInput(name),
    setOutput: core.setOutput,
    setSecret: core.setSecret,
    takeCancel() {
      const cancel = new AbortController();
      process.removeAllListeners("SIGINT").on("SIGINT", () => cancel.abort());
      return cancel.signal;
    },
    setFailed: core.setFailed,
    annotate: core.error,
    async summarize(markdown) {
      // Older runners of one's own have no summaries.
      if (process.env["GITHUB_STEP_SUMMARY"]) await core.summary.addRaw(markdown).write();
    },
    print: (text) => void process.stdout.write(text),
    log: lineLog((level, line) => {
      if (level === "info") core.info(line);
      else if (level === "warning") core.warning(line);
      else core.error(line);
    }),
    env: process.env,
    event: {
      // Outside a workflow there is none, and asking for it throws.
      get fullName() {
        return `${context.repo.owner}/${context.repo.repo}`;
      },
      actor: context.actor,
      isBySomeBot: sender === "Bot" || context.actor?.endsWith("[bot]"),
      runId: context.runId,
      runAttempt: context.runAttempt,
      apiUrl: context.apiUrl,
      serverUrl: context.serverUrl,
    },
    fetch,
  };
}
