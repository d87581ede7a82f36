/** The workflow files of a repository at a commit, and the records that give them ids. */
import { Refusal } from "../route.ts";
import type { ActionsHost } from "./host.ts";
import type { Ledger, WorkflowRecord } from "./ledger.ts";
import { readWorkflow } from "./workflow.ts";
import type { Workflow } from "./workflow.ts";

export interface FoundWorkflow {
  record: WorkflowRecord;
  workflow: Workflow;
}

export interface Catalog {
  /** All at a commit; none where it is null. */
  at(repository: string, sha: string | null): Promise<FoundWorkflow[]>;
  /** By id, file name or path, on the default branch. Refuses with 404. */
  registered(repository: string, idOrFile: string): Promise<FoundWorkflow>;
  fileAt(repository: string, sha: string, path: string): Promise<Workflow | null>;
  /** The newest commit of the default branch. */
  defaultHead(repository: string): Promise<string | null>;
}

const WORKFLOWS = ".github/workflows";

const REMEMBERED_COMMITS = 200;

export function createCatalog(
  host: ActionsHost,
  given: { ledger: Ledger; enabled: (path: string) => boolean },
): Catalog {
  const { ledger, enabled } = given;
  // A commit never changes, and every event of a repository asks.
  const known = new Map<string, Promise<Workflow[]>>();

  const fileAt = async (repository: string, sha: string, path: string): Promise<Workflow | null> => {
    const text = enabled(path) ? await host.readFile(repository, sha, path) : null;
    return text === null ? null : readWorkflow(path, text);
  };
  const allAt = async (repository: string, sha: string): Promise<Workflow[]> => {
    const names = await host.listFolder(repository, sha, WORKFLOWS);
    const paths = names.filter((name) => /\.ya?ml$/u.test(name)).map((name) => `${WORKFLOWS}/${name}`);
    const found = await Promise.all(paths.map((path) => fileAt(repository, sha, path)));
    return found.filter((workflow) => workflow !== null);
  };
  const remembered = (repository: string, sha: string): Promise<Workflow[]> => {
    const key = `${repository}@${sha}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED_COMMITS) known.clear();
    const found = allAt(repository, sha);
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  };
  const recordOf = (repository: string, { path, name }: Workflow): WorkflowRecord => {
    const before = ledger.workflows.find(
      (record) => record.repository === repository && record.path === path,
    );
    if (before !== undefined) return Object.assign(before, { name });
    const createdAt = host.machine.clock.now().toISOString();
    const record = { id: ledger.nextId++, repository, path, name, runs: 0, createdAt };
    ledger.workflows.push(record);
    return record;
  };

  const at = async (repository: string, sha: string | null): Promise<FoundWorkflow[]> => {
    // Those of a fork are off until its owner turns them on.
    const isOff = sha === null || host.repository(repository)?.fork === true;
    const found = isOff ? [] : await remembered(repository, sha);
    // What happened before a renaming may come here after it.
    const name = host.repository(repository)?.fullName ?? repository;
    return found.map((workflow) => ({ workflow, record: recordOf(name, workflow) }));
  };
  const defaultHead = async (repository: string): Promise<string | null> => {
    const branch = host.repository(repository)?.defaultBranch;
    return branch === undefined ? null : host.resolve(repository, `refs/heads/${branch}`);
  };
  const registered = async (repository: string, idOrFile: string): Promise<FoundWorkflow> => {
    const all = await at(repository, await defaultHead(repository));
    const found = all.find(({ record }) =>
      [String(record.id), record.path, record.path.slice(WORKFLOWS.length + 1)].includes(idOrFile),
    );
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  };

  return { at, registered, fileAt, defaultHead };
}
