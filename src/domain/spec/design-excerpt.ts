/** The parts of design.md that an agent needs for one unit: the overview, and sections that name its paths or words. */
import { designSections, isOverview } from "./design.ts";

export function designExcerpt(design: string, words: readonly string[], maxLength = 6000): string {
  const wanted = words.map((word) => word.toLowerCase()).filter((word) => word.length > 3);
  const scored = designSections(design).map((section, at) => {
    const text = section.text.toLowerCase();
    const named = wanted.filter((word) => text.includes(word)).length;
    return { text: section.text, at, score: (isOverview(section) ? 100 : 0) + named };
  });
  const taken: typeof scored = [];
  let length = 0;
  for (const one of scored
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.at - b.at)) {
    if (length + one.text.length > maxLength) continue;
    taken.push(one);
    length += one.text.length;
  }
  return taken
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text.trim())
    .join("\n\n");
}
