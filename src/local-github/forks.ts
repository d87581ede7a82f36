/**
 * Forks: repositories of one network share their objects, as on GitHub, and a pull request may come from another one of
 * them. https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/working-with-forks
 */
import { addRepository } from "./repositories.ts";
import type { Pull, Repository } from "./state.ts";
import type { World } from "./world.ts";

/** With all branches and tags; who has one already gets that. */
export async function forkRepository(
  world: World,
  source: Repository,
  { owner, name }: { owner: string; name: string },
): Promise<Repository> {
  const known = networkOf(world, source).find((one) => one.owner === owner && one !== source);
  if (known !== undefined) return known;
  const { defaultBranch, private: isPrivate } = source;
  const fork = await addRepository(world, {
    fullName: `${owner}/${name}`,
    defaultBranch,
    private: isPrivate,
  });
  fork.forkOf = source.id;
  await shareObjects(world, fork, source);
  await shareObjects(world, source, fork);
  const git = world.git(fork);
  for (const kind of ["refs/heads/", "refs/tags/"])
    for (const { name: ref, sha } of await world.git(source).refs(kind))
      // oxlint-disable-next-line no-await-in-loop -- refs are written one after another in any case
      await git.setRef({ name: ref, before: null, after: sha });
  return fork;
}

/** What is asked of one is found in the other. https://git-scm.com/docs/gitrepository-layout */
async function shareObjects(world: World, of: Repository, from: Repository): Promise<void> {
  const { files } = world.machine;
  if (of.folder === null || from.folder === null) {
    world.memory?.share(of.id, from.id);
    return;
  }
  const file = `${of.folder}/objects/info/alternates`;
  const before = await files.read(file);
  const known = before === null ? "" : new TextDecoder().decode(before);
  await files.write(file, `${known}${from.folder}/objects\n`);
}

/** The repository that the others are forks of. */
export function sourceOf(world: World, repository: Repository): Repository {
  const parent = parentOf(world, repository);
  return parent === null ? repository : sourceOf(world, parent);
}

export function parentOf(world: World, { forkOf }: Repository): Repository | null {
  return forkOf === undefined ? null : (world.state.repositories.find(({ id }) => id === forkOf) ?? null);
}

export function networkOf(world: World, repository: Repository): Repository[] {
  const source = sourceOf(world, repository);
  return world.state.repositories.filter((one) => sourceOf(world, one) === source);
}

/** Where a pull request's head lies; null when that fork is gone. */
export function headRepositoryOf(world: World, repository: Repository, pull: Pull): Repository | null {
  const { fork } = pull;
  if (fork === undefined) return repository;
  return world.state.repositories.find(({ id }) => id === fork.id) ?? null;
}

/** `owner:branch`. */
export function headLabel(repository: Repository, { fork, head }: Pull): string {
  return `${fork?.owner ?? repository.owner}:${head}`;
}
