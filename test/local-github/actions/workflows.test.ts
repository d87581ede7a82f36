/** A table of workflow files and what comes of each. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { conclusions, createActionsWorld, logOf } from "../../support/actions-host.ts";
import type { ActionsWorld } from "../../support/actions-host.ts";

interface Case {
  file: string;
  conclusion: string;
  jobs: Record<string, string>;
  /** Job name to what its log holds and, after `not`, does not hold. */
  logs?: Record<string, { holds?: string[]; not?: string[] }>;
}

const CASES: Case[] = [
  {
    file: "needs-and-if.yml",
    conclusion: "success",
    jobs: {
      first: "success",
      second: "success",
      "not-asked": "skipped",
      "after-skipped": "skipped",
      "always-after-skipped": "success",
      "not-reached-through-always": "skipped",
      "reached-by-not-cancelled": "success",
    },
    logs: {
      second: { holds: ["\ngot 2 lines, success\n"] },
      "always-after-skipped": { holds: ["\nskipped\n"] },
    },
  },
  {
    file: "failing.yml",
    conclusion: "failure",
    jobs: {
      breaks: "failure",
      skipped: "skipped",
      mourns: "success",
      tolerated: "failure",
      "after-tolerated": "success",
    },
    logs: {
      breaks: {
        holds: [
          "\noutcome failure conclusion success\n",
          "Error: Process completed with exit code 3.",
          "\nmourned, job is failure\n",
          "\nalways\n",
        ],
        not: ["never"],
      },
      mourns: { holds: ["\nskipped\n"] },
      "after-tolerated": { holds: ["\nsuccess\n"] },
    },
  },
  {
    file: "environment.yml",
    conclusion: "success",
    jobs: { all: "success" },
    logs: {
      all: {
        holds: [
          "\nworkflow job step | from the default yes true | below\n",
          "\nworkflow changed job from file | changed from file\n",
          "\nfound me\n",
          "\npipefail\n",
          "\nin node true\n",
        ],
        not: ["POISON", "from-the-machine"],
      },
    },
  },
  {
    file: "matrix.yml",
    conclusion: "success",
    jobs: {
      list: "success",
      "grid (small, red, yes-extra)": "success",
      "grid (small, blue, yes-extra)": "success",
      "grid (large, blue)": "success",
      "grid (tiny, none)": "success",
      "Check 1": "success",
      "Check 2": "success",
      after: "success",
    },
    logs: {
      "grid (small, red, yes-extra)": { holds: ["\nsmall/red/yes-extra of 4\n"] },
      "grid (large, blue)": { holds: ["\nlarge/blue/ of 4\n"] },
      after: { holds: ["\nset by large\n"] },
    },
  },
  {
    file: "matrix-fail-fast.yml",
    conclusion: "failure",
    jobs: {
      "fast (1)": "failure",
      "fast (2)": "cancelled",
      "fast (3)": "cancelled",
      "slow (1)": "failure",
      "slow (2)": "success",
    },
  },
  {
    file: "permissions.yml",
    conclusion: "success",
    jobs: { inherits: "success", replaces: "success", nothing: "success" },
    logs: {
      inherits: { holds: ["permissions: metadata: read, contents: read, issues: write\n"] },
      replaces: { holds: ["permissions: metadata: read, pull_requests: write, actions: read\n"] },
      nothing: { holds: ["permissions: metadata: read\n"] },
    },
  },
  {
    file: "artifacts.yml",
    conclusion: "failure",
    jobs: { makes: "success", takes: "success", misses: "failure" },
    logs: {
      makes: {
        holds: [
          "(409) Conflict: an artifact with this name already exists",
          "No files were found with the provided path: .hidden-folder. No artifacts",
        ],
      },
      takes: {
        holds: [
          "\nall/folder/deep/two.txt\nall/folder/one.txt\nall/glob/deep/two.txt\nall/glob/one.txt\nall/single/two.txt\nhere/two.txt\n",
        ],
      },
      misses: { holds: ["Error: No files were found with the provided path: missing."] },
    },
  },
  {
    file: "commands.yml",
    conclusion: "success",
    jobs: { says: "success", "hands-on": "success", gets: "success" },
    logs: {
      "hands-on": { holds: ["Skip output 'secret' since it may contain secret."] },
      gets: { holds: ["\n[] word\n"] },
      says: {
        holds: [
          "\nI say ***\n",
          "\nError: Broken\nhere\n",
          "\nWarning: Careful: ***\n",
          "\n::error::only text\n",
          "\nNotice: Heard\n",
          "Summary:\n  # Summary of it\n",
          "\nsecret *** token *** same true\n",
          "\nno newline at the end\n",
        ],
        not: ["key-of-the-model", "never seen\nI", "ghs_"],
      },
    },
  },
  {
    file: "actions.yml",
    conclusion: "failure",
    jobs: { mapped: "success", "post-after-failure": "failure" },
    logs: {
      mapped: {
        holds: [
          "pre for world\n",
          "main world spaced token:true state:yes\n",
          "path true leak:none\n",
          "\nsaid hello world\n",
          "\nnested ran\n",
          "\nlocal ran\n",
          "post of world: yes also\n",
        ],
      },
      "post-after-failure": { holds: ["post of nobody: yes also\n"] },
    },
  },
  {
    file: "checkout.yml",
    conclusion: "failure",
    jobs: { ways: "success", "no-permission": "failure" },
    logs: {
      ways: {
        holds: [
          "\nbranch main, 1 commit\ncredentials kept\nfetches again\n",
          "\nbranch side, on the side\ncredentials gone\nnowhere\n",
          "\nHEAD detached at\n",
          "A branch or tag with the name 'nowhere' could not be found",
          "actions/checkout: lfs is not supported by the local runner",
          "is not under",
        ],
      },
    },
  },
  {
    file: "refused-container.yml",
    conclusion: "startup_failure",
    jobs: { ".github/workflows/refused-container.yml": "failure" },
    logs: {
      ".github/workflows/refused-container.yml": {
        holds: ["Job a: container is not supported", "Job a: services is not supported"],
      },
    },
  },
  {
    file: "refused-reusable.yml",
    conclusion: "startup_failure",
    jobs: { ".github/workflows/refused-reusable.yml": "failure" },
    logs: {
      ".github/workflows/refused-reusable.yml": {
        holds: ["reusable workflows (uses: ./.github/workflows/other.yml) are not supported"],
      },
    },
  },
  {
    file: "refused-syntax.yml",
    conclusion: "startup_failure",
    jobs: { ".github/workflows/refused-syntax.yml": "failure" },
    logs: {
      ".github/workflows/refused-syntax.yml": { holds: ["(Line: 6, Col: ", "Unexpected value 'when'"] },
    },
  },
  {
    file: "refused-steps.yml",
    conclusion: "failure",
    jobs: {
      "unknown-action": "failure",
      "container-action": "failure",
      "hash-files": "failure",
      shell: "failure",
      composite: "failure",
      "no-checkout": "failure",
      "bad-matrix": "failure",
    },
    logs: {
      "unknown-action": { holds: ["Unable to resolve action someone/else@v1", "acme/tool"] },
      "container-action": { holds: ["docker://alpine:3: container actions are not supported"] },
      "hash-files": { holds: ["hashFiles() is not supported"] },
      shell: { holds: ["shell: pwsh is not supported"] },
      composite: { holds: ["run using 'composite' are not supported"] },
      "no-checkout": { holds: ["Did you forget to run actions/checkout?"] },
      "bad-matrix": { holds: ["Matrix vector 'n' does not contain any values"] },
    },
  },
];

describe("workflow files", () => {
  let world: ActionsWorld;
  beforeAll(async () => {
    process.env["POISON"] = "from-the-machine";
    process.env["MODEL_KEY"] = "from-the-machine";
    world = await createActionsWorld();
  });
  afterAll(async () => {
    await world.close();
    delete process.env["POISON"];
    delete process.env["MODEL_KEY"];
  });

  it.each(CASES)("$file ends as $conclusion", async ({ file, conclusion, jobs, logs = {} }) => {
    const run = await world.play(file);
    expect(conclusions(run)).toEqual(jobs);
    expect(run.conclusion).toBe(conclusion);
    for (const [job, { holds = [], not = [] }] of Object.entries(logs)) {
      const log = await logOf(run, job);
      for (const text of holds) expect(log).toContain(text);
      for (const text of not) expect(log).not.toContain(text);
    }
  });
});
