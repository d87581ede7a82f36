import { plainAnswer } from "../../domain/agent/answer.ts";
import { entryFor, parsePlaybook } from "../../domain/agent/playbook.ts";
import { pathFault } from "../../domain/handover/path-fault.ts";
import { formatDiagnostic, UserError } from "../../domain/problem.ts";
import type { Agent, AgentRequest } from "../../application/job/ports.ts";
import type { Files, Processes } from "../../application/ports.ts";

/** Backend `playbook`: plays `<spec>/playbook.yml` of the checkout, patches by `git apply`. */
export function playbookAgent({ processes, files }: { processes: Processes; files: Files }): Agent {
  return {
    work: async (request) => {
      const { job } = request;
      const { patch, answer } = entryFor(await read(files, request), job);
      if (patch === null) return answer;
      const bytes = await files.read(patchPath(request, patch));
      if (bytes === null)
        return plainAnswer("failed", `The playbook names ${patch}, which is not in ${job.spec}.`);
      const { checkout: cwd, env, signal } = request;
      const applied = await processes.run({
        command: "git",
        args: ["apply", "--whitespace=nowarn", "-"],
        cwd,
        env,
        signal,
        input: bytes,
      });
      if (applied.code === 0) return answer;
      return plainAnswer(
        "failed",
        `${patch} does not apply: ${new TextDecoder().decode(applied.stderr).trim()}`,
      );
    },
  };
}

async function read(files: Files, { job, checkout }: AgentRequest) {
  const path = `${job.spec}/playbook.yml`;
  const bytes = await files.read(`${checkout}/${path}`);
  if (bytes === null) {
    throw new UserError({
      what: "There is no playbook",
      why: `${path} is not in the checkout`,
      fix: "Write one, or name another agent.",
    });
  }
  const { playbook, diagnostics } = parsePlaybook(new TextDecoder().decode(bytes));
  if (playbook) return playbook;
  throw new UserError({
    what: "The playbook has mistakes",
    why: diagnostics.map((one) => formatDiagnostic(one, path)).join("; "),
    fix: "Mend them on the base branch.",
  });
}

function patchPath({ job, checkout }: AgentRequest, patch: string): string {
  const fault = pathFault(patch);
  if (fault)
    throw new UserError({
      what: "The playbook names a patch outside the spec's folder",
      why: fault,
      fix: `Put it into ${job.spec}.`,
    });
  return `${checkout}/${job.spec}/${patch}`;
}
