import type { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createTestWorld } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
let app: Octokit;
beforeEach(async () => {
  world = await createTestWorld();
  world.github.addAccount({ login: "acme", type: "Organization" });
  await world.github.addRepository({ fullName: "acme/shop", defaultBranch: "main" });
  app = world.as({
    login: "helper",
    permissions: { organization_projects: "write", issues: "write", contents: "read" },
  });
});
afterEach(() => world.close());

type Answer = Record<string, Record<string, unknown> & { id: string }>;

async function ownerId(login: string): Promise<string> {
  return (await world.owner.rest.users.getByUsername({ username: login })).data.node_id;
}

async function create(by: Octokit, login: string): Promise<string> {
  const { createProjectV2 } = await by.graphql<{ createProjectV2: { projectV2: { id: string } } }>(
    `mutation($owner: ID!) { createProjectV2(input: {ownerId: $owner, title: "Board"}) { projectV2 { id } } }`,
    { owner: await ownerId(login) },
  );
  return createProjectV2.projectV2.id;
}

async function issue(title = "Work"): Promise<string> {
  const { data } = await app.rest.issues.create({ owner: "acme", repo: "shop", title });
  return data.node_id;
}

async function add(project: string, content: string): Promise<string> {
  const { addProjectV2ItemById: added } = await app.graphql<{ addProjectV2ItemById: Answer }>(
    `mutation($project: ID!, $content: ID!) {
       addProjectV2ItemById(input: {projectId: $project, contentId: $content}) { item { id } }
     }`,
    { project, content },
  );
  return added["item"]?.id ?? "";
}

interface Field {
  id: string;
  name: string;
  dataType: string;
  options?: { id: string; name: string; color: string }[];
}

async function fields(project: string): Promise<Field[]> {
  const { node } = await app.graphql<{ node: { fields: { nodes: Field[] } } }>(
    `query($project: ID!) { node(id: $project) { ... on ProjectV2 { fields(first: 50) { nodes {
       ... on ProjectV2FieldCommon { id name dataType }
       ... on ProjectV2SingleSelectField { options { id name color } }
     } } } } }`,
    { project },
  );
  return node.fields.nodes;
}

async function named(project: string, name: string): Promise<Field> {
  const found = (await fields(project)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`The project has no field ${name}.`);
  return found;
}

interface Setting {
  project: string;
  item: string;
  field: string;
  value: object;
}

function set(setting: Setting): Promise<unknown> {
  return app.graphql(
    `mutation($project: ID!, $item: ID!, $field: ID!, $value: ProjectV2FieldValue!) {
       updateProjectV2ItemFieldValue(input: {projectId: $project, itemId: $item, fieldId: $field, value: $value}) {
         projectV2Item { id }
       }
     }`,
    { ...setting },
  );
}

async function errorOf(call: Promise<unknown>): Promise<{ type: string; message: string }> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason as { errors: { type: string; message: string }[] },
  );
  const [first] = error?.errors ?? [];
  if (first === undefined) throw new Error("The call succeeded.");
  return { type: first.type, message: first.message };
}

