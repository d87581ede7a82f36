/** Labels are made by the first run that needs them: here they are only said to be missing. */
import { OWN_LABELS } from "../board/labels.ts";
import { found, type Check } from "./check.ts";

export const LABEL_CHECKS: readonly Check[] = [
  {
    code: "labels",
    sound: "All labels are there",
    needs: "a token that may read issues",
    judge: ({ labels }) => {
      if (labels === null) return null;
      const known = new Set(labels.map((name) => name.toLowerCase()));
      const missing = OWN_LABELS.filter(({ name }) => !known.has(name.toLowerCase()));
      if (missing.length === 0) return [];
      return [
        found("note", {
          what: `${missing.length} of ${OWN_LABELS.length} labels are not there yet`,
          why: "the first run makes them, and only then can you put one on, such as roundtable:hold",
          fix: "Nothing is needed; `roundtable init --repo owner/name` makes them now.",
        }),
      ];
    },
  },
];
