/** What the words after a checkbox say: the id, the title itself, and the marks in it. */
import { leadingId } from "./task-id.ts";

export interface Title {
  /** Null when the title begins with none. */
  id: string | null;
  /** `Task 3`, not `3`. */
  hasWord: boolean;
  name: string;
  isOptional: boolean;
  /** `(P)`: may be worked on beside its neighbours. */
  isParallel: boolean;
  isCheckpoint: boolean;
}

const WORDS =
  "optional|nice to have|可选|可選|选做|非必须|任意|オプション|opcional|optionnel(?:le)?|facultati(?:f|ve)|опционально|необязательно|선택(?: ?사항)?|isteğe bağlı|opsiyonel|tùy chọn|không bắt buộc|اختياري";
/** At the beginning or the end only: "(optional) fields" within a sentence is no mark. */
const OPTIONAL = new RegExp(
  String.raw`^[(（[【](?:${WORDS})[)）\]】]|^(?:${WORDS})\s*[:：]|[(（[【](?:${WORDS})[)）\]】][^\p{L}\p{N}]*$`,
  "iu",
);
/** Directly behind the box, or by itself; `*3. Title*` is emphasis. */
const STAR = /^\\?\*(?!\*|[^*\s][^*]*[\p{L}\p{N}.:)]\*(?:\s|$))|^\s+\\?\*(?=\s)/u;
/** Of the whole title; a star among it belongs to something else. */
const EMPHASIS = /^\s*(?:\*(\*\*[^*]+\*\*|[^*\s][^*]*)\*|_([^_\s][^_]*)_)\s*$/u;
const EMPHASIS_OF_ID = /^\s*([*_])((?:\p{L}{1,20}\s)?\d[\d.]{0,63}[a-z]?[.:)]?)\1(?=\s)/u;
const BEFORE_ID = new RegExp(
  String.raw`^(?:[(（[【](?:${WORDS})[)）\]】]|(?:${WORDS})\s*[:：])\s*(?=\d)`,
  "iu",
);
const PARALLEL = /^\[?\(?P[)\]]\s+|\(P\)$/u;
const CHECKPOINT_WORD =
  "(?:checkpoint|kontrol noktası|punto de control|ponto de verificação|point de contrôle|контрольная точка|체크포인트|نقطة تحقق|điểm kiểm tra)";
/** With one word more at most: "Checkpoint Backend", "Midpoint checkpoint", but not "Add checkpoint". */
const CHECKPOINT = new RegExp(
  String.raw`^(?:${CHECKPOINT_WORD}(?:\s\S+)?|(?:(?:phase|stage|milestone)\s\S+\s|(?!(?:add|build|create|fix|implement|remove|support|update|write)\s)\S+\s)?(?:final |son )?${CHECKPOINT_WORD})$`,
  "iu",
);
const CJK_CHECKPOINT =
  /^(?:最[终終后後]|总体|中间|第.{1,3}[阶階]段|[阶階]段\s*\d+|フェーズ\s*\d+)?\s*(?:的|の)?\s*(?:检查点|檢查點|チェックポイント)(?:验证|確認|确认)?(?:$|\s)/iu;
const CHECKPOINT_VERB = /^(?:final\s+)?checkpoint\s+(?:ensure|verify|validate|make sure|confirm)\b/i;

/** `rest` is what stands after the box's bracket. */
export function readTitle(rest: string): Title {
  const whole = unemphasised(rest);
  const unstarred = unemphasised(whole.replace(STAR, "")).trim();
  const text = unstarred.replace(BEFORE_ID, "");
  const before = PARALLEL.exec(text);
  const found = leadingId(before?.index === 0 ? text.slice(before[0].length) : text);
  const title = plain(found?.rest ?? text, text);
  const name = title.replace(PARALLEL, "").trim();
  return {
    id: found?.id ?? null,
    hasWord: found?.hasWord ?? false,
    name,
    isOptional: STAR.test(whole) || text !== unstarred || (found?.isStarred ?? false) || OPTIONAL.test(name),
    isParallel: PARALLEL.test(title) || before !== null,
    isCheckpoint: isCheckpoint(name),
  };
}

const unemphasised = (text: string): string => {
  const [, star, line] = EMPHASIS.exec(text) ?? [];
  return star ?? line ?? text.replace(EMPHASIS_OF_ID, "$2");
};

/** By which two titles are the same one, whatever their signs. */
export const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Code spans, signs of emphasis, and what stands between them. */
const TOKEN = /`+[^`]*`+|\*\*|~~|[^`*~]+|[^]/gu;

/** Without paired emphasis outside of code spans; `whole` ends with the text, and what stands before it may open a pair. */
function plain(text: string, whole: string): string {
  const before = whole.slice(0, whole.length - text.length);
  const isOpen = (sign: string): boolean => before.split(sign).length % 2 === 0;
  const tokens = text.match(TOKEN) ?? [];
  for (const sign of ["**", "~~"]) {
    // `src/**/*.ts` is a path.
    const places = tokens.flatMap((token, at) =>
      token === sign && !tokens[at - 1]?.endsWith("/") && !tokens[at + 1]?.startsWith("/") ? [at] : [],
    );
    if ((places.length + Number(isOpen(sign))) % 2 === 1) places.pop();
    for (const at of places) tokens[at] = "";
  }
  const rest = tokens.join("").trim();
  if (isOpen("__")) return rest.replace(/__(?=\s|$)/u, "").trim();
  // `__init__` is a name.
  return /^__[^]*__$/.test(rest) && /\s/.test(rest) ? rest.slice(2, -2).trim() : rest;
}

/** "Checkpoint", "Final checkpoint - all tests pass"; "Checkpoint recovery for jobs" is work. */
function isCheckpoint(name: string): boolean {
  const head = name
    .slice(0, 120)
    .split(/\s?[-–—:：,，(（.。!！]/u)[0]!
    .trim();
  return CHECKPOINT.test(head) || CJK_CHECKPOINT.test(head) || CHECKPOINT_VERB.test(name);
}