describe("a project", () => {
  it("begins with a number, a Status of three options and GitHub's own fields", async () => {
    const project = await create(app, "acme");
    const status = await named(project, "Status");
    expect(status).toMatchObject({
      dataType: "SINGLE_SELECT",
      options: [
        { name: "Todo", color: "GREEN" },
        { name: "In Progress", color: "YELLOW" },
        { name: "Done", color: "PURPLE" },
      ],
    });
    const { organization } = await app.graphql<{ organization: { projectV2: object; projectsV2: object } }>(
      `{ organization(login: "acme") {
           projectV2(number: 1) { id title url closed }
           projectsV2(first: 10, query: "board") { nodes { number } } } }`,
    );
    expect(organization).toEqual({
      projectV2: {
        id: project,
        title: "Board",
        closed: false,
        url: `${world.github.origin()}/orgs/acme/projects/1`,
      },
      projectsV2: { nodes: [{ number: 1 }] },
    });
  });

  it("takes an issue once: adding it again answers the same item", async () => {
    const project = await create(app, "acme");
    const content = await issue();
    const first = await add(project, content);
    expect(await add(project, content)).toBe(first);
    expect(await add(project, await issue("Other"))).not.toBe(first);
  });

  it("holds a value of each kind for an item, read back by name", async () => {
    const project = await create(app, "acme");
    for (const [name, dataType] of [
      ["Agent", "TEXT"],
      ["Attempt", "NUMBER"],
      ["Due", "DATE"],
    ])
      await app.graphql(
        `mutation($project: ID!, $name: String!, $dataType: ProjectV2CustomFieldType!) {
           createProjectV2Field(input: {projectId: $project, name: $name, dataType: $dataType}) { clientMutationId }
         }`,
        { project, name, dataType },
      );
    const item = await add(project, await issue());
    const status = await named(project, "Status");
    const done = status.options?.find((one) => one.name === "Done")?.id;
    await set({ project, item, field: status.id, value: { singleSelectOptionId: done } });
    await set({ project, item, field: (await named(project, "Agent")).id, value: { text: "codex" } });
    await set({ project, item, field: (await named(project, "Attempt")).id, value: { number: 2 } });
    await set({ project, item, field: (await named(project, "Due")).id, value: { date: "2026-03-02" } });
    const { node } = await app.graphql<{ node: unknown }>(
      `query($project: ID!) { node(id: $project) { ... on ProjectV2 { items(first: 5) { totalCount nodes {
         type content { ... on Issue { title } }
         status: fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name optionId } }
         agent: fieldValueByName(name: "Agent") { ... on ProjectV2ItemFieldTextValue { text } }
         attempt: fieldValueByName(name: "Attempt") { ... on ProjectV2ItemFieldNumberValue { number } }
         due: fieldValueByName(name: "Due") { ... on ProjectV2ItemFieldDateValue { date } }
       } } } } }`,
      { project },
    );
    expect(node).toEqual({
      items: {
        totalCount: 1,
        nodes: [
          {
            type: "ISSUE",
            content: { title: "Work" },
            status: { name: "Done", optionId: done },
            agent: { text: "codex" },
            attempt: { number: 2 },
            due: { date: "2026-03-02" },
          },
        ],
      },
    });
  });

  it("refuses options that are not the field's, values of another kind, and fields of GitHub's own", async () => {
    const project = await create(app, "acme");
    const item = await add(project, await issue());
    const status = await named(project, "Status");
    const title = await named(project, "Title");
    expect(
      await errorOf(set({ project, item, field: status.id, value: { singleSelectOptionId: "00000000" } })),
    ).toEqual({
      type: "UNPROCESSABLE",
      message: "The single select option Id does not belong to the field",
    });
    expect((await errorOf(set({ project, item, field: status.id, value: { text: "Done" } }))).type).toBe(
      "UNPROCESSABLE",
    );
    expect((await errorOf(set({ project, item, field: title.id, value: { text: "New" } }))).type).toBe(
      "UNPROCESSABLE",
    );
  });

  it("loses what items had chosen when a field's options are written anew: they are overwritten", async () => {
    const project = await create(app, "acme");
    const item = await add(project, await issue());
    const status = await named(project, "Status");
    await set({ project, item, field: status.id, value: { singleSelectOptionId: status.options?.[0]?.id } });
    const options = ["Todo", "Blocked"].map((name) => ({ name, color: "RED", description: "" }));
    await app.graphql(
      `mutation($field: ID!, $options: [ProjectV2SingleSelectFieldOptionInput!]) {
         updateProjectV2Field(input: {fieldId: $field, singleSelectOptions: $options}) { clientMutationId }
       }`,
      { field: status.id, options },
    );
    const after = await named(project, "Status");
    expect(after.options?.map((one) => one.name)).toEqual(["Todo", "Blocked"]);
    expect(after.options?.[0]?.id).not.toBe(status.options?.[0]?.id);
    const { node } = await app.graphql<{ node: { items: { nodes: object[] } } }>(
      `query($project: ID!) { node(id: $project) { ... on ProjectV2 { items(first: 5) { nodes { fieldValueByName(name: "Status") { __typename } } } } } }`,
      { project },
    );
    expect(node.items.nodes).toEqual([{ fieldValueByName: null }]);
  });

  it("is found from a repository once it is linked, and from an issue that it holds", async () => {
    const project = await create(app, "acme");
    const { data } = await app.rest.repos.get({ owner: "acme", repo: "shop" });
    await add(project, await issue());
    const look = `{ repository(owner: "acme", name: "shop") {
      projectsV2(first: 5) { nodes { id } } issue(number: 1) { projectItems(first: 5) { nodes { project { id } } } } } }`;
    const linked = {
      projectsV2: { nodes: [{ id: project }] },
      issue: { projectItems: { nodes: [{ project: { id: project } }] } },
    };
    expect(await app.graphql(look)).toEqual({ repository: { ...linked, projectsV2: { nodes: [] } } });
    await app.graphql(
      `mutation($project: ID!, $repository: ID!) {
         linkProjectV2ToRepository(input: {projectId: $project, repositoryId: $repository}) { repository { name } }
       }`,
      { project, repository: data.node_id },
    );
    expect(await app.graphql(look)).toEqual({ repository: linked });
  });

  it("cannot take an item and set its field in one call: the item must be known first", async () => {
    const project = await create(app, "acme");
    const status = await named(project, "Status");
    const setting = { project, item: "PVTI_none", field: status.id, value: { singleSelectOptionId: "a" } };
    expect((await errorOf(set(setting))).type).toBe("NOT_FOUND");
  });
});

