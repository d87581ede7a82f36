/** How soon a person wants a unit: 0 first, 4 last, 2 when nothing is said. It only breaks ties in the order of start. */
import type { Task } from "../spec/tasks.ts";
import type { Label } from "./labels.ts";

export const ORDINARY = 2;

const LEVELS: readonly [number, string][] = [
  [0, "critical|urgent|blocker|紧急|緊急|긴급|crítica|critique|urgente|критический|срочно|kritisch|dringend"],
  [1, "high|highest|高|높음|alta|haute|élevée|высокий|hoch"],
  [2, "medium|normal|中|보통|media|média|moyenne|средний|mittel"],
  [3, "low|lowest|低|낮음|baja|baixa|basse|faible|низкий|niedrig|gering"],
];

const NAME =
  "priority|prio|优先级|優先級|优先度|優先度|우선\\s*순위|prioridad|prioridade|priorité|приоритет|priorität";

/** `P0`, `[P1]`, but not `(P)`, which marks parallel tasks, nor `P2P`. */
const NUMBER = /(?<![\p{L}\p{N}])P([0-4])(?![\p{L}\p{N}])/u;
const LABELLED = LEVELS.map(
  ([level, words]) =>
    [level, new RegExp(`(?:${NAME})[_*]{0,3}\\s*[:：/=-]\\s*[_*]{0,3}\\s*(?:${words})`, "iu")] as const,
);
const SAID = LEVELS.map(
  ([level, words]) =>
    [
      level,
      new RegExp(`(?<![\\p{L}])(?:${words})[ -]?(?:priority|приоритет|priorität)(?!\\p{L})`, "iu"),
    ] as const,
);
const FIRST = /(?:^|[[(（【])\s*(?:优先|優先|우선)(?:[\])）】:：\s]|$)/u;

export function priorityOf(top: Task, labels: readonly Label[]): number {
  const details = top.details.split("\n").filter((line) => line.length < 200);
  for (const text of [...labels.map((label) => label.text), top.title]) {
    const level = levelOf(text);
    if (level !== null) return level;
  }
  for (const line of details) {
    const level = LABELLED.find(([, pattern]) => pattern.test(line))?.[0] ?? numbered(line);
    if (level !== null) return level;
  }
  return ORDINARY;
}

/** What a label or a title says of it; null: nothing. */
export function levelOf(text: string): number | null {
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  const found = [...LABELLED, ...SAID].find(([, pattern]) => pattern.test(text));
  return found?.[0] ?? (FIRST.test(text) ? 1 : null);
}

/** `Priority: P1`; a bare P1 within a line of details may be anything. */
function numbered(line: string): number | null {
  const found = new RegExp(`(?:${NAME})[_*]{0,3}\\s*[:：/=-]\\s*[_*]{0,3}\\s*P?([0-4])\\b`, "iu").exec(
    line,
  )?.[1];
  return found === undefined ? null : Number(found);
}
