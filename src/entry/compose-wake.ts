/** Puts together the way to GitHub of a job that only starts a workflow there. Apart from all else: it is what most jobs do last. */
import { createClient } from "../adapters/github/client.ts";
import { knownRepository } from "../adapters/github/repository.ts";
import { createWorkflows } from "../adapters/github/workflows.ts";
import type { WorkflowWriter } from "../application/ports.ts";
import type { GithubPlace } from "./compose-github.ts";

export function composeWake(at: GithubPlace & { token: string }): {
  workflows: Pick<WorkflowWriter, "dispatch">;
} {
  const client = createClient(at);
  return { workflows: createWorkflows(client, { repository: knownRepository(client) }) };
}
