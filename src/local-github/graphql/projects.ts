/** Projects as objects of GitHub's GraphQL schema. https://docs.github.com/en/graphql/reference/objects#projectv2 */
import { isVisible } from "../access.ts";
import type { Grant } from "../access.ts";
import { mayReadProject, mayWriteProjects } from "../project-access.ts";
import { nodeId } from "../shapes/account.ts";
import type { Issue, Project, ProjectField, ProjectItem, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { connection, GraphqlRefusal } from "./fields.ts";
import type { ConnectionArguments } from "./fields.ts";
import { actorNode, repositoryNode, subjectNode } from "./nodes.ts";

type Node = Record<string, unknown>;

/** What owners and repositories have: their projects, as far as the token reaches them. */
export function projectFields(world: World, is: (project: Project) => boolean): Node {
  const visible = (grant: Grant): Project[] =>
    (world.state.projects ?? []).filter((one) => is(one) && mayReadProject(world, grant, one));
  return {
    projectV2: ({ number }: { number: number }, grant: Grant) => {
      const found = visible(grant).find((one) => one.number === number);
      if (found !== undefined) return projectNode(world, grant, found);
      throw new GraphqlRefusal("NOT_FOUND", `Could not resolve to a ProjectV2 with the number ${number}.`);
    },
    projectsV2: (args: ConnectionArguments & { query?: string | null }, grant: Grant) =>
      connection(
        visible(grant).filter(
          (one) => !args.query || one.title.toLowerCase().includes(args.query.toLowerCase()),
        ),
        args,
        (one) => projectNode(world, grant, one),
      ),
  };
}

export function projectNode(world: World, grant: Grant, project: Project): Node {
  const isOrganization = actorNode(world, project.owner)["__typename"] === "Organization";
  const path = `/${isOrganization ? "orgs" : "users"}/${project.owner}/projects/${project.number}`;
  const may = mayWriteProjects(world, grant, project.owner);
  const fields = project.fields.map((field) => fieldNode(world, grant, { project, field }));
  return {
    __typename: "ProjectV2",
    id: nodeId("PVT", project.id),
    databaseId: project.id,
    fullDatabaseId: String(project.id),
    number: project.number,
    title: project.title,
    shortDescription: project.shortDescription,
    readme: project.readme,
    public: project.public,
    template: false,
    closed: project.closedAt !== null,
    closedAt: project.closedAt,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    creator: () => actorNode(world, project.creator),
    owner: () => actorNode(world, project.owner),
    url: `${world.origin()}${path}`,
    resourcePath: path,
    viewerCanUpdate: may,
    viewerCanClose: may,
    viewerCanReopen: may,
    field: ({ name }: { name: string }) => fields.find((one) => one["name"] === name) ?? null,
    fields: (args: ConnectionArguments) => connection(fields, args),
    items: (args: ConnectionArguments) =>
      connection(project.items, args, (item) => itemNode(world, grant, { project, item })),
    repositories: (args: ConnectionArguments) =>
      connection(
        world.state.repositories.filter(
          (one) => project.repositories.includes(one.id) && isVisible(one, grant),
        ),
        args,
        (one) => repositoryNode(world, one),
      ),
  };
}

export function fieldNode(
  world: World,
  grant: Grant,
  { project, field }: { project: Project; field: ProjectField },
): Node {
  const isSelect = field.type === "SINGLE_SELECT";
  const options = field.options.map((one) => ({
    ...one,
    nameHTML: one.name,
    descriptionHTML: one.description,
  }));
  return {
    __typename: isSelect ? "ProjectV2SingleSelectField" : "ProjectV2Field",
    id: nodeId(isSelect ? "PVTSSF" : "PVTF", field.id),
    databaseId: field.id,
    name: field.name,
    dataType: field.type,
    createdAt: project.createdAt,
    updatedAt: project.updatedAt,
    project: () => projectNode(world, grant, project),
    ...(isSelect
      ? {
          options: ({ names }: { names?: string[] | null }) =>
            options.filter((one) => !names || names.includes(one.name)),
        }
      : {}),
  };
}

export function itemNode(
  world: World,
  grant: Grant,
  { project, item }: { project: Project; item: ProjectItem },
): Node {
  const content = contentOf(world, grant, item);
  const values = project.fields.flatMap((field) => {
    const value = field.type === "TITLE" ? content?.issue.title : item.values[field.id];
    return value === undefined ? [] : [valueNode(world, grant, { project, item, field, value })];
  });
  return {
    __typename: "ProjectV2Item",
    id: nodeId("PVTI", item.id),
    databaseId: item.id,
    fullDatabaseId: String(item.id),
    type: content === null ? "REDACTED" : content.issue.pull === null ? "ISSUE" : "PULL_REQUEST",
    content: () => (content === null ? null : subjectNode(world, content.repository, content.issue)),
    project: () => projectNode(world, grant, project),
    isArchived: item.isArchived,
    creator: () => actorNode(world, item.creator),
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    fieldValueByName: ({ name }: { name: string }) =>
      values.find((one) => one.fieldName === name)?.node ?? null,
    fieldValues: (args: ConnectionArguments) =>
      connection(
        values.map((one) => one.node),
        args,
      ),
  };
}

/** Of an issue or pull request, in the projects that the token reaches. */
export function itemsOf(
  world: World,
  grant: Grant,
  content: { repository: Repository; issue: Issue },
): Node[] {
  return (world.state.projects ?? [])
    .filter((project) => mayReadProject(world, grant, project))
    .flatMap((project) =>
      project.items
        .filter((item) => item.issue === content.issue.id && item.repository === content.repository.id)
        .map((item) => itemNode(world, grant, { project, item })),
    );
}

/** Null for what the token cannot see. */
function contentOf(
  world: World,
  grant: Grant,
  item: ProjectItem,
): { repository: Repository; issue: Issue } | null {
  const repository = world.state.repositories.find((one) => one.id === item.repository);
  const issue = repository?.issues.find((one) => one.id === item.issue);
  return repository !== undefined && issue !== undefined && isVisible(repository, grant)
    ? { repository, issue }
    : null;
}

interface Value {
  project: Project;
  item: ProjectItem;
  field: ProjectField;
  value: string | number;
}

function valueNode(
  world: World,
  grant: Grant,
  { project, item, field, value }: Value,
): { fieldName: string; node: Node } {
  const common = {
    id: `PVTFV_${item.id}_${field.id}`,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    field: () => fieldNode(world, grant, { project, field }),
    item: () => itemNode(world, grant, { project, item }),
  };
  const option = field.options.find((one) => one.id === value);
  const own: Record<string, Node> = {
    SINGLE_SELECT: {
      __typename: "ProjectV2ItemFieldSingleSelectValue",
      optionId: value,
      name: option?.name ?? null,
      color: option?.color ?? "GRAY",
      description: option?.description ?? null,
    },
    NUMBER: { __typename: "ProjectV2ItemFieldNumberValue", number: value },
    DATE: { __typename: "ProjectV2ItemFieldDateValue", date: value },
  };
  const text = { __typename: "ProjectV2ItemFieldTextValue", text: value };
  return { fieldName: field.name, node: { ...common, ...(own[field.type] ?? text) } };
}
