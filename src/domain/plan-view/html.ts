/** HTML that is safe by construction: what is put into the template is escaped unless it is HTML itself. */
import { plain } from "./look.ts";

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | false | readonly Part[];

/** Not called "html": formatters rewrite the white space of templates with that tag. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, at) => text + (at < parts.length ? textOf(parts[at]!) : "")).join(""));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "string") return plain(part).replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]!);
  if (typeof part === "number") return String(part);
  return Array.isArray(part) ? part.map(textOf).join("") : "";
}
