/** The way to GitHub of a job that has a token for it. */
import { UserError } from "../../domain/problem.ts";
import type { GithubPlace } from "../compose-github.ts";
import type { JobContext } from "./job.ts";

/** With the token that the job was given. */
export const wayOf = (job: JobContext): GithubPlace & { token: string } => ({
  ...placeOf(job),
  token: tokenOf(job),
});

export function tokenOf(job: JobContext): string {
  const token = job.getInput("token");
  if (token !== "") return token;
  throw new UserError({
    what: "The input token is empty",
    why: "this mode calls GitHub",
    fix: "Pass `token: ${{ github.token }}`.",
  });
}

export const placeOf = ({ event, clock, fetch }: JobContext): GithubPlace => ({
  fullName: event.fullName,
  baseUrl: event.apiUrl,
  clock,
  fetch,
});
