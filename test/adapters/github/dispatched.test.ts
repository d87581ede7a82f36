/** The contract of `WorkflowReader.dispatched`: a run as GitHub tells of it, also where accounts and forks are deleted. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { addWorkflow, AT, openContractWorld, type ContractWorld } from "./contract-world.ts";
import { changed } from "./line.ts";

const TEXT = `
run-name: ask \${{ inputs.what }}
on: { workflow_dispatch: { inputs: { what: { type: string } } } }
jobs: { ask: { runs-on: ubuntu-latest, steps: [{ if: false, run: "true" }] } }
`;

let world: ContractWorld;
let [byOwner, byApp] = [0, 0];
beforeAll(async () => {
  world = await openContractWorld();
  await addWorkflow(world, "ask.yml", TEXT);
  const start = async (who: "owner" | "app"): Promise<number> => {
    const { data } = await world[who].request(
      "POST /repos/{owner}/{repo}/actions/workflows/{file}/dispatches",
      {
        ...AT,
        file: "ask.yml",
        ref: "main",
        inputs: { what: "`$(id)` @octo" },
        return_run_details: true,
      },
    );
    return Number((data as { workflow_run_id: number }).workflow_run_id);
  };
  [byOwner, byApp] = [await start("owner"), await start("app")];
  await world.settled();
});
afterAll(() => world.close());

it("tells what vouches for a run", async () => {
  const { data } = await world.owner.rest.git.getRef({ ...AT, ref: "heads/main" });
  expect(await world.github.workflows.dispatched(byOwner)).toEqual({
    id: byOwner,
    repository: "octo/pull",
    headRepository: "octo/pull",
    path: ".github/workflows/ask.yml",
    event: "workflow_dispatch",
    attempt: 1,
    branch: "main",
    sha: data.object.sha,
    name: "ask `$(id)` @octo",
    actor: { login: "octo", isBot: false },
    triggeredBy: "octo",
    createdAt: expect.any(Date) as Date,
  });
  expect(await world.github.workflows.dispatched(byApp)).toMatchObject({ actor: { isBot: true } });
});

it("is null when there is no such run", async () => {
  expect(await world.github.workflows.dispatched(999_999)).toBeNull();
});

it.each([
  [
    "the ref behind its path",
    { path: ".github/workflows/ask.yml@main" },
    { path: ".github/workflows/ask.yml" },
  ],
  ["a fork that is deleted", { head_repository: null }, { headRepository: "" }],
  ["an account that is deleted", { actor: null }, { actor: { login: "", isBot: true } }],
  ["whoever ran it again", { run_attempt: 2, triggering_actor: null }, { attempt: 2, triggeredBy: "" }],
  ["a commit of no branch", { head_branch: null }, { branch: "" }],
])("reads %s", async (_name, change, read) => {
  const line = changed<object>(/\/actions\/runs\/\d+$/, (run) => ({ ...run, ...change }));
  expect(await world.connect({ line }).workflows.dispatched(byOwner)).toMatchObject(read);
});
