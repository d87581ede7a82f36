/** Reads the facts that `roundtable doctor` judges: of a repository on GitHub, or of a folder and this machine. */
import { parseConfig } from "../../domain/config.ts";
import { APP_KEY } from "../../domain/doctor/access.ts";
import { agentsOf } from "../../domain/doctor/configuration.ts";
import { NOTHING_KNOWN, type Facts, type RuleFact, type WorkflowFile } from "../../domain/doctor/facts.ts";
import { programOf } from "../../domain/doctor/machine.ts";
import { AGENT_WORKFLOW, PASS_WORKFLOW } from "../../domain/run/names.ts";
import { CONFIG_PATH } from "../plan-at.ts";
import type { Github } from "../ports.ts";
import { rulesFor, workflowsAt } from "../set-up.ts";
import type { MachineReader, SetUpReader } from "./ports.ts";

/** The workflow files of this version, by their path in a user's repository. */
export type Shipped = Readonly<Record<string, string>>;

const AGENT_PATH = `.github/workflows/${AGENT_WORKFLOW}`;
const PASS_PATH = `.github/workflows/${PASS_WORKFLOW}`;

/** What passes write with, where one is a secret: their writes are not the workflow's own. */
const TOKEN_SECRETS = [APP_KEY, "ROUNDTABLE_TOKEN"];

export async function examineRepository(
  { github, reader }: { github: Pick<Github, "board" | "code">; reader: SetUpReader },
  shipped: Shipped,
): Promise<Facts> {
  const { page, mayWrite, ...repository } = await reader.repository();
  const { defaultBranch } = repository;
  const [account, granted, unreadable, states, secrets, variables] = await Promise.all([
    reader.account(),
    reader.granted(),
    reader.unreadable(),
    reader.workflowStates(),
    reader.secrets(),
    reader.variables(),
  ]);
  const known: Facts = {
    ...NOTHING_KNOWN,
    page,
    account: { ...account, mayWrite },
    granted,
    unreadable,
    secrets,
    variables,
    actions: await reader.actions(),
    mayActionsOpenPulls: await reader.mayActionsOpenPulls(),
    rules: unsure(await rulesFor(github.board, 1), account.isBot),
    protections: await reader.protections(),
    isJournalOnBranch: unreadable.includes("contents") ? null : await hasJournalBranch(github.code),
    labels: unreadable.includes("issues") ? null : await github.board.labels(),
    rate: await reader.rate(),
    reachesProjects: await reader.reachesProjects(),
  };
  if (unreadable.includes("contents")) return known;
  const head = await github.code.branch(defaultBranch);
  if (head === null) return { ...known, repository: { ...repository, hasCommits: false } };
  const { files } = await github.code.paths(head);
  const all = await workflowsAt(github.code, { sha: head, files });
  const fileAt = (path: string): WorkflowFile => ({
    text: all.find((one) => one.path === path)?.text ?? null,
    shipped: shipped[path] ?? null,
    isDisabled: (states?.[path] ?? "active") !== "active",
  });
  const pass = fileAt(PASS_PATH);
  const text = await github.code.file(head, CONFIG_PATH);
  return {
    ...known,
    repository: { ...repository, hasCommits: true },
    workflows: {
      where: `on the default branch ${defaultBranch}`,
      agent: fileAt(AGENT_PATH),
      pass,
      all: all.filter(({ path }) => (states?.[path] ?? "active") === "active"),
    },
    identity: identityOf({ account, secrets, hasPass: pass.text !== null }),
    config: configOf(text && new TextDecoder().decode(text)),
  };
}

async function hasJournalBranch(code: Github["code"]): Promise<boolean> {
  const names = Object.keys(await code.branches("roundtable/"));
  return names.some((name) => /^roundtable\/[1-9]\d*\/journal$/.test(name));
}

/** A person's own leave to pass by a rule is not that of the account that runs will have. */
const unsure = (rules: readonly RuleFact[], isBot: boolean): RuleFact[] =>
  rules.map((rule) => (isBot ? rule : { ...rule, mayBypass: null }));

function identityOf({
  account: { login, isBot },
  secrets,
  hasPass,
}: {
  account: { login: string; isBot: boolean };
  secrets: readonly string[] | null;
  hasPass: boolean;
}): Facts["identity"] {
  if (TOKEN_SECRETS.some((name) => secrets?.includes(name))) return "two";
  if (login === "github-actions[bot]") return "job-token";
  // With a pass workflow the App's passes run in Actions, beside the workflow's own account.
  if (isBot) return hasPass ? "two" : "one";
  return secrets !== null && hasPass ? "job-token" : null;
}

/** Texts of a working tree; null: there is no such file. */
export interface Tree {
  agent: string | null;
  pass: string | null;
  config: string | null;
}

/** `tree` is null where the folder is no repository. */
export async function examineMachine(
  reader: MachineReader,
  tree: Tree | null,
  shipped: Shipped,
): Promise<Facts> {
  const config = tree && configOf(tree.config);
  const programs = agentsOf({ config, agents: null }).flatMap((agent) => programOf(agent) ?? []);
  const fileOf = (path: string, text: string | null): WorkflowFile => ({
    text,
    shipped: shipped[path] ?? null,
    isDisabled: false,
  });
  return {
    ...NOTHING_KNOWN,
    machine: await reader.machine([...new Set(programs)]),
    config,
    workflows: tree
      ? {
          where: "in this working tree",
          agent: fileOf(AGENT_PATH, tree.agent),
          pass: fileOf(PASS_PATH, tree.pass),
          all: null,
        }
      : NOTHING_KNOWN.workflows,
  };
}

function configOf(text: string | null): NonNullable<Facts["config"]> {
  const { config, diagnostics: faults } = parseConfig(text ?? "version: 1\n");
  return { isThere: text !== null, config, faults };
}
