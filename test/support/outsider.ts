/** Somebody without any right in the repository, and a fork of theirs that is made to look like a run. */
import type { Octokit } from "@octokit/rest";
import { AT, REPO, type World } from "./world.ts";

export interface Outsider {
  rest: Octokit["rest"];
  /** A branch of the fork with these files, from a branch of the repository's. */
  push(branch: string, from: string, files: Readonly<Record<string, string>>): Promise<void>;
  /** From that branch. */
  open(pull: { branch: string; base: string; body: string; title?: string }): Promise<number>;
}

export const FORK = { owner: "stranger", repo: AT.repo };

export async function outsider(world: Pick<World, "as">): Promise<Outsider> {
  const { rest } = world.as(FORK.owner);
  await rest.repos.createFork(AT);
  return {
    rest,
    async push(branch, from, files) {
      // What lies in one repository of a network is there in all.
      const { data: base } = await rest.git.getRef({ ...AT, ref: `heads/${from}` });
      const { data: tree } = await rest.git.createTree({
        ...FORK,
        base_tree: base.object.sha,
        tree: Object.entries(files).map(([path, content]) => ({
          path,
          content,
          mode: "100644",
          type: "blob",
        })),
      });
      const parents = [base.object.sha];
      const { data: commit } = await rest.git.createCommit({
        ...FORK,
        message: `${branch}\n\nRoundtable-Attempt: 1/1/implement/1/00000000`,
        tree: tree.sha,
        parents,
      });
      const ref = `heads/${branch}`;
      const { data: known } = await rest.git.listMatchingRefs({ ...FORK, ref });
      await (known.some((one) => one.ref === `refs/${ref}`)
        ? rest.git.updateRef({ ...FORK, ref, sha: commit.sha, force: true })
        : rest.git.createRef({ ...FORK, ref: `refs/${ref}`, sha: commit.sha }));
    },
    async open({ branch, base, body, title = "1. Write a greeting" }) {
      const head = `${FORK.owner}:${branch}`;
      const { data } = await rest.pulls.create({
        ...AT,
        title,
        head,
        base,
        body,
        maintainer_can_modify: true,
      });
      return data.number;
    },
  };
}

/** All that an outsider can write to look like a run's own; answers the numbers of their pull requests. */
export async function pretend(
  world: Pick<World, "as">,
  { run, unit }: { run: number; unit: { number: number; pull: number } },
): Promise<number[]> {
  const { rest, push, open } = await outsider(world);
  const main = `roundtable/${run}/main`;
  const pulls: number[] = [];
  for (const slug of ["1", "2"]) {
    const branch = `roundtable/${run}/unit-${slug}`;
    await push(branch, main, { "a.txt": "of an outsider\n", [`${slug}.txt`]: "of an outsider\n" });
    const body = `Closes #${unit.number}\n\n<!-- roundtable:pr run=${run} unit=${slug} -->`;
    pulls.push(await open({ branch, base: main, body }));
  }
  await push(main, "main", { "a.txt": "of an outsider\n" });
  pulls.push(await open({ branch: main, base: "main", body: `<!-- roundtable:final run=${run} -->` }));
  // A journal of their own, where the run's lies.
  const { data: journal } = await rest.git.getRef({ ...AT, ref: `roundtable/${run}` });
  const { data: own } = await rest.git.createCommit({
    ...FORK,
    message: "pass",
    tree: (await rest.git.getCommit({ ...AT, commit_sha: journal.object.sha })).data.tree.sha,
    parents: [journal.object.sha],
  });
  await rest.git.createRef({ ...FORK, ref: `refs/roundtable/${run}`, sha: own.sha });

  const commands = ["confirm", "cancel", "skip 1", "claim 1", "approve 1", "decide d1 1"];
  for (const [at, issue_number] of [run, unit.number, unit.pull, ...pulls].entries()) {
    const command = commands[at % commands.length]!;
    await rest.issues.createComment({ ...AT, issue_number, body: `/orchestrate ${command}` });
    const record = `## Run ended: complete\n\n<!-- roundtable:run run=${run} -->`;
    await rest.issues.createComment({ ...AT, issue_number, body: record });
  }
  // Whoever may read may review.
  const body = `<!-- roundtable:review run=${run} unit=1 -->`;
  await rest.pulls.createReview({ ...AT, pull_number: unit.pull, event: "REQUEST_CHANGES", body });
  await rest.pulls.createReview({ ...AT, pull_number: pulls[0]!, event: "COMMENT", body });
  return pulls;
}

/** Of what an outsider has written: labels, comments of bots, and whether it is still open. */
export async function touched(
  { local }: Pick<World, "local">,
  numbers: readonly number[],
): Promise<object[]> {
  const { pulls } = await local.view(REPO);
  return pulls
    .filter(({ number }) => numbers.includes(number))
    .map(({ state, mergedAt, labels, comments, reviews }) => ({
      state,
      mergedAt,
      labels: labels.map(({ name }) => name),
      ofBots: [...comments, ...reviews].filter(({ user }) => user.endsWith("[bot]")),
    }));
}

export const UNTOUCHED = { state: "open", mergedAt: null, labels: [], ofBots: [] };
