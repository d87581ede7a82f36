import { lastJsonLine, plainAnswer, readAnswer, type AgentAnswer } from "../../domain/agent/answer.ts";
import { UserError } from "../../domain/problem.ts";
import type { Agent, Echo } from "../../application/job/ports.ts";
import type { Processes } from "../../application/ports.ts";
import { KEPT_BYTES } from "./limits.ts";

/**
 * Backend `command`: any program. It gets the brief on stdin and runs in the checkout; the last line of its stdout
 * that is a JSON object is its answer. Without one, a worker that ends with 0 has completed; a reviewer has not.
 */
export function commandAgent({ processes, echo }: { processes: Processes; echo: Echo }): Agent {
  return {
    work: async ({ job, brief, checkout, env, signal }) => {
      const [program, ...args] = (job.command ?? "").split(/\s+/).filter((word) => word !== "");
      if (program === undefined) {
        throw new UserError({
          what: "The command agent has no command",
          why: "its configuration names none",
          fix: "Set `command: PROG ARGS` for it in .github/roundtable.yml.",
        });
      }
      const ended = await start(processes, {
        command: program,
        args,
        cwd: checkout,
        env,
        signal,
        input: brief,
        keepsBytes: KEPT_BYTES,
        onOutput: (_, chunk) => echo(chunk),
      });
      const raw = lastJsonLine(new TextDecoder().decode(ended.stdout));
      if (raw !== null && "outcome" in raw) return readAnswer(raw);
      return silentAnswer({
        program,
        code: ended.code,
        role: job.role,
        stderr: new TextDecoder().decode(ended.stderr),
      });
    },
  };
}

async function start(processes: Processes, request: Parameters<Processes["run"]>[0]) {
  try {
    return await processes.run(request);
  } catch (error) {
    request.signal?.throwIfAborted();
    throw new UserError({
      what: `${request.command} cannot be started`,
      why: error instanceof Error ? error.message : String(error),
      fix: "See that the job has that program on its PATH.",
    });
  }
}

function silentAnswer({
  program,
  code,
  role,
  stderr,
}: {
  program: string;
  code: number | null;
  role: string;
  stderr: string;
}): AgentAnswer {
  if (code === 0 && role !== "review")
    return plainAnswer("completed", `${program} ended without an answer of its own.`);
  if (code === 0) return plainAnswer("failed", `${program} printed no JSON line with its review.`);
  return plainAnswer(
    "failed",
    `${program} ended with ${code ?? "a signal"}. ${stderr.trim().slice(-1000)}`.trim(),
  );
}
