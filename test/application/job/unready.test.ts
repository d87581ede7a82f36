/** An agent's program is put in place before anything of the branch runs; where that fails, nothing has begun. */
import { expect, it } from "vitest";
import { machine } from "../../../src/adapters/system/machine.ts";
import type { Agent } from "../../../src/application/job/ports.ts";
import { work } from "../../../src/application/job/work.ts";
import { plainAnswer } from "../../../src/domain/agent/answer.ts";
import type { SentHandOver } from "../../../src/domain/handover/result.ts";
import { UserError } from "../../../src/domain/problem.ts";
import { aJob, makeCheckout, noModel, quiet, wrapperOf } from "../../support/checkout.ts";

async function play(prepare: Agent["prepare"] & {}) {
  const checkout = await makeCheckout({});
  const agent: Agent = {
    prepare: async (signal) => {
      expect(checkout.git("status", "--porcelain")).toBe("");
      await prepare(signal);
    },
    work: async () => {
      await checkout.write("worked.txt", "x");
      return plainAnswer("completed", "Done.");
    },
  };
  const job = aJob({ headSha: checkout.head, setup: ["touch began"] });
  const done = await work(
    { ...machine, ...quiet, agent, proxy: noModel, wrapper: wrapperOf(checkout) },
    { brief: "", job, checkout: checkout.folder, folder: checkout.own, env: checkout.env, secrets: {} },
  );
  const bytes = (await machine.files.read(done.path))!;
  const result: SentHandOver = JSON.parse(new TextDecoder().decode(bytes));
  return { result, left: checkout.git("status", "--porcelain") };
}

it("begins when it is in place", async () => {
  const { result, left } = await play(async () => {});
  expect(result.outcome).toBe("completed");
  expect(left).toBe("?? began\n?? worked.txt");
});

it.each([
  {
    what: "what a person must mend",
    error: new UserError({ what: "No npm", why: "w", fix: "f" }),
    outcome: "blocked",
  },
  {
    what: "what may be better next time",
    error: new Error("No npm: the registry is gone"),
    outcome: "infra",
  },
])("begins nothing, and says why: $what", async ({ error, outcome }) => {
  const { result, left } = await play(() => Promise.reject(error));
  expect(result).toMatchObject({ outcome, summary: expect.stringContaining("No npm") });
  expect(left).toBe("");
});
