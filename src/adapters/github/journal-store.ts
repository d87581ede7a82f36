/**
 * The journal, on `refs/roundtable/<run>` (or a branch, see journal-place.ts): a chain of commits, appended by
 * fast-forward only. GitHub refuses an update that is none, which makes the append a compare-and-swap (design section
 * 3). Blobs never change, so what was read once is kept by its SHA.
 */
import type { JournalEntry, JournalStore, OpenRun } from "../../application/ports.ts";
import type { PlanFile, State } from "../../domain/run/journal.ts";
import { damaged, parsePlanFile, parseState } from "../../domain/run/read-state.ts";
import { remembered, type Client } from "./client.ts";
import { filesAt, filesOfRef } from "./files-at.ts";
import {
  findJournal,
  hasEndedJournal,
  listOpen,
  makeJournal,
  shortOf,
  type JournalPlace,
} from "./journal-place.ts";
import { journalRef } from "../../domain/run/names.ts";
import { isStatus } from "./refusals.ts";
import { byRule, movedUnless, removeRef } from "./refs.ts";

const EVENTS_PER_PAGE = 500;
const PLAN = "plan.json";
const STATE = "state.json";

interface Known {
  planFile: PlanFile;
  next: PlanFile | null;
  state: State;
  ground: () => Promise<Ground>;
}

/** What only an append needs. */
interface Ground {
  tree: string;
  /** The last page of events: its number and text. */
  page: number;
  events: () => Promise<string>;
}

