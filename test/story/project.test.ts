/** The optional project: a picture of the run that is made once, follows it, and never stops it. */
import { describe, expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import { TransientError } from "../../src/domain/problem.ts";
import { scriptedRun } from "../support/scripted-run.ts";
import { APP_PERMISSIONS, AT, story, type World } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n- [ ] 2. Write the printer\n  - _Depends: 1_\n";
const CONFIG = { ".github/roundtable.yml": "version: 1\nproject: auto\n" };
const owned = { ownedBy: "Organization" } as const;
const withProjects = (world: World) =>
  world.appWith({ ...APP_PERMISSIONS, organization_projects: "write" } as typeof APP_PERMISSIONS);

interface Shown {
  title: string;
  url: string;
  repositories: { nodes: { name: string }[] };
  fields: { nodes: { name?: string }[] };
  items: { nodes: { content: { title: string }; fieldValues: { nodes: Record<string, unknown>[] } }[] };
}

async function projects(world: World): Promise<Shown[]> {
  const { organization } = await world
    .as("octo")
    .graphql<{ organization: { projectsV2: { nodes: Shown[] } } }>(
      `{ organization(login: "octo") { projectsV2(first: 10) { nodes { title url repositories(first: 5) { nodes { name } }
       fields(first: 30) { nodes { ... on ProjectV2FieldCommon { name } } }
       items(first: 50) { nodes { content { ... on Issue { title } } fieldValues(first: 20) { nodes {
         ... on ProjectV2ItemFieldTextValue { text field { ... on ProjectV2FieldCommon { name } } }
         ... on ProjectV2ItemFieldNumberValue { number field { ... on ProjectV2FieldCommon { name } } }
         ... on ProjectV2ItemFieldSingleSelectValue { name field { ... on ProjectV2FieldCommon { name } } } } } } } } } } }`,
    );
  return organization.projectsV2.nodes;
}

/** `title: Status, Agent, Criticality, Attempt` of each item. */
function rowsOf(project: Shown): string[] {
  const names = ["Status", "Agent", "Criticality", "Attempt"];
  return project.items.nodes
    .map(({ content, fieldValues }) => {
      const byName = new Map(
        fieldValues.nodes.map((one) => [
          (one["field"] as { name: string }).name,
          one["text"] ?? one["number"] ?? one["name"],
        ]),
      );
      return `${content.title}: ${names.map((name) => String(byName.get(name))).join(", ")}`;
    })
    .toSorted();
}

const graphqlCalls = (world: World): string[] => {
  const seen: string[] = [];
  world.local.interceptor = (request) => {
    if (new URL(request.url).pathname.endsWith("/graphql")) seen.push(request.method);
    return null;
  };
  return seen;
};

describe("project: auto", () => {
  it("makes one project with fields and an item for each unit, and follows them to the end", () =>
    story(async (world) => {
      const { rest, run } = await scriptedRun(world, {
        tasks: TASKS,
        files: CONFIG,
        github: withProjects(world),
      });
      expect((await rest()).outcome).toBe("complete");
      const [project, ...others] = await projects(world);
      expect(others).toEqual([]);
      expect(project).toMatchObject({
        title: "Roundtable: octo/demo",
        repositories: { nodes: [{ name: "demo" }] },
      });
      expect(project!.fields.nodes.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["Status", "Agent", "Criticality", "Attempt"]),
      );
      expect(rowsOf(project!)).toEqual([
        "1. Write the parser: Done, practice, standard, 1",
        "2. Write the printer: Done, practice, standard, 1",
      ]);
      const tracking = (await world.comments(run)).find((comment) => comment.includes("## Roundtable: x"));
      expect(tracking).toContain(`[a project board](${project!.url})`);
    }, owned));

  it("is joined by the next run; a project that a crash left without its link is found again", () =>
    story(async (world) => {
      const octo = await world.as("octo").rest.users.getByUsername({ username: "octo" });
      await world
        .as("octo")
        .graphql(
          `mutation($owner: ID!) { createProjectV2(input: {ownerId: $owner, title: "Roundtable: octo/demo"}) { projectV2 { id } } }`,
          { owner: octo.data.node_id },
        );
      const github = withProjects(world);
      await (await scriptedRun(world, { tasks: TASKS, files: CONFIG, github })).rest();
      const [project, ...others] = await projects(world);
      expect(others).toEqual([]);
      expect(project!.repositories.nodes).toEqual([{ name: "demo" }]);
      expect(project!.items.nodes).toHaveLength(2);
    }, owned));

  it("takes three reads and no write where it shows everything already", () =>
    story(async (world) => {
      const github = withProjects(world);
      const first = github.projects;
      const rows = [
        { issue: 0, status: "in_progress", agent: "practice", criticality: "standard", attempt: 1 },
      ] as const;
      const { data: issue } = await world.as("octo").rest.issues.create({ ...AT, title: "Work" });
      const request = { project: "auto", rows: [{ ...rows[0], issue: issue.number }] };
      expect((await first.mirror(request)).did).toBe("updated");
      const calls = graphqlCalls(world);
      expect((await github.projects.mirror(request)).did).toBe("unchanged");
      expect(calls).toHaveLength(3);
      expect(rowsOf((await projects(world))[0]!)).toEqual(["Work: In Progress, practice, standard, 1"]);
    }, owned));
});

