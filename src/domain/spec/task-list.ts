/** What the value of `Depends:` or `Blocks:` says: which tasks, none, or all. */
import { partsIn, withoutBrackets, type Part } from "./id-list.ts";

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
  /^[^\p{L}\p{N}]*(?:(?:none|no|n\/a|nothing|nenhuma?|ningun[ao]|aucune?|keine?|нет|yok|không|없음|لا)(?!\p{L})|なし|无|無)/iu;
/** `No. 3` */
const NUMBER = /^[^\p{L}\p{N}]*no[.:\s]*(?=#?\d)/iu;
/** `none except task 2`, `None beyond Task 1` */
const EXCEPT =
  /(?<!\p{L})(?:(?:except(?: for)?|but|beyond|besides|other than|(?:apart|aside) from|save for|excluding|unless|until|außer|excepto|exceto|salvo|sauf|кроме|hariç|ngoại trừ)(?!\p{L})|除)/iu;
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
  const isNone = saysNone(value) || DASH.test(value);
  const parts = isNone ? [] : partsOf(value);
  const isBefore = ({ text }: Part): boolean => ALL_BEFORE.test(text);
  return {
    parts: parts.filter((part) => !isBefore(part)),
    isNone,
    isAll: ALL.test(value),
    isAllBefore: parts.some(isBefore),
  };
}

/** `None.`, `none (the first one)`, `No dependencies`; a number may follow another sentence's sign only. */
function saysNone(value: string): boolean {
  const rest = afterNone(value);
  if (rest === null || EXCEPT.test(rest)) return false;
  const [, sign, words = ""] = /^\s*([^\p{L}\p{N}\s]*)\s*(.*)$/su.exec(withoutBrackets(rest)) ?? [];
  return !/\p{N}/u.test(words) || (sign !== "" && !/^\p{N}/u.test(words));
}

/** What follows the word; null where it is not said. */
function afterNone(value: string): string | null {
  const none = NUMBER.test(value) ? null : NONE.exec(value);
  return none && value.slice(none[0].length);
}

function partsOf(value: string): Part[] {
  const rest = afterNone(value);
  if (rest === null) return partsIn(value.replace(NUMBER, ""));
  const except = EXCEPT.exec(rest);
  if (except) return partsIn(rest.slice(except.index + except[0].length));
  return [{ text: value, ids: [], isUnderstood: false }];
}
