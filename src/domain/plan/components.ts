/** The components of design.md that name files: a task that names the component writes there. */
import type { Design } from "../spec/design.ts";

/** Name in lower case → the paths that its section names. */
export type Components = ReadonlyMap<string, readonly string[]>;

/** A name of more words is a sentence. */
const MAX_WORDS = 4;
const MIN_LETTERS = 4;
/** Headings of every design, which name no part of it. */
const ORDINARY =
  /^(overview|architecture|design|components?( and interfaces)?|interfaces?|data models?|error handling|testing( strategy)?|tests?|introduction|summary|notes?|requirements?|security|performance|deployment|概述|架构|组件|组件和接口|数据模型|错误处理|测试策略|概要|アーキテクチャ|コンポーネント|データモデル|エラー処理|テスト戦略)$/;

export function componentsOf(design: Design | null): Components {
  const components = new Map<string, string[]>();
  for (const { name, paths } of design?.components ?? []) {
    const words = wordsOf(name.replaceAll(/[(（].*?[)）]/g, ""));
    const key = words.join(" ").replace(/ (component|module|class)$/, "");
    if (paths.length === 0 || key.length < MIN_LETTERS || words.length > MAX_WORDS || ORDINARY.test(key))
      continue;
    components.set(key, [...(components.get(key) ?? []), ...paths]);
  }
  return components;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** Paths of the components that a text names. */
export function namesIn(text: string, components: Components): string[] {
  if (components.size === 0) return [];
  const words = wordsOf(text);
  const found = new Set<string>();
  for (let at = 0; at < words.length; at++)
    for (let length = 1; length <= MAX_WORDS; length++)
      for (const path of components.get(words.slice(at, at + length).join(" ")) ?? []) found.add(path);
  return [...found];
}
