/** The way from our processes to the simulated GitHub: it takes time, may fail, and remembers what was written. */
import type { LocalGithub } from "../../src/local-github/github.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Asked, Carrier, Life } from "./life.ts";
import { namesOfWrites } from "./writes.ts";

/** A request that asks GitHub to change something, with what became of it. */
export interface Effect {
  at: number;
  by: string;
  method: string;
  path: string;
  body: string;
  status: number;
}

export interface CarrierOptions {
  local: LocalGithub;
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  isDown(): boolean;
  changed(effect: Effect): void;
  /** GitHub has answered. */
  answered(effect: Effect, response: Response): void;
}

const LATE_MS = 3_600_000;
export function createCarrier(options: CarrierOptions): Carrier {
  const { local, clock, chance, faults } = options;
  const nameOf = namesOfWrites();
  /** For who has died and would have sent it; one for all worlds would keep them all. */
  const never = new Promise<never>(() => {});

  async function send({ request, body }: Asked, life: Life): Promise<Response> {
    const { pathname: path } = new URL(request.url);
    const isGraphql = path === "/graphql";
    const isWrite = request.method !== "GET" && !(isGraphql && !body.includes('"mutation'));
    const effect: Effect = { at: clock.ms(), by: life.name, method: request.method, path, body, status: 0 };
    mayDie(life);
    if (life.isDead()) return never;
    await clock.sleep(chance.between(20, isWrite ? 300 : 120));
    if (options.isDown()) return unavailable();
    const early = faults.firstOf(["request-lost", "server-error", "limited"]);
    if (early === "request-lost") throw new TypeError("fetch failed");
    if (early === "server-error") return unavailable();
    if (early === "limited") return limited();
    const staged = isWrite ? dispatched(request, path) : null;
    if (staged !== null) return staged;
    const response = await local.fetch(request);
    options.answered(effect, response);
    if (isWrite) {
      effect.status = response.status;
      options.changed(effect);
      if (!life.isDead() && faults.strikes("killed-after-write", nameOf(effect))) life.kill();
    }
    mayDie(life);
    const late = faults.firstOf(["answer-lost", "answer-cut", "answer-slow"]);
    if (late === "answer-lost") throw new TypeError("fetch failed");
    if (late === "answer-slow") await clock.sleep(chance.between(5000, 40_000));
    const isZip = path.endsWith("/zip");
    if (late === "answer-cut" || (isZip && faults.strikes("artifact-cut"))) return cut(response);
    return response;
  }

  /** Between any two calls, whether they write or read. */
  function mayDie(life: Life): void {
    if (!life.isDead() && faults.strikes("killed")) life.kill();
  }

  /** Null where it is carried out at once. */
  function dispatched(request: Request, path: string): Response | null {
    if (!path.endsWith("/dispatches")) return null;
    const fault = faults.firstOf(["run-lost", "run-late"]);
    if (fault === null) return null;
    if (fault === "run-late") void clock.sleep(LATE_MS).then(() => local.fetch(request));
    return new Response(null, { status: 204, headers: dated() });
  }

  const dated = (): Record<string, string> => ({ date: clock.now().toUTCString() });
  const unavailable = (): Response => new Response("<html>502</html>", { status: 502, headers: dated() });
  const limited = (): Response =>
    Response.json(
      { message: "You have exceeded a secondary rate limit", documentation_url: "", status: "403" },
      { status: 403, headers: { ...dated(), "retry-after": "60" } },
    );
  return send;
}

/** Half of it came. */
async function cut(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  const isBodiless = status === 204 || status === 304;
  const half = isBodiless ? null : bytes.slice(0, Math.floor(bytes.length / 2));
  return Object.defineProperty(new Response(half, { status, headers }), "url", { value: response.url });
}
