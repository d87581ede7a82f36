/** The parts of design.md that an agent needs for one unit: the overview, and sections that name its paths or words. */
export function designExcerpt(design: string, words: readonly string[], maxLength = 6000): string {
  const sections = design.split(/^(?=#{1,3}\s)/m);
  const wanted = words.map((word) => word.toLowerCase()).filter((word) => word.length > 3);
  const scored = sections.map((section, at) => {
    const text = section.toLowerCase();
    const isOverview = /^#{1,3}\s*(overview|概述|概要|visión general|обзор)/i.test(section);
    return {
      section,
      at,
      score: (isOverview ? 100 : 0) + wanted.filter((word) => text.includes(word)).length,
    };
  });
  const taken: typeof scored = [];
  let length = 0;
  for (const one of scored
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.at - b.at)) {
    if (length + one.section.length > maxLength) continue;
    taken.push(one);
    length += one.section.length;
  }
  return taken
    .toSorted((a, b) => a.at - b.at)
    .map(({ section }) => section.trim())
    .join("\n\n");
}
