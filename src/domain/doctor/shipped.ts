/** The two workflow files that a user copies, and the action that they name. */
import { AGENT_WORKFLOW, PASS_WORKFLOW } from "../run/names.ts";

/** What the shipped workflows say after `uses:`; the local runner maps its name to the built checkout. */
export const ACTION_USES = "roundtable-dev/roundtable@v0";
/** Without the version. */
export const ACTION_NAME = ACTION_USES.slice(0, ACTION_USES.indexOf("@"));

/** Where they lie here, and where in a user's repository. */
export const WORKFLOW_FILES = [PASS_WORKFLOW, AGENT_WORKFLOW].map((name) => ({
  from: `workflows/${name}`,
  to: `.github/workflows/${name}`,
}));
