/**
 * A GitHub for this machine: REST, GraphQL, webhooks and git over one `fetch(Request) → Response`, with its state in a
 * folder. The refs and objects of a repository lie in a bare git repository, everything else in `github.json`.
 */
import { createAccess } from "./access.ts";
import type { ActionsEngine, ActionsHost } from "./actions/host.ts";
import { createActionsHost } from "./actions-host.ts";
import { createAppChanges } from "./app-changes.ts";
import type { AppChanges } from "./app-changes.ts";
import { createAppRegistry } from "./apps.ts";
import { createBackground } from "./background.ts";
import { overNetwork } from "./deliveries.ts";
import type { Post } from "./deliveries.ts";
import { createDesk } from "./desk.ts";
import type { MemoryGit } from "./git/memory-store.ts";
import { openGitFolder } from "./git/store.ts";
import { isGitRequest } from "./git/smart-http.ts";
import type { GitFolder, GitStore } from "./git/store.ts";
import type { Lag } from "./lag.ts";
import { follow, listen } from "./front.ts";
import { createLimits } from "./limits.ts";
import type { LimitRules } from "./limits.ts";
import { createStorage, NOT_STORED, readState } from "./persistence.ts";
import type { Machine } from "./ports.ts";
import { catchUpWithRefs } from "./ref-changes.ts";
import { allRoutes } from "./rest/all-routes.ts";
import { appRoutes } from "./rest/app.ts";
import { appDeliveryRoutes } from "./rest/app-deliveries.ts";
import { createRouter } from "./router.ts";
import type { Account, Counters, Project, Repository, Role, State } from "./state.ts";
import { issueToken } from "./tokens.ts";
import type { TokenRequest } from "./tokens.ts";
import { viewOf } from "./view.ts";
import type { RepositoryView } from "./view.ts";
import { createWebhooks } from "./webhooks.ts";
import type { Delivery, Fate, Hook } from "./webhooks.ts";
import { accountOf, ensureAccount, resolveRepository } from "./world.ts";
import type { World } from "./world.ts";
import { addRepository } from "./repositories.ts";
import type { NewRepository } from "./repositories.ts";

export interface LocalGithubOptions {
  machine: Machine;
  /** Made when missing; opened again, the world goes on where it was stored. */
  folder: string;
  /** Where new repositories lie, for worlds that no git program talks to; left out: in folders. */
  memory?: MemoryGit;
  actions?: (host: ActionsHost) => ActionsEngine;
  /** How webhooks reach their URLs; left out: over the network. */
  post?: Post;
  /** False: nothing is stored, and the world ends with this process. */
  isStored?: boolean;
}

export interface LocalGithub {
  /** REST, GraphQL, git and pages, in this process. */
  fetch(request: Request): Promise<Response>;
  /** On 127.0.0.1; port 0 picks a free one. Rejects with the error of node (`EADDRINUSE`). */
  listen(options: { port: number }): Promise<{ origin: string; close(): Promise<void> }>;
  origin(): string;
  addAccount(account: { login: string; type: Account["type"] }): void;
  addRepository(input: NewRepository): Promise<void>;
  setPermission(fullName: string, login: string, role: Role): void;
  /** The setting "Allow GitHub Actions to create and approve pull requests"; off at first. */
  setActionsMayApprove(fullName: string, may: boolean): void;
  /** As a hook of an Enterprise Server: the API makes and moves no refs whose names begin so. Null: all may be. */
  setRefusedRefs(fullName: string, prefix: string | null): void;
  token(request: TokenRequest): string;
  revokeToken(token: string): void;
  /** Returns a function that ends it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  addHook(hook: Hook): void;
  /** GitHub Apps: they and their installations last as long as this process. */
  readonly apps: AppChanges;
  /** Deliveries for which it answers false are lost; workflows start all the same. */
  deliveryFilter: ((delivery: Delivery) => boolean) | null;
  /** What becomes of each delivery to a URL; null: all arrive once. */
  deliveryFate: ((delivery: Delivery) => Fate) | null;
  /** Sends the deliveries whose fate was "late", the newest first. */
  deliverLate(): void;
  /** Answers a request instead of the site, to stage outages; null lets it through. */
  interceptor: ((request: Request) => Response | null) | null;
  /** Null, as at first: nothing is refused for being too much. */
  limits: LimitRules | null;
  /** What is known late; nothing at first. */
  lag: Lag;
  /** Sees each request that the site itself answered, with a copy of the answer; git's own are left out. */
  witness: ((request: Request, response: Response) => void) | null;
  /** `METHOD /path` of requests that no route knew. */
  readonly unknownRoutes: readonly string[];
  readonly counters: Readonly<Counters>;
  /** Null without an engine. */
  readonly actions: ActionsEngine | null;
  git(fullName: string): GitStore;
  view(fullName: string): Promise<RepositoryView>;
  /** As it is kept, without what git holds. */
  repository(fullName: string): Readonly<Repository>;
  /** Of all owners. */
  readonly projects: readonly Project[];
  /** Takes up refs that were changed in a repository's folder by others than this server. */
  refresh(fullName: string): Promise<void>;
  /** Resolves when no workflow run, no delivery to a URL and no update of a branch is under way; rejects with what a listener or the engine threw. */
  settled(): Promise<void>;
  save(): Promise<void>;
  close(): Promise<void>;
}

