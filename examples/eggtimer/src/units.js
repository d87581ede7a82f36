/** The units eggtimer knows, largest first. Months and years are missing: their length is not fixed. */
export const UNITS = Object.freeze(
  [
    { short: "w", name: "week", ms: 604_800_000 },
    { short: "d", name: "day", ms: 86_400_000 },
    { short: "h", name: "hour", ms: 3_600_000 },
    { short: "m", name: "minute", ms: 60_000 },
    { short: "s", name: "second", ms: 1_000 },
    { short: "ms", name: "millisecond", ms: 1 },
  ].map(Object.freeze),
);
