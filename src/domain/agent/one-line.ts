/** An id or path among our own words: short, and no sentence. */
export const oneLine = (text: string): string => text.replaceAll(/[^\p{L}\p{N}./_-]+/gu, "-").slice(0, 120);
