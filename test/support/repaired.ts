/** `roundtable repair` as the owner gives it; what it printed. */
import { repair } from "../../src/entry/commands/repair.ts";
import { REPO, type World } from "./world.ts";

export async function repaired(world: World, run: number, more: { dryRun?: true } = {}): Promise<string> {
  const printed: string[] = [];
  await repair(
    { repo: REPO, run: String(run), ...more },
    {
      cwd: "/",
      env: { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: world.local.token({ login: "octo" }) },
      line: (text) => void printed.push(text),
      print: (text) => void printed.push(text),
    },
  );
  return printed.join("\n");
}
