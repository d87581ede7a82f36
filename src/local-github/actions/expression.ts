/** Evaluates `${{ }}` with GitHub's own evaluator. Contexts are plain data; the status functions come from the scope. */
import type { data as Data, Evaluator } from "@actions/expressions";
import { Expression, expressions, isList, isMap } from "./parser.ts";
import type { Tree } from "./parser.ts";

/** `skipped`: something before was left out; then none of success(), failure() and cancelled() holds. */
export type Status = "success" | "failure" | "cancelled" | "skipped";

export interface Scope {
  /** `github`, `env`, `needs` … as plain data. */
  contexts: Readonly<Record<string, unknown>>;
  /** What success(), failure() and cancelled() speak about. */
  status: Status;
}

type Syntax = ConstructorParameters<typeof Evaluator>[0];
type Token = ReturnType<InstanceType<typeof expressions.Lexer>["lex"]>["tokens"][number];
type FunctionDefinition =
  NonNullable<ConstructorParameters<typeof Evaluator>[2]> extends Map<string, infer F> ? F : never;

const CONTEXTS = [
  "github",
  "env",
  "vars",
  "job",
  "jobs",
  "steps",
  "runner",
  "secrets",
  "strategy",
  "matrix",
  "needs",
  "inputs",
];
const STATUS_FUNCTIONS = ["success", "failure", "cancelled", "always"];
const EXTRA_FUNCTIONS = [...STATUS_FUNCTIONS, "hashFiles"].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 255,
}));

const parsed = new Map<string, Syntax>();

/** The value of a tree with all its expressions evaluated, as plain data. Throws what the expression is wrong about. */
export function resolve(tree: Tree, scope: Scope): unknown {
  if (tree instanceof Expression) return evaluate(tree.source, scope);
  if (isList(tree)) return tree.map((one) => resolve(one, scope));
  if (isMap(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, resolve(value, scope)]));
  }
  return tree;
}

/** As `resolve`, and as text by GitHub's rules: null is empty, booleans are `true` and `false`. */
export function resolveText(tree: Tree, scope: Scope): string {
  return textOf(resolve(tree, scope));
}

/** A mapping of texts: `env`, `with`, `outputs`. */
export function resolveTexts(tree: Tree, scope: Scope): Record<string, string> {
  const value = resolve(tree, scope);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, textOf(one)]));
}

/** An `if`: bare text is an expression, and without a status function it means `success() && (…)`. */
export function holds(condition: Tree, scope: Scope): boolean {
  const source = condition instanceof Expression ? condition.source : textOf(condition).trim();
  if (source === "") return scope.status === "success";
  const whole = callsStatus(source) ? source : `success() && (${source})`;
  return isTruthy(evaluate(whole, scope));
}

/** A `pre-if` or `post-if`, which is taken as it stands. */
export function holdsAsIs(condition: Tree, scope: Scope): boolean {
  return isTruthy(evaluate(condition instanceof Expression ? condition.source : textOf(condition), scope));
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return Array.isArray(value) ? "Array" : "Object";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function evaluate(source: string, scope: Scope): unknown {
  const contexts = new expressions.data.Dictionary();
  const lower = source.toLowerCase();
  // Only what the expression may name: an event can be large.
  for (const name of CONTEXTS) {
    contexts.add(name, toData(lower.includes(name) ? (scope.contexts[name] ?? null) : null));
  }
  const evaluator = new expressions.Evaluator(syntaxOf(source), contexts, statusFunctions(scope.status));
  return fromData(evaluator.evaluate());
}

function syntaxOf(source: string): Syntax {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const tokens = new expressions.Lexer(source).lex().tokens.map(withAllQuotes);
  const syntax = new expressions.Parser(tokens, CONTEXTS, EXTRA_FUNCTIONS).parse();
  if (parsed.size > 2000) parsed.clear();
  parsed.set(source, syntax);
  return syntax;
}

/** The lexer undoubles only the first `''` of a text (0.3.61). */
function withAllQuotes(token: Token): Token {
  const { lexeme } = token;
  if (typeof token.value !== "string" || !lexeme.startsWith("'")) return token;
  return { ...token, value: lexeme.slice(1, -1).replaceAll("''", "'") };
}

/** Texts in quotes may hold a function's name; what is left of the source after them may not. */
function callsStatus(source: string): boolean {
  const bare = source.replaceAll(/'(?:[^']|'')*'/gu, "''");
  return /(?<![\w.-])(?:success|failure|cancelled|always)\s*\(/iu.test(bare);
}

function statusFunctions(status: Status): Map<string, FunctionDefinition> {
  const answers: [string, () => boolean][] = [
    ["success", () => status === "success"],
    ["failure", () => status === "failure"],
    ["cancelled", () => status === "cancelled"],
    ["always", () => true],
    ["hashFiles", refuseHashFiles],
  ];
  return new Map(
    answers.map(([name, value]) => [
      name.toLowerCase(),
      { name, minArgs: 0, maxArgs: 255, call: () => new expressions.data.BooleanData(value()) },
    ]),
  );
}

function refuseHashFiles(): boolean {
  throw new Error("hashFiles() is not supported by the local runner");
}

function isTruthy(value: unknown): boolean {
  return (
    value !== null &&
    value !== undefined &&
    value !== false &&
    value !== 0 &&
    value !== "" &&
    !Number.isNaN(value)
  );
}

function toData(value: unknown): Data.ExpressionData {
  const { data } = expressions;
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  if (typeof value === "object" && value !== null) {
    return new data.Dictionary(
      ...Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => ({ key, value: toData(one) })),
    );
  }
  return new data.Null();
}

function fromData(value: Data.ExpressionData): unknown {
  const text = JSON.stringify(value, expressions.data.replacer);
  return text === undefined ? null : (JSON.parse(text) as unknown);
}
