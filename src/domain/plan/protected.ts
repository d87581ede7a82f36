/**
 * Paths that no agent writes (design section 5): workflows and owners, agents' own configuration, the spec itself.
 * Compared without case: `.GitHub/` is `.github/` on some file systems.
 */
const PROTECTED =
  /^(\.github(\/|$)|\.git(\/|$|modules$|attributes$)|(.*\/)?codeowners$|(.*\/)?(claude|agents|gemini)\.md$|(.*\/)?\.(claude|codex|gemini|opencode|agents|cursor)(\/|$)|(.*\/)?\.mcp\.json$|(.*\/)?opencode\.jsonc?$|\.kiro\/(hooks|steering|settings)(\/|$)|\.vscode\/mcp\.json$)/;

export function isProtected(path: string, { extra, specPath }: { extra: readonly string[]; specPath: string }): boolean {
  const plain = path.replace(/^(\.\/)+/, "").toLowerCase();
  const inside = (folder: string): boolean => {
    const stem = folder.replace(/\/?\*{0,2}$/, "").toLowerCase();
    return stem !== "" && (plain === stem || plain.startsWith(`${stem}/`));
  };
  return PROTECTED.test(plain) || inside(specPath) || extra.some(inside);
}