export async function createLocalGithub(options: LocalGithubOptions): Promise<LocalGithub> {
  const { machine, folder } = options;
  await machine.files.makeFolder(folder);
  const file = `${folder}/github.json`;
  const state = await readState(machine, file);
  ensureKnown(state);
  const folders = new Map<number, GitFolder>();
  const unknownRoutes: string[] = [];
  const servers = new Set<() => Promise<void>>();
  const access = createAccess(machine);
  let origin = "http://github.local";
  let engine: ActionsEngine | null = null;
  const background = createBackground();

  const world: World = {
    machine,
    state,
    folder,
    memory: options.memory ?? null,
    lag: () => github.lag,
    limits: createLimits(machine.clock, {
      rules: () => github.limits,
      nameOf: ({ caller, permissions }) => {
        const kind = permissions === null ? "user" : "installation";
        return `${kind} ID ${accountOf(world, caller.login)?.id ?? 0}`;
      },
    }),
    origin: () => origin,
    git: (repository) => {
      const store = world.gitFolder(repository) ?? world.memory?.open(repository.id);
      if (store === undefined) throw new Error(`${repository.fullName} lay in a memory that is not given.`);
      return store;
    },
    gitFolder: (repository) => {
      if (repository.folder === null) return null;
      const known = folders.get(repository.id) ?? openGitFolder(machine, repository.folder);
      folders.set(repository.id, known);
      return known;
    },
    emit: (event) => {
      storage.changed();
      const payload = webhooks.deliver(event);
      const listening = engine;
      if (listening === null) return;
      const { sender, repository } = event;
      const notice = {
        name: event.name,
        action: event.action,
        fullName: repository.fullName,
        sender: { login: sender.login, type: sender.type },
        byJobToken: sender.workflowRunId !== null,
        payload,
      };
      world.later(() => listening.notice(notice));
    },
    renamed: (before, after) => engine?.renamed(before, after),
    later: background.begin,
  };
  const apps = createAppRegistry(world, access);
  const webhooks = createWebhooks(machine, {
    world: () => world,
    apps: () => apps,
    post: options.post ?? overNetwork,
    onFault: background.failed,
  });
  const storage =
    options.isStored === false
      ? NOT_STORED
      : createStorage(machine, file, () => ({
          ...state,
          actions: engine === null ? state.actions : engine.snapshot(),
        }));

  for (const login of ["ghost", "web-flow"]) ensureAccount(world, login, "User");
  engine = options.actions?.(createActionsHost(world, access)) ?? null;
  if (state.actions !== null) engine?.restore(state.actions);
  for (const repository of state.repositories) {
    const caller = { login: repository.owner, type: "User", workflowRunId: null } as const;
    // oxlint-disable-next-line no-await-in-loop
    await catchUpWithRefs(world, { repository, caller });
  }

  const repositoryNamed = (fullName: string): Repository => {
    const found = resolveRepository(world, fullName);
    if (found === null) throw new Error(`The local GitHub has no repository ${fullName}.`);
    return found;
  };
  const runsOf = (fullName: string): ReturnType<ActionsEngine["runs"]> => engine?.runs(fullName) ?? [];
  const view = (fullName: string): Promise<RepositoryView> =>
    viewOf(world, repositoryNamed(fullName), runsOf(fullName));

  const desk = createDesk({
    world,
    access,
    route: createRouter([
      ...appRoutes(world, apps),
      ...appDeliveryRoutes(apps, webhooks),
      ...allRoutes(world, engine?.routes ?? []),
    ]),
    view,
    changed: () => storage.changed(),
    onUnknown: (route) => unknownRoutes.push(route),
  });

  const serve = async (request: Request): Promise<Response> => {
    const intercepted = github.interceptor?.(request);
    if (!intercepted) {
      const response = await desk(request);
      if (!isGitRequest(new URL(request.url).pathname)) github.witness?.(request, response.clone());
      return response;
    }
    // Whoever answers, the time is this server's.
    if (!intercepted.headers.has("date")) intercepted.headers.set("date", machine.clock.now().toUTCString());
    return intercepted;
  };
  const github: LocalGithub = {
    deliveryFilter: null,
    deliveryFate: null,
    interceptor: null,
    limits: null,
    lag: { pushes: 0, lists: 0 },
    witness: null,
    unknownRoutes,
    counters: state.counters,
    actions: engine,
    fetch: (request) => follow(request, serve),
    listen: async ({ port }) => {
      const server = await listen(port, serve);
      servers.add(() => server.close());
      origin = server.origin;
      return server;
    },
    origin: () => origin,
    addAccount: ({ login, type }) => {
      ensureAccount(world, login, type);
      storage.changed();
    },
    addRepository: async (input) => {
      await addRepository(world, input);
      storage.changed();
    },
    setPermission: (fullName, login, role) => {
      ensureAccount(world, login, login.endsWith("[bot]") ? "Bot" : "User");
      repositoryNamed(fullName).roles[login] = role;
      storage.changed();
    },
    setActionsMayApprove: (fullName, may) => {
      repositoryNamed(fullName).actionsMayApprove = may;
      storage.changed();
    },
    setRefusedRefs: (fullName, prefix) => {
      repositoryNamed(fullName).refusedRefs = prefix;
      storage.changed();
    },
    token: (request) => issueToken(world, access, request),
    revokeToken: (token) => access.revoke(token),
    onDelivery: (listener) => webhooks.listen(listener),
    addHook: (hook) => webhooks.addHook(hook),
    apps: createAppChanges(world, apps, webhooks),
    deliverLate: () => webhooks.deliverLate(),
    git: (fullName) => world.git(repositoryNamed(fullName)),
    view,
    repository: repositoryNamed,
    get projects() {
      return state.projects ?? [];
    },
    refresh: async (fullName) => {
      const repository = repositoryNamed(fullName);
      await world.gitFolder(repository)?.refresh();
      const caller = { login: repository.owner, type: "User", workflowRunId: null } as const;
      await catchUpWithRefs(world, { repository, caller });
    },
    settled: () =>
      background.settled(async () => {
        await engine?.settled();
        await webhooks.settled();
      }),
    save: () => storage.save(),
    close: async () => {
      await engine?.close();
      await background.ended();
      await Promise.all([...servers].map((close) => close()));
      await webhooks.settled();
      await storage.close();
    },
  };
  webhooks.filter = (delivery) => github.deliveryFilter?.(delivery) ?? true;
  webhooks.fate = (delivery) => github.deliveryFate?.(delivery) ?? "once";
  return github;
}

function ensureKnown(state: State): void {
  if (state.v !== 1)
    throw new Error(`The stored local GitHub has version ${String(state.v)}; this one reads version 1.`);
}
