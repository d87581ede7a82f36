/** The rules of git for names of refs. https://git-scm.com/docs/git-check-ref-format */

// oxlint-disable-next-line no-control-regex -- forbidden ones are what it looks for
const FORBIDDEN = /[\0-\u0020\u007F~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$/u;

export function isRefName(name: string): boolean {
  const parts = name.split("/");
  const isPartFit = (part: string): boolean => !part.startsWith(".") && !part.endsWith(".lock");
  return name.startsWith("refs/") && parts.length > 1 && !FORBIDDEN.test(name) && parts.every(isPartFit);
}

/** No ref can stand below another: `a` and `a/b`. */
export function standInTheWay(names: Iterable<string>, name: string): boolean {
  return [...names].some((one) => one.startsWith(`${name}/`) || name.startsWith(`${one}/`));
}
