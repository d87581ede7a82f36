/** An app's own webhook deliveries. https://docs.github.com/en/rest/apps/webhooks */
import type { AppRegistry } from "../apps.ts";
import type { DeliveryRecord } from "../deliveries.ts";
import { Refusal } from "../route.ts";
import type { LocalRoute } from "../router.ts";
import { deliveryShape, wholeDeliveryShape } from "../shapes/app.ts";
import type { Webhooks } from "../webhooks.ts";
import type { LocalRequest } from "../world.ts";
import { ok } from "./exchange.ts";

export function appDeliveryRoutes(apps: AppRegistry, webhooks: Webhooks): LocalRoute[] {
  const path = "/app/hook/deliveries";
  const row = { permission: null, isForApps: true } as const;
  const own = (request: LocalRequest): DeliveryRecord[] =>
    webhooks.log.of(apps.authenticate(request.headers));
  const one = (request: LocalRequest): DeliveryRecord => {
    const found = own(request).find(({ id }) => id === Number(request.params["delivery_id"]));
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  };
  return [
    { ...row, method: "GET", path, handle: (request) => page(request, own(request)) },
    {
      ...row,
      method: "GET",
      path: `${path}/:delivery_id`,
      handle: (request) => ok(wholeDeliveryShape(one(request))),
    },
    {
      ...row,
      method: "POST",
      path: `${path}/:delivery_id/attempts`,
      handle: (request) => {
        webhooks.redeliver(one(request).id);
        return ok({}, 202);
      },
    },
  ];
}

/** Pages of this list go by a cursor. */
function page(request: LocalRequest, all: readonly DeliveryRecord[]): ReturnType<LocalRoute["handle"]> {
  const { query } = request;
  const status = query.get("status");
  const wanted = all.filter(
    ({ sent }) => status === null || (sent.code >= 200 && sent.code < 400) === (status === "success"),
  );
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const cursor = Number(query.get("cursor") ?? 0);
  const rest = cursor === 0 ? wanted : wanted.filter(({ id }) => id <= cursor);
  const next = rest[size];
  const target = new URL(request.url);
  if (next) target.searchParams.set("cursor", String(next.id));
  return {
    status: 200,
    body: rest.slice(0, size).map(deliveryShape),
    headers: next ? { link: `<${target.href}>; rel="next"` } : {},
  };
}
