/** requirements.md or bugfix.md: ids of requirements and their criteria, with their exact text. */

export interface Requirements {
  /** `1` → title of the requirement, `1.2` → text of its second criterion. */
  texts: ReadonlyMap<string, string>;
}

const HEADING =
  /^#{2,4}\s*(?:requirement|req|需求|要件|requisito|exigence|требование|요구사항)?\s*-?\s*(\d+(?:\.\d+)*)\s*[:.：、-]?\s*(.*)$/i;
const CRITERION = /^\s*(?:[-*]\s+)?(?:\*\*)?(\d+(?:\.\d+)*)[.):]?(?:\*\*)?[.):]?\s+(.*)$/;

export function parseRequirements(text: string): Requirements {
  const texts = new Map<string, string>();
  let current: string | null = null;
  let last: string | null = null;
  for (const raw of text.split(/\r?\n/)) {
    const heading = HEADING.exec(raw);
    if (heading) {
      current = heading[1]!;
      last = null;
      texts.set(current, heading[2]!.trim());
      continue;
    }
    if (raw.startsWith("#")) {
      last = null;
      continue;
    }
    const criterion = current === null ? null : CRITERION.exec(raw);
    if (criterion) {
      const id: string = criterion[1]!.includes(".") ? criterion[1]! : `${current}.${criterion[1]}`;
      if (!texts.has(id)) texts.set(id, criterion[2]!.trim());
      last = id;
    } else if (last !== null && /^\s{2,}\S/.test(raw)) texts.set(last, `${texts.get(last)} ${raw.trim()}`);
    else if (raw.trim() === "") last = null;
  }
  return { texts };
}
