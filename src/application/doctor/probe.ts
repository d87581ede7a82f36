/**
 * `doctor --probe`: makes what a run would make, and removes it, whatever happens between. Names are those of a run 0,
 * which no run can be: the rules for a run's branches hold for them, and no pass takes them for its own.
 */
import { JOURNAL_ON_BRANCH } from "../../domain/doctor/access.ts";
import { found, type Finding } from "../../domain/doctor/check.ts";
import type { Judged } from "../../domain/doctor/checks.ts";
import { branchPrefix, journalRef } from "../../domain/run/names.ts";
import { UserError } from "../../domain/problem.ts";
import type { Random } from "../ports.ts";
import type { Prober } from "./ports.ts";

const NEEDS = "an earlier probe to succeed";

/** Issues and pull requests are not tried: nobody can remove them again. */
export async function probe(
  { prober, random }: { prober: Prober; random: Random },
  head: string,
): Promise<Judged[]> {
  const name = `doctor-${random.hex(8)}`;
  const branch = `${branchPrefix(0)}${name}`;
  const journal = `${journalRef(0).slice("refs/".length)}/${name}`;
  const journalBranch = `${branch}-journal`;
  const label = `roundtable-${name}`;
  const commits: string[] = [];
  const judged: Judged[] = [];
  const attempt = async (probed: Omit<Judged, "findings" | "needs">, act: () => Promise<Finding[]>) =>
    judged.push({ ...probed, needs: NEEDS, findings: await findingsOf(act) });
  try {
    await attempt({ code: "probe-commit", sound: "Commits can be written" }, async () => {
      // Two that do not follow one another: without a word of its own the second would be the first again.
      for (const word of ["one", "two"]) commits.push(await prober.commit(head, `Try a commit, ${word}`));
      return [];
    });
    const [first, second] = commits;
    if (first !== undefined && second !== undefined) {
      await attempt(
        { code: "probe-branch", sound: "Branches can be made, reset and merged into" },
        async () => {
          await prober.makeRef(`heads/${branch}`, first);
          const moved = await prober.moveRef(`heads/${branch}`, { sha: second, force: true });
          if (moved === "refused") return [NO_RESET];
          await prober.merge(branch, first);
          return [];
        },
      );
      await attempt(
        { code: "probe-journal", sound: "Refs of a journal can be made, and guard their order" },
        async () => {
          const isRef = await succeeds(prober.makeRef(journal, first));
          if (!isRef) await prober.makeRef(`heads/${journalBranch}`, first);
          const ref = isRef ? journal : `heads/${journalBranch}`;
          const moved = await prober.moveRef(ref, { sha: second, force: false });
          if (moved !== "refused") return [NO_GUARD];
          return isRef ? [] : [JOURNAL_ON_BRANCH];
        },
      );
    }
    await attempt({ code: "probe-label", sound: "Labels can be made" }, async () => {
      await prober.makeLabel(label);
      return [];
    });
  } finally {
    await attempt({ code: "probe-cleanup", sound: "What was tried is removed again" }, async () => {
      const left = [
        ...(await remains(`refs/heads/${branch}`, () => prober.removeRef(`heads/${branch}`))),
        ...(await remains(`refs/${journal}`, () => prober.removeRef(journal))),
        ...(await remains(`refs/heads/${journalBranch}`, () => prober.removeRef(`heads/${journalBranch}`))),
        ...(await remains(`the label ${label}`, () => prober.removeLabel(label))),
      ];
      return left.map(({ what, why }) =>
        found("warning", { what: `${what} could not be removed`, why, fix: "Remove it by hand." }),
      );
    });
  }
  return judged;
}

const NO_RESET = found("error", {
  what: "GitHub refused to reset a branch of ours",
  why: "a train begins anew on its branch, which takes a forced update",
  fix: "Let Roundtable's account force updates below roundtable/ (Settings, Rules or Branches).",
});

const NO_GUARD = found("error", {
  what: "A journal's ref moved to a commit that does not follow the one before",
  why: "two passes could overwrite one another's entries",
  fix: "This server is no GitHub that Roundtable can work with; report it with the server's version.",
});

/** A refusal is what was looked for. */
async function findingsOf(act: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, why, fix } = error;
    return [found("error", { what, why, fix })];
  }
}

/** False for a refusal. */
async function succeeds(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Whatever kept one from being removed, the others are tried. */
async function remains(what: string, remove: () => Promise<void>): Promise<{ what: string; why: string }[]> {
  try {
    await remove();
    return [];
  } catch (error) {
    return [{ what, why: error instanceof UserError ? error.why : String(error) }];
  }
}
