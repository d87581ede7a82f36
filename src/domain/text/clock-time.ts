/** `2026-01-31 09:30 UTC`. */
export const clockTime = (time: number | string | Date): string =>
  `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
