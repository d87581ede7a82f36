/** What the value of `Depends:` or `Blocks:` says: which tasks, none, or all. */
import { partsIn, type Part } from "./id-list.ts";

export interface TaskList {
  /** Those that say more than none or all. */
  parts: Part[];
  /** `none`, `-`. */
  isNone: boolean;
  /** `all other tasks`. */
  isAll: boolean;
  /** `all previous tasks`. */
  isAllBefore: boolean;
}

const NONE =
  /^[^\p{L}\p{N}]*(?:none|no(?!\p{L})|nothing|nenhuma?|ningun[ao]|aucune?|keine?|нет|なし|无|無|yok|không|없음|لا)/iu;
/** `_依存タスク: -_` */
const DASH = /^[-–—]_?$/u;
const ALL =
  /^[^\p{L}\p{N}]*(?:all(?!\p{L})|everything|所有|全部|すべて|全て|tod[ao]s|tous|все(?!\p{L})|tüm|tất cả|alle)/iu;
const ALL_BEFORE = new RegExp(
  `^(?:${[
    "(?:all|every)(?: of)?(?: the)? (?:previous|prior|preceding|earlier|above)(?: (?:ones?|tasks?|units?|steps?|phases?))?",
    "(?:all|every(?:thing)?)(?: of)?(?: the)?(?: (?:tasks?|units?|steps?|phases?))? (?:above|before)(?: (?:it|this)(?: (?:one|task|unit))?)?",
    "(?:所有|全部)(?:之前|前面|以上|上述|前置)的?(?:任务|任務)?|(?:之前|前面|以上|上述)的?(?:所有|全部)的?(?:任务|任務)?",
    "(?:以前|上記|先行|これまで)の?(?:すべて|全て|全)の?(?:先行)?(?:タスク)?|(?:すべて|全て|全)の?(?:先行|以前の|上記の?|前の)タスク",
    "tod[ao]s [ao]s (?:tarefas )?anteriores|tod[ao]s l[ao]s (?:tareas )?anteriores|toutes les tâches précédentes",
    "alle (?:vorherigen|vorigen|vorangehenden) aufgaben|все предыдущие(?: задачи)?",
  ].join("|")})[\\s_.。!]*$`,
  "iu",
);

export function readTaskList(value: string): TaskList {
  const isNone = NONE.test(value) || DASH.test(value);
  const parts = isNone ? [] : partsIn(value);
  const isBefore = ({ text }: Part): boolean => ALL_BEFORE.test(text);
  return {
    parts: parts.filter((part) => !isBefore(part)),
    isNone,
    isAll: ALL.test(value),
    isAllBefore: parts.some(isBefore),
  };
}
