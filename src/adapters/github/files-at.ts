/** Several files of one commit in one request. https://docs.github.com/en/graphql/reference/objects#commit */
import type { Client } from "./client.ts";

interface RawEntry {
  mode: number;
  object: { oid: string; text?: string | null; isTruncated?: boolean; byteSize?: number } | null;
}

/** Undefined where only the file itself tells: it is long, or no text that JSON carries unchanged. Null: no such ordinary file. */
export async function filesAt(
  { graphql, owner, repo: name }: Client,
  sha: string,
  paths: readonly string[],
): Promise<(Uint8Array | null | undefined)[]> {
  const declared = paths.map((_, at) => `, $path${at}: String!`).join("");
  const files = paths.map(
    (_, at) =>
      `file${at}: file(path: $path${at}) { mode object { oid ... on Blob { text isTruncated byteSize } } }`,
  );
  const document = `query Files($owner: String!, $name: String!, $oid: GitObjectID!${declared}) { repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Commit { ${files.join(" ")} } } } }`;
  const named = Object.fromEntries(paths.map((path, at) => [`path${at}`, path]));
  const { repository } = await graphql<{
    repository: { object: Record<string, RawEntry | null> | null } | null;
  }>(document, { owner, name, oid: sha, ...named });
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
