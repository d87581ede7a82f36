/** One small style sheet, light and dark by the reader's own setting. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --sunk: light-dark(#f3f4f7, #0f141a);
  --line: light-dark(#dfe3e8, #2b323b);
  --text: light-dark(#1c2128, #e3e8ee);
  --soft: light-dark(#5b6570, #93a0ad);
  --link: light-dark(#0b62c9, #6cb2ff);
  --open: light-dark(#1a7f37, #3fb950);
  --merged: light-dark(#7a3fd6, #a986f5);
  --closed: light-dark(#c4302b, #f47067);
  --busy: light-dark(#9a6700, #d8a035);
  --still: light-dark(#66707b, #8b96a2);
  --add: light-dark(#e3f7e8, #12301d);
  --del: light-dark(#fdeaea, #3a1719);
  --hunk: light-dark(#eaf2fd, #14253c);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; margin: 0; font-weight: 600; }
header.top { background: var(--card); border-bottom: 1px solid var(--line); padding: 1.4rem clamp(1rem, 4vw, 2.5rem); }
header.top h1 { font-size: 1.45rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
header.top p { margin: .25rem 0 0; color: var(--soft); font-size: .87rem; }
.tally { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .9rem; }
.tally a { border: 1px solid var(--line); border-radius: 99px; padding: .2rem .8rem; background: var(--sunk); color: var(--text); font-size: .87rem; }
.tally b { font-variant-numeric: tabular-nums; }
.page { display: grid; grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 1.8rem; max-width: 84rem; margin: 0 auto; padding: 1.5rem clamp(.8rem, 3vw, 2.5rem) 4rem; }
nav.toc { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow: auto; font-size: .87rem; }
nav.toc h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.1rem 0 .35rem; }
nav.toc h2:first-child { margin-top: 0; }
nav.toc a { display: flex; gap: .5rem; align-items: baseline; padding: .22rem .4rem; border-radius: 6px; color: var(--text); }
nav.toc a:hover { background: var(--card); text-decoration: none; }
nav.toc .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav.toc .no { color: var(--soft); font-variant-numeric: tabular-nums; margin-left: auto; padding-left: .4rem; }
.dot { flex: none; width: .6rem; height: .6rem; border-radius: 50%; background: var(--still); display: inline-block; }
.dot.open, .dot.success { background: var(--open); }
.dot.merged { background: var(--merged); }
.dot.closed, .dot.failure { background: var(--closed); }
.dot.busy { background: var(--busy); }
.dot.draft, .dot.still { background: transparent; border: 2px solid var(--still); }
main > h2 { font-size: 1.15rem; margin: 2.2rem 0 .8rem; }
main > h2:first-child { margin-top: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin-bottom: 1.3rem; overflow: hidden; }
.card > .head { padding: 1rem 1.2rem .9rem; border-bottom: 1px solid var(--line); }
.card > .head h3 { font-size: 1.12rem; overflow-wrap: anywhere; }
.card > .head h3 a.no { color: var(--soft); font-weight: 400; }
.meta { display: flex; flex-wrap: wrap; gap: .45rem .6rem; align-items: center; margin-top: .55rem; color: var(--soft); font-size: .87rem; }
.badge { border-radius: 99px; padding: .1rem .65rem; color: #fff; font-size: .8rem; font-weight: 600; background: var(--still); white-space: nowrap; }
.badge.open, .badge.success, .badge.approved { background: light-dark(#1a7f37, #238636); }
.badge.merged { background: light-dark(#7a3fd6, #7d4fd8); }
.badge.closed, .badge.failure, .badge.changes_requested { background: light-dark(#c4302b, #c03a34); }
.badge.busy { background: light-dark(#9a6700, #9a6a10); }
.chip { border-radius: 99px; padding: .08rem .6rem; font-size: .78rem; font-weight: 600; border: 1px solid color-mix(in srgb, var(--chip) 55%, var(--line)); background: color-mix(in srgb, var(--chip) 26%, var(--card)); color: color-mix(in srgb, var(--chip) 25%, var(--text)); white-space: nowrap; }
.branch { font: .8rem var(--mono); background: var(--hunk); border-radius: 6px; padding: .12rem .45rem; overflow-wrap: anywhere; }
.section { padding: .9rem 1.2rem; border-bottom: 1px solid var(--line); }
.section:last-child { border-bottom: 0; }
.section > h4 { font-size: .78rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); margin-bottom: .5rem; }
.links { list-style: none; margin: 0; padding: 0; }
.links li { display: flex; flex-wrap: wrap; gap: .2rem .55rem; align-items: baseline; padding: .2rem 0; }
.links li a { overflow-wrap: anywhere; }
.links li span.soft { color: var(--soft); }
.bar { height: 6px; border-radius: 3px; background: var(--line); margin: .1rem 0 .6rem; overflow: hidden; max-width: 22rem; }
.bar i { display: block; height: 100%; background: var(--open); }
.note { display: grid; grid-template-columns: 2rem minmax(0, 1fr); gap: .7rem; padding: .9rem 1.2rem; border-bottom: 1px solid var(--line); }
.note:last-child { border-bottom: 0; }
.face { width: 2rem; height: 2rem; border-radius: 50%; display: grid; place-items: center; font-weight: 700; font-size: .85rem; color: #fff; background: var(--face); }
.face.bot { border-radius: 7px; }
.note .who { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; font-size: .87rem; color: var(--soft); margin-bottom: .3rem; }
.note .who b { color: var(--text); }
.inline { border: 1px solid var(--line); border-radius: 8px; margin-top: .6rem; padding: .5rem .8rem; background: var(--sunk); }
.inline .at { font: .78rem var(--mono); color: var(--soft); overflow-wrap: anywhere; }
.md { overflow-wrap: anywhere; }
.md p, .md ul, .md ol, .md blockquote, .md pre, .md .scroll { margin: .55rem 0; }
.md .h1 { font-size: 1.25rem; margin: 1rem 0 .5rem; }
.md .h2 { font-size: 1.1rem; margin: 1rem 0 .5rem; }
.md .h3, .md .h4, .md .h5, .md .h6 { font-size: 1rem; margin: .9rem 0 .4rem; }
.md ul, .md ol { padding-left: 1.5rem; }
.md li p { margin: .2rem 0; }
.md li.task { list-style: none; margin-left: -1.35rem; }
.md code { font: .86em var(--mono); background: var(--sunk); border: 1px solid var(--line); border-radius: 5px; padding: .05rem .3rem; }
.md blockquote { border-left: 3px solid var(--line); padding-left: .9rem; color: var(--soft); margin-left: 0; }
.md table { border-collapse: collapse; font-size: .9rem; display: block; overflow-x: auto; overflow-wrap: normal; }
.md th, .md td { border: 1px solid var(--line); padding: .3rem .65rem; text-align: left; vertical-align: top; }
.md th { background: var(--sunk); }
.md li ul, .md li ol { margin: .1rem 0; }
.md details > summary { list-style-position: inside; font-weight: 600; }
.md > :first-child { margin-top: 0; }
.md > :last-child { margin-bottom: 0; }
.md hr { border: 0; border-top: 1px solid var(--line); }
.scroll { overflow-x: auto; }
img.diagram { background: #fff; border-radius: 8px; }
pre.code { background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; overflow-x: auto; }
.md pre.code code { background: none; border: 0; padding: 0; }
.nothing { color: var(--soft); font-style: italic; margin: 0; }
details > summary { cursor: pointer; list-style-position: outside; }
details.file { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; overflow: hidden; }
details.file > summary { display: flex; gap: .6rem; align-items: center; padding: .4rem .8rem; background: var(--sunk); font: .82rem var(--mono); list-style: none; }
details.file > summary::before { content: "▸"; color: var(--soft); }
details.file[open] > summary::before { content: "▾"; }
details.file > summary .path { overflow-wrap: anywhere; }
.counts { margin-left: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
.plus { color: var(--open); }
.minus { color: var(--closed); }
.diff { overflow-x: auto; border-top: 1px solid var(--line); }
.diff table { border-collapse: collapse; width: 100%; font: .79rem/1.5 var(--mono); }
.diff td { padding: 0 .6rem; white-space: pre; vertical-align: top; }
.diff td.n { width: 1%; min-width: 2.6rem; text-align: right; color: var(--soft); user-select: none; }
.diff tr.add td { background: var(--add); }
.diff tr.del td { background: var(--del); }
.diff tr.at td { background: var(--hunk); color: var(--soft); padding-block: .2rem; }
.job { border-top: 1px solid var(--line); padding: .7rem 1.2rem; }
.job > summary { display: flex; gap: .6rem; align-items: baseline; list-style: none; }
.job > summary::before { content: "▸"; color: var(--soft); }
.job[open] > summary::before { content: "▾"; }
.job .took { margin-left: auto; color: var(--soft); font-size: .85rem; white-space: nowrap; }
.steps { list-style: none; margin: .6rem 0 .3rem; padding: 0; font-size: .9rem; }
.steps li { display: flex; gap: .55rem; align-items: baseline; padding: .1rem 0; }
pre.log { background: #0d1117; color: #d5dbe3; border-radius: 8px; padding: .8rem 1rem; margin: .6rem 0 .2rem; overflow: auto; max-height: 32rem; font: .76rem/1.5 var(--mono); }
pre.log .bad { color: #ff8e85; }
pre.log .mark { color: #7cc0ff; font-weight: 600; }
footer { text-align: center; color: var(--soft); font-size: .82rem; padding: 0 1rem 2.5rem; }
:target { scroll-margin-top: 1rem; box-shadow: 0 0 0 2px var(--link); }
@media (max-width: 60rem) {
  .page { grid-template-columns: minmax(0, 1fr); }
  nav.toc { position: static; max-height: 18rem; border: 1px solid var(--line); background: var(--card); border-radius: 12px; padding: .9rem 1rem; }
}
@media (max-width: 36rem) {
  .card > .head, .section, .note, .job { padding-inline: .9rem; }
  .note { grid-template-columns: minmax(0, 1fr); gap: .3rem; }
  .note .face { display: none; }
}
@media print { nav.toc { display: none; } .page { display: block; } }
`;
