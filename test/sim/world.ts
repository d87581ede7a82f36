/**
 * A simulated world: the product itself, the local GitHub and its runner in one process, on one clock that goes from one
 * event to the next, with all chance from one seed. What differs from `roundtable local` stands in adapters.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ACTION_NAME, WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import { createActions } from "../../src/local-github/actions/engine.ts";
import { createMemoryGit } from "../../src/local-github/git/memory-store.ts";
import { createLocalGithub, type LocalGithub } from "../../src/local-github/github.ts";
import { GITHUB_LIMITS } from "../../src/local-github/limits.ts";
import { APP_KEY } from "../support/app-key.ts";
import { ROOT } from "../support/local-run.ts";
import type { Habits } from "./agents.ts";
import { HOOK_SECRET, HOOK_URL, startReplica, type Replica } from "./app.ts";
import { createCarrier, type Effect } from "./carrier.ts";
import { createChance, type Chance } from "./chance.ts";
import { createClock, type VirtualClock } from "./clock.ts";
import { createFaults, type Faults, type OneFault } from "./faults.ts";
import { createFiles } from "./files.ts";
import { createHooks } from "./hooks.ts";
import { createLife, type Life } from "./life.ts";
import { createProcesses } from "./processes.ts";
import { signAtOnce } from "./threads.ts";
import { createRunners } from "./runners.ts";
import { createTrace, type Trace } from "./trace.ts";

export const OWNER = "octo";
export const REPO = `${OWNER}/demo`;
/** Whatever watches over the App's processes begins another one. */
const RESTART_MS = 20_000;
const START = "2026-03-02T08:00:00Z";

export interface WorldOptions {
  seed: number;
  form: "app" | "action";
  /** Of the fault table's rates; 0: nothing goes wrong. */
  scale: number;
  /** After so many hours nothing goes wrong any more. */
  faultHours: number;
  habits: Habits;
  /** The App looks after its runs so often, whether it hears of anything or not. */
  everyMinutes: number;
  /** Nothing but this goes wrong. */
  only?: OneFault | undefined;
  /** The repository is an organization's, whose projects the App may write. */
  hasProjects: boolean;
}

export interface SimWorld {
  local: LocalGithub;
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  trace: Trace;
  /** All that was written by ours, oldest first. */
  effects: Effect[];
  /** When each copy of the App began its last look. */
  looks: Map<string, number>;
  /** Requests of ours that GitHub has answered, and those that it refused because there were too many. */
  asked: number;
  refused: string[];
  /** Whether people and machines have come to their senses. */
  isCalm(): boolean;
  /** As a person; answers the status and the body. */
  as(login: string, asked: string, body?: object): Promise<{ status: number; data: unknown }>;
  commit(files: Readonly<Record<string, string>>, branch?: string): Promise<void>;
  /** Another copy of the App. */
  startApp(): Promise<Replica>;
  replicas: Replica[];
  app: { id: number; installation: number } | null;
  /** Lets all happen that waits for nothing but its turn. */
  drain(): Promise<void>;
  isDown: boolean;
  /** Nobody answers any more. */
  isLeft: boolean;
  /** Each webhook comes to all copies of the App. */
  isHeardByAll: boolean;
  /** How often an agent worked for each nonce. */
  worked: Map<string, number>;
  /** What agents said that it took, in US dollars, by nonce. */
  took: Map<string, number>;
  close(): Promise<void>;
}

interface Manifest {
  name: string;
  default_events: string[];
  default_permissions: Record<string, "read" | "write">;
}

const MANIFEST = parse(readFileSync(join(ROOT, "app.yml"), "utf8")) as Manifest;
const SHIPPED = WORKFLOW_FILES.map(({ from, to }) => ({ to, text: readFileSync(join(ROOT, from), "utf8") }));
const AGENT_FILE = SHIPPED.find(({ to }) => to.endsWith("agent.yml"))!;

