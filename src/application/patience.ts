/** How long GitHub is left alone that asks for it, or that is out of reach: longer as that lasts, and never all at once. */
import type { Outage } from "../domain/run/facts.ts";
import type { Random } from "./ports.ts";

const LONGEST_MS = 10 * 60_000;

/** From what it asked for up to a quarter more; in an outage half of what that has lasted, ten minutes at most. */
export function patience(
  retryAfterMs: number,
  { random, now, outage }: { random: Random; now: Date; outage: Outage | null },
): Date {
  const lasts = outage?.to === null ? now.getTime() - outage.from.getTime() : 0;
  const wait = Math.max(retryAfterMs, Math.min(lasts / 2, LONGEST_MS));
  const jitter = Number.parseInt(random.hex(2), 16) / 255 / 4;
  return new Date(now.getTime() + Math.floor(wait * (1 + jitter)));
}