describe("who reaches projects", () => {
  it("jobs' tokens do not, whatever their permissions name", async () => {
    const project = await create(app, "acme");
    const job = world.as({
      login: "github-actions[bot]",
      permissions: { organization_projects: "write", issues: "write", contents: "write" },
    });
    expect(await errorOf(create(job, "acme"))).toEqual({
      type: "FORBIDDEN",
      message: "Resource not accessible by integration",
    });
    const look = `{ organization(login: "acme") { projectV2(number: 1) { id } } }`;
    expect(await errorOf(job.graphql(look))).toEqual({
      type: "NOT_FOUND",
      message: "Could not resolve to a ProjectV2 with the number 1.",
    });
    const touch = `mutation { updateProjectV2(input: {projectId: "${project}", title: "Mine"}) { clientMutationId } }`;
    expect((await errorOf(job.graphql(touch))).type).toBe("NOT_FOUND");
  });

  it("apps reach those of organizations with the permission for it, and never a person's", async () => {
    const reader = world.as({ login: "reader", permissions: { organization_projects: "read" } });
    const plain = world.as({ login: "plain", permissions: { issues: "write" } });
    const project = await create(app, "acme");
    const touch = `mutation { updateProjectV2(input: {projectId: "${project}", title: "Mine"}) { clientMutationId } }`;
    expect((await errorOf(reader.graphql(touch))).type).toBe("FORBIDDEN");
    expect((await errorOf(plain.graphql(touch))).type).toBe("NOT_FOUND");
    expect((await errorOf(create(app, "octo"))).type).toBe("FORBIDDEN");
  });

  it("people reach their own", async () => {
    const project = await create(world.owner, "octo");
    const look = `{ user(login: "octo") { projectV2(number: 1) { id url } } }`;
    expect(await world.owner.graphql(look)).toEqual({
      user: { projectV2: { id: project, url: `${world.github.origin()}/users/octo/projects/1` } },
    });
    expect((await errorOf(world.guest.graphql(look))).type).toBe("NOT_FOUND");
    expect((await errorOf(app.graphql(look))).type).toBe("NOT_FOUND");
  });

  it("what of a project lies in a repository that the token cannot see is redacted", async () => {
    await world.github.addRepository({ fullName: "acme/hidden", defaultBranch: "main", private: true });
    const { data } = await app.rest.issues.create({ owner: "acme", repo: "hidden", title: "Secret" });
    const project = await create(app, "acme");
    await add(project, data.node_id);
    const elsewhere = world.as({
      login: "helper",
      permissions: { organization_projects: "read" },
      repositories: ["acme/shop"],
    });
    const { node } = await elsewhere.graphql<{ node: unknown }>(
      `query($project: ID!) { node(id: $project) { ... on ProjectV2 { items(first: 5) { nodes { type content { __typename } } } } } }`,
      { project },
    );
    expect(node).toEqual({ items: { nodes: [{ type: "REDACTED", content: null }] } });
  });
});