signAtOnce();

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export async function createSimWorld(options: WorldOptions): Promise<SimWorld> {
  const clock = createClock(START);
  const chance = createChance(options.seed);
  const trace = createTrace(clock);
  const calmAt = clock.ms() + options.faultHours * 3_600_000;
  const isCalm = (): boolean => clock.ms() >= calmAt;
  const faults = createFaults({
    chance: chance.of("faults"),
    scale: options.scale,
    only: options.only,
    isCalm,
    told: (kind) => trace.add("FAULT", kind),
  });
  const files = createFiles();
  const begin = (name: string): Life => {
    const skewMs = faults.strikes("clock-skew") ? chance.of(`skew ${name}`).between(-600_000, 600_000) : 0;
    return createLife(name, { clock, chance: chance.of(name), carry: (...asked) => carry(...asked), skewMs });
  };
  const processes = createProcesses({
    files,
    clock,
    chance: chance.of("jobs"),
    faults,
    habits: options.habits,
    begin,
    cancelRun: (id) => void world.as(OWNER, `POST /repos/${REPO}/actions/runs/${id}/force-cancel`),
    works: (nonce) => void world.worked.set(nonce, (world.worked.get(nonce) ?? 0) + 1),
    took: (nonce, usd) => void world.took.set(nonce, usd),
    told: trace.add,
  });
  const random = chance.of("github");
  const replicas: Replica[] = [];
  const local = await createLocalGithub({
    machine: { clock, random: { hex: (length) => random.hex(length) }, processes, files },
    folder: "/sim/github",
    memory: createMemoryGit(),
    actions: createActions({
      folder: "/sim/actions",
      actionsAt: { [ACTION_NAME]: ROOT },
      slots: createRunners(20, { clock, faults }),
    }),
    isStored: false,
    post: createHooks({
      clock,
      chance: chance.of("hooks"),
      faults,
      receive(hook) {
        const alive = replicas.filter(({ life }) => !life.isDead());
        if (world.isHeardByAll) for (const each of alive) each.receive(hook);
        if (world.isHeardByAll) return alive.length > 0;
        // GitHub knows one address; what stands behind it hands a webhook to one copy, as a rule.
        const one =
          alive.length === 0 ? null : alive[Number.parseInt(hook.id.slice(0, 2), 16) % alive.length];
        one?.receive(hook);
        return one !== null;
      },
    }),
  });
  const carry = createCarrier({
    local,
    clock,
    chance: chance.of("network"),
    faults,
    isDown: () => world.isDown,
    answered({ by, method, path }, { status, headers }) {
      world.asked += 1;
      const isTooMuch = (status === 403 || status === 429) && headers.has("retry-after");
      if (isTooMuch) world.refused.push(`${method} ${path} of ${by}`);
    },
    changed(effect) {
      world.effects.push(effect);
      trace.add(effect.by, `${effect.method} ${effect.path} ${effect.status}`);
    },
  });
  const tokens = new Map<string, string>();

  async function as(login: string, asked: string, body?: object): ReturnType<SimWorld["as"]> {
    const [method = "", path = ""] = asked.split(" ");
    const token = tokens.get(login) ?? local.token({ login });
    tokens.set(login, token);
    const request = new Request(`${local.origin()}${path}`, {
      method,
      headers: { authorization: `token ${token}`, "user-agent": login },
      ...(body && { body: JSON.stringify(body) }),
    });
    const response = await local.fetch(request);
    const text = await response.text();
    if (method !== "GET") trace.add(login, `${method} ${path} ${response.status}`);
    return { status: response.status, data: text === "" ? null : (JSON.parse(text) as unknown) };
  }

  async function restarted({ life }: Replica): Promise<void> {
    await life.killed;
    trace.add(life.name, "is killed");
    await clock.sleep(RESTART_MS);
    await world.startApp();
  }

  const world: SimWorld = {
    local,
    clock,
    chance,
    faults,
    trace,
    effects: [],
    looks: new Map(),
    asked: 0,
    refused: [],
    isCalm,
    as,
    async commit(given, branch = "main") {
      for (const [path, content] of Object.entries(given)) {
        const url = `/repos/${REPO}/contents/${path}`;
        const there = (await as(OWNER, `GET ${url}?ref=${branch}`)) as { data: { sha?: string } };
        const { status, data } = await as(OWNER, `PUT ${url}`, {
          message: `Write ${path}`,
          content: Buffer.from(content).toString("base64"),
          branch,
          ...(there.data.sha !== undefined && { sha: there.data.sha }),
        });
        if (status >= 400) throw new Error(`${path} could not be committed: ${JSON.stringify(data)}`);
      }
    },
    async startApp() {
      const name = `app ${replicas.length + 1}`;
      const replica = await startReplica(begin(name), {
        app: world.app!.id,
        baseUrl: local.origin(),
        everyMinutes: options.everyMinutes,
        told(line) {
          trace.add(name, line);
          if (line.startsWith("look begins")) world.looks.set(name, clock.ms());
        },
      });
      replicas.push(replica);
      trace.add(name, "begins");
      void restarted(replica);
      return replica;
    },
    replicas,
    app: null,
    async drain() {
      await turn();
      await turn();
    },
    isDown: false,
    isHeardByAll: false,
    isLeft: false,
    worked: new Map(),
    took: new Map(),
    close: () => local.close(),
  };

  local.limits = GITHUB_LIMITS;
  local.addAccount({ login: OWNER, type: options.hasProjects ? "Organization" : "User" });
  local.addAccount({ login: "mate", type: "User" });
  await local.addRepository({ fullName: REPO, defaultBranch: "main" });
  local.setPermission(REPO, "mate", "write");
  local.setActionsMayApprove(REPO, true);
  if (options.form === "app")
    world.app = register(local, options.hasProjects ? { organization_projects: "write" } : {});
  // The schema is read from the disk once, which takes a time that no clock here knows.
  await as(OWNER, "POST /graphql", { query: "{ viewer { login } }" });
  const workflows = options.form === "app" ? [AGENT_FILE] : SHIPPED;
  await world.commit(Object.fromEntries(workflows.map(({ to, text }) => [to, text])));
  return world;
}

function register(
  local: LocalGithub,
  more: Manifest["default_permissions"],
): { id: number; installation: number } {
  const { id } = local.apps.register({
    slug: MANIFEST.name,
    owner: OWNER,
    publicKey: APP_KEY.publicKey,
    webhook: { url: HOOK_URL, secret: HOOK_SECRET },
    permissions: { ...MANIFEST.default_permissions, ...more },
    events: MANIFEST.default_events,
  });
  return { id, installation: local.apps.install(id, { account: OWNER, repositories: [REPO] }) };
}
