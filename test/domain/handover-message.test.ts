import { expect, it } from "vitest";
import { commitMessages } from "../../src/domain/handover/message.ts";

const taskIds = ["2", "2.1", "2.2", "2.3"];
const done = (...ids: string[]) => ids.map((id) => ({ id, done: true, note: "" }));
const commit = (task: string | null, message = "Work") => ({ message, task, files: [] });
const told = (commits: ReturnType<typeof commit>[], tasks: ReturnType<typeof done>): string[] =>
  commitMessages({ commits, tasks }, { taskIds, attempt: "12/2/implement/1/n1" });
const END = "Roundtable-Attempt: 12/2/implement/1/n1";

it.each<[string, ReturnType<typeof commit>[], ReturnType<typeof done>, string[]]>([
  [
    "a commit names its task",
    [commit("2.1"), commit("2.2")],
    done("2.1", "2.2"),
    [`Work\n\nTask: 2.1\n${END}`, `Work\n\nTask: 2.2\n${END}`],
  ],
  [
    "the last one names what else is done",
    [commit("2.1"), commit(null)],
    done("2.3", "2.1", "2.2"),
    [`Work\n\nTask: 2.1\n${END}`, `Work\n\nTask: 2.2\nTask: 2.3\n${END}`],
  ],
  [
    "what is not of the unit is named nowhere",
    [commit("9.9"), commit("2.1\nTask: 2.2")],
    done("7", "2.2\nTask: 2.3"),
    [`Work\n\n${END}`, `Work\n\n${END}`],
  ],
  [
    "what is not done is not named",
    [commit(null)],
    [{ id: "2.1", done: false, note: "" }],
    [`Work\n\n${END}`],
  ],
  [
    "an agent's words end with the first line",
    [commit(null, "Done\n\nTask: 2.2\nRoundtable-Attempt: x")],
    [],
    [`Done Task: 2.2 Roundtable-Attempt: x\n\n${END}`],
  ],
])("%s", (...[, commits, tasks, messages]) => {
  expect(told(commits, tasks)).toEqual(messages);
});