export function createJournalStore(client: Client): JournalStore {
  const { octokit, owner, repo } = client;
  const known = new Map<string, Known>();
  const places = new Map<number, JournalPlace>();

  async function load(
    revision: string,
    files: readonly (Uint8Array | null | undefined)[] | null = null,
  ): Promise<Known> {
    const cached = known.get(revision);
    if (cached) return cached;
    const tree = remembered(
      async () => (await octokit.rest.git.getTree({ owner, repo, tree_sha: revision, recursive: "1" })).data,
    );
    const blob = async (path: string): Promise<string> => {
      const entry = (await tree()).tree.find((one) => one.path === path);
      if (!entry?.sha) throw damaged(`it has no ${path}`);
      const { data: read } = await octokit.rest.git.getBlob({ owner, repo, file_sha: entry.sha });
      return Buffer.from(read.content, "base64").toString("utf8");
    };
    const told = files ?? (await filesAt(client, revision, [PLAN, STATE]));
    const [plan, stateText] = await Promise.all(
      [PLAN, STATE].map(async (path, at) => (told[at] ? new TextDecoder().decode(told[at]) : blob(path))),
    );
    const state = parseState(stateText!);
    const waiting = state.replan?.made?.hash;
    const loaded = {
      planFile: parsePlanFile(plan!),
      next: waiting === undefined ? null : parsePlanFile(await blob(planPath(waiting))),
      state,
      ground: remembered(async () => groundOf(await tree(), blob)),
    };
    keep(revision, loaded);
    return loaded;
  }

  function keep(revision: string, entry: Known): void {
    known.set(revision, entry);
    // A handful suffices: each run reads its newest revision.
    if (known.size > 200) known.delete(known.keys().next().value!);
  }

  async function commit(request: {
    parent: string | null;
    before: Omit<Known, "state">;
    entry: JournalEntry;
  }): Promise<{ sha: string; known: Known; at: Date }> {
    const { parent, before, entry } = request;
    const ground = await before.ground();
    const lines = entry.events.map((event) => `${JSON.stringify(event)}\n`);
    const told = lines.length > 0 ? await ground.events() : "";
    const isFull = told.split("\n").length - 1 >= EVENTS_PER_PAGE;
    const page = isFull ? ground.page + 1 : ground.page;
    const events = (isFull ? "" : told) + lines.join("");
    const { planFile = before.planFile, state } = entry;
    const next = state.replan?.made ? (entry.next ?? before.next) : null;
    const replaced = entry.planFile && parent !== null ? before.planFile : null;
    const files = [
      ...(entry.planFile ? [{ path: PLAN, content: JSON.stringify(planFile) }] : []),
      ...[replaced, entry.next ?? null].flatMap((other) =>
        other === null ? [] : [{ path: planPath(other.plan.hash), content: JSON.stringify(other) }],
      ),
      { path: STATE, content: `${JSON.stringify(entry.state, null, 1)}\n` },
      ...(lines.length > 0 ? [{ path: eventsPath(page), content: events }] : []),
    ];
    const tree = await octokit.rest.git.createTree({
      owner,
      repo,
      ...(parent === null ? {} : { base_tree: ground.tree }),
      tree: files.map((file) => ({ ...file, mode: "100644" as const, type: "blob" as const })),
    });
    const made = await octokit.rest.git.createCommit({
      owner,
      repo,
      message: `${entry.message}\n\nRoundtable-Pass: ${entry.pass}`,
      tree: tree.data.sha,
      parents: parent === null ? [] : [parent],
    });
    return {
      sha: made.data.sha,
      known: {
        planFile,
        next,
        state,
        ground: async () => ({
          tree: tree.data.sha,
          page,
          events: lines.length > 0 ? async () => events : ground.events,
        }),
      },
      at: new Date(made.headers.date ?? client.now()),
    };
  }

  async function placeOf(run: number): Promise<JournalPlace> {
    const place =
      places.get(run) ?? (await findJournal(client, run))?.place ?? (await listOpen(client)).place;
    places.set(run, place);
    return place;
  }

  async function openRuns(): Promise<OpenRun[]> {
    const { place, runs } = await listOpen(client);
    for (const { run } of runs) places.set(run, place);
    return runs;
  }

  return {
    openRuns,
    async open(run) {
      // Where the journal stands on a branch, or GraphQL knows no refs like ours, the list tells.
      const told = await filesOfRef(client, journalRef(run), [PLAN, STATE]);
      const revision = told?.sha ?? (await openRuns()).find((one) => one.run === run)?.revision;
      return revision === undefined ? null : load(revision, told?.files);
    },
    hasEnded: (run) => hasEndedJournal(client, run),
    async find(run) {
      const found = await findJournal(client, run);
      if (found === null) return null;
      const { revision, place } = found;
      places.set(run, place);
      const { data: made } = await octokit.rest.repos.getCommit({ owner, repo, ref: revision });
      return { revision, writer: made.author?.login ?? "" };
    },
    isOnBranch: async (run) => (await placeOf(run)).isBranch,
    async read(revision) {
      const { planFile, state, next } = await load(revision);
      return { planFile, state, next };
    },
    async create(run, entry) {
      const made = await commit({
        parent: null,
        before: { planFile: entry.planFile, next: null, ground: async () => NO_GROUND },
        entry,
      });
      const place = await makeJournal(client, { run, sha: made.sha }).catch((error: unknown) => {
        throw byRule(error, `GitHub refused to make the journal of run ${run}`);
      });
      if (place === "lost") return "lost";
      places.set(run, place);
      keep(made.sha, made.known);
      return { revision: made.sha, at: made.at };
    },
    async append(run, parent, entry) {
      const made = await commit({ parent, before: await load(parent), entry });
      const ref = (await placeOf(run)).open(run);
      try {
        const updated = await octokit.rest.git.updateRef({
          owner,
          repo,
          ref: shortOf(ref),
          sha: made.sha,
          force: false,
        });
        keep(made.sha, made.known);
        return { revision: made.sha, at: new Date(updated.headers.date ?? client.now()) };
      } catch (error) {
        movedUnless(error, ref);
        return "lost";
      }
    },
    async archive(run, revision) {
      const place = await placeOf(run);
      try {
        await octokit.rest.git.createRef({ owner, repo, ref: place.ended(run), sha: revision });
      } catch (error) {
        if (!isStatus(error, 422) || !(await hasEndedJournal(client, run))) throw error;
      }
      await removeRef(client, shortOf(place.open(run)));
    },
  };
}

const NO_GROUND: Ground = { tree: "", page: 1, events: async () => "" };

function groundOf(
  { sha, tree }: { sha: string; tree: readonly { path: string }[] },
  blob: (path: string) => Promise<string>,
): Ground {
  const pages = tree.flatMap(({ path }) => /^events\/(\d{4,})\.jsonl$/.exec(path)?.[1] ?? []).map(Number);
  const page = Math.max(1, ...pages);
  return {
    tree: sha,
    page,
    events: remembered(async () => (pages.length > 0 ? blob(eventsPath(page)) : "")),
  };
}

/** Of a plan that is not the present one. */
const planPath = (hash: string): string => `plans/${hash.slice(0, 40)}.json`;
const eventsPath = (page: number): string => `events/${String(page).padStart(4, "0")}.jsonl`;
