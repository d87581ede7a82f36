/** The lines of a text as Markdown has them: CRLF, LF, or CR alone ends one. */
export const linesOf = (text: string): string[] => text.split(/\r\n?|\n/);
