import type { RepositoryView } from "../view.ts";

/** One page with everything; no scripts. */
export function renderBoard(view: RepositoryView): string {
  return `<!doctype html><title>${view.fullName}</title>`;
}
