/** What all mutations share: their input, and who may ask. */
import { isAllowed } from "../access.ts";
import type { Grant } from "../access.ts";
import type { Repository, Role } from "../state.ts";
import { GraphqlRefusal } from "./fields.ts";

export interface Input<T> {
  input: T & { clientMutationId?: string | null };
}

export function allow(grant: Grant, repository: Repository, need: { permission: string; role: Role }): void {
  if (isAllowed(grant, repository, need)) return;
  const kind = grant.permissions === null ? "personal access token" : "integration";
  throw new GraphqlRefusal("FORBIDDEN", `Resource not accessible by ${kind}`);
}

export function echo(input: { clientMutationId?: unknown }): Record<string, unknown> {
  return { clientMutationId: input.clientMutationId ?? null };
}
