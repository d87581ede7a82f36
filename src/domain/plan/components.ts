/** The components of design.md: headings whose section names files. A task that names the component writes there. */
import { pathsIn } from "../spec/paths.ts";

/** Name in lower case → the paths that its section names. */
export type Components = ReadonlyMap<string, readonly string[]>;

/** A name of more words is a sentence. */
const MAX_WORDS = 4;
/** Headings of every design, which name no part of it. */
const ORDINARY =
  /^(overview|architecture|design|components?( and interfaces)?|interfaces?|data models?|error handling|testing( strategy)?|tests?|introduction|summary|notes?|requirements?|security|performance|deployment|概述|架构|组件|组件和接口|数据模型|错误处理|测试策略|概要|アーキテクチャ|コンポーネント|データモデル|エラー処理|テスト戦略)$/;

export function componentsOf(design: string | null): Components {
  const components = new Map<string, string[]>();
  for (const section of (design ?? "").split(/^(?=#{2,5}[ \t])/m)) {
    const end = section.indexOf("\n");
    const name = nameOf(/^#{2,5}[ \t]+(.*)/.exec(section)?.[1] ?? "");
    if (end === -1 || name.length < 4 || ORDINARY.test(name) || wordsOf(name).length > MAX_WORDS) continue;
    const paths = pathsIn(section.slice(end));
    if (paths.length > 0) components.set(name, [...(components.get(name) ?? []), ...paths]);
  }
  return components;
}

/** `### 2.1 The \`ChartModel\` component (new)` is about `chartmodel`. */
const nameOf = (heading: string): string =>
  wordsOf(
    heading
      .replace(/^[\d.]+\s*/, "")
      .replace(/^(?:component|module|class|service|组件|模块|コンポーネント)\s*\d*\s*[:：]\s*/i, "")
      .replaceAll(/[(（].*?[)）]/g, ""),
  )
    .join(" ")
    .replace(/ (component|module|class)$/, "");

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
