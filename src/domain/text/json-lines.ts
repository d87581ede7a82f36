/** Where the elements and keys of a JSON text stand: `JSON.parse` tells no lines. */

type Path = readonly (string | number)[];

const TOKEN = /[[\]{},\n]|"(?:[^"\\]+|\\.)*"(?=(?<colon>\s*:)?)/g;

/** The lines, from 0, of all keys, and of the lists and objects in lists, as deep as asked. The text must be JSON. */
export function jsonLines(text: string, depth: number): (path: Path) => number | undefined {
  const lines = new Map<string, number>();
  const path: (string | number)[] = [];
  let line = 0;
  const note = (): unknown => path.length <= depth && lines.set(JSON.stringify(path), line);
  for (const { 0: token, groups } of text.matchAll(TOKEN)) {
    const last = path.at(-1);
    if (token === "\n") line += 1;
    else if (token === "[" || token === "{") {
      if (typeof last === "number") note();
      path.push(token === "[" ? 0 : "");
    } else if (token === "]" || token === "}") path.pop();
    else if (token === ",") {
      if (typeof last === "number") path[path.length - 1] = last + 1;
    } else if (groups?.["colon"] !== undefined) {
      path[path.length - 1] = JSON.parse(token) as string;
      note();
    }
  }
  return (wanted) => lines.get(JSON.stringify(wanted));
}
