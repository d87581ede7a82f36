/** Whether a workflow begins by what a run does to a branch. */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";

/** Whether it begins by that. For a pull request the branch is the one that it goes into. */
type Begins = (event: "push" | "pull_request" | "pull_request_target", branch: string) => boolean;

export function triggersOf(text: string): Begins {
  const document = parseDocument(text);
  if (document.errors.length > 0) return () => false;
  const on = document.get("on", true);
  if (isScalar(on)) return (event) => on.value === event;
  if (isSeq(on)) return (event) => on.items.some((item) => isScalar(item) && item.value === event);
  return isMap(on) ? (event, branch) => isFor(on, event, branch) : () => false;
}

function isFor(on: YAMLMap, event: string, branch: string): boolean {
  if (!on.has(event)) return false;
  const filter = on.get(event, true);
  if (!isMap(filter)) return true;
  const [wanted, ignored] = ["branches", "branches-ignore"].map((key) => patternsOf(filter.get(key, true)));
  if (wanted) return isWanted(wanted, branch);
  if (ignored) return !ignored.some((pattern) => fits(pattern, branch));
  return !filter.has("tags") && !filter.has("tags-ignore");
}

const patternsOf = (node: unknown): string[] | null =>
  isSeq(node)
    ? node.items.map((item) => (isScalar(item) ? String(item.value) : ""))
    : isScalar(node)
      ? [String(node.value)]
      : null;

/** A later pattern with `!` takes back what an earlier one wanted. */
const isWanted = (patterns: readonly string[], branch: string): boolean =>
  patterns.reduce(
    (wanted, pattern) =>
      pattern.startsWith("!") ? wanted && !fits(pattern.slice(1), branch) : wanted || fits(pattern, branch),
    false,
  );

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
export function fits(pattern: string, branch: string): boolean {
  // More stars than anybody writes would take for ever to compare.
  if (pattern.length > 200 || pattern.split("*").length > 12) return false;
  const source = pattern
    .replaceAll(/[.^$|(){}\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, (stars) => (stars.length > 1 ? ".*" : "[^/]*"));
  try {
    return new RegExp(`^${source}$`).test(branch);
  } catch {
    return false;
  }
}