describe("a project board", () => {
  it("stays the same one where the repository gets another name", () =>
    story(async (world) => {
      const { data: issue } = await world.as("octo").rest.issues.create({ ...AT, title: "Work" });
      const row = { status: "in_progress", agent: "practice", criticality: "standard", attempt: 1 } as const;
      const request = { project: "auto", rows: [{ ...row, issue: issue.number }] };
      await withProjects(world).projects.mirror(request);
      await world.as("octo").rest.repos.update({ ...AT, name: "renamed" });
      const { board, projects: mirror } = world.appWith(
        { ...APP_PERMISSIONS, organization_projects: "write" } as typeof APP_PERMISSIONS,
        "octo/renamed",
      );
      expect(await board.repository()).toMatchObject({ fullName: "octo/renamed" });
      expect((await mirror.mirror(request)).did).toBe("unchanged");
      expect(await projects(world)).toHaveLength(1);
    }, owned));

  it("gets the rows that a pass had begun to write when it died", () =>
    story(async (world) => {
      const github = withProjects(world);
      const died = Promise.withResolvers<void>();
      const dying: Github = {
        ...github,
        projects: {
          mirror(request) {
            if (request.rows.every(({ status }) => status !== "completed"))
              return github.projects.mirror(request);
            died.resolve();
            return new Promise(() => {});
          },
        },
      };
      const begun = await scriptedRun(world, { tasks: TASKS, files: CONFIG, github: dying });
      await Promise.race([begun.rest(), died.promise]);
      world.machine.clock.advance(3 * 60_000);
      const next = world.reconciler({ github: { ...begun.github, projects: github.projects } });
      await next.pass();
      expect(rowsOf((await projects(world))[0]!)[0]).toBe("1. Write the parser: Done, practice, standard, 1");
      const { revision } = (await world.github.journal.find(begun.run))!;
      const { intents } = (await world.github.journal.read(revision)).state;
      expect(intents.filter(({ id }) => id === "project")).toEqual([]);
    }, owned));
});

it("a project that GitHub could not reach at the run's end is written when it can, before the run is put away", () =>
  story(async (world) => {
    const github = withProjects(world);
    let isDown = false;
    const failing: Github = {
      ...github,
      projects: {
        async mirror(request) {
          isDown ||= request.rows.every(({ status }) => status === "completed");
          if (!isDown) return github.projects.mirror(request);
          throw new TransientError({ what: "GitHub answered 502", why: "so", retryAfterMs: 60_000 });
        },
      },
    };
    const begun = await scriptedRun(world, { tasks: TASKS, files: CONFIG, github: failing });
    expect((await begun.rest()).outcome).toBe("complete");
    const next = world.reconciler({ github: { ...begun.github, projects: github.projects } });
    expect(await world.github.journal.openRuns()).toHaveLength(1);
    world.machine.clock.advance(3 * 60_000);
    await next.pass();
    expect(rowsOf((await projects(world))[0]!).every((row) => row.includes(": Done,"))).toBe(true);
    expect(await world.github.journal.openRuns()).toEqual([]);
  }, owned));

describe("a project that cannot be written", () => {
  async function told(world: World, github = world.github): Promise<string> {
    const { rest, run } = await scriptedRun(world, { tasks: TASKS, files: CONFIG, github });
    expect((await rest()).outcome).toBe("complete");
    return (await world.comments(run)).find((comment) => comment.includes("## Roundtable: x"))!;
  }

  it.each([
    { name: "without the permission", ownedBy: "Organization" },
    { name: "of a person, which no App reaches", ownedBy: "User" },
  ] as const)("does not stop the run, and is said with what to do: $name", ({ ownedBy }) =>
    story(
      async (world) => {
        const body = await told(world);
        expect(body).toContain("- The project board is not kept: ");
        expect(body).toContain("the organization permission Projects: write");
      },
      { ownedBy },
    ),
  );
});
