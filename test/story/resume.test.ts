/** Work that was cut short is handed over, and the next attempt goes on from it (design section 7). */
import { expect, it } from "vitest";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { confirmedRun } from "../support/shipped-run.ts";
import { playedStory, type World } from "../support/world.ts";

const TASKS = `- [ ] 1. Durations
  - [ ] 1.1 Read units
    - _writes: src/units.txt_
  - [ ] 1.2 Sort units
    - _writes: src/sort.txt_
  - [ ] 1.3 Tell them
    - _writes: src/tell.txt_
`;
const CONFIG = `version: 1
agents: { mine: { backend: command, command: sh agent.sh } }
reviewers: { agent: practice }
`;
const said = (answer: object): string => `echo '${JSON.stringify(answer)}'`;
const task = (id: string, done = true) => ({ id, done, note: "" });
const CUT = {
  outcome: "timed_out",
  summary: "Out of time.",
  tasks: [task("1.1"), task("1.2", false), task("7.7")],
  handover: { done: "Units.", left: "Sorting is half done.", howToVerify: "cat src/sort.txt" },
};
const ENDED = { outcome: "completed", summary: "All of it.", tasks: [task("1.2"), task("1.3")] };
/** The second attempt keeps what it was told. */
const AGENT = `mkdir -p src
if test ! -e src/units.txt; then
  echo units > src/units.txt; echo half > src/sort.txt; ${said(CUT)}
else
  cat > src/tell.txt; echo whole > src/sort.txt; ${said(ENDED)}
fi
`;

async function messagesOf(world: World, branch: string): Promise<string[]> {
  const messages: string[] = [];
  for (let sha = await world.github.code.branch(branch); sha;) {
    const commit: Awaited<ReturnType<typeof world.github.code.readCommit>> =
      await world.github.code.readCommit(sha);
    if (!commit || messages.length > 20) break;
    messages.push(commit.message);
    sha = commit.parents[0] ?? null;
  }
  return messages.filter((message) => message.includes("Roundtable-Attempt")).toReversed();
}

it("a timed-out attempt is gone on from: its done task is a commit, and the next brief says what is left", () =>
  playedStory(async (world) => {
    const { run, until } = await confirmedRun(world, {
      tasks: TASKS,
      files: { ".github/roundtable.yml": CONFIG, "agent.sh": AGENT },
      flags: "",
    });
    const { view } = await until(({ view: { byId } }) => {
      const last = byId.get("1")!.work.at(-1);
      return last?.role === "fix" && last.committed !== null;
    });
    const branch = view.byId.get("1")!.branch;
    const works = attemptsOf(view.state).filter(({ role }) => role === "implement" || role === "fix");
    expect(works).toMatchObject([
      { role: "implement", outcome: "timed_out", result: { tasks: [task("1.1"), task("1.2", false)] } },
      { role: "fix", outcome: "completed", result: { tasks: [task("1.2"), task("1.3")] } },
    ]);

    const [first, second] = works.map(({ key, nonce }) => `${run}/${key}/${nonce.slice(0, 8)}`);
    expect(await messagesOf(world, branch)).toEqual([
      `Implement 1.1: Read units\n\nTask: 1.1\nRoundtable-Attempt: ${first}`,
      `Implement unit 1: Durations, not done yet\n\nRoundtable-Attempt: ${first}`,
      `Fix 1.2: Sort units\n\nTask: 1.2\nRoundtable-Attempt: ${second}`,
      `Fix 1.3: Tell them\n\nTask: 1.3\nRoundtable-Attempt: ${second}`,
    ]);

    const head = (await world.github.code.branch(branch))!;
    const brief = new TextDecoder().decode((await world.github.code.file(head, "src/tell.txt")) ?? undefined);
    for (const text of [
      "Go on from there to its end",
      "[x] 1.1. Read units",
      "[ ] 1.2. Sort units",
      "[ ] 1.3. Tell them",
      "src/units.txt\nsrc/sort.txt",
      "Left: Sorting is half done.",
      "How to verify: cat src/sort.txt",
      "The last attempt ended as timed_out:\n\n```text\nOut of time.",
    ])
      expect(brief).toContain(text);
    expect(brief).not.toContain("found faults");
  }));
