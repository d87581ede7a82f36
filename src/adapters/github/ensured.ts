/** What an `ensure` of the board answers, and how it knows that what is there is what is wanted. */
export const CREATED = { did: "created" } as const;
export const UPDATED = { did: "updated" } as const;
export const UNCHANGED = { did: "unchanged" } as const;

/** The way out where somebody has taken away what is to be changed. */
export const GONE = "Skip its unit, or end the run.";

/** GitHub tells labels apart without regard to case. */
export function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const [wanted, found] = [some, others].map((names) => new Set(names.map((name) => name.toLowerCase())));
  return wanted!.size === found!.size && [...wanted!].every((name) => found!.has(name));
}

export const endsWith = (body: string | null | undefined, marker: string): boolean =>
  (body ?? "").trimEnd().endsWith(marker);
