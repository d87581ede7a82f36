/** https://docs.github.com/en/issues/planning-and-tracking-with-projects/automating-your-project/using-the-api-to-manage-projects */
import { isAllowed, isVisible } from "../access.ts";
import type { Grant } from "../access.ts";
import { mayReadProject, mayWriteProjects } from "../project-access.ts";
import type { Project, ProjectField, ProjectItem, ProjectOption, Repository } from "../state.ts";
import { newId, now } from "../world.ts";
import type { World } from "../world.ts";
import { GraphqlRefusal } from "./fields.ts";
import { repositoryNode } from "./nodes.ts";
import { fieldNode, itemNode, projectNode } from "./projects.ts";
import { findSubject } from "./queries.ts";

type Mutation<T> = (args: { input: T & { clientMutationId?: string | null } }) => Record<string, unknown>;

type NewOption = Omit<ProjectOption, "id">;

interface FieldValue {
  text?: string | null;
  number?: number | null;
  date?: string | null;
  singleSelectOptionId?: string | null;
}

/** Those a project begins with, besides Status. */
const BUILT_IN: readonly (readonly [name: string, type: string])[] = [
  ["Title", "TITLE"],
  ["Assignees", "ASSIGNEES"],
  ["Labels", "LABELS"],
  ["Linked pull requests", "LINKED_PULL_REQUESTS"],
  ["Milestone", "MILESTONE"],
  ["Repository", "REPOSITORY"],
  ["Reviewers", "REVIEWERS"],
  ["Parent issue", "PARENT_ISSUE"],
  ["Sub-issues progress", "SUB_ISSUES_PROGRESS"],
];
const FIRST_STATUS: readonly NewOption[] = [
  { name: "Todo", color: "GREEN", description: "This item hasn't been started" },
  { name: "In Progress", color: "YELLOW", description: "This is actively being worked on" },
  { name: "Done", color: "PURPLE", description: "This has been completed" },
];

/** The key of a value that fits a field of the type. */
const VALUE_KEYS: Record<string, keyof FieldValue> = {
  SINGLE_SELECT: "singleSelectOptionId",
  TEXT: "text",
  NUMBER: "number",
  DATE: "date",
};

