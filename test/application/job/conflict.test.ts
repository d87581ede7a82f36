/** A conflict in the work job: what the agent finds, and what is handed over of it. */
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { machine } from "../../../src/adapters/system/machine.ts";
import { verify } from "../../../src/application/job/verify.ts";
import { work } from "../../../src/application/job/work.ts";
import { plainAnswer } from "../../../src/domain/agent/answer.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import type { SentHandOver } from "../../../src/domain/handover/result.ts";
import { aJob, makeCheckout, noModel, quiet, wrapperOf, type Checkout } from "../../support/checkout.ts";

type Side = (checkout: Checkout) => Promise<unknown>;

const BASE = { "a.txt": "one\ntwo\nthree\n", "gone.txt": "x\n", "kept.txt": "k\n" };

/** The unit's head and what has landed, both on one base, as a checkout of the unit's head. */
async function conflict({ unit, landed }: Record<"unit" | "landed", Side>) {
  const checkout = await makeCheckout(BASE);
  const commit = async (side: Side, name: string): Promise<string> => {
    checkout.git("checkout", "--quiet", "--detach", checkout.head);
    await side(checkout);
    checkout.git("add", "--all");
    checkout.git("commit", "--quiet", `--message=${name}`);
    return checkout.git("rev-parse", "HEAD");
  };
  const baseSha = await commit(landed, "landed");
  const headSha = await commit(unit, "unit");
  return { checkout, job: { role: "resolve" as const, baseSha, headSha } };
}

async function play(checkout: Checkout, job: Partial<Job>, does: (brief: string) => Promise<unknown>) {
  const bound = aJob(job);
  const agent = {
    work: async ({ brief }: { brief: string }) => {
      await does(brief);
      return plainAnswer("completed", "Done.");
    },
  };
  const done = await work(
    { ...machine, ...quiet, agent, proxy: noModel, wrapper: wrapperOf(checkout) },
    {
      brief: "# brief\n",
      job: bound,
      checkout: checkout.folder,
      folder: checkout.own,
      env: checkout.env,
      secrets: {},
    },
  );
  const bytes = (await machine.files.read(done.path))!;
  const result: SentHandOver = JSON.parse(new TextDecoder().decode(bytes));
  const files = "verdict" in result ? [] : result.commits.flatMap((commit) => commit.files);
  return { bound, bytes, files };
}

const bothChange = {
  unit: async (at: Checkout) => {
    await at.write("a.txt", "one\nPEARS\nthree\n");
    await at.write("new.txt", "n\n");
    await unlink(join(at.folder, "gone.txt"));
  },
  landed: async (at: Checkout) => {
    await at.write("a.txt", "one\nAPPLES\nthree\n");
    await at.write("landed.txt", "l\n");
  },
};
const SOLVED = "one\nAPPLES\nPEARS\nthree\n";

it("shows both sides with git's markers, and hands over what the unit changes on top of what has landed", async () => {
  const { checkout, job } = await conflict(bothChange);
  const { files } = await play(checkout, job, async (brief) => {
    expect(brief).toMatch(/^# brief\n[^]*CONFLICT \(content\): Merge conflict in a\.txt/);
    expect(await checkout.read("a.txt")).toBe(
      "one\n<<<<<<< landed\nAPPLES\n=======\nPEARS\n>>>>>>> this-unit\nthree\n",
    );
    expect(await checkout.read("landed.txt")).toBe("l\n");
    await checkout.write("a.txt", SOLVED);
  });
  expect(files).toEqual([
    { path: "a.txt", mode: "100644", content: SOLVED },
    { path: "gone.txt", mode: "100644", deleted: true },
    { path: "new.txt", mode: "100644", content: "n\n" },
  ]);
});

it("shows a moved base branch and the run, and says with which names", async () => {
  const { checkout, job } = await conflict(bothChange);
  const { files } = await play(checkout, { ...job, unit: "_base" }, async (brief) => {
    expect(brief).toMatch(/You stand on the base branch[^]*`base-branch` and `this-run`/);
    expect(await checkout.read("a.txt")).toBe(
      "one\n<<<<<<< base-branch\nAPPLES\n=======\nPEARS\n>>>>>>> this-run\nthree\n",
    );
    await checkout.write("a.txt", SOLVED);
  });
  expect(files.map(({ path }) => path)).toEqual(["a.txt", "gone.txt", "new.txt"]);
});

it("is verified on top of what has landed", async () => {
  const { checkout, job } = await conflict(bothChange);
  const verified = { ...job, verify: ["grep -q APPLES a.txt && test -e landed.txt && ! test -e gone.txt"] };
  const { bound, bytes } = await play(checkout, verified, () => checkout.write("a.txt", SOLVED));
  checkout.git("reset", "--quiet", "--hard", job.headSha);
  checkout.git("clean", "--quiet", "--force");
  const handedOver = { job: bound, result: bytes };
  expect(
    await verify({ ...machine, ...quiet }, { checkout: checkout.folder, env: checkout.env, handedOver }),
  ).toBe(true);
});

it("does not take for work what setup makes", async () => {
  const { checkout, job } = await conflict(bothChange);
  const { files } = await play(
    checkout,
    { ...job, setup: ["echo built > built.txt; echo s >> kept.txt"] },
    () => checkout.write("a.txt", SOLVED),
  );
  expect(files.map(({ path }) => path)).toEqual(["a.txt", "gone.txt", "new.txt"]);
  expect(await checkout.read("built.txt")).toBe("built\n");
});

it("runs no filter or hook that setup left in the checkout", async () => {
  const { checkout, job } = await conflict(bothChange);
  const trap = `touch ${join(checkout.own, "ran")}; cat`;
  const setup = [
    `git config filter.trap.smudge '${trap}' && git config filter.trap.clean '${trap}' && echo '* filter=trap' > .git/info/attributes`,
    `printf '#!/bin/sh\\n${trap}\\n' > .git/hooks/post-checkout && chmod +x .git/hooks/post-checkout`,
  ];
  await play(checkout, { ...job, setup }, () => checkout.write("a.txt", SOLVED));
  expect(await machine.files.list(checkout.own)).not.toContain("ran");
});

it("writes through no link that setup put in the way", async () => {
  const { checkout, job } = await conflict({
    ...bothChange,
    unit: (at) => at.write("lib/a.txt", "mine\n"),
  });
  const outside = join(checkout.own, "outside");
  await machine.files.makeFolder(outside);
  const { files } = await play(checkout, { ...job, setup: [`ln -s ${outside} lib`] }, async () => {});
  expect(await machine.files.list(outside)).toEqual([]);
  expect(files).toContainEqual({ path: "lib/a.txt", mode: "100644", content: "mine\n" });
});
