/** Asking, planning, consenting: design 2.1 to 2.3. */
import { describe, expect, it } from "vitest";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { placeIn } from "../../src/domain/problem.ts";
import { AT, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const TASKS =
  "# Plan\n\n- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.js_\n";

const withSpec = async (world: World, tasks = TASKS): Promise<string> =>
  world.commit({ [`${SPEC}/tasks.md`]: tasks, "README.md": "demo\n" });

describe("asking", () => {
  it("a writer's comment gets a plan, and nothing else is made before consent", () =>
    story(async (world) => {
      const base = await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      const { runs } = await world.pass();
      expect(runs).toMatchObject([{ run: issue, outcome: "decision" }]);
      const comments = await world.comments(issue);
      expect(comments).toHaveLength(2);
      expect(comments[1]).toMatch(/^roundtable\[bot\]: ## Plan for x/);
      expect(comments[1]).toContain(`\`main\` (\`${base.slice(0, 7)}\`)`);
      expect(comments[1]).toContain("/orchestrate confirm ");
      expect(await world.github.code.branches("roundtable/")).toEqual({});
      expect((await world.github.board.board("none")).issues).toEqual([]);
    }));

  it.each(["", " --dry-run"])(
    "a ruleset that stops the run is an error of the plan, with the mend%s",
    (flag) =>
      story(async (world) => {
        await withSpec(world);
        const { data: ruleset } = await world.as("octo").rest.repos.createRepoRuleset({
          ...AT,
          name: "All",
          enforcement: "active",
          conditions: { ref_name: { include: ["~ALL"], exclude: [] } },
          rules: [{ type: "creation" }],
        });
        const issue = await world.ask(`/orchestrate ${SPEC}${flag}`);
        await world.pass();
        const comments = await world.comments(issue);
        expect(comments).toHaveLength(2);
        expect(comments[1]).toContain(
          `The ruleset ${ruleset.id} of octo/demo holds for the branches of a run`,
        );
        expect(comments[1]).toContain("Exclude refs/heads/roundtable/**/* from it.");
        expect(await world.github.journal.openRuns()).toEqual([]);
      }),
  );

  it("a configuration with mistakes is told with the place of each, and nothing is opened", () =>
    story(async (world) => {
      await withSpec(world);
      await world.commit({ ".github/roundtable.yml": "version: 1\nverfy: [npm test]\nmax_parallel: 0\n" });
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      const { asks } = await world.pass();
      expect(asks.map(({ sentences }) => sentences.map((one) => placeIn(one)?.line ?? one))).toEqual([
        [2, 3, "Mend it on the base branch and ask again."],
      ]);
      const [, comment] = await world.comments(issue);
      expect(comment).toContain(".github/roundtable.yml:2:1: error: ");
      expect(comment).toContain(".github/roundtable.yml:3:");
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it.each(["", " --dry-run"])("the plan says what the set-up lacks, and only that%s", (flag) =>
    story(async (world) => {
      await withSpec(world);
      const lacksOf = async (): Promise<string> => {
        const issue = await world.ask(`/orchestrate ${SPEC}${flag}`);
        await world.pass();
        return (await world.comments(issue))[1]!;
      };
      const bare = await lacksOf();
      expect(bare).toContain(
        "set-up lacks\n\n- The workflow .github/workflows/roundtable-agent.yml is not on",
      );
      expect(bare).toContain("- There is no .github/roundtable.yml");
      await world.commit({
        ".github/roundtable.yml": "version: 1\nverify: ['true']\n",
        ".github/workflows/roundtable-agent.yml": agentWorkflow("true"),
      });
      expect(await lacksOf()).not.toContain("set-up lacks");
    }),
  );

  it.each([
    { exclude: [], isNamed: true },
    { exclude: ["refs/heads/roundtable/**/*"], isNamed: false },
  ])("a ruleset that holds for the run's branches is named: $exclude", ({ exclude, isNamed }) =>
    story(async (world) => {
      await withSpec(world);
      await world.as("octo").rest.repos.createRepoRuleset({
        ...AT,
        name: "All",
        enforcement: "active",
        conditions: { ref_name: { include: ["~ALL"], exclude } },
        rules: [{ type: "creation" }],
      });
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      const named = (await world.comments(issue))[1]!.match(/- The ruleset \d+ of octo\/demo/g) ?? [];
      expect(named).toHaveLength(isNamed ? 1 : 0);
    }),
  );

  it("labels of the issue override what the rules say of criticality", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.github.board.updateIssue(issue, { labels: ["criticality:complex"] });
      await world.pass();
      expect((await world.comments(issue))[1]).toContain("code, complex");
    }));

  it("files that changed together before count among the paths that a unit may write", () =>
    story(async (world) => {
      const change = (times: number) => ({
        message: `Change ${times}`,
        files: ["src/a.js", "docs/a.md", `other-${times}.md`].map((path) => ({
          path,
          mode: "100644" as const,
          content: Buffer.from(`${times}\n`),
        })),
      });
      const expectedHead = await withSpec(world, "- [ ] 1. Change `src/a.js`\n");
      await world.github.code.commit({ branch: "main", expectedHead, commits: [1, 2, 3].map(change) });
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      expect((await world.comments(issue))[1]).toContain("`docs/a.md`");
      expect((await world.comments(issue))[1]).not.toContain("other-");
    }));

  it("a second pass over an unchanged world writes nothing", () =>
    story(async (world) => {
      await withSpec(world);
      await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      const { writes } = world.local.counters;
      const runs = await world.github.journal.openRuns();
      await world.pass();
      await world.reconciler().pass();
      expect(world.local.counters.writes).toBe(writes);
      expect(await world.github.journal.openRuns()).toEqual(runs);
    }));

  it.each([
    { name: "no spec there", tasks: TASKS, path: ".kiro/specs/y", says: /There is no spec at that path/ },
    { name: "a path out of the repository", tasks: TASKS, path: "../x", says: /leaves the repository/ },
    { name: "no task", tasks: "# nothing\n", path: SPEC, says: /tasks\.md:1:1: error: There is no task/ },
    {
      name: "a cycle",
      tasks: "- [ ] 1. A\n  - _Depends: 2_\n- [ ] 2. B\n  - _Depends: 1_\n",
      path: SPEC,
      says: /wait for one another: 1 → 2 → 1/,
    },
    {
      name: "an unknown dependency",
      tasks: "- [ ] 1. A\n  - _Depends: 9_\n",
      path: SPEC,
      says: /tasks\.md:2:1: error: Task 1 depends on 9/,
    },
    {
      name: "a key of the configuration that is none",
      tasks: TASKS,
      path: SPEC,
      config: "version: 1\nverfy: [npm test]\n",
      says: /\.github\/roundtable\.yml:2:1: error: .*"verify"/,
    },
    {
      name: "a configuration that is no YAML",
      tasks: TASKS,
      path: SPEC,
      config: "version: [1\n",
      says: /\.github\/roundtable\.yml:\d+:\d+: error: /,
    },
    { name: "an unknown agent", tasks: TASKS, path: `${SPEC} --agent nobody`, says: /no agent "nobody"/ },
  ])("says what is wrong once and starts nothing: $name", ({ tasks, path, says, config }) =>
    story(async (world) => {
      await withSpec(world, tasks);
      if (config !== undefined) await world.commit({ ".github/roundtable.yml": config });
      const issue = await world.ask(`/orchestrate ${path}`);
      await world.pass();
      await world.pass();
      const comments = await world.comments(issue);
      expect(comments).toHaveLength(2);
      expect(comments[1]).toMatch(says);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }),
  );

  it("obeys nobody without write access", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`, "reader");
      await world.pass();
      expect(await world.comments(issue)).toHaveLength(1);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("another's eyes on a comment do not make it look answered", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      const [ask] = await world.github.board.comments(issue);
      await world
        .as("stranger")
        .rest.reactions.createForIssueComment({ ...AT, comment_id: ask!.id, content: "eyes" });
      const { asks } = await world.pass();
      expect(asks).toMatchObject([{ issue, accepted: true }]);
      expect((await world.reconciler().pass()).asks).toEqual([]);
      expect(await world.comments(issue)).toHaveLength(2);
    }));

  it.each([
    {
      name: "a flag that is none",
      says: `${SPEC} --max-paralel 2`,
      answer: "Did you mean '--max-parallel'?",
    },
    { name: "a command where no run is", says: "confirm", answer: "No run is under way on this issue" },
  ])("a writer is told what is wrong, once: $name", ({ says, answer }) =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${says}`);
      await world.pass();
      await world.reconciler().pass();
      expect((await world.comments(issue)).slice(1)).toEqual([expect.stringContaining(answer)]);
    }),
  );

  it("help is answered where no run is too, once", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask("/orchestrate help");
      await world.pass();
      await world.reconciler().pass();
      expect((await world.comments(issue)).slice(1)).toEqual([
        expect.stringMatching(/Commands:\n\n- `\/orchestrate <folder of a spec> \[flags\]`: /),
      ]);
    }));

  it("a command that came after the end of its run is told so; one that was obeyed is not answered again", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      await world.say(issue, "/orchestrate cancel");
      await world.pass();
      const told = await world.comments(issue);
      await world.say(issue, "/orchestrate confirm");
      await world.pass();
      await world.reconciler().pass();
      expect((await world.comments(issue)).slice(told.length + 1)).toEqual([
        expect.stringContaining("No run is under way on this issue"),
      ]);
    }));

  it("a fault of ours is said on the issue and logged with its cause, once", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      const errors: unknown[] = [];
      const log = { info() {}, warn() {}, error: (...said: unknown[]) => void errors.push(said) };
      world.local.interceptor = ({ url }) =>
        url.includes("/git/trees/") ? new Response("{}", { status: 418 }) : null;
      await world.reconciler({ log }).pass();
      world.local.interceptor = null;
      await world.reconciler({ log }).pass();
      expect((await world.comments(issue)).slice(1)).toEqual([
        expect.stringContaining("Roundtable itself failed"),
      ]);
      expect(errors).toEqual([["an ask failed", expect.objectContaining({ issue })]]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("E6 a dry run shows the plan and opens no run", () =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC} --dry-run`);
      await world.pass();
      expect((await world.comments(issue))[1]).toContain("This was a dry run");
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));
});

describe("consent", () => {
  it.each([
    { name: "a reader", by: "reader", body: "/orchestrate confirm", consents: false },
    { name: "another hash", by: "octo", body: "/orchestrate confirm 000000000000", consents: false },
    { name: "not the first line", by: "octo", body: "well\n/orchestrate confirm", consents: false },
    { name: "a writer", by: "octo", body: "/orchestrate confirm", consents: true },
  ])("$name with $body: $consents", ({ by, body, consents }) =>
    story(async (world) => {
      await withSpec(world);
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      await world.say(issue, body, by);
      await world.pass();
      expect(await world.github.code.branch(`roundtable/${issue}/main`)).toSatisfy(
        (sha) => (sha !== null) === consents,
      );
    }),
  );
});

it("without the agent workflow on the default branch a person is asked, once, with what to do", () =>
  story(async (world) => {
    await withSpec(world);
    const issue = await world.ask(`/orchestrate ${SPEC}`);
    await world.pass();
    await world.say(issue, "/orchestrate confirm");
    const { runs } = await world.pass();
    expect(runs[0]).toMatchObject({ outcome: "decision" });
    const decisions = (await world.comments(issue)).filter((comment) => comment.includes("### Decision"));
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toContain("roundtable-agent.yml is not on the default branch");
  }));

it("who has no account any more may do nothing, and GitHub is not asked", () =>
  story(async (world) => {
    expect(await world.github.board.permission("")).toBe("none");
  }));

describe("text of others", () => {
  it("mentions nobody, closes nothing and forges no marker", () =>
    story(async (world) => {
      await withSpec(world, "- [ ] 1. Ask @everyone, fixes #1 <!-- roundtable:run run=1 --> <img src=x>\n");
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      const plan = (await world.comments(issue))[1]!;
      expect(plan).not.toMatch(/@everyone|fixes #1|<img|<!-- roundtable:run run=1 -->/);
    }));
});

it.each(["app", "action"] as const)(
  "a pass of the form %s is quiet where issues are switched off since, and a comment of another month asks for nothing",
  (form) =>
    story(
      async (world) => {
        await withSpec(world);
        const { issues, repos } = world.as("octo").rest;
        const { data: issue } = await issues.create({ ...AT, title: "Old" });
        await issues.createComment({ ...AT, issue_number: issue.number, body: "/orchestrate confirm" });
        world.machine.clock.advance(31 * 24 * 3_600_000);
        await repos.update({ ...AT, has_issues: false });
        expect(await world.reconciler({ form }).pass()).toMatchObject({ asks: [], failed: [] });
      },
      { unheard: ["/orchestrate confirm"] },
    ),
);
