import { UserError } from "../domain/problem.ts";
import type { Terminal } from "./terminal.ts";

export const githubUrl = (env: Terminal["env"]): string =>
  (env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, "");

/** A person's own way to GitHub, by environment variables. */
export function githubAccess(env: Terminal["env"]): { token: string; baseUrl: string } {
  const token = env["GITHUB_TOKEN"] || env["GH_TOKEN"];
  if (!token)
    throw new UserError({
      what: "There is no token for GitHub",
      why: "neither GITHUB_TOKEN nor GH_TOKEN is set",
      fix: "Set one to a token for the repository, for example GH_TOKEN=$(gh auth token).",
    });
  return { token, baseUrl: githubUrl(env) };
}
