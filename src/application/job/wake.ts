/** `mode: wake` and `mode: forward`: one dispatch of the pass, from jobs that hold nothing else. */
import { PASS_WORKFLOW } from "../../domain/run/names.ts";
import type { Github } from "../ports.ts";
import { untilReached, type ReachPorts } from "./reach.ts";

/**
 * `about` is a run, an issue or a pull request: a key that says where to look, never what happened. Without a pass
 * workflow somebody else drives the run (the App), and there is nothing to do. Where an answer is lost two passes begin,
 * and the second finds nothing to do.
 */
export async function wakePass(
  { github, ...ports }: { github: { workflows: Pick<Github["workflows"], "dispatch"> } } & ReachPorts,
  about: string,
): Promise<void> {
  const wake = /^[1-9]\d{0,9}$/.test(about) ? about : "0";
  const started = await untilReached(ports, () => github.workflows.dispatch(PASS_WORKFLOW, { wake }));
  ports.log.info(
    started === "missing"
      ? `There is no ${PASS_WORKFLOW} here: another form of Roundtable drives this run.`
      : `A pass looks at ${wake}.`,
  );
}