export function projectMutations(world: World, grant: Grant) {
  const writable = (id: string): Project => {
    const found = (world.state.projects ?? []).find((one) => `PVT_${one.id}` === id);
    if (found === undefined || !mayReadProject(world, grant, found)) throw unresolved(id);
    if (!mayWriteProjects(world, grant, found.owner)) throw forbidden(grant);
    return found;
  };
  const repositoryWith = (id: string): Repository => {
    const found = world.state.repositories.find((one) => `R_${one.id}` === id);
    if (found === undefined || !isVisible(found, grant)) throw unresolved(id);
    return found;
  };
  const touched = (project: Project): Project => Object.assign(project, { updatedAt: now(world) });

  const createProjectV2: Mutation<{ ownerId: string; title: string; repositoryId?: string | null }> = ({
    input,
  }) => {
    const id = Number(/^[UO]_(\d+)$/u.exec(input.ownerId)?.[1]);
    const owner = world.state.accounts.find((one) => one.id === id)?.login;
    if (owner === undefined) throw unresolved(input.ownerId);
    if (!mayWriteProjects(world, grant, owner)) throw forbidden(grant);
    const repository = input.repositoryId ? repositoryWith(input.repositoryId) : null;
    const need = { permission: "contents:read", role: "write" } as const;
    if (repository !== null && !isAllowed(grant, repository, need)) throw forbidden(grant);
    const projects = (world.state.projects ??= []);
    const at = now(world);
    const project: Project = {
      id: newId(world),
      number: 1 + Math.max(0, ...projects.filter((one) => one.owner === owner).map((one) => one.number)),
      owner,
      creator: grant.caller.login,
      title: input.title,
      shortDescription: null,
      readme: null,
      public: false,
      closedAt: null,
      createdAt: at,
      updatedAt: at,
      fields: [
        ...BUILT_IN.map(([name, type]) => ({ id: newId(world), name, type, options: [] })),
        { id: newId(world), name: "Status", type: "SINGLE_SELECT", options: optionsOf(world, FIRST_STATUS) },
      ],
      items: [],
      repositories: repository === null ? [] : [repository.id],
    };
    projects.push(project);
    return { ...echo(input), projectV2: projectNode(world, grant, project) };
  };

  const updateProjectV2: Mutation<
    { projectId: string; closed?: boolean | null } & Partial<
      Pick<Project, "title" | "shortDescription" | "readme" | "public">
    >
  > = ({ input }) => {
    const project = touched(writable(input.projectId));
    project.title = input.title ?? project.title;
    project.shortDescription = input.shortDescription ?? project.shortDescription;
    project.readme = input.readme ?? project.readme;
    project.public = input.public ?? project.public;
    if (typeof input.closed === "boolean") project.closedAt = input.closed ? now(world) : null;
    return { ...echo(input), projectV2: projectNode(world, grant, project) };
  };

  const createProjectV2Field: Mutation<{
    projectId: string;
    name: string;
    dataType: string;
    singleSelectOptions?: NewOption[] | null;
  }> = ({ input }) => {
    const project = writable(input.projectId);
    if (input.dataType === "ITERATION")
      throw new GraphqlRefusal("NOT_IMPLEMENTED", "The local GitHub does not serve iterations.");
    checkName(project, input.name);
    const isSelect = input.dataType === "SINGLE_SELECT";
    if (isSelect && !input.singleSelectOptions?.length)
      throw new GraphqlRefusal("UNPROCESSABLE", "Single select options must be provided.");
    const options = isSelect ? optionsOf(world, input.singleSelectOptions ?? []) : [];
    const field = { id: newId(world), name: input.name, type: input.dataType, options };
    touched(project).fields.push(field);
    return { ...echo(input), projectV2Field: fieldNode(world, grant, { project, field }) };
  };

  const updateProjectV2Field: Mutation<{
    fieldId: string;
    name?: string | null;
    singleSelectOptions?: NewOption[] | null;
  }> = ({ input }) => {
    const found = (world.state.projects ?? []).find((one) =>
      one.fields.some((field) => isNamed(field, input.fieldId)),
    );
    if (found === undefined) throw unresolved(input.fieldId);
    const project = writable(`PVT_${found.id}`);
    const field = fieldOf(project, input.fieldId);
    if (input.name && input.name !== field.name) checkName(project, input.name);
    field.name = input.name ?? field.name;
    if (input.singleSelectOptions) {
      // The list is overwritten: options get new ids, and what items had chosen is gone with the old ones.
      field.options = optionsOf(world, input.singleSelectOptions);
      for (const item of project.items) delete item.values[field.id];
    }
    return { ...echo(input), projectV2Field: fieldNode(world, grant, { project: touched(project), field }) };
  };

  const addProjectV2ItemById: Mutation<{ projectId: string; contentId: string }> = ({ input }) => {
    const project = writable(input.projectId);
    const { repository, issue } = findSubject(world, grant, input.contentId);
    const known = project.items.find((one) => one.issue === issue.id && one.repository === repository.id);
    const at = now(world);
    const item: ProjectItem = known ?? {
      id: newId(world),
      issue: issue.id,
      repository: repository.id,
      values: {},
      isArchived: false,
      creator: grant.caller.login,
      createdAt: at,
      updatedAt: at,
    };
    if (known === undefined) touched(project).items.push(item);
    return { ...echo(input), item: itemNode(world, grant, { project, item }) };
  };

  const updateProjectV2ItemFieldValue: Mutation<{
    projectId: string;
    itemId: string;
    fieldId: string;
    value: FieldValue;
  }> = ({ input }) => {
    const project = writable(input.projectId);
    const item = itemOf(project, input.itemId);
    const field = fieldOf(project, input.fieldId);
    item.values[field.id] = checkedValue(field, input.value);
    item.updatedAt = now(world);
    return { ...echo(input), projectV2Item: itemNode(world, grant, { project: touched(project), item }) };
  };

  const clearProjectV2ItemFieldValue: Mutation<{ projectId: string; itemId: string; fieldId: string }> = ({
    input,
  }) => {
    const project = writable(input.projectId);
    const item = itemOf(project, input.itemId);
    delete item.values[fieldOf(project, input.fieldId).id];
    return { ...echo(input), projectV2Item: itemNode(world, grant, { project: touched(project), item }) };
  };

  const setArchived =
    (isArchived: boolean): Mutation<{ projectId: string; itemId: string }> =>
    ({ input }) => {
      const project = writable(input.projectId);
      const item = Object.assign(itemOf(project, input.itemId), { isArchived });
      return { ...echo(input), item: itemNode(world, grant, { project: touched(project), item }) };
    };

  const deleteProjectV2Item: Mutation<{ projectId: string; itemId: string }> = ({ input }) => {
    const project = writable(input.projectId);
    const item = itemOf(project, input.itemId);
    touched(project).items = project.items.filter((one) => one !== item);
    return { ...echo(input), deletedItemId: input.itemId };
  };

  const linkProjectV2ToRepository: Mutation<{ projectId: string; repositoryId: string }> = ({ input }) => {
    const project = writable(input.projectId);
    const repository = repositoryWith(input.repositoryId);
    if (repository.owner !== project.owner)
      throw new GraphqlRefusal("UNPROCESSABLE", "Project and repository must have the same owner");
    project.repositories = [...new Set([...project.repositories, repository.id])];
    return { ...echo(input), repository: repositoryNode(world, repository) };
  };

  return {
    createProjectV2,
    updateProjectV2,
    createProjectV2Field,
    updateProjectV2Field,
    addProjectV2ItemById,
    updateProjectV2ItemFieldValue,
    clearProjectV2ItemFieldValue,
    archiveProjectV2Item: setArchived(true),
    unarchiveProjectV2Item: setArchived(false),
    deleteProjectV2Item,
    linkProjectV2ToRepository,
  };
}

