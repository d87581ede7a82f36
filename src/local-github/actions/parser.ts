/**
 * GitHub's own workflow parser, and its token tree as plain data.
 *
 * - The parser's packages import JSON without an import attribute, which Node refuses (actions/languageservices#387); a
 *   load hook that lives as long as the import mends it.
 * - Of a text of several lines with an expression in it the parser keeps the YAML source, with its indentation, instead
 *   of the value. So a file is parsed twice: as written, for problems with their places; then with every value on one
 *   line, for the tree.
 */
import { registerHooks } from "node:module";
import { parse as parseYaml } from "yaml";
import type * as Expressions from "@actions/expressions";
import type * as WorkflowParser from "@actions/workflow-parser";
import type * as ActionParser from "@actions/workflow-parser/actions/action-parser";
import type {
  MappingToken,
  SequenceToken,
  TemplateToken,
} from "@actions/workflow-parser/templates/tokens/index";

import { sentenceOf } from "./plain-data.ts";

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

/** Their own files alone: others, which may be loaded meanwhile, come without attributes. */
const hooks = registerHooks({
  load: (url, context, next) =>
    /\/@actions\/.*\.json$/u.test(url) && context.importAttributes["type"] === undefined
      ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } })
      : next(url, context),
});
export const expressions: typeof Expressions = await import("@actions/expressions");
const workflowParser: typeof WorkflowParser = await import("@actions/workflow-parser");
const actionParser: typeof ActionParser = await import("@actions/workflow-parser/actions/action-parser");
hooks.deregister();

export async function parseWorkflow(path: string, text: string): Promise<Parsed> {
  const trace = new workflowParser.NoOperationTraceWriter();
  const parse = (content: string): TemplateParseResult =>
    workflowParser.parseWorkflow({ name: path, content }, trace);
  const { context, value } = parse(text);
  // The conversion finds what the schema cannot: unknown jobs in needs, cycles, bad crons.
  if (value !== undefined) await workflowParser.convertWorkflowTemplate(context, value);
  return read(context, value, () => parse(onOneLine(text)).value);
}

export function parseAction(path: string, text: string): Parsed {
  const trace = new workflowParser.NoOperationTraceWriter();
  const parse = (content: string): TemplateParseResult =>
    actionParser.parseAction({ name: path, content }, trace);
  const { context, value } = parse(text);
  return read(context, value, () => parse(onOneLine(text)).value);
}

type TemplateParseResult = WorkflowParser.TemplateParseResult;

function read(
  context: TemplateParseResult["context"],
  asWritten: TemplateToken | undefined,
  again: () => TemplateToken | undefined,
): Parsed {
  const problems = context.errors.getErrors().map((error) => error.message);
  const token = problems.length === 0 ? again() : asWritten;
  if (token === undefined) return { tree: null, problems };
  try {
    return { tree: treeOf(token), problems };
  } catch (error) {
    return { tree: null, problems: [...problems, sentenceOf(error)] };
  }
}

/** JSON is YAML. */
function onOneLine(text: string): string {
  return JSON.stringify(parseYaml(text));
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
