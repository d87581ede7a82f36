/**
 * Path locks: two units whose write sets may meet never work at once (design section 6). A lock is mutual exclusion,
 * not an order. Manifests and lock files are one exclusive lock, whatever their folder.
 */

const MANIFEST =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|cargo\.(toml|lock)|go\.(mod|sum)|pyproject\.toml|poetry\.lock|uv\.lock|requirements[\w.-]*\.txt|gemfile(\.lock)?|composer\.(json|lock)|pom\.xml|build\.gradle(\.kts)?)$/;

export const isManifest = (path: string): boolean => MANIFEST.test(normal(path));

/** Without `./`, in lower case: some file systems know no other. */
const normal = (path: string): string =>
  path
    .replace(/^(\.\/)+/, "")
    .replaceAll(/\/{2,}/g, "/")
    .toLowerCase();

/** May the two patterns name the same file? Plain paths, folders (`src/` or `src`), `*` and `**`. */
export function pathsMeet(a: string, b: string): boolean {
  const [left, right] = [normal(a), normal(b)];
  if (MANIFEST.test(left) && MANIFEST.test(right)) return true;
  if (hasGlob(left) || hasGlob(right)) return globsMeet(left, right);
  return left === right || isInside(left, right) || isInside(right, left);
}

export const setsMeet = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((path) => b.some((other) => pathsMeet(path, other)));

/** Is a file of this path within the declared set? */
export const covers = (patterns: readonly string[], path: string): boolean =>
  patterns.some((pattern) => {
    const [wanted, file] = [normal(pattern), normal(path)];
    return hasGlob(wanted) ? globExpression(wanted).test(file) : wanted === file || isInside(file, wanted);
  });

const hasGlob = (path: string): boolean => path.includes("*");

const isInside = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

/** Careful: without proof that they are apart, two globs meet. */
function globsMeet(a: string, b: string): boolean {
  if (!hasGlob(a))
    return globExpression(b).test(a) || literalHead(b).startsWith(a.endsWith("/") ? a : `${a}/`);
  if (!hasGlob(b)) return globsMeet(b, a);
  const [left, right] = [literalHead(a), literalHead(b)];
  return left.startsWith(right) || right.startsWith(left);
}

const literalHead = (glob: string): string => glob.slice(0, glob.indexOf("*"));

function globExpression(glob: string): RegExp {
  const pattern = glob
    .replaceAll(/[.+^${}()|[\]\\?]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/?|\*/g, (stars) => (stars.startsWith("**") ? ".*" : "[^/]*"));
  return new RegExp(`^${pattern}${glob.endsWith("/") ? ".*" : ""}$`);
}
