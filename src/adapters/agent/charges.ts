/**
 * What the requests of one attempt took, and what those under way may take at most. Under a cap a request begins only when
 * the most that it may take fits beside all that; it waits where one under way may yet leave room for it.
 */
import type { ModelRoute } from "../../application/job/ports.ts";
import { addTokens, usdOf, type Tokens } from "../../domain/agent/usage.ts";

export interface Charge {
  tokens: Tokens;
  isEstimate: boolean;
}

export class Charges {
  readonly #route: Pick<ModelRoute, "price" | "cap">;
  readonly #all: Charge[] = [];
  readonly #underWay = new Set<Charge>();
  #settled = Promise.withResolvers<void>();

  constructor(route: Pick<ModelRoute, "price" | "cap">) {
    this.#route = route;
  }

  /** Null: there is none, or no price to hold it by. */
  get cap(): number | null {
    return this.#route.price === null ? null : this.#route.cap;
  }

  get tokens(): Tokens {
    return addTokens(this.#all.map(({ tokens }) => tokens));
  }

  get isEstimate(): boolean {
    return this.#all.some(({ isEstimate }) => isEstimate);
  }

  begin(charge: Charge): Charge {
    this.#all.push(charge);
    this.#underWay.add(charge);
    return charge;
  }

  /** `spent`: whatever those under way leave, it will not fit. `busy`: until the signal it did not. */
  async reserve(most: Tokens, signal: AbortSignal): Promise<Charge | "spent" | "busy"> {
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => stop(), { once: true });
    while (!signal.aborted) {
      if (this.#fits([most, this.tokens])) return this.begin({ tokens: most, isEstimate: true });
      const settled = this.#all.filter((charge) => !this.#underWay.has(charge));
      if (!this.#fits([most, ...settled.map(({ tokens }) => tokens)])) return "spent";
      await Promise.race([this.#settled.promise, stopped]);
    }
    return "busy";
  }

  /** As it stands now it stays. */
  settle(charge: Charge): void {
    this.#underWay.delete(charge);
    this.#settled.resolve();
    this.#settled = Promise.withResolvers<void>();
  }

  #fits(tokens: readonly Tokens[]): boolean {
    const { price, cap } = this.#route;
    return price === null || cap === null || usdOf(addTokens(tokens), price) <= cap;
  }
}
