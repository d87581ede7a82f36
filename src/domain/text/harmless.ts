/**
 * Text of others (specs, agents, people) made harmless before it enters a body of ours: it can mention nobody, close
 * nothing, forge no marker, hide nothing, and links only where the reader expects.
 */

const LINKED_HOSTS =
  /^https:\/\/(github\.com|docs\.github\.com|developer\.mozilla\.org|nodejs\.org|www\.rfc-editor\.org)(\/|$)/i;
/** A character of no width: it breaks a word for GitHub and shows nothing. */
const BREAK = "\u200B";

// Control characters but tab and line end; characters that turn the reading direction or have no width.
// eslint-disable-next-line no-control-regex
const HIDDEN =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

export function harmless(text: string, { max = 4000 }: { max?: number } = {}): string {
  const plain = text
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replaceAll(HIDDEN, "")
    .replaceAll(/&(?=#|[a-z][a-z0-9]*;)/gi, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/^([ \t>]*\[[^\]\n]*\]):/gm, `$1${BREAK}:`)
    .replaceAll(/\bwww\.(?=\w)/gi, `www${BREAK}.`)
    .replaceAll(/@(?=[\w-])/g, `@${BREAK}`)
    .replaceAll(
      /\b(close[sd]?|fix(?:es|ed)?|resolve[sd]?)(:?\s+)(?=(?:[\w.-]+\/[\w.-]+)?#\d|https?:|GH-\d)/gi,
      `$1${BREAK}$2`,
    )
    .replaceAll(/#(?=\d)/g, `#${BREAK}`)
    .replaceAll(/\bGH-(?=\d)/gi, `GH-${BREAK}`)
    .replaceAll(/!\[/g, `!${BREAK}[`)
    .replaceAll(/\b(?:https?|ftp):\/\/[^\s)\]>"'`]+/gi, (url) =>
      LINKED_HOSTS.test(url) ? url : url.replace("://", `:${BREAK}//`),
    )
    .replaceAll(/\]\(\s*(?!https:\/\/)/g, `]${BREAK}(`)
    .replaceAll(/^(\s*)\/orchestrate/gm, `$1${BREAK}/orchestrate`);
  return cut(plain, max);
}

/** One line of it, for a title or a table cell. */
export const harmlessLine = (text: string, max = 200): string =>
  harmless(text.replaceAll(/\s+/g, " ").trim(), { max })
    .replaceAll("|", String.raw`\|`)
    .replaceAll("`", "'");

/** Single back-ticks on one line, and what is in them; in doubt it is text. */
const CODE = /((?<![`\\])`[^`\n]+`(?!`))/;

/** All but what stands in back-ticks, where nothing is live. */
export const outsideCode = (text: string, change: (part: string) => string): string =>
  text
    .split(CODE)
    .map((part, at) => (at % 2 === 1 ? part : change(part)))
    .join("");

/**
 * One line for a file of the repository, where no mention calls anybody: it hides nothing, and holds no HTML, no
 * picture, and no link that shows another text than its address.
 */
export const plainLine = (text: string, max = 300): string =>
  outsideCode(cut(text.replaceAll(HIDDEN, "").replaceAll(/\s+/g, " ").trim(), max), (part) =>
    part.replaceAll("<", "&lt;").replaceAll("[", String.raw`\[`),
  );

/**
 * The first line of a commit: it calls nobody, closes nothing, and keeps no workflow from running
 * (https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs).
 */
export const commitSubject = (text: string, max = 120): string =>
  harmless(text.replaceAll(/\s+/g, " ").trim(), { max }).replaceAll(
    /\[(?=(?:skip|no) (?:ci|actions)\]|(?:ci|actions) skip\])/gi,
    `[${BREAK}`,
  );

/** Opens a block of quoted text, after its back-ticks. */
export const DATA = "text";

/** In a code block that its own back-ticks cannot leave. */
export function fenced(text: string, max = 4000): string {
  const plain = cut(text.replaceAll("\r\n", "\n").replaceAll(HIDDEN, ""), max);
  const longest = Math.max(2, ...[...plain.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${DATA}\n${plain}\n${fence}`;
}

function cut(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, Math.max(0, max - 12)).join("")} … (cut)`;
}
