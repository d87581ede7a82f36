/** A repository that is set up as it should be, and what `roundtable doctor` says of it. */
import { readFileSync } from "node:fs";
import { OWN_LABELS } from "../../src/domain/board/labels.ts";
import { DoctorReport } from "../../src/domain/doctor/report.ts";
import { WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { aScreen } from "./screen.ts";
import { AT, REPO, type World } from "./world.ts";

export const [PASS, AGENT] = WORKFLOW_FILES.map(({ from, to }) => ({
  path: to,
  text: readFileSync(from, "utf8"),
})) as [{ path: string; text: string }, { path: string; text: string }];
export const CONFIG = ".github/roundtable.yml";
export const AGENTS = "agents: {coder: {backend: claude}}\n";
export const VERIFIED = "version: 1\nverify: ['true']\n";

/** Everything is as it should be. */
export async function setUp(world: World): Promise<void> {
  await world.commit({
    [PASS.path]: PASS.text,
    [AGENT.path]: AGENT.text,
    [CONFIG]: `${VERIFIED}${AGENTS}`,
  });
  for (const secret of ["ROUNDTABLE_TOKEN", "ANTHROPIC_API_KEY"]) await addSecret(world, secret);
  const { issues } = world.as("octo").rest;
  for (const { name, color } of OWN_LABELS) await issues.createLabel({ ...AT, name, color });
}

export const addSecret = (world: World, name: string): Promise<unknown> =>
  world.as("octo").rest.actions.createOrUpdateRepoSecret({
    ...AT,
    secret_name: name,
    encrypted_value: "c2VhbGVk",
    key_id: "1",
  });

export const addVariable = (world: World, name: string, value: string): Promise<unknown> =>
  world.as("octo").rest.actions.createRepoVariable({ ...AT, name, value });

export async function examine(
  world: World,
  {
    token = world.local.token({ login: "octo" }),
    repo = REPO,
    probe = false,
    env = {},
  }: { token?: string; repo?: string; probe?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<{ code: number; report: DoctorReport }> {
  const screen = aScreen("/", { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: token, ...env });
  const code = await doctor({ repo, json: true, ...(probe ? { probe } : {}) }, screen);
  return { code, report: DoctorReport.parse(JSON.parse(screen.out.join("\n"))) };
}

export const codesOf = ({ findings }: DoctorReport): string[] => findings.map(({ code }) => code);

export const admin = (world: World) => world.as("octo").rest;

/** `what` is matched against method and path. */
export const answering = (world: World, what: RegExp, answer: () => Response): void => {
  world.local.interceptor = ({ method, url }) =>
    what.test(`${method} ${new URL(url).pathname}`) ? answer() : null;
};
