/** What a changed tasks.md says otherwise. A task is known by its id and its title; ticked boxes change nothing. */
import { marked, marksOf } from "./ticks.ts";
import { parseTasks, type Task } from "./tasks.ts";

/** Ids of tasks. */
export interface SpecChanges {
  added: string[];
  gone: string[];
  /** Another task under an id that was there. */
  retitled: string[];
  /** The same task in other words. */
  reworded: string[];
}

/** Null where only boxes differ. `after` is null when the file is gone. */
export function specChanges(before: string, after: string | null): SpecChanges | null {
  const [was, is] = [unticked(before), unticked(after ?? "")];
  if (was === is) return null;
  const [old, now] = [tasksOf(was), tasksOf(is)];
  const both = [...now.values()].flatMap((task) => {
    const other = old.get(task.id);
    return other ? [{ id: task.id, other, task }] : [];
  });
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    gone: [...old.keys()].filter((id) => !now.has(id)),
    retitled: both.filter(({ other, task }) => other.title !== task.title).map(({ id }) => id),
    reworded: both
      .filter(({ other, task }) => other.title === task.title && !isSame(other, task))
      .map(({ id }) => id),
  };
}

/** Those of the ids under which the text still has the task of that title. */
export function stillThere(
  markdown: string,
  ids: readonly string[],
  known: readonly Pick<Task, "id" | "title">[],
): string[] {
  const now = tasksOf(markdown);
  const titles = new Map(known.map(({ id, title }) => [id, title]));
  return ids.filter((id) => now.get(id)?.title === titles.get(id));
}

const isSame = (one: Task, other: Task): boolean =>
  one.details === other.details && one.optional === other.optional && one.parent === other.parent;

const tasksOf = (markdown: string): Map<string, Task> =>
  new Map(parseTasks(markdown).tasks.map((task) => [task.id, task]));

const unticked = (markdown: string): string =>
  marked(
    markdown,
    parseTasks(markdown).tasks.flatMap((task) => marksOf(task)),
    " ",
  );
