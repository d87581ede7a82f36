/** Lines such as `_Requirements: 1.1_`, `**Files**: a, b`, `_Depends:_ 2`: the label in any of the languages seen, and its value. */

export interface Label {
  /** In lower case, `_` as a space. */
  name: string;
  value: string;
}

export type LabelKind =
  | "requirements"
  | "depends"
  | "blocks"
  | "writes"
  | "reads"
  | "boundary"
  | "files"
  | "status"
  | "bugCondition"
  | "expectedBehavior"
  | "preservation";

const NAMES: Readonly<Record<LabelKind, readonly string[]>> = {
  requirements: [
    "requirements, requirement, reqs, req, requirements traceability, validates, validates requirements, implements, covers",
    "需求, 要求, 对应需求, 验证, 驗證, 验证需求, 要件, 対応要件, 要件id, 検証, 検証要件, 요구사항, 검증",
    "requisitos, requisito, requerimientos, requerimiento, valida, exigences, exigence, valide, anforderungen, требования, требование, проверяет",
    "gereksinimler, gereksinim, doğrular, yêu cầu, المتطلبات, متطلبات, يتحقق من",
  ],
  depends: [
    "depends, depends on, depends upon, dependent on, prerequisite, prerequisites, dependency, dependencies, blocked by, requires task, requires tasks, task dependencies",
    "依存タスク, 依存関係, 依存, 依赖, 依赖任务, 前置任务, 依賴, 의존성",
    "depende, depende de, dependencias, dependências, dépend de, dépendances, abhängig von, abhängigkeiten, зависит от, зависимости",
    "bağımlılıklar, bağımlılık, phụ thuộc, التبعيات",
  ],
  blocks: ["blocks, blockiert, bloque, bloqueia, bloquea, bloquer, блокирует, ブロック, 阻塞"],
  writes: ["writes"],
  reads: ["reads"],
  boundary: ["boundary, boundaries"],
  files: [
    "file, files, target file, target files, test file, test files, test file location, location, files modified, files created, files changed, files to create, files to modify, files to create/modify, files to change",
    "文件, 文件列表, 目标文件, 更新文件, 测试文件, 檔案, ファイル, 対象ファイル, 更新ファイル, 파일",
    "archivo, archivos, arquivo, arquivos, fichier, fichiers, dateien, файл, файлы, dosya, dosyalar, tệp, الملفات",
  ],
  status: ["status, 状态, 狀態, ステータス, estado, statut, статус, durum, trạng thái, 상태, الحالة"],
  bugCondition: ["bug condition"],
  expectedBehavior: ["expected behavior, expected behaviour"],
  preservation: ["preservation"],
};
const KINDS = new Map(
  Object.entries(NAMES).flatMap(([kind, lists]) =>
    lists.flatMap((list) => list.split(", ").map((name): [string, LabelKind] => [name, kind as LabelKind])),
  ),
);
const MAX_NAME = 60;

/** Words that also begin sentences: `検証: call(0)` names no requirement. */
const LOOSE = /^(?:req|reqs|implements|covers|验证|驗證|検証|검증|valida|valide)$/u;

/** `Prerequisites: Node 18` is about no task. */
const TASKS_OR_NONE = /^[^\p{L}\p{N}]*(?:(?:(?:tasks?|units?)\s*#?)?(?:[A-Z]{1,16}-?)?\d|none(?!\p{L}))/iu;

export function kindOf({ name, value }: Label): LabelKind | null {
  if (/^prerequisites?$/.test(name) && !TASKS_OR_NONE.test(value)) return null;
  if (LOOSE.test(name) && !/^(?:[\p{L}]{1,20}\s){0,2}[A-Z]{0,5}-?\d/u.test(value)) return null;
  return KINDS.get(name) ?? null;
}

/** The label of a line, or null. Its emphasis may close after the colon, before it, or at the end of the line. */
export function readLabel(line: string): Label | null {
  const text = line.replace(/^(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)+/u, "").trimEnd();
  const opener = /^(?:\*{1,3}|_{1,3})?/.exec(text)![0];
  const colon = text.slice(0, MAX_NAME + opener.length).search(/[:：]/u);
  if (colon <= opener.length) return dependsWithoutColon(text);
  let name = text.slice(opener.length, colon).trimEnd();
  let value = text.slice(colon + 1);
  let isClosed = opener === "";
  if (!isClosed && name.endsWith(opener)) {
    name = name.slice(0, -opener.length);
    isClosed = true;
  } else if (!isClosed && value.startsWith(opener) && /^(?:\s|$)/.test(value.slice(opener.length))) {
    value = value.slice(opener.length);
    isClosed = true;
  }
  value = value.trim();
  if (!isClosed && value.endsWith(opener)) value = value.slice(0, -opener.length).trimEnd();
  return { name: nameOf(name), value };
}

const nameOf = (text: string): string =>
  text
    .replaceAll(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();

/** `Depends on tasks 1 and 2`, `Blocked by #3`. */
function dependsWithoutColon(text: string): Label | null {
  const found = /^[_*]*(?:depends (?:up)?on|blocked by)\s+((?:tasks?\s+)?#?\d.*)$/isu.exec(text);
  return found ? { name: "depends on", value: found[1]! } : null;
}
