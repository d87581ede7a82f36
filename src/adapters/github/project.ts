/**
 * A project (Projects v2) as a picture of a run, by GraphQL alone. Everything is looked for before it is made, and only
 * values that differ are written, many to a request.
 * https://docs.github.com/en/issues/planning-and-tracking-with-projects/automating-your-project/using-the-api-to-manage-projects
 */
import type { Ensured, ProjectMirror } from "../../application/ports.ts";
import type { ProjectRow } from "../../domain/board/project-rows.ts";
import { UserError } from "../../domain/problem.ts";
import type { Client } from "./client.ts";
import { fieldsToMake, valueFor, type Field, type Value } from "./project-fields.ts";

/** Mutations to a request: GitHub limits the time that one may take. */
const MAX_BATCH = 20;

interface Project {
  id: string;
  title: string;
  url: string;
  closed: boolean;
}

interface Item {
  id: string;
  project: { id: string };
  fieldValues: {
    nodes: { text?: string; number?: number; optionId?: string; field?: { id: string } }[];
  };
}

interface IssueItems {
  id: string;
  projectItems: { nodes: Item[] };
}

const PROJECT = "id title url closed";
const FIELDS =
  "fields(first: 100) { nodes { ... on ProjectV2FieldCommon { id name dataType } ... on ProjectV2SingleSelectField { options { id name } } } }";
const FIELD = "field { ... on ProjectV2FieldCommon { id } }";
const ITEMS = `projectItems(first: 10) { nodes { id project { id } fieldValues(first: 50) { nodes {
  ... on ProjectV2ItemFieldTextValue { text ${FIELD} }
  ... on ProjectV2ItemFieldNumberValue { number ${FIELD} }
  ... on ProjectV2ItemFieldSingleSelectValue { optionId ${FIELD} }
} } } }`;

