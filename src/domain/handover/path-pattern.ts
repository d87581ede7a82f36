/**
 * Which paths a declared path covers: itself, all below it when it is a folder, or what its pattern matches
 * (`*` and `?` stay within a folder, `**` crosses folders).
 */
export function covers(declared: string, path: string): boolean {
  const plain = declared.replace(/^\.\//, "").replace(/\/+$/, "");
  if (plain === "" || plain === "**") return true;
  if (!/[*?]/.test(plain)) return path === plain || path.startsWith(`${plain}/`);
  const source = plain
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILD[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`))
    .join("");
  return new RegExp(`^${source}(?:/.*)?$`, "u").test(path);
}

const WILD: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
