/** Whoever looks twice at a run, or goes on with what another began, makes nothing a second time. */
import { REPO, type World } from "./world.ts";

const twice = (all: readonly string[]): string[] => all.filter((one, at) => all.indexOf(one) !== at);

/** What is there more than once, of all that is written once. */
export async function doubles({ local }: Pick<World, "local">): Promise<string[]> {
  const { issues, pulls } = await local.view(REPO);
  const lastLine = (body: string): string => body.trimEnd().split("\n").at(-1)!;
  return [
    ...twice(issues.map(({ title }) => `issue ${title}`)),
    ...twice(pulls.map(({ title }) => `pull request ${title}`)),
    ...twice(
      [...issues, ...pulls].flatMap(({ comments }) =>
        comments
          .filter(({ user }) => user.endsWith("[bot]"))
          .map(({ issue, body }) => `comment ${issue} ${lastLine(body)}`),
      ),
    ),
    ...twice(
      pulls.flatMap(({ number, reviews }) =>
        reviews.map(({ body }) => `review ${number} ${lastLine(body ?? "")}`),
      ),
    ),
    ...twice(local.actions!.runs(REPO).map(({ displayTitle }) => `job ${displayTitle}`)),
  ];
}