export function createProjectMirror({ graphql, owner, repo }: Client): ProjectMirror {
  const at = { owner, name: repo };
  const title = `Roundtable: ${owner}/${repo}`;
  /** What every title begins with: it may be the repository's name of another time. */
  const ours = "Roundtable: ";

  async function joined(url: string): Promise<Project> {
    const [, kind, login, number] = /\/(orgs|users)\/([^/]+)\/projects\/(\d+)/.exec(url) ?? [];
    const type = kind === "orgs" ? "organization" : "user";
    const found = await graphql<Record<string, { projectV2: Project | null } | null>>(
      `query Project($login: String!, $number: Int!) { ${type}(login: $login) { projectV2(number: $number) { ${PROJECT} } } }`,
      { login, number: Number(number) },
    );
    const project = found[type]?.projectV2;
    if (project) return project;
    throw new UserError({
      what: `There is no project ${url}`,
      why: "GitHub shows none of that number to Roundtable's account",
      fix: "Mend `project` in .github/roundtable.yml.",
    });
  }

  /** The repository's own, by its title: made once, found ever after. */
  async function own(): Promise<Project> {
    const list = `projectsV2(first: 100, query: $title) { nodes { ${PROJECT} } }`;
    const { repository } = await graphql<{
      repository: { id: string; owner: { type: string }; projectsV2: { nodes: Project[] } };
    }>(
      `query Linked($owner: String!, $name: String!, $title: String!) { repository(owner: $owner, name: $name) { id owner { type: __typename } ${list} } }`,
      { ...at, title: ours },
    );
    const open = repository.projectsV2.nodes.filter(({ closed }) => !closed);
    const isOurs = (project: Project): boolean => project.title === title && !project.closed;
    const linked = open.find(isOurs) ?? open.find((project) => project.title.startsWith(ours));
    if (linked) return linked;
    const type = repository.owner.type === "Organization" ? "organization" : "user";
    const answer = await graphql<Record<string, { id: string; projectsV2: { nodes: Project[] } }>>(
      `query Owned($owner: String!, $title: String!) { ${type}(login: $owner) { id ${list} } }`,
      { owner, title },
    );
    const { id: ownerId, projectsV2 } = answer[type]!;
    const project = projectsV2.nodes.find(isOurs) ?? (await create(ownerId));
    await graphql(
      "mutation Link($input: LinkProjectV2ToRepositoryInput!) { linkProjectV2ToRepository(input: $input) { clientMutationId } }",
      { input: { projectId: project.id, repositoryId: repository.id } },
    );
    return project;
  }

  async function create(ownerId: string): Promise<Project> {
    const { createProjectV2 } = await graphql<{ createProjectV2: { projectV2: Project } }>(
      `mutation Create($input: CreateProjectV2Input!) { createProjectV2(input: $input) { projectV2 { ${PROJECT} } } }`,
      { input: { ownerId, title } },
    );
    return createProjectV2.projectV2;
  }

  async function fieldsOf(id: string): Promise<Field[]> {
    const { node } = await graphql<{ node: { fields: { nodes: Field[] } } }>(
      `query Fields($id: ID!) { node(id: $id) { ... on ProjectV2 { ${FIELDS} } } }`,
      { id },
    );
    return node.fields.nodes;
  }

  async function itemsOf(rows: readonly ProjectRow[]): Promise<Map<number, IssueItems>> {
    const issues = rows.map(({ issue }) => `i${issue}: issue(number: ${issue}) { id ${ITEMS} }`);
    const { repository } = await graphql<{ repository: Record<string, IssueItems | null> }>(
      `query Items($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${issues.join(" ")} } }`,
      at,
    );
    return new Map(
      rows.flatMap(({ issue }) => {
        const found = repository[`i${issue}`];
        return found ? [[issue, found] as const] : [];
      }),
    );
  }

  /** Several mutations of one kind to a request. */
  async function mutate<Answer>(
    name: string,
    { type, inputs, answer }: { type: string; inputs: readonly object[]; answer: string },
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let from = 0; from < inputs.length; from += MAX_BATCH) {
      const batch = inputs.slice(from, from + MAX_BATCH);
      const declared = batch.map((_, n) => `$i${n}: ${type}!`).join(", ");
      const fields = batch.map((_, n) => `m${n}: ${name}(input: $i${n}) { ${answer} }`).join(" ");
      const data = await graphql<Record<string, Answer>>(
        `mutation Batch(${declared}) { ${fields} }`,
        Object.fromEntries(batch.map((input, n) => [`i${n}`, input])),
      );
      answers.push(...batch.map((_, n) => data[`m${n}`]!));
    }
    return answers;
  }

  return {
    async mirror({ project: setting, rows }): Promise<Ensured & { url: string }> {
      const project = setting === "auto" ? await own() : await joined(setting);
      const projectId = project.id;
      const known = await fieldsOf(projectId);
      const missing = fieldsToMake(known);
      await mutate("createProjectV2Field", {
        type: "CreateProjectV2FieldInput",
        inputs: missing.map((field) => ({ projectId, ...field })),
        answer: "clientMutationId",
      });
      const fields = missing.length > 0 ? await fieldsOf(projectId) : known;
      const issues = await itemsOf(rows);
      const shown = rows.flatMap((row) => {
        const issue = issues.get(row.issue);
        return issue
          ? [{ row, issue, item: issue.projectItems.nodes.find((item) => item.project.id === projectId) }]
          : [];
      });
      const absent = shown.filter(({ item }) => item === undefined);
      const added = await mutate<{ item: { id: string } }>("addProjectV2ItemById", {
        type: "AddProjectV2ItemByIdInput",
        inputs: absent.map(({ issue }) => ({ projectId, contentId: issue.id })),
        answer: "item { id }",
      });
      const newIds = new Map(absent.map(({ row }, n) => [row.issue, added[n]!.item.id]));
      const values = shown.flatMap(({ row, item }) =>
        fields.flatMap((field) => {
          const value = valueFor(field, row);
          if (value === null || isThere(item, field, value)) return [];
          return [{ projectId, itemId: item?.id ?? newIds.get(row.issue), fieldId: field.id, value }];
        }),
      );
      await mutate("updateProjectV2ItemFieldValue", {
        type: "UpdateProjectV2ItemFieldValueInput",
        inputs: values,
        answer: "clientMutationId",
      });
      const isChanged = missing.length + absent.length + values.length > 0;
      return { did: isChanged ? "updated" : "unchanged", url: project.url };
    },
  };
}

function isThere(item: Item | undefined, field: Field, value: Value): boolean {
  const there = item?.fieldValues.nodes.find((one) => one.field?.id === field.id);
  return (
    there !== undefined &&
    (there.text ?? null) === (value.text ?? null) &&
    (there.number ?? null) === (value.number ?? null) &&
    (there.optionId ?? null) === (value.singleSelectOptionId ?? null)
  );
}
