/**
 * GraphQL on GitHub's own schema. What it names and we do not serve is answered by an error that says so, instead of
 * a null that looks like an answer. https://docs.github.com/en/graphql
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { buildSchema, execute, GraphQLError, OperationTypeNode, parse, validate } from "graphql";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { z } from "zod";

import type { Grant } from "../access.ts";
import type { World } from "../world.ts";
import { defaultFieldOf, GraphqlRefusal } from "./fields.ts";
import { mutationsOf } from "./mutations.ts";
import { queriesOf } from "./queries.ts";

export interface GraphqlAnswer {
  status: number;
  body: unknown;
}

export const GraphqlRequest = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
export type GraphqlRequest = z.infer<typeof GraphqlRequest>;

/** The names of the mutations in a request; empty for a query or what does not parse. */
export function mutationsIn(request: GraphqlRequest): string[] {
  const operation = operationOf(tryParse(request.query), request.operationName);
  if (operation?.operation !== OperationTypeNode.MUTATION) return [];
  return operation.selectionSet.selections.flatMap((one) => (one.kind === "Field" ? [one.name.value] : []));
}

export async function answerGraphql(
  world: World,
  grant: Grant,
  request: GraphqlRequest,
): Promise<GraphqlAnswer> {
  const schema = await readSchema();
  const document = tryParse(request.query);
  if (document instanceof GraphQLError) return refused([document]);
  const faults = valid.has(document) ? [] : validate(schema, document);
  if (faults.length > 0) return refused(faults);
  valid.add(document);
  const isMutation = operationOf(document, request.operationName)?.operation === OperationTypeNode.MUTATION;
  const result = await execute({
    schema,
    document,
    rootValue: isMutation ? limited(world, grant, mutationsOf(world, grant)) : queriesOf(world, grant),
    contextValue: grant,
    fieldResolver: defaultFieldOf,
    ...(!request.variables ? {} : { variableValues: request.variables }),
    ...(!request.operationName ? {} : { operationName: request.operationName }),
  });
  return {
    status: 200,
    body: {
      data: result.data ?? null,
      ...(result.errors === undefined ? {} : { errors: result.errors.map(errorOf) }),
    },
  };
}

/** Each mutation that makes something others read counts on its own: those before a breach are done. */
function limited(
  world: World,
  grant: Grant,
  mutations: Record<string, (args: never) => unknown>,
): Record<string, (args: never) => unknown> {
  const entries = Object.entries(mutations).map(([name, mutate]) => [
    name,
    (args: never) => {
      const isBreach = isContentMutation(name) && world.limits.create(grant) !== null;
      if (isBreach) throw new GraphqlRefusal("UNPROCESSABLE", "was submitted too quickly");
      return mutate(args);
    },
  ]);
  return Object.fromEntries(entries) as Record<string, (args: never) => unknown>;
}

export function isContentMutation(name: string): boolean {
  return /^(?:createIssue|addComment|createPullRequest|addPullRequestReview(?:Comment|Thread)?|submitPullRequestReview)$/u.test(
    name,
  );
}

let schema: Promise<GraphQLSchema> | null = null;

/** What github.com serves and the package of its schema does not have yet. */
const NEWER = `
type IssueDependenciesSummary { blockedBy: Int! blocking: Int! totalBlockedBy: Int! totalBlocking: Int! }
extend type Issue { issueDependenciesSummary: IssueDependenciesSummary! }
`;

function readSchema(): Promise<GraphQLSchema> {
  schema ??= readFile(
    fileURLToPath(new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema"))),
    "utf8",
  ).then((text) => buildSchema(text + NEWER, { assumeValid: true, noLocation: true }));
  return schema;
}

/** Clients send the same documents again and again. */
const parsed = new Map<string, DocumentNode>();
const valid = new WeakSet<DocumentNode>();
const MOST_PARSED = 200;

function tryParse(query: string): DocumentNode | GraphQLError {
  const known = parsed.get(query);
  if (known !== undefined) return known;
  try {
    const document = parse(query);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(query, document);
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function operationOf(
  document: DocumentNode | GraphQLError,
  name?: string | null,
): OperationDefinitionNode | undefined {
  if (document instanceof GraphQLError) return undefined;
  return document.definitions.find(
    (one): one is OperationDefinitionNode =>
      one.kind === "OperationDefinition" && (!name || one.name?.value === name),
  );
}

function refused(errors: readonly GraphQLError[]): GraphqlAnswer {
  return { status: 200, body: { errors: errors.map(errorOf) } };
}

/** GitHub names the kind of an error in `type`, beside the fields of the standard. */
function errorOf(error: GraphQLError): Record<string, unknown> {
  const type = error.originalError instanceof GraphqlRefusal ? error.originalError.type : null;
  return {
    ...(type === null ? {} : { type }),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    message: error.message,
  };
}
