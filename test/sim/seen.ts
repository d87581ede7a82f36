/** What the invariants look at: GitHub's state, the journals, and what was written since the step before. */
import type { PlanFile, State } from "../../src/domain/run/journal.ts";
import type { GitObject } from "../../src/local-github/git/objects.ts";
import type { GitStore } from "../../src/local-github/git/store.ts";
import type { Project, Repository } from "../../src/local-github/state.ts";
import type { Effect } from "./carrier.ts";
import { REPO, type SimWorld } from "./world.ts";

export interface Journal {
  run: number;
  revision: string;
  isOpen: boolean;
  state: State;
  planFile: PlanFile;
}

export interface Move {
  name: string;
  before: string | null;
  after: string | null;
  isForward: boolean;
  /** By one commit. */
  isNext: boolean;
  /** To a commit that holds just what the one before held. */
  isIdle: boolean;
  /** Of the commit that it is at now. */
  message: string;
}

/** One revision of a journal, and which of our processes has written it. */
export interface Append {
  ms: number;
  by: string;
  run: number;
  pass: string;
  /** By the id of what is intended. */
  intents: ReadonlyMap<string, Intent>;
}

export type Intent = Pick<State["intents"][number], "pass" | "at" | "effect">;

export interface Seen {
  ms: number;
  repository: Readonly<Repository>;
  projects: readonly Project[];
  refs: ReadonlyMap<string, string>;
  journals: readonly Journal[];
  /** Landed units whose commit the integration branch does not hold. */
  gone: readonly string[];
  before: Pick<Seen, "journals" | "refs"> | null;
  moves: readonly Move[];
  appends: readonly Append[];
  /** Written since the step before. */
  effects: readonly Effect[];
  /** Requests since the step before, and those of them that GitHub refused because there were too many. */
  asked: { since: number; refused: readonly string[] };
  /** When each copy of the App began its last look. */
  looks: ReadonlyMap<string, number>;
  /** How often an agent worked for each nonce. */
  worked: ReadonlyMap<string, number>;
  /** What agents said that it took, by nonce. */
  took: ReadonlyMap<string, number>;
  copies: number;
}

const PREFIXES = ["refs/roundtable/", "refs/roundtable-ended/"] as const;

export interface Eye {
  journals(): Promise<Journal[]>;
  /** Null where nothing was written since it was last asked. */
  see(): Promise<Seen | null>;
}

export function createEye(world: SimWorld): Eye {
  const git = world.local.git(REPO);
  const appends: Append[] = [];
  let before: Seen["before"] = null;
  let told = 0;
  let [asked, refused] = [0, 0];

  const readRefs = async (): Promise<Seen["refs"]> =>
    new Map((await git.refs("refs/")).map(({ name, sha }) => [name, sha]));

  async function journalsIn(refs: Seen["refs"]): Promise<Journal[]> {
    const found: Journal[] = [];
    for (const prefix of PREFIXES)
      for (const [name, revision] of refs) {
        if (!name.startsWith(prefix)) continue;
        const run = Number(name.slice(prefix.length));
        const isOpen = prefix === PREFIXES[0];
        found.push({ run, revision, isOpen, ...(await readJournal(git, revision)) });
      }
    return found;
  }

  async function moveOf(name: string, refs: Seen["refs"]): Promise<Move> {
    const [was, is] = [before?.refs.get(name) ?? null, refs.get(name) ?? null];
    const isForward = was === null || is === null || (await git.isAncestor(was, is));
    const [old, now] = [
      was === null ? null : await git.commit(was),
      is === null ? null : await git.commit(is),
    ];
    return {
      name,
      before: was,
      after: is,
      isForward,
      isNext: was !== null && now?.parents[0] === was,
      isIdle: old !== null && old.tree === now?.tree,
      message: now?.message ?? "",
    };
  }

  async function goneFrom(all: readonly Journal[], refs: Seen["refs"]): Promise<string[]> {
    const gone: string[] = [];
    for (const { run, state, isOpen } of all) {
      const head = refs.get(`refs/heads/roundtable/${run}/main`);
      if (head === undefined || !isOpen) continue;
      for (const [unit, { sha }] of Object.entries(state.landed))
        if (!(await git.isAncestor(sha, head))) gone.push(`unit ${unit} of run ${run}`);
    }
    return gone;
  }

  return {
    journals: async () => journalsIn(await readRefs()),
    async see() {
      if (world.effects.length === told && before !== null) return null;
      const effects = world.effects.slice(told);
      told = world.effects.length;
      const refs = await readRefs();
      const names = new Set([...refs.keys(), ...(before?.refs.keys() ?? [])]);
      const changed = [...names].filter((name) => refs.get(name) !== before?.refs.get(name));
      const moves: Move[] = [];
      for (const name of changed) moves.push(await moveOf(name, refs));
      const all = await journalsIn(refs);
      for (const { name, after, message } of moves) {
        const journal = name.startsWith(PREFIXES[0])
          ? all.find(({ revision }) => revision === after)
          : undefined;
        const by = effects.findLast(
          ({ path, body }) => path.includes("/git/refs") && body.includes(after ?? "-"),
        );
        if (journal && by)
          appends.push({
            ms: world.clock.ms(),
            by: by.by,
            run: journal.run,
            pass: /Roundtable-Pass: (\w+)/.exec(message)?.[1] ?? "",
            intents: new Map(journal.state.intents.map((intent) => [intent.id, intent])),
          });
      }
      const seen: Seen = {
        ms: world.clock.ms(),
        repository: world.local.repository(REPO),
        projects: world.local.projects,
        refs,
        journals: all,
        gone: await goneFrom(all, refs),
        before,
        moves,
        appends,
        effects,
        asked: { since: world.asked - asked, refused: world.refused.slice(refused) },
        looks: world.looks,
        worked: world.worked,
        took: world.took,
        copies: world.replicas.length,
      };
      before = { journals: all, refs };
      [asked, refused] = [world.asked, world.refused.length];
      return seen;
    },
  };
}

/** Most revisions hold the plan of the one before. */
const parsed = new WeakMap<GitObject, unknown>();

async function readJournal(git: GitStore, revision: string): Promise<Pick<Journal, "state" | "planFile">> {
  const { tree } = (await git.commit(revision))!;
  const json = async (path: string): Promise<unknown> => {
    const blob = (await git.object((await git.entryAt(tree, path))!.sha))!;
    const known = parsed.get(blob) ?? (JSON.parse(Buffer.from(blob.content).toString("utf8")) as unknown);
    parsed.set(blob, known);
    return known;
  };
  return { state: (await json("state.json")) as State, planFile: (await json("plan.json")) as PlanFile };
}
