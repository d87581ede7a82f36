/**
 * Orders that the spec speaks of without declaring them: diagrams, arrows, sentences. They are followed like declared
 * ones, but for two limits: where an order is declared, arrows only picture a way through it; and what contradicts the
 * order so far is left aside, said in a note.
 */
import type { OrderHint } from "../spec/order-hints.ts";
import { isCyclic } from "./cycles.ts";
import { addLifted, type EdgeRequest, type Edges } from "./edges.ts";

type Kind = OrderHint["from"];

interface Tells {
  name: string;
  /** A sentence may tell of something else than the order of work. */
  source?: "inferred";
  says: (before: string, after: string) => string;
}

const KINDS: Readonly<Record<Kind, Tells>> = {
  mermaid: { name: "diagram", says: (before, after) => `the diagram draws ${before} before ${after}` },
  arrow: { name: "arrows", says: (before, after) => `arrows lead from ${before} to ${after}` },
  sentence: {
    name: "sentences",
    source: "inferred",
    says: (before, after) => `the text puts ${after} after ${before}`,
  },
};

interface Given {
  edges: Edges;
  /** Ids of tasks that are done: nobody waits for them. */
  done: ReadonlySet<string>;
  /** Is an order declared, by lines or by waves? */
  isOrdered: boolean;
}

/** The units that a diagram or arrows show: what they wait for is drawn, be it nothing. */
export function followHints(request: EdgeRequest, { edges, done, isOrdered }: Given): Set<string> {
  const { hints, unitOf, diagnostics } = request;
  const drawn = new Set<string>();
  if (hints.length === 0 || isCyclic(edges)) return drawn;
  for (const kind of ["mermaid", "arrow", "sentence"] as const) {
    if (isOrdered && kind === "arrow") continue;
    const wanted = hints.filter(({ from }) => from === kind);
    const trial = edges.copy();
    for (const { line, before, after } of wanted)
      for (const first of before) {
        if (done.has(first) || trial.isFull) continue;
        for (const later of after.filter((id) => !done.has(id))) {
          const because = `line ${line}: ${KINDS[kind].says(first, later)}`;
          const pair = { tasks: [later, first], source: KINDS[kind].source } as const;
          addLifted({ unitOf, edges: trial }, pair, because);
        }
      }
    const isMore = trial.ids.some((id) => trial.of(id).length > edges.of(id).length);
    if (!isMore) continue;
    if (isCyclic(trial)) {
      diagnostics.push(leftAside(kind, wanted));
      continue;
    }
    for (const id of trial.ids) for (const edge of trial.of(id)) edges.add(id, edge);
    if (kind !== "sentence")
      for (const id of wanted.flatMap(({ before, after }) => [...before, ...after]))
        drawn.add(unitOf.get(id)!);
  }
  return drawn;
}

const leftAside = (kind: Kind, hints: readonly OrderHint[]) =>
  ({
    severity: "note",
    code: "hints-contradict",
    line: hints[0]!.line,
    column: 1,
    what: `An order that the ${KINDS[kind].name} of this spec give is left aside`,
    why: `with lines ${[...new Set(hints.map(({ line }) => line))].slice(0, 10).join(", ")} units would wait for one another`,
    fix: "Declare the order with `_Depends: 1, 2_` lines.",
  }) as const;
