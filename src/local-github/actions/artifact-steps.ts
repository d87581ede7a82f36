/** actions/upload-artifact and actions/download-artifact, in process. */
import { basename, dirname, isAbsolute, join, matchesGlob, relative, resolve, sep } from "node:path";
import type { Files } from "../ports.ts";
import type { ArtifactRecord } from "./ledger.ts";
import type { StandInCall } from "./stand-in.ts";

export async function uploadArtifact({ space, inputs }: StandInCall): Promise<Record<string, string>> {
  if (inputs["archive"] === "false")
    throw new Error("upload-artifact: archive: false is not supported by the local runner");
  const name = checkedName(inputs["name"] || "artifact");
  const { root, found } = await search(space.host.machine.files, {
    folder: space.workspace,
    patterns: linesOf(inputs["path"] ?? ""),
    hidden: inputs["include-hidden-files"] === "true",
  });
  if (found.length === 0) return nothingFound(space.log.write, inputs);
  const files: Record<string, Uint8Array> = {};
  for (const path of found) {
    files[relative(root, path).split(sep).join("/")] =
      (await space.host.machine.files.read(path)) ?? new Uint8Array();
  }
  const { repository, id: runId } = space.plan.run;
  const overwrite = inputs["overwrite"] === "true";
  const saved = await space.artifacts.save({ repository, runId, name, files, overwrite });
  if (saved === null) {
    throw new Error(
      "Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run",
    );
  }
  space.log.write(
    `Artifact ${name} has been successfully uploaded! Files: ${found.length}. Final size is ${saved.size} bytes.`,
  );
  return {
    "artifact-id": String(saved.id),
    "artifact-url": `${space.host.origin()}/${repository}/actions/runs/${runId}/artifacts/${saved.id}`,
    "artifact-digest": saved.sha256,
  };
}

function nothingFound(write: (line: string) => void, inputs: StandInCall["inputs"]): Record<string, string> {
  const sentence = `No files were found with the provided path: ${inputs["path"] ?? ""}. No artifacts will be uploaded.`;
  const answer = inputs["if-no-files-found"] || "warn";
  if (answer === "error") throw new Error(sentence);
  write(answer === "ignore" ? sentence : `Warning: ${sentence}`);
  return {};
}

export async function downloadArtifact({ space, inputs }: StandInCall): Promise<Record<string, string>> {
  for (const name of ["run-id", "repository", "github-token"]) {
    const own = [String(space.plan.run.id), space.plan.run.repository, space.token].includes(
      inputs[name] ?? "",
    );
    if (inputs[name] && !own)
      throw new Error(`download-artifact: ${name} is not supported by the local runner`);
  }
  const all = space.artifacts.list(space.plan.run.repository, space.plan.run.id);
  const chosen = choose(all, inputs);
  const into = resolve(space.workspace, inputs["path"] ?? "");
  const flat = Boolean(inputs["name"] || inputs["artifact-ids"]) || inputs["merge-multiple"] === "true";
  for (const artifact of chosen) {
    const folder = flat ? into : join(into, artifact.name);
    for (const [path, content] of Object.entries(await space.artifacts.unpack(artifact))) {
      if (path.endsWith("/")) continue;
      const target = resolve(folder, path);
      if (relative(folder, target).startsWith(".."))
        throw new Error(`The artifact holds a path outside of it: ${path}`);
      await space.host.machine.files.write(target, content);
    }
    space.log.write(`Artifact ${artifact.name} downloaded to ${folder}`);
  }
  return { "download-path": into };
}

function choose(all: readonly ArtifactRecord[], inputs: StandInCall["inputs"]): readonly ArtifactRecord[] {
  const name = inputs["name"];
  if (name) {
    const found = all.filter((one) => one.name === name);
    if (found.length === 0)
      throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`);
    return found;
  }
  const ids = inputs["artifact-ids"];
  if (ids) {
    const wanted = ids.split(",").map((id) => Number(id.trim()));
    const found = all.filter((one) => wanted.includes(one.id));
    if (found.length < wanted.length)
      throw new Error(`Unable to download artifact(s): not all of ${ids} were found`);
    return found;
  }
  const pattern = inputs["pattern"];
  return pattern ? all.filter((one) => matchesGlob(one.name, pattern)) : all;
}

function checkedName(name: string): string {
  if (/[":<>|*?\r\n\\/]/u.test(name)) throw new Error(`The artifact name is not valid: ${name}`);
  return name;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/u).map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

interface Search {
  folder: string;
  patterns: readonly string[];
  hidden: boolean;
}

/** `root` is what paths in the artifact are relative to: the one folder searched, else what all search paths share. */
async function search(
  files: Files,
  { folder, patterns, hidden }: Search,
): Promise<{ root: string; found: string[] }> {
  if (patterns.length === 0) throw new Error("Input required and not supplied: path");
  const whole = (pattern: string): string => (isAbsolute(pattern) ? pattern : join(folder, pattern));
  const excluded = patterns.filter((one) => one.startsWith("!")).map((one) => whole(one.slice(1)));
  const included = patterns.filter((one) => !one.startsWith("!")).map(whole);
  const starts = included.map((one) => fixedPart(resolve(one)));
  const found = new Set<string>();
  for (const [index, pattern] of included.entries()) {
    const start = starts[index] ?? folder;
    for (const path of await walk(files, start)) {
      if (matches(path, resolve(pattern)) && (hidden || !isHidden(start, path))) found.add(path);
    }
  }
  const kept = [...found].filter((path) => !excluded.some((pattern) => matches(path, resolve(pattern))));
  return { root: rootOf(starts, kept), found: kept.toSorted() };
}

/** One search path: that folder, or the folder of that file. Several: their deepest common folder. */
function rootOf(starts: readonly string[], found: readonly string[]): string {
  const folders = starts.map((start) => (found.includes(start) ? dirname(start) : start));
  const [first = "", ...others] = folders.map((one) => one.split(sep));
  if (first === "") return "";
  const shared = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (shared < 0 ? first : first.slice(0, shared)).join(sep) || sep;
}

function fixedPart(pattern: string): string {
  const parts = pattern.split(sep);
  const glob = parts.findIndex((part) => /[*?[\]{}]/u.test(part));
  return (glob < 0 ? parts : parts.slice(0, glob)).join(sep) || sep;
}

function matches(path: string, pattern: string): boolean {
  return (
    path === pattern ||
    path.startsWith(pattern + sep) ||
    matchesGlob(path, pattern) ||
    matchesGlob(path, `${pattern}/**`)
  );
}

/** As the real action looks: at the search path's own name and at all below it, not at what lies above. */
function isHidden(start: string, path: string): boolean {
  const parts = [basename(start), ...relative(start, path).split(sep)];
  return parts.some((part) => part.startsWith("."));
}

/** The port knows no kinds: what lists nothing and reads is a file. */
async function walk(files: Files, path: string): Promise<string[]> {
  const names = await files.list(path).catch(() => []);
  if (names.length > 0) {
    const below = await Promise.all(
      names.filter((name) => name !== ".git").map((name) => walk(files, join(path, name))),
    );
    return below.flat();
  }
  const content = await files.read(path).catch(() => null);
  return content === null || basename(path) === "" ? [] : [path];
}
