import { initRepository } from "./git/store.ts";
import type { Repository } from "./state.ts";
import { ensureAccount, findRepository, newId, now } from "./world.ts";
import type { World } from "./world.ts";

export interface NewRepository {
  fullName: string;
  private?: boolean;
  /** As private repositories of free accounts. */
  refusesDrafts?: boolean;
  defaultBranch: string;
  /** An existing bare repository to take as it is; left out, an empty one is made, below the world's folder or in its memory. */
  adopt?: string;
}

/** The labels that GitHub gives a new repository. */
const FIRST_LABELS: readonly [name: string, color: string, description: string][] = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
];

export async function addRepository(world: World, input: NewRepository): Promise<Repository> {
  const [owner = "", name = ""] = input.fullName.split("/");
  if (!/^[\w.-]+\/[\w.-]+$/u.test(input.fullName)) throw new Error(`${input.fullName} is no owner/name.`);
  if (findRepository(world, input.fullName) !== null) throw new Error(`${input.fullName} exists already.`);
  ensureAccount(world, owner, "User");
  const own = world.memory === null ? `${world.folder}/repositories/${owner}/${name}.git` : null;
  const path = input.adopt ?? own;
  if (input.adopt === undefined && path !== null)
    await initRepository(world.machine, path, input.defaultBranch);
  const repository: Repository = {
    id: newId(world),
    owner,
    name,
    fullName: input.fullName,
    private: input.private ?? false,
    description: null,
    defaultBranch: input.defaultBranch,
    folder: path,
    createdAt: now(world),
    pushedAt: now(world),
    roles: { [owner]: "admin" },
    actionsMayApprove: false,
    refusesDrafts: input.refusesDrafts ?? false,
    nextNumber: 1,
    labels: FIRST_LABELS.map(([label, color, description]) => ({
      id: newId(world),
      name: label,
      color,
      description,
    })),
    issues: [],
    comments: [],
    reviews: [],
    reviewComments: [],
  };
  world.state.repositories.push(repository);
  return repository;
}
