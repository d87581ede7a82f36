/** The style of the plan's page: light and dark by the reader's own setting; a table's rows are cards on a phone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --sunk: light-dark(#f1f3f6, #0f141a);
  --line: light-dark(#d9dee4, #2f3742);
  --text: light-dark(#1c2128, #e3e8ee);
  --soft: light-dark(#57616c, #97a3b0);
  --link: light-dark(#0b5cbd, #6cb2ff);
  --chain: light-dark(#c2410c, #fb923c);
  --error: light-dark(#b42318, #ff7b72);
  --warning: light-dark(#8a5a00, #e3b341);
  --note: light-dark(#0b5cbd, #79b8ff);
  --edge: light-dark(#8b95a1, #6a7684);
  --code: #4f83cc; --ui: #a371c9; --docs: #5a9e6f; --test: #d1912f; --review: #c76b8f; --checkpoint: #6b7785; --group: #3f9aa8;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 var(--sans); overflow-wrap: break-word; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 clamp(.8rem, 3vw, 2rem); }
header { padding-top: 1.6rem; }
h1, .name, .writes, .problems, .left, .slot, header code { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2rem 0 .7rem; }
p { margin: .4rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code { font: .88em var(--mono); }
.soft { color: var(--soft); }
.tally { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 .6rem; padding: 0; list-style: none; }
.tally li { background: var(--card); border: 1px solid var(--line); border-radius: 9px; padding: .35rem .8rem; font-size: .86rem; color: var(--soft); }
.tally b { display: block; font-size: 1.15rem; line-height: 1.25; color: var(--text); font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.scroll { overflow-x: auto; }
.graph { padding: .6rem; }
.graph svg { display: block; margin: 0 auto; }
.graph .large { max-width: 100%; min-width: 60rem; height: auto; }
.graph .phone { display: none; }
.box .frame { fill: var(--card); stroke: var(--line); }
.box.checkpoint .frame { fill: var(--sunk); }
.box text { font: 12.5px var(--sans); fill: var(--text); }
.code .stripe { fill: var(--code); } .ui .stripe { fill: var(--ui); } .docs .stripe { fill: var(--docs); } .test .stripe { fill: var(--test); }
.review .stripe { fill: var(--review); } .checkpoint .stripe { fill: var(--checkpoint); } .group .stripe { fill: var(--group); }
a:hover .frame { stroke: var(--link); }
.edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
.edge.chain { stroke: var(--chain); stroke-width: 2.2; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .6rem 0 0; padding: 0; list-style: none; font-size: .83rem; color: var(--soft); }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .35rem; vertical-align: -.08rem; }
.legend .line { height: .2rem; width: 1.2rem; vertical-align: .2rem; background: var(--chain); }
i.code { background: var(--code); } i.ui { background: var(--ui); } i.docs { background: var(--docs); } i.test { background: var(--test); }
i.review { background: var(--review); } i.checkpoint { background: var(--checkpoint); } i.group { background: var(--group); }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem; }
th, td { padding: .5rem .8rem; border-top: 1px solid var(--line); vertical-align: top; }
thead tr:first-child th { border-top: 0; }
.units .name { min-width: 14rem; }
.waits { min-width: 8rem; max-width: 16rem; }
.writes { min-width: 15rem; }
td ul { margin: 0; padding: 0; list-style: none; }
details { margin-top: .15rem; font-size: .86em; font-weight: 400; }
summary { color: var(--soft); cursor: pointer; width: fit-content; }
details ul { margin: .2rem 0 .3rem; }
details li { margin-left: 1rem; list-style: disc; }
tr:target { background: light-dark(#fff6e5, #2b2413); }
.tag { display: inline-block; border-radius: 99px; padding: 0 .55rem; font-size: .8rem; border: 1px solid var(--line); white-space: nowrap; }
.tag.security-sensitive { color: var(--error); border-color: currentColor; }
.tag.complex { color: var(--warning); border-color: currentColor; }
.timeline { table-layout: fixed; }
.timeline th:first-child { width: 4rem; }
.timeline.crowded { width: max-content; min-width: 100%; }
.timeline.crowded th + th { width: 10rem; }
.timeline td { border-left: 1px solid var(--line); }
.timeline .slot { display: block; border-left: 5px solid var(--line); padding-left: .5rem; color: var(--text); }
.slot.code { border-color: var(--code); } .slot.ui { border-color: var(--ui); } .slot.docs { border-color: var(--docs); } .slot.test { border-color: var(--test); }
.slot.review { border-color: var(--review); } .slot.checkpoint { border-color: var(--checkpoint); }
.slot.chain { text-decoration: underline 2px var(--chain); text-underline-offset: 3px; }
.problems { list-style: none; margin: 0; padding: 0; }
.problems li { padding: .7rem 1rem; border-top: 1px solid var(--line); }
.problems li:first-child { border-top: 0; }
.problems b.error { color: var(--error); } .problems b.warning { color: var(--warning); } .problems b.note { color: var(--note); }
.problems pre { margin: .4rem 0 0; padding: .4rem .7rem; background: var(--sunk); border-radius: 7px; font: .82rem/1.5 var(--mono); overflow-x: auto; overflow-wrap: normal; }
.problems mark { background: none; color: inherit; text-decoration: underline wavy 1px var(--note); text-underline-offset: 3px; }
.error ~ pre mark { text-decoration-color: var(--error); } .warning ~ pre mark { text-decoration-color: var(--warning); }
.left { margin: 0; padding: .6rem 1rem .6rem 2rem; }
footer { color: var(--soft); font-size: .82rem; padding-block: 2rem 2.5rem; }
@media (max-width: 60rem) {
  .units, .units tbody, .units tr, .units td { display: block; }
  .units thead { display: none; }
  .units tr { padding: .6rem .9rem; border-top: 1px solid var(--line); }
  .units tbody tr:first-child { border-top: 0; }
  .units td { position: relative; border: 0; padding: .12rem 0 .12rem 6.2rem; min-width: 0; max-width: none; }
  .units td::before { content: attr(data-name); position: absolute; left: 0; color: var(--soft); font-size: .8rem; }
  .units td.name { padding-left: 0; min-width: 0; font-weight: 600; font-size: .95rem; }
}
@media (max-width: 44rem) {
  .graph .wide { display: none; }
  .graph .phone { display: block; }
  .graph { padding: .3rem; }
  .timeline, .timeline tbody, .timeline tr, .timeline td { display: block; }
  .timeline.crowded { width: auto; }
  .timeline thead, .timeline td:empty { display: none; }
  .timeline tr { padding: .5rem .9rem .6rem; border-top: 1px solid var(--line); }
  .timeline tbody tr:first-child { border-top: 0; }
  .timeline tbody th { display: block; border: 0; padding: 0; }
  .timeline tbody th::before { content: "step "; }
  .timeline td { border: 0; padding: .15rem 0; }
}
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
