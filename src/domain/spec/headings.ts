/** Headings of tasks.md: which one plays the part of a task, and below which no box is one (design sections 1 and 6). */
import type { HeadingLine, Mark } from "./scan.ts";
import { newSection, type Section } from "./section.ts";
import { isBelow, leadingId } from "./task-id.ts";
import type { Task } from "./tasks.ts";
import { lettersOf } from "./title.ts";

/** A section whose boxes are no tasks, but for those with an id of their own. */
export interface NoTasks {
  as: "criterion" | "note";
  /** Of a list of criteria, where a numbered box is a surprise. */
  isCriteria: boolean;
  line: number;
  title: string;
}

export interface Heading {
  level: number;
  line: HeadingLine;
  /** Its number, or null: `## 5. Title`, `### Task 5: Title`. */
  id: string | null;
  /** Of `## Phase 5`: its id where tasks below it are numbered 5.1, 5.2 … and nothing else is called 5. */
  phase: string | null;
  /** `Task 5`, not `5.`. */
  hasWord: boolean;
  /** `### 4.1* Title`. */
  isStarred: boolean;
  title: string;
  /** Of its title. */
  letters: string;
  /** `### [x] Title`, or a line `**Status**: [x] Done` below it. */
  box: Mark | null;
  noTasks: NoTasks | null;
  /** The headings it stands below, outer ones first. */
  outer: readonly Heading[];
  section: Section;
  /** Made when the first box needs it as its parent. */
  task: Task | null;
}

/** The whole heading, but for a number, signs and brackets: `## User acceptance flow` is about work. */
const CRITERIA = new RegExp(
  String.raw`^[^\p{L}]*(?:${[
    String.raw`acceptance`,
    String.raw`(?:[\p{L}\p{N}.]+[ :：–—-]+){0,3}(?:success (?:metrics|validation)|acceptance checks?|definition of done|dod|(?:(?:acceptance|success|validation|exit|completion|quality|done) )?criteria|quality gates?)(?: (?:checklist|validation|verification|summary|overview|status|met))?(?: (?:and|&|/|for|of) .{1,60})?`,
    String.raw`[\p{L}\p{N} ]{0,12}(?:验收|驗收|完成标准|成功标准|完了条件|完了基準|成功基準|必達条件|受け入れ(?:基準|条件)?)(?:标准|標準|条件|基準|清单|检查|確認|确认|要求)?`,
    String.raw`(?:critères|critérios|criterios|tiêu chí|критерии|معايير)(?: .{1,60})?`,
    String.raw`(?:\p{L}+ )?kriterleri|(?:\p{L}+ )?(?:인수|완료) ?기준`,
  ].join("|")})[^\p{L}]*(?:[(（:：].*)?$`,
  "iu",
);
const MAX_NAME = 200;
const CHECKLIST =
  /checklist|\bdeliverables\b|交付物|成果物|检查清单|檢查清單|チェックリスト|lista de verificação|чек-?лист|체크리스트/iu;
/** The whole heading, but for a number, signs and brackets. */
const NOTES = new RegExp(
  String.raw`^[^\p{L}]*(?:${[
    String.raw`(?:\p{L}+ )?notes?`,
    String.raw`(?:\p{L}+ )?(?:status|progress)(?: (?:markers?|summary|overview|tracking))?`,
    "备注|注意事项|注意事項|说明|注記|notas|remarques|заметки|примечания|ghi chú|notlar|ملاحظات",
    String.raw`(?:\p{L}+ )?risks?(?: (?:mitigation|assessment|management|register|analysis))?(?: (?:and|&|/) .{1,60})?`,
    "[高中低]?风险(?:项|评估|应对)?(?:[和与及].{1,30})?|リスク(?:対策|評価|管理|軽減)?(?:と.{1,30})?|riscos|riesgos|risques|риски",
  ].join("|")})[^\p{L}]*(?:[(（].*)?$`,
  "iu",
);
const PHASE = /^(?:phase|フェーズ|阶段|階段|fase|этап|aşama|giai đoạn|단계|المرحلة)\s*(\d{1,9})(?![\d.])/iu;
/** A numbered chapter that holds the list is no task. */
const CHAPTER =
  /^(?:(?:implementation )?(?:tasks?|plan)(?: (?:list|breakdown|overview))?|overview|introduction|任务(?:列表)?|タスク(?:一覧)?|概述|概要)$/iu;
/** A label before criteria: `**Acceptance Criteria**:`. */
const LABEL =
  /^(?:acceptance criteria|success criteria|definition of done|done when|deliverables?|验收标准|驗收標準|交付物|完成标准|受け入れ基準|受入基準|完了条件|critères d'acceptation|critérios de aceitação|criterios de aceptación|критерии приемки|معايير القبول)$/iu;

/** The open headings after this one: outer ones first. */
export function enterHeading(open: readonly Heading[], line: HeadingLine): Heading[] {
  const outer = open.filter((heading) => heading.level < line.level);
  const text = line.text.replace(/^[^\p{L}\p{N}*[(]+/u, "");
  const found = leadingId(text);
  const title = (found?.rest ?? text).replaceAll("**", "").trim();
  const phase = PHASE.exec(text)?.[1] ?? null;
  const above = outer.at(-1)?.noTasks ?? null;
  const heading: Heading = {
    level: line.level,
    line,
    id: found && !CHAPTER.test(title) ? found.id : null,
    phase,
    hasWord: found?.hasWord ?? false,
    isStarred: found?.isStarred ?? false,
    box: line.box,
    title: title || text,
    letters: lettersOf(title || text),
    // `## Phase 3: Quality gates` and `### Task 5: Acceptance flow` are about work.
    noTasks: phase !== null || found?.hasWord ? above : noTasks(line, above),
    outer,
    section: newSection(),
    task: null,
  };
  return [...outer, heading];
}

function noTasks({ text, line }: HeadingLine, outer: NoTasks | null): NoTasks | null {
  if (outer) return outer;
  const place = { line, title: text };
  const name = text.slice(0, MAX_NAME);
  const isCriteria = CRITERIA.test(name);
  if (isCriteria || CHECKLIST.test(name)) return { as: "criterion", isCriteria, ...place };
  return NOTES.test(name) ? { as: "note", isCriteria, ...place } : null;
}

/** Whether a line is the label of a list of criteria. */
export const isCriteriaLabel = (line: string): boolean => {
  const text = line.replace(/^[\s>*+_-]+/u, "").slice(0, 60);
  const end = text.search(/[:：*_]/u);
  return end > 0 && LABEL.test(text.slice(0, end).trim());
};

/** The headings above a box that are its parents, outer ones first: by dotted id, else the nearest one with a number. */
export function parentsAmong(open: readonly Heading[], id: string | null): Heading[] {
  const numbered = open.filter((heading) => heading.id !== null && heading.noTasks === null);
  if (id === null) return numbered.slice(-1);
  return numbered.filter((heading) => isBelow(id, heading.id!));
}
