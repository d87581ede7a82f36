/**
 * Draws a finished run from the JSON of `local --json` on stdin, as SVG on stdout: a row a unit, its attempts and
 * reviews in order, and where it ended. `npm run picture` makes docs/demo.svg from the demo's own output.
 */
import { text } from "node:stream/consumers";
import { LocalReport } from "../src/entry/local/report.ts";

type Unit = LocalReport["units"][number];

interface Chip {
  label: string;
  tone: "good" | "bad" | "plain";
}

const ROW = 34;
const LEFT = 24;
const CHIPS_AT = 372;
const WIDTH = 1010;
const TONES = {
  good: ["#dafbe1", "#1a7f37"],
  bad: ["#ffebe9", "#cf222e"],
  plain: ["#eaeef2", "#57606a"],
} as const;

function draw(report: LocalReport): string {
  const height = 118 + report.units.length * ROW + 52;
  const landed = report.units.filter((unit) => unit.phase === "completed").length;
  const jobs = report.units.reduce((sum, unit) => sum + unit.attempts.length + unit.reviews.length, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="A finished run: ${landed} of ${report.units.length} units landed">`,
    `<style>text{font:14px ui-sans-serif,system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}.small{font-size:12px}.soft{fill:#57606a}.head{font-size:18px;font-weight:600}</style>`,
    `<rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="#ffffff" stroke="#d0d7de"/>`,
    say({ x: LEFT, y: 38, words: `/orchestrate ${report.run?.spec ?? ""}`, kind: "head" }),
    say({
      x: LEFT,
      y: 62,
      words: `${landed} of ${report.units.length} units landed, ${jobs} attempts and reviews in Actions jobs; scripted agents, no model, no account`,
      kind: "soft",
    }),
    say({ x: LEFT, y: 86, words: "unit", kind: "small soft" }),
    say({ x: 314, y: 86, words: "PR", kind: "small soft" }),
    say({ x: CHIPS_AT, y: 86, words: "what happened", kind: "small soft" }),
    ...report.units.flatMap((unit, at) => row(unit, 118 + at * ROW)),
    say({ x: LEFT, y: height - 22, words: `${report.outcome}: ${report.reason}`, kind: "head" }),
    "</svg>\n",
  ].join("\n");
}

function row(unit: Unit, y: number): string[] {
  let x = CHIPS_AT;
  const chips = chipsOf(unit).map((chip) => {
    const width = 14 + chip.label.length * 6.6;
    const [fill, stroke] = TONES[chip.tone];
    const drawn = `<rect x="${x}" y="${y - 16}" width="${width.toFixed(1)}" height="23" rx="11.5" fill="${fill}" stroke="${stroke}" stroke-opacity=".35"/><text class="small" x="${x + 7}" y="${y}" style="fill:${stroke}">${escape(chip.label)}</text>`;
    x += Math.round(width + 6);
    return drawn;
  });
  return [
    `<line x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${y - 23}" y2="${y - 23}" stroke="#eaeef2"/>`,
    say({ x: LEFT, y, words: `${unit.id}. ${unit.title}`, kind: "" }),
    say({ x: 314, y, words: unit.pr === null ? "–" : `#${unit.pr}`, kind: "soft" }),
    ...chips,
  ];
}

/** Each round: the work, then the reviews of what it made; at last how the unit ended. */
function chipsOf(unit: Unit): Chip[] {
  const heads = [...new Set(unit.reviews.map((review) => review.sha))];
  const chips: Chip[] = [];
  let round = 0;
  for (const { role, n, outcome } of unit.attempts) {
    const isGood = outcome === "completed" || outcome === "green";
    chips.push({
      label: `${role} ${n}${outcome === "red" ? ": tests fail" : ""}`,
      tone: isGood ? "plain" : "bad",
    });
    if (!isGood || unit.type === "checkpoint") continue;
    const head = heads[round++];
    for (const review of unit.reviews.filter(({ sha }) => sha === head)) {
      chips.push({
        label: `${review.role}: ${review.verdict === "fail" ? "sent back" : review.findings > 0 ? "minor finding" : "good"}`,
        tone: review.verdict === "fail" ? "bad" : "good",
      });
    }
  }
  const isOver = unit.phase === "completed";
  return [
    ...chips,
    {
      label: isOver ? (unit.type === "checkpoint" ? "passed" : "landed") : unit.phase.replaceAll("_", " "),
      tone: isOver ? "good" : "bad",
    },
  ];
}

const say = ({ x, y, words, kind }: { x: number; y: number; words: string; kind: string }): string =>
  `<text x="${x}" y="${y}" class="${kind}">${escape(words)}</text>`;

const escape = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

process.stdout.write(draw(LocalReport.parse(JSON.parse(await text(process.stdin)))));
