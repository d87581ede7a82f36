/** The unit's part of branch names, run-names and artifacts. Contracts, "unit slug". */

/** sha256 of a text as lower-case hexadecimal. */
export type Hash = (text: string) => string;

const PLAIN = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

export function unitSlug(unit: { id: string; title: string }, hash: Hash): string {
  if (unit.id.length <= 20 && PLAIN.test(unit.id) && !unit.id.endsWith(".lock")) return unit.id;
  const words = unit.title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 20)
    .replaceAll(/-+$/g, "");
  return `${words || "unit"}-${hash(unit.id).slice(0, 6)}`;
}
