/** Several files of one commit in one request. https://docs.github.com/en/graphql/reference/objects#commit */
import type { Client } from "./client.ts";

interface RawEntry {
  mode: number;
  object: { oid: string; text?: string | null; isTruncated?: boolean; byteSize?: number } | null;
}

/** The file of a commit as `filesAt` asks for it. */
const asked = (at: number): string =>
  `file${at}: file(path: $path${at}) { mode object { oid ... on Blob { text isTruncated byteSize } } }`;

/** The commit that a ref stands on, and files of it; null where GraphQL does not tell. */
export async function filesOfRef(
  { graphql, owner, repo: name }: Client,
  ref: string,
  paths: readonly string[],
): Promise<{ sha: string; files: (Uint8Array | null | undefined)[] } | null> {
  const declared = paths.map((_, at) => `, $path${at}: String!`).join("");
  const document = `query FilesOfRef($owner: String!, $name: String!, $ref: String!${declared}) { repository(owner: $owner, name: $name) { object(expression: $ref) { oid ... on Commit { ${paths.map((_, at) => asked(at)).join(" ")} } } } }`;
  const named = Object.fromEntries(paths.map((path, at) => [`path${at}`, path]));
  const { repository } = await graphql<{
    repository: { object: ({ oid: string } & Record<`file${number}`, RawEntry | null>) | null } | null;
  }>(document, { owner, name, ref, ...named });
  const commit = repository?.object;
  return commit
    ? { sha: commit.oid, files: paths.map((_, at) => bytesOf(commit[`file${at}`] ?? null)) }
    : null;
}

/** Undefined where only the file itself tells: it is long, or no text that JSON carries unchanged. Null: no such ordinary file. */
export async function filesAt(
  { graphql, owner, repo: name, told }: Client,
  sha: string,
  paths: readonly string[],
): Promise<(Uint8Array | null | undefined)[]> {
  const declared = paths.map((_, at) => `, $path${at}: String!`).join("");
  const files = paths.map((_, at) => asked(at));
  const document = `query Files($owner: String!, $name: String!, $oid: GitObjectID!${declared}) { repository(owner: $owner, name: $name) { nameWithOwner defaultBranchRef { name } object(oid: $oid) { ... on Commit { ${files.join(" ")} } } } }`;
  const named = Object.fromEntries(paths.map((path, at) => [`path${at}`, path]));
  const { repository } = await graphql<{
    repository: {
      nameWithOwner: string;
      defaultBranchRef: { name: string } | null;
      object: Record<string, RawEntry | null> | null;
    } | null;
  }>(document, { owner, name, oid: sha, ...named });
  if (repository?.defaultBranchRef)
    told.repository = { fullName: repository.nameWithOwner, defaultBranch: repository.defaultBranchRef.name };
  const commit = repository?.object;
  return paths.map((_, at) => (commit ? bytesOf(commit[`file${at}`] ?? null) : undefined));
}

function bytesOf(entry: RawEntry | null): Uint8Array | null | undefined {
  if (entry === null || !isOrdinary(entry.mode)) return null;
  const { text = null, isTruncated = true, byteSize } = entry.object ?? {};
  if (text === null || isTruncated) return undefined;
  const bytes = new TextEncoder().encode(text);
  return bytes.length === byteSize && !text.includes("\uFFFD") ? bytes : undefined;
}

/** Neither a symlink nor a submodule; in decimal, as GraphQL has it. */
const isOrdinary = (mode: number): boolean => mode === 0o100644 || mode === 0o100755;