function optionsOf(world: World, options: readonly NewOption[]): ProjectOption[] {
  return options.map((one) => ({ ...one, id: world.machine.random.hex(8) }));
}

function checkName(project: Project, name: string): void {
  const isTaken = project.fields.some((one) => one.name.toLowerCase() === name.toLowerCase());
  if (isTaken) throw new GraphqlRefusal("UNPROCESSABLE", "Name has already been taken");
}

function checkedValue(field: ProjectField, value: FieldValue): string | number {
  const key = VALUE_KEYS[field.type];
  const kind = field.type.toLowerCase();
  if (key === undefined)
    throw new GraphqlRefusal("UNPROCESSABLE", `The field of type ${kind} is currently not supported.`);
  const own = value[key];
  if (own === undefined || own === null) {
    const wanted = key === "singleSelectOptionId" ? "single select option Id" : `${key} value`;
    throw new GraphqlRefusal(
      "UNPROCESSABLE",
      `Did not receive a ${wanted} to update a field of type ${kind}`,
    );
  }
  if (key === "singleSelectOptionId" && !field.options.some((one) => one.id === own))
    throw new GraphqlRefusal("UNPROCESSABLE", "The single select option Id does not belong to the field");
  return own;
}

function isNamed(field: ProjectField, id: string): boolean {
  return id === `${field.type === "SINGLE_SELECT" ? "PVTSSF" : "PVTF"}_${field.id}`;
}

function fieldOf(project: Project, id: string): ProjectField {
  const found = project.fields.find((one) => isNamed(one, id));
  if (found === undefined) throw unresolved(id);
  return found;
}

function itemOf(project: Project, id: string): ProjectItem {
  const found = project.items.find((one) => `PVTI_${one.id}` === id);
  if (found === undefined) throw unresolved(id);
  return found;
}

function unresolved(id: string): GraphqlRefusal {
  return new GraphqlRefusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

function forbidden(grant: Grant): GraphqlRefusal {
  const kind = grant.permissions === null ? "personal access token" : "integration";
  return new GraphqlRefusal("FORBIDDEN", `Resource not accessible by ${kind}`);
}

function echo(input: { clientMutationId?: unknown }): Record<string, unknown> {
  return { clientMutationId: input.clientMutationId ?? null };
}
