/** What GitHub says of a workflow run where the local GitHub never says it. */
import { expect, it } from "vitest";
import { createGithub } from "../../../src/adapters/github/github.ts";
import { machine } from "../../../src/adapters/system/machine.ts";

const usual = {
  id: 9,
  repository: { full_name: "octo/demo" },
  head_repository: { full_name: "octo/demo" },
  path: ".github/workflows/roundtable.yml",
  event: "workflow_dispatch",
  run_attempt: 1,
  head_branch: "main",
  head_sha: "b".repeat(40),
  display_title: "roundtable",
  actor: { login: "ada", type: "User" },
  triggering_actor: { login: "ada", type: "User" },
  created_at: "2026-03-01T12:00:00Z",
};

it.each([
  ["a run of ours", {}, { headRepository: "octo/demo", actor: { login: "ada", isBot: false } }],
  ["the ref behind its path", { path: `${usual.path}@main` }, { path: usual.path }],
  ["a fork that is deleted", { head_repository: null }, { headRepository: "" }],
  ["an account that is deleted", { actor: null }, { actor: { login: "", isBot: true } }],
  ["a commit of no branch", { head_branch: null }, { branch: "" }],
])("reads %s", async (_, change, read) => {
  const github = createGithub({
    token: "t",
    reviewerToken: null,
    fullName: "octo/demo",
    baseUrl: "http://127.0.0.1",
    fetch: async () => Response.json({ ...usual, ...change }),
    clock: machine.clock,
    me: "roundtable[bot]",
    reviewer: "roundtable[bot]",
  });
  expect(await github.workflows.dispatched(9)).toMatchObject(read);
});
