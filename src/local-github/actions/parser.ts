/**
 * GitHub's own workflow parser, and its token tree as plain data. The parser's packages import JSON without an import
 * attribute, which Node refuses (actions/languageservices#387); a load hook that lives as long as the import mends it.
 */
import { registerHooks } from "node:module";
import type * as Expressions from "@actions/expressions";
import type * as WorkflowParser from "@actions/workflow-parser";
import type * as ActionParser from "@actions/workflow-parser/actions/action-parser";
import type {
  MappingToken,
  SequenceToken,
  TemplateToken,
} from "@actions/workflow-parser/templates/tokens/index";

/** What stands in `${{ }}`; text around expressions is folded into a `format()` call. */
export class Expression {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Tree = null | boolean | number | string | Expression | readonly Tree[] | TreeMap;
export type TreeMap = { readonly [key: string]: Tree };

export interface Parsed {
  tree: Tree;
  /** Sentences with line and column; empty when the file is valid. */
  problems: readonly string[];
}

const hooks = registerHooks({
  load: (url, context, next) =>
    url.endsWith(".json") && context.importAttributes["type"] === undefined
      ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } })
      : next(url, context),
});
export const expressions: typeof Expressions = await import("@actions/expressions");
const workflowParser: typeof WorkflowParser = await import("@actions/workflow-parser");
const actionParser: typeof ActionParser = await import("@actions/workflow-parser/actions/action-parser");
hooks.deregister();

export async function parseWorkflow(path: string, text: string): Promise<Parsed> {
  const file = { name: path, content: text };
  const { context, value } = workflowParser.parseWorkflow(file, new workflowParser.NoOperationTraceWriter());
  // The conversion finds what the schema cannot: unknown jobs in needs, cycles, bad crons.
  if (value !== undefined) await workflowParser.convertWorkflowTemplate(context, value);
  return read(context.errors.getErrors(), value);
}

export function parseAction(path: string, text: string): Parsed {
  const file = { name: path, content: text };
  const { context, value } = actionParser.parseAction(file, new workflowParser.NoOperationTraceWriter());
  return read(context.errors.getErrors(), value);
}

function read(errors: readonly { message: string }[], value: TemplateToken | undefined): Parsed {
  const problems = errors.map((error) => error.message);
  if (value === undefined) return { tree: null, problems };
  try {
    return { tree: treeOf(value), problems };
  } catch (error) {
    return { tree: null, problems: [...problems, error instanceof Error ? error.message : String(error)] };
  }
}

function treeOf(token: TemplateToken): Tree {
  if (workflowParser.isMapping(token)) return mapOf(token);
  if (workflowParser.isSequence(token)) return listOf(token);
  if (workflowParser.isBasicExpression(token)) return new Expression(token.expression);
  if (workflowParser.isString(token)) return token.value;
  if (workflowParser.isBoolean(token)) return token.value;
  if (workflowParser.isNumber(token)) return token.value;
  return null;
}

function listOf(token: SequenceToken): Tree[] {
  return Array.from({ length: token.count }, (_, index) => treeOf(token.get(index)));
}

function mapOf(token: MappingToken): TreeMap {
  const entries = Array.from({ length: token.count }, (_, index): [string, Tree] => {
    const { key, value } = token.get(index);
    if (!workflowParser.isString(key)) {
      throw new Error(`Line ${key.line ?? "?"}: an expression as a key (insert) is not supported here`);
    }
    return [key.value, treeOf(value)];
  });
  return Object.fromEntries(entries);
}

export function isMap(tree: Tree | undefined): tree is TreeMap {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && !(tree instanceof Expression);
}

export function isList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** A field of a mapping; null where it is absent or the tree is no mapping. */
export function field(tree: Tree | undefined, name: string): Tree {
  return isMap(tree) && Object.hasOwn(tree, name) ? (tree[name] ?? null) : null;
}

/** `"a"` and `["a", "b"]` alike as a list of texts. */
export function texts(tree: Tree): string[] {
  if (tree === null) return [];
  return (isList(tree) ? tree : [tree]).filter((one) => one !== null).map(String);
}
