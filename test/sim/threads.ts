/** What other threads compute takes a time that no simulated clock knows: the world waits for it, one after the other. */
import { webcrypto } from "node:crypto";

type Compute = (...given: unknown[]) => Promise<unknown>;

let underWay = 0;
let last: Promise<unknown> = Promise.resolve();

const methods = Object.getPrototypeOf(webcrypto.subtle) as Record<"importKey" | "sign", Compute>;
for (const name of ["importKey", "sign"] as const) {
  const compute = methods[name];
  methods[name] = function inTurn(this: unknown, ...given) {
    underWay += 1;
    const done = last.then(() => compute.apply(this, given)).finally(() => void (underWay -= 1));
    last = done.catch(() => {});
    return done;
  };
}

export const isComputing = (): boolean => underWay > 0;
