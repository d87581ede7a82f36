/** Whether a command has its answer: our own 👀 says so, whoever else's it carries. */
import type { Github, Reactable } from "./ports.ts";

/** By then the account that we had before has answered, if there was one; it was a bot in all likelihood. */
const BEFORE_US_MS = 24 * 3_600_000;

export async function isAnswered(
  { board, now }: Pick<Github, "board" | "now">,
  what: Reactable,
  { eyes, createdAt }: { eyes: number; createdAt: Date | null },
): Promise<boolean> {
  if (eyes === 0) return false;
  const [me, reviewer, logins] = await Promise.all([board.me(), board.reviewer(), board.eyesOn(what)]);
  if (logins.includes(me) || logins.includes(reviewer)) return true;
  const isOld = createdAt !== null && now().getTime() - createdAt.getTime() > BEFORE_US_MS;
  return isOld && logins.some((login) => login.endsWith("[bot]"));
}
