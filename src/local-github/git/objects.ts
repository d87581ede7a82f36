/**
 * Git objects as bytes and back. Objects are written as loose object files by this process: the format is public and
 * fixed, and a write then costs no process start. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
import { hash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";

const OBJECT_TYPES = ["commit", "tree", "blob", "tag"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

export interface GitObject {
  type: ObjectType;
  content: Uint8Array;
}

export interface Person {
  name: string;
  email: string;
  /** ISO 8601 with seconds, UTC. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

export interface TreeEntry {
  mode: string;
  name: string;
  sha: string;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The object's name and the compressed bytes of its loose object file. */
export function packObject(object: GitObject): { sha: string; file: Uint8Array } {
  const bytes = encodeObject(object);
  return { sha: hashOf(bytes), file: deflateSync(bytes, { level: 1 }) };
}

/** The object's name. */
export function objectName(object: GitObject): string {
  return hashOf(encodeObject(object));
}

function encodeObject({ type, content }: GitObject): Uint8Array {
  return Buffer.concat([encoder.encode(`${type} ${content.length}\0`), content]);
}

function hashOf(bytes: Uint8Array): string {
  return hash("sha1", bytes);
}

export function unpackObject(file: Uint8Array): GitObject {
  const bytes = inflateSync(file);
  const end = bytes.indexOf(0);
  const [type = ""] = decoder.decode(bytes.subarray(0, end)).split(" ");
  return { type: objectType(type), content: bytes.subarray(end + 1) };
}

export function objectType(text: string): ObjectType {
  const type = OBJECT_TYPES.find((one) => one === text);
  if (type === undefined) throw new Error(`${text} is no type of git object.`);
  return type;
}

/** Objects never change: what was read from one is kept as long as it. */
const commits = new WeakMap<GitObject, Commit>();
const trees = new WeakMap<GitObject, readonly TreeEntry[]>();

export function commitIn(sha: string, object: GitObject): Commit {
  const commit = commits.get(object) ?? parseCommit(sha, object.content);
  commits.set(object, commit);
  return commit;
}

export function entriesIn(object: GitObject): readonly TreeEntry[] {
  const entries = trees.get(object) ?? parseTree(object.content);
  trees.set(object, entries);
  return entries;
}

function parseCommit(sha: string, content: Uint8Array): Commit {
  const text = decoder.decode(content);
  const split = text.indexOf("\n\n");
  const head = (split < 0 ? text : text.slice(0, split)).split("\n");
  const field = (name: string): string =>
    head.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  return {
    sha,
    tree: field("tree"),
    parents: head.filter((line) => line.startsWith("parent ")).map((line) => line.slice(7)),
    author: parsePerson(field("author")),
    committer: parsePerson(field("committer")),
    message: split < 0 ? "" : text.slice(split + 2),
  };
}

export function formatCommit(commit: Omit<Commit, "sha">): Uint8Array {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatPerson(commit.author)}`,
    `committer ${formatPerson(commit.committer)}`,
  ];
  return encoder.encode(`${lines.join("\n")}\n\n${commit.message}`);
}

/** What a tag names. */
export function taggedBy(content: Uint8Array): string | null {
  return /^object ([0-9a-f]{40})/u.exec(decoder.decode(content))?.[1] ?? null;
}

function parseTree(content: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    entries.push({
      mode: decoder.decode(content.subarray(at, space)).padStart(6, "0"),
      name: decoder.decode(content.subarray(space + 1, zero)),
      sha: Buffer.from(content.subarray(zero + 1, zero + 21)).toString("hex"),
    });
    at = zero + 21;
  }
  return entries;
}

/** The order of names in git. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Git sorts folders as if their names ended in a slash. */
export function formatTree(entries: readonly TreeEntry[]): Uint8Array {
  const sortName = (entry: TreeEntry): string => (entry.mode === "040000" ? `${entry.name}/` : entry.name);
  const sorted = entries.toSorted((a, b) => byBytes(sortName(a), sortName(b)));
  return Buffer.concat(
    sorted.flatMap((entry) => [
      Buffer.from(`${entry.mode.replace(/^0/u, "")} ${entry.name}\0`),
      Buffer.from(entry.sha, "hex"),
    ]),
  );
}

function parsePerson(text: string): Person {
  const match = /^(.*?) ?<([^>]*)> (\d+)/u.exec(text);
  const seconds = Number(match?.[3] ?? 0);
  return {
    name: match?.[1] ?? "",
    email: match?.[2] ?? "",
    date: new Date(seconds * 1000).toISOString().replace(".000Z", "Z"),
  };
}

function plain(text: string): string {
  return text.replaceAll(/[<>\n\0]/gu, "");
}

function formatPerson(person: Person): string {
  return `${plain(person.name)} <${plain(person.email)}> ${Math.floor(Date.parse(person.date) / 1000)} +0000`;
}
