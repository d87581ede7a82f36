/**
 * Several copies of the server may look at a repository at once. What a run writes its journal guards; an ask has none
 * yet. So each command that is not a run's is taken by a copy before its pass may see it: no other one answers it.
 */
import { isAnswered } from "../../application/answered.ts";
import type { Github, Random } from "../../application/ports.ts";
import { parseCommand } from "../../domain/run/command.ts";
import type { Turns } from "../compose-app.ts";

export interface TurnTaking {
  /** The repository as a pass of this copy may see it. */
  github: Github;
  /** Gives back what the last pass has taken; true where another copy was at something. */
  end(): Promise<boolean>;
}

type Said = Awaited<ReturnType<Github["board"]["recentComments"]>>[number];

export function takeTurns(github: Github, { turns, random }: { turns: Turns; random: Random }): TurnTaking {
  const taken = new Set<string>();
  /** Comments that carry our answer: they need not be asked about again. */
  const answered = new Set<number>();
  const by = random.hex(12);
  let isHeldByOthers = false;

  /** Whether a pass is to see it. */
  async function isOurs(said: Said): Promise<boolean> {
    const parsed = said.authorIsBot || said.edited ? null : parseCommand(said.body);
    if (parsed === null || parsed.kind === "none") return true;
    if (await isDone(said)) return false;
    const isAsk = parsed.kind === "command" && parsed.command.kind === "ask";
    if (!isAsk && (said.answered || (await isOfRun(said)))) return true;
    const name = `comment-${said.id}`;
    if (!(await turns.take(name, by))) {
      isHeldByOthers = true;
      return false;
    }
    taken.add(name);
    // It may have been answered, and given back, since the comments were listed.
    return !(await isDone({ ...said, eyes: 1 }));
  }

  async function isDone(said: Pick<Said, "id" | "eyes" | "createdAt">): Promise<boolean> {
    if (answered.has(said.id)) return true;
    const is = await isAnswered(github, { comment: said.id }, said);
    if (is) answered.add(said.id);
    return is;
  }

  const isOfRun = async ({ issue }: Said): Promise<boolean> =>
    (await github.journal.openRuns()).some(({ run }) => run === issue);

  return {
    github: {
      ...github,
      board: {
        ...github.board,
        async recentComments(how) {
          const seen: Said[] = [];
          for (const said of await github.board.recentComments(how)) if (await isOurs(said)) seen.push(said);
          return seen;
        },
      },
    },
    async end() {
      const names = [...taken];
      taken.clear();
      for (const name of names) await turns.release(name);
      const wasHeld = isHeldByOthers;
      isHeldByOthers = false;
      return wasHeld;
    },
  };
}
