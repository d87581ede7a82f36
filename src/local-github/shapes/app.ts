import type { App, Installation } from "../apps.ts";
import { headersOf } from "../deliveries.ts";
import type { DeliveryRecord } from "../deliveries.ts";
import { accountOf } from "../world.ts";
import type { World } from "../world.ts";
import { accountShape, nodeId } from "./account.ts";
import type { Shape } from "./account.ts";

export function appShape(world: World, app: App, installations: number): Shape {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: accountShape(world, app.owner),
    name: app.slug,
    description: null,
    external_url: `${world.origin()}/apps/${app.slug}`,
    html_url: `${world.origin()}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
    installations_count: installations,
  };
}

export function installationShape(world: World, installation: Installation): Shape {
  const { app, id, account, repositories, permissions, suspendedAt } = installation;
  const api = `${world.origin()}/app/installations/${id}`;
  const target = accountOf(world, account);
  return {
    id,
    account: accountShape(world, account),
    repository_selection: repositories === null ? "all" : "selected",
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${world.origin()}/installation/repositories`,
    html_url: `${world.origin()}/settings/installations/${id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: target?.id ?? 0,
    target_type: target?.type === "Organization" ? "Organization" : "User",
    permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspendedAt === null ? null : accountShape(world, account),
    suspended_at: suspendedAt,
  };
}

export function deliveryShape({ id, delivery, about, isRedelivery, sent }: DeliveryRecord): Shape {
  const { action } = delivery.payload;
  return {
    id,
    guid: delivery.id,
    delivered_at: sent.at,
    redelivery: isRedelivery,
    duration: sent.seconds,
    status: sent.status,
    status_code: sent.code,
    event: delivery.name,
    action: typeof action === "string" ? action : null,
    installation_id: about.installation,
    repository_id: about.repository,
    throttled_at: null,
  };
}

export function wholeDeliveryShape(record: DeliveryRecord): Shape {
  const { delivery, to, sent } = record;
  const headers = headersOf(record, JSON.stringify(delivery.payload));
  return {
    ...deliveryShape(record),
    url: to.url,
    request: { headers, payload: delivery.payload },
    response: { headers: sent.response.headers, payload: sent.response.body },
  };
}
