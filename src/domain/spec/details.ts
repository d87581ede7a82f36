/** The lines below a checkbox: requirements, dependencies, paths. Labels come in many languages (spec-variants). */
import { criterionIds } from "./requirements.ts";
import { idsIn } from "./task-id.ts";

export interface Details {
  requirements: string[];
  dependsOn: string[];
  writes: string[];
  reads: string[];
}

const label = (words: string): RegExp =>
  new RegExp(
    `^[\\s>*+-]*[_*]{0,3}\\s*(?:${words})\\s*[_*]{0,3}\\s*[:：]\\s*[_*]{0,3}\\s*(.*?)\\s*[_*]*\\s*$`,
    "iu",
  );

const REQUIREMENTS = label(
  "requirements?|reqs?|validates|implements|需求|要求|验证|驗證|要件|対応要件|requisitos|requerimientos|exigences|требования|요구사항|المتطلبات|gereksinimler|doğrular|yêu cầu",
);
const DEPENDS = label(
  "depends(?: on)?|dependenc(?:y|ies)|blocked by|依存タスク|依存関係|依存|依赖|前置任务|depende de|dependencias|dependências|dépend de|dépendances|зависит от|зависимости|의존성|bağımlılıklar|phụ thuộc",
);
const WRITES = label("writes");
const READS = label("reads");

export function readDetails(lines: readonly string[]): Details {
  const details: Details = { requirements: [], dependsOn: [], writes: [], reads: [] };
  const add = (list: string[], values: readonly string[]): void => {
    for (const value of values) if (!list.includes(value)) list.push(value);
  };
  for (const line of lines) {
    add(details.requirements, criterionIds(REQUIREMENTS.exec(line)?.[1] ?? ""));
    add(details.dependsOn, idsIn(DEPENDS.exec(line)?.[1] ?? ""));
    add(details.writes, list(WRITES.exec(line)?.[1]));
    add(details.reads, list(READS.exec(line)?.[1]));
  }
  return details;
}

const list = (text: string | undefined): string[] =>
  (text ?? "")
    .split(/[,，、]/)
    .map((part) => part.trim().replaceAll(/^[`"']+|[`"'_]+$/g, ""))
    .filter(Boolean);
