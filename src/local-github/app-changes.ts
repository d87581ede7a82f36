/** What people do with an app: register, install, suspend. The app is told by webhook. */
import type { App, AppRegistration, AppRegistry, Installation } from "./apps.ts";
import { nodeId } from "./shapes/account.ts";
import type { Repository } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";
import { findRepository, now } from "./world.ts";
import type { World } from "./world.ts";

export interface AppChanges {
  register(registration: AppRegistration): App;
  /** Where its webhooks go from now on. */
  setHook(app: number, hook: App["webhook"]): void;
  /** What it asks for from now on; where it is installed already, an owner has to accept it first. */
  askFor(app: number, permissions: App["permissions"]): void;
  /** Answers the installation's id. Without `repositories`: all of the account's. */
  install(app: number, place: { account: string; repositories?: readonly string[] }): number;
  uninstall(installation: number): void;
  suspend(installation: number): void;
  unsuspend(installation: number): void;
  addRepositories(installation: number, fullNames: readonly string[]): void;
  removeRepositories(installation: number, fullNames: readonly string[]): void;
}

export function createAppChanges(world: World, apps: AppRegistry, webhooks: Webhooks): AppChanges {
  const tell = (action: string, installation: Installation): void =>
    webhooks.tellApp({
      name: "installation",
      action,
      installation,
      payload: { repositories: apps.repositoriesOf(installation).map(briefly), requester: null },
    });
  const suspend = (id: number, at: string | null): void => {
    const installation = apps.installation(id);
    installation.suspendedAt = at;
    installation.updatedAt = now(world);
    tell(at === null ? "unsuspend" : "suspend", installation);
  };
  const choose = (id: number, change: { added?: readonly string[]; removed?: readonly string[] }): void => {
    const installation = apps.installation(id);
    const { added = [], removed = [] } = change;
    const before = installation.repositories ?? apps.repositoriesOf(installation).map((one) => one.fullName);
    installation.repositories = [...before.filter((name) => !removed.includes(name)), ...added];
    installation.updatedAt = now(world);
    const shapes = (names: readonly string[]): unknown[] =>
      names.flatMap((name) => findRepository(world, name) ?? []).map(briefly);
    webhooks.tellApp({
      name: "installation_repositories",
      action: added.length > 0 ? "added" : "removed",
      installation,
      payload: {
        repository_selection: "selected",
        repositories_added: shapes(added),
        repositories_removed: shapes(removed),
        requester: null,
      },
    });
  };
  return {
    register: (registration) => apps.register(registration),
    setHook: (app, hook) => void (apps.app(app).webhook = hook),
    askFor: (app, permissions) => void (apps.app(app).permissions = permissions),
    install: (app, { account, repositories }) => {
      const installation = apps.add(app, { account, repositories: repositories ?? null });
      tell("created", installation);
      return installation.id;
    },
    uninstall: (id) => {
      const installation = apps.installation(id);
      tell("deleted", installation);
      apps.remove(installation);
    },
    suspend: (id) => suspend(id, now(world)),
    unsuspend: (id) => suspend(id, null),
    addRepositories: (id, added) => choose(id, { added }),
    removeRepositories: (id, removed) => choose(id, { removed }),
  };
}

const briefly = ({ id, name, fullName, private: isPrivate }: Repository): Record<string, unknown> => ({
  id,
  node_id: nodeId("R", id),
  name,
  full_name: fullName,
  private: isPrivate,
});
