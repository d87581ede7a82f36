/** What people do to a run's journal. */
import { AT, type World } from "./world.ts";

/** A journal commit that a person pushed onto that of an open run, or onto another ref. */
export async function push(
  world: World,
  place: number | string,
  files: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { git } = world.as("octo").rest;
  const ref = typeof place === "number" ? `roundtable/${place}` : place;
  const head = (await git.getRef({ ...AT, ref })).data.object.sha;
  const tree = await git.createTree({
    ...AT,
    base_tree: head,
    tree: Object.entries(files).map(([path, content]) => ({
      path,
      mode: "100644" as const,
      type: "blob" as const,
      ...(content === null ? { sha: null } : { content }),
    })),
  });
  const made = await git.createCommit({ ...AT, message: "Oops", tree: tree.data.sha, parents: [head] });
  await git.updateRef({ ...AT, ref, sha: made.data.sha });
}

/** The ref on another commit. */
export async function force(world: World, run: number, sha: string): Promise<void> {
  await world.as("octo").rest.git.updateRef({ ...AT, ref: `roundtable/${run}`, sha, force: true });
}

export const headOf = async (world: World, ref: string): Promise<string> =>
  (await world.as("octo").rest.git.getRef({ ...AT, ref })).data.object.sha;

export async function removeJournal(world: World, run: number): Promise<void> {
  await world.as("octo").rest.git.deleteRef({ ...AT, ref: `roundtable/${run}` });
}
