import { defaultFieldResolver } from "graphql";
import type { GraphQLFieldResolver } from "graphql";

/** `NOT_FOUND`, `FORBIDDEN`, `STALE_DATA`, `UNPROCESSABLE`. */
export class GraphqlRefusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** A field that an object of ours does not have is refused by name. */
export const defaultFieldOf: GraphQLFieldResolver<unknown, unknown> = (...call) => {
  const [source, , , info] = call;
  const isKnown = typeof source === "object" && source !== null && info.fieldName in source;
  if (!isKnown) {
    const field = `${info.parentType.name}.${info.fieldName}`;
    throw new GraphqlRefusal("NOT_IMPLEMENTED", `The local GitHub does not serve the field ${field}.`);
  }
  return defaultFieldResolver(...call);
};

export interface ConnectionArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** A list as a connection, with a node for each of its page. GitHub wants `first` or `last`, 1 to 100. */
export function connection<One>(
  all: readonly One[],
  args: ConnectionArguments,
  nodeOf: (one: One) => unknown = (one) => one,
): Record<string, unknown> {
  const size = args.first ?? args.last;
  if (size === null || size === undefined) {
    throw new GraphqlRefusal(
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the connection.",
    );
  }
  if (size < 1 || size > 100) {
    throw new GraphqlRefusal(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the connection exceeds the \`first\` limit of 100 records.`,
    );
  }
  const low = args.after ? placeOf(args.after) + 1 : 0;
  const high = args.before ? placeOf(args.before) : all.length;
  const start = args.first ? low : Math.max(low, high - size);
  const end = args.first ? Math.min(high, low + size) : high;
  const page = all.slice(start, end);
  return {
    totalCount: all.length,
    nodes: () => page.map((one) => nodeOf(one)),
    edges: () => page.map((one, index) => ({ node: nodeOf(one), cursor: cursorOf(start + index) })),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: () => (page.length === 0 ? null : cursorOf(start)),
      endCursor: () => (page.length === 0 ? null : cursorOf(end - 1)),
    },
  };
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:${index}`).toString("base64");
}

function placeOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64").toString("utf8").replace("cursor:", ""));
}
