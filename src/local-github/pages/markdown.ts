/**
 * Markdown as people wrote it, as safe HTML: links only to the web, to this page or to a path; HTML is shown as text
 * but for folds and line breaks; comments are left out.
 */
import type { Nodes, Root } from "mdast";
import remarkParse from "remark-parse";
import { unified } from "unified";

import { drawDiagram } from "./diagram.ts";
import { escapeHtml, Html, markup } from "./html.ts";

/** Where the issue or pull request of a number is; null when there is none. */
export type Anchors = (number: number) => string | null;

const TABLE_RULE = /^ {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/u;
const INVISIBLE = "\u2060";
const TASK = /^\[([ xX])\] /u;
const FOLD_TAG = /<(\/?)(details|summary)>|<br ?\/?>|<details open>/gu;
const REFERENCE = /(^|[\s(])#(\d+)\b|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/gu;

export function renderMarkdown(source: string, anchors: Anchors): Html {
  const plain = source.replaceAll(/\r\n?/gu, "\n").replaceAll(/<!--[\s\S]*?-->/gu, "");
  const parts = splitTables(plain).map((part) =>
    Array.isArray(part) ? renderTable(part, anchors) : renderTree(parse(part), anchors),
  );
  const text = parts.join("");
  return markup`<div class="md">${new Html(isBalanced(text) ? text : escapeTags(text))}</div>`;
}

function parse(source: string): Root {
  return unified().use(remarkParse).parse(source);
}

/** Runs of text, and tables as their rows; a table inside a code fence is text. */
function splitTables(source: string): (string | string[])[] {
  const lines = source.split("\n");
  const parts: (string | string[])[] = [];
  let text: string[] = [];
  let fence: string | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const mark = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1] ?? null;
    if (fence !== null && mark?.startsWith(fence) === true) fence = null;
    else if (fence === null && mark !== null) fence = mark;
    if (fence !== null || !line.includes("|") || !TABLE_RULE.test(lines[at + 1] ?? "")) {
      text.push(line);
      continue;
    }
    let end = at + 2;
    while (lines[end]?.includes("|") === true) end += 1;
    parts.push(text.join("\n"), [line, ...lines.slice(at + 2, end)]);
    text = [];
    at = end - 1;
  }
  return [...parts, text.join("\n")];
}

function renderTable(rows: readonly string[], anchors: Anchors): string {
  const cells = rows.map((line) =>
    line
      .trim()
      .replaceAll(/^\||\|$/gu, "")
      .split(/(?<!\\)\|/u)
      .map((cell) => renderInline(cell.trim().replaceAll("\\|", "|"), anchors)),
  );
  const [head = [], ...body] = cells;
  return `<div class="scroll"><table><thead>${row("th", head)}</thead><tbody>${body.map((one) => row("td", one)).join("")}</tbody></table></div>`;
}

function row(tag: "th" | "td", cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
}

/** Cells hold no lists or headings: behind a mark that is nothing to see, no line can begin one. */
function renderInline(text: string, anchors: Anchors): string {
  return renderTree(parse(`${INVISIBLE}${text}`), anchors)
    .replaceAll(/^<p>|<\/p>$/gu, "")
    .replace(INVISIBLE, "");
}

function renderTree(node: Nodes, anchors: Anchors): string {
  const inner = (): string =>
    "children" in node ? node.children.map((child) => renderTree(child, anchors)).join("") : "";
  // Kinds that the parser makes only with extensions show what is in them.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (node.type) {
    case "root":
      return inner();
    case "paragraph":
      return `<p>${inner()}</p>`;
    case "heading":
      // The page has its own first levels.
      return `<h${Math.min(6, node.depth + 3)} class="h${node.depth}">${inner()}</h${Math.min(6, node.depth + 3)}>`;
    case "text":
      return renderText(node.value, anchors);
    case "emphasis":
      return `<em>${inner()}</em>`;
    case "strong":
      return `<strong>${inner()}</strong>`;
    case "inlineCode":
      return `<code>${escapeHtml(node.value)}</code>`;
    case "code":
      return (
        (node.lang === "mermaid" ? drawDiagram(node.value)?.text : null) ??
        `<pre class="code"><code>${escapeHtml(node.value)}</code></pre>`
      );
    case "blockquote":
      return `<blockquote>${inner()}</blockquote>`;
    case "list": {
      const tag = node.ordered === true ? "ol" : "ul";
      const start = node.ordered === true && node.start !== 1 ? ` start="${node.start ?? 1}"` : "";
      return `<${tag}${start}>${inner()}</${tag}>`;
    }
    case "listItem":
      return renderItem(inner());
    case "link":
      return renderLink(node.url, inner());
    case "image":
      return renderLink(node.url, escapeHtml(node.alt ?? "image"));
    case "thematicBreak":
      return "<hr>";
    case "break":
      return "<br>";
    case "html":
      return escapeHtml(node.value).replaceAll(
        /&lt;(\/?(?:details|summary)|details open|br ?\/?)&gt;/gu,
        (_all, tag: string) => `<${tag}>`,
      );
    default:
      return inner();
  }
}

function renderItem(inner: string): string {
  const text = inner.replace(/^<p>/u, "");
  const box = TASK.exec(text);
  if (box === null) return `<li>${inner}</li>`;
  const checked = box[1] === " " ? "" : " checked";
  const rest = text.slice(box[0].length).replace("</p>", "");
  return `<li class="task"><input type="checkbox" disabled${checked}> ${rest}</li>`;
}

function renderText(value: string, anchors: Anchors): string {
  let text = "";
  let at = 0;
  for (const match of value.matchAll(REFERENCE)) {
    const [all, before = "", number, url] = match;
    text += escapeHtml(value.slice(at, match.index) + before);
    const anchor = number === undefined ? null : anchors(Number(number));
    if (url !== undefined) text += renderLink(url, escapeHtml(url));
    else
      text += anchor === null ? `#${number ?? ""}` : `<a href="${escapeHtml(anchor)}">#${number ?? ""}</a>`;
    at = match.index + all.length;
  }
  return (text + escapeHtml(value.slice(at))).replaceAll("\n", "<br>");
}

function renderLink(url: string, inner: string): string {
  const isSafe = /^(https?:\/\/|#|\/(?!\/)|[\w.-]+(\/|$))/iu.test(url) && !/^[\w.+-]+:(?!\/\/)/u.test(url);
  return isSafe ? `<a href="${escapeHtml(url)}" rel="nofollow noreferrer">${inner}</a>` : inner;
}

/** Folds that are not closed would swallow the rest of the page. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const [tag, closing, name] of text.matchAll(FOLD_TAG)) {
    if (tag.startsWith("<br")) continue;
    if (closing === "/") {
      if (open.pop() !== name) return false;
    } else open.push(name ?? "details");
  }
  return open.length === 0;
}

function escapeTags(text: string): string {
  return text.replaceAll(FOLD_TAG, (tag) => (tag.startsWith("<br") ? tag : escapeHtml(tag)));
}
