/**
 * Text of others (specs, agents, people) made harmless before it enters a body of ours: it can mention nobody, close
 * nothing, forge no marker, hide nothing, and links only where the reader expects.
 */

const LINKED_HOSTS =
  /^https:\/\/(github\.com|docs\.github\.com|developer\.mozilla\.org|nodejs\.org|www\.rfc-editor\.org)(\/|$)/i;
/** GitHub would show there that it was mentioned here. */
const LEAVES_A_MARK = /^https:\/\/github\.com\/[^/]+\/[^/]+\/(?:issues|pull|discussions|commit)\//i;
/** A character of no width: it breaks a word for GitHub and shows nothing. */
const BREAK = "\u200B";

// Control characters but tab and line end; characters that turn the reading direction, have no width, or can carry
// letters unseen. The variation selector of emoji stays.
const HIDDEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

/** One way in which a text could do more than be read, and what takes it away. */
export interface Step {
  code: string;
  defuse: (text: string) => string;
}

const step = (code: string, form: RegExp, by: string): Step => ({
  code,
  defuse: (text) => text.replaceAll(form, by),
});

export const SEEN_STEPS: readonly Step[] = [
  { code: "half-letter", defuse: (text) => text.toWellFormed() },
  step("line-end", /\r\n?|[\u0085\u2028\u2029]/g, "\n"),
  step("hidden", HIDDEN, ""),
];

const INERT: readonly Step[] = [
  step("entity", /&(?=#|[a-z][a-z0-9]*;)/gi, "&amp;"),
  step("html", /</g, "&lt;"),
  step("link-definition", /\]:/g, `]${BREAK}:`),
  // GitHub makes links of these behind other letters, too.
  step("bare-link", /www\.(?=\w)/gi, `www${BREAK}.`),
  step("mention", /@(?=[\w-])/g, `@${BREAK}`),
  step(
    "closing-word",
    /\b(close[sd]?|fix(?:es|ed)?|resolve[sd]?)(:?\s+)(?=(?:[\w.-]+\/[\w.-]+)?#\d|https?:|GH-\d)/gi,
    `$1${BREAK}$2`,
  ),
  step("reference", /#(?=\d)/g, `#${BREAK}`),
  step("gh-reference", /\bGH-(?=\d)/gi, `GH-${BREAK}`),
  step("picture", /!\[/g, `!${BREAK}[`),
  {
    code: "link",
    defuse: (text) =>
      text.replaceAll(/(?:https?|ftp):\/\/[^\s)\]>"'`]+/gi, (url) =>
        LINKED_HOSTS.test(url) && !LEAVES_A_MARK.test(url) ? url : url.replace("://", `:${BREAK}//`),
      ),
  },
  step("link-target", /\]\((?!https:\/\/)/g, `]${BREAK}(`),
  // GitHub draws these, and offers a suggestion to be committed by one click.
  step(
    "drawn-block",
    /((?<!`)`{3,}|(?<!~)~{3,})(?=[ \t]*(?:suggestion|mermaid|math|geojson|topojson|stl)\b)/gi,
    `$1${BREAK}`,
  ),
  step("command", /^([^\S\n]*)\/orchestrate/gm, `$1${BREAK}/orchestrate`),
];

export const STEPS: readonly Step[] = [...SEEN_STEPS, ...INERT];

/** Of these letters and signs no step takes anything away: most titles and names are such. */
const PLAIN = /^[A-Za-z0-9 _,;()'"]*$/;

export function harmless(
  text: string,
  { max = 4000, steps = STEPS }: { max?: number; steps?: readonly Step[] } = {},
): string {
  if (PLAIN.test(text)) return cut(text, max);
  const [first, then] = [
    steps.filter((one) => SEEN_STEPS.includes(one)),
    steps.filter((one) => !SEEN_STEPS.includes(one)),
  ];
  // Defusing takes no more time than what is shown is worth, and makes it longer.
  return cut(apply(cut(apply(text, first), max), then), max);
}

const apply = (text: string, steps: readonly Step[]): string =>
  steps.reduce((before, { defuse }) => defuse(before), text);

/** Of one line, for a title or a table cell. */
export const LINE_STEPS: readonly Step[] = [
  ...STEPS,
  step("table-cell", /\|/g, String.raw`\|`),
  step("back-tick", /`/g, "'"),
];

export const harmlessLine = (text: string, max = 200, steps = LINE_STEPS): string =>
  harmless(oneLine(text), { max, steps });

/** A single space is left as it is. */
const oneLine = (text: string): string => text.replaceAll(/\s{2,}|[^\S ]/g, " ").trim();

/** Single back-ticks on one line, and what is in them. */
const CODE = /(`[^`\n]+`)/;

/** Where it takes Markdown's own reader to tell what is code. */
const IN_DOUBT = /\\`|``/;

/** All but what stands in back-ticks, where nothing is live; in doubt all of it. */
export const outsideCode = (text: string, change: (part: string) => string): string =>
  IN_DOUBT.test(text)
    ? change(text)
    : text
        .split(CODE)
        .map((part, at) => (at % 2 === 1 ? part : change(part)))
        .join("");

/**
 * One line for a file of the repository, where no mention calls anybody: it hides nothing, and holds no HTML, no
 * picture, and no link that shows another text than its address.
 */
export const plainLine = (text: string, max = 300): string =>
  outsideCode(cut(oneLine(apply(text, SEEN_STEPS)), max), (part) =>
    part.replaceAll("<", "&lt;").replaceAll("[", String.raw`\[`),
  );

/**
 * The first line of a commit: it calls nobody, closes nothing, and keeps no workflow from running
 * (https://docs.github.com/actions/managing-workflow-runs/skipping-workflow-runs).
 */
export const COMMIT_STEPS: readonly Step[] = [
  ...STEPS,
  step("skip-ci", /\[(?=(?:skip|no) (?:ci|actions)\]|(?:ci|actions) skip\])/gi, `[${BREAK}`),
];

export const commitSubject = (text: string, max = 120, steps = COMMIT_STEPS): string =>
  harmless(oneLine(text), { max, steps });

/** Opens a block of quoted text, after its back-ticks. */
export const DATA = "text";

/** In a code block that its own back-ticks cannot leave. */
export function fenced(text: string, max = 4000, steps = SEEN_STEPS): string {
  const plain = cut(apply(text, steps), max);
  const longest = Math.max(2, ...[...plain.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${DATA}\n${plain}\n${fence}`;
}

function cut(text: string, max: number): string {
  // As many units as that, and no more characters.
  if (text.length <= max) return text;
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, Math.max(0, max - 12)).join("")} … (cut)`;
}
