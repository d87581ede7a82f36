/** The two workflow files that a user copies. */
import { isMap, parseDocument } from "yaml";
import { AGENT_WORKFLOW, PASS_WORKFLOW } from "../run/names.ts";
import { found, type Check, type Finding } from "./check.ts";
import type { Facts, WorkflowFile } from "./facts.ts";
import { ACTION_NAME, ACTION_USES } from "./shipped.ts";

/** What each dispatch of the agent workflow gives. */
const INPUTS = ["run", "unit", "role", "attempt", "reviewer", "nonce", "sha"];

const AGENT_PATH = `.github/workflows/${AGENT_WORKFLOW}`;
const PASS_PATH = `.github/workflows/${PASS_WORKFLOW}`;
const COPY =
  "`roundtable init` writes it; or copy the files of Roundtable's workflows folder there and commit them.";
const NEEDS = "a token that may read contents";

export const WORKFLOW_CHECKS: readonly Check[] = [
  {
    code: "agent-workflow",
    sound: "The agent workflow is there, and a run can start it",
    needs: NEEDS,
    judge: ({ workflows: { agent, where } }) => agent && agentFindings(agent, where),
  },
  {
    code: "pass-workflow",
    sound: "The pass workflow is there",
    needs: NEEDS,
    judge: ({ workflows: { pass, where } }) => {
      if (pass === null || pass.text !== null) return pass && [];
      return [
        found("warning", {
          what: `The workflow ${PASS_PATH} is not ${where}`,
          why: "without it no comment, timer or review starts a pass, unless the App's server drives this repository",
          fix: COPY,
        }),
      ];
    },
  },
  {
    code: "workflow-disabled",
    sound: "Neither workflow is switched off",
    needs: "a token that may read actions",
    judge: ({ workflows }) =>
      onBoth(workflows, (path, { isDisabled }) =>
        isDisabled
          ? found("error", {
              what: `The workflow ${path} is switched off`,
              why: "somebody disabled it, or GitHub did after 60 days without a change to a public repository",
              fix: `Switch it on under Actions, or with: gh workflow enable ${path.split("/").at(-1)!}.`,
            })
          : null,
      ),
  },
  {
    code: "action-version",
    sound: "The workflows use the action of this version",
    needs: NEEDS,
    judge: ({ workflows }) => onBoth(workflows, versionFinding),
  },
  {
    code: "workflow-changed",
    sound: "The workflows are those that this version ships",
    needs: "the workflow files, and a checkout of Roundtable to compare them with",
    judge: ({ workflows }) => onBoth(workflows, changedFinding),
  },
];

function onBoth(
  { agent, pass }: Facts["workflows"],
  judge: (path: string, file: WorkflowFile) => Finding | null,
): Finding[] | null {
  if (agent?.text == null && pass?.text == null) return null;
  const files = [
    [AGENT_PATH, agent],
    [PASS_PATH, pass],
  ] as const;
  return files.flatMap(([path, file]) => (file?.text == null ? [] : (judge(path, file) ?? [])));
}

function agentFindings({ text }: WorkflowFile, where: string): Finding[] {
  if (text === null)
    return [
      found("error", {
        what: `The workflow ${AGENT_PATH} is not ${where}`,
        why: "agents work in its jobs",
        fix: COPY,
      }),
    ];
  const why = inputsFault(text);
  if (why === null) return [];
  return [
    found("error", {
      what: `The workflow ${AGENT_PATH} ${where} cannot be started by a run`,
      why,
      fix: COPY,
    }),
  ];
}

/** GitHub refuses a dispatch that gives an input too many or one too few. */
function inputsFault(text: string): string | null {
  const document = parseDocument(text);
  const dispatch = document.errors.length === 0 && document.getIn(["on", "workflow_dispatch"], true);
  if (!isMap(dispatch)) return "it has no workflow_dispatch with inputs";
  const inputs = dispatch.get("inputs", true);
  const names = isMap(inputs) ? inputs.items.map(({ key }) => String(key)) : [];
  const missing = INPUTS.filter((name) => !names.includes(name));
  if (missing.length > 0) return `it does not take the input ${missing.join(", ")}`;
  const strange = names.filter(
    (name) =>
      !INPUTS.includes(name) &&
      dispatch.getIn(["inputs", name, "required"]) === true &&
      !dispatch.hasIn(["inputs", name, "default"]),
  );
  return strange.length > 0 ? `it requires the input ${strange.join(", ")}, which no run gives` : null;
}

/** A commit is the firmest pin, and says nothing of the version. */
function versionFinding(path: string, { text }: WorkflowFile): Finding | null {
  const used = [...(text ?? "").matchAll(/^\s*(?:- )?uses: *["']?([^\s"'#]+)/gm)].map((match) => match[1]!);
  const ours = used.filter((one) => one.startsWith(`${ACTION_NAME}@`));
  const other = ours.find((one) => one !== ACTION_USES && !/@[0-9a-f]{40}$/.test(one));
  if (other === undefined) return null;
  return found("warning", {
    what: `${path} uses ${other.slice(0, 100)}`,
    why: `the workflows of this version are written for ${ACTION_USES}`,
    fix: `Write ${ACTION_USES}, or the commit of that release.`,
  });
}

function changedFinding(path: string, { text, shipped }: WorkflowFile): Finding | null {
  if (shipped === null || text === null) return null;
  const [own, theirs] = [linesOf(shipped), linesOf(text)];
  const at = theirs.findIndex((line, index) => line !== own[index]);
  if (at === -1 && theirs.length === own.length) return null;
  return found("note", {
    what: `${path} is not the file that this version ships`,
    why: `they differ from line ${at === -1 ? theirs.length + 1 : at + 1} on`,
    fix: "`roundtable init` shows the differences. Keep what you changed on purpose; permissions, conditions and inputs must stay as shipped.",
  });
}

/** A runner, a pin and the end of a line may be a user's own. */
const linesOf = (text: string): string[] =>
  text
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .replace(/^(\s*runs-on:).*$/, "$1")
        .replace(/(uses: *["']?[^\s@"']+)@\S+.*$/, "$1")
        .trimEnd(),
    );
