/** How the report looks: light and dark by the reader's wish, and on paper. One palette, told apart without colour by dashes and names. */

/** Colours of Okabe and Ito, which people who see fewer colours can tell apart (Color Universal Design, 2008). */
const light = `  --paper: #ffffff; --raised: #f6f7f9; --ink: #1c2330; --soft: #5a6372; --line: #d9dee6; --grid: #e6e9ef;
  --upheld: #0a6b3d; --refuted: #b3261e; --inconclusive: #8a5a00;
  --fault: rgba(213, 94, 0, 0.14); --marked: rgba(90, 99, 114, 0.22);
  --c1: #0072b2; --c2: #009e73; --c3: #56b4e9; --c4: #cc79a7; --c5: #e69f00; --c6: #d55e00; --c7: #7a7a00; --c8: #5a6372;
  --good1: #0072b2; --good2: #56b4e9; --good3: #9ad0f5;
  --bad1: #d55e00; --bad2: #e69f00; --bad3: #b3261e; --bad4: #f0d060; --bad5: #7a3d8a;
  --heat-low: #d6e8f5; --heat-mid: #3182bd; --heat-high: #08306b;
`;

export const style = `
:root { color-scheme: light dark; }
:root, :root[data-paper="print"] {
${light}}
@media (prefers-color-scheme: dark) {
  :root:not([data-paper="print"]) {
    --paper: #14181f; --raised: #1d232d; --ink: #e6e9ef; --soft: #a3adbd; --line: #333c4a; --grid: #2a313d;
    --upheld: #5fd39a; --refuted: #ff8a80; --inconclusive: #f2c063;
    --fault: rgba(213, 94, 0, 0.28); --marked: rgba(163, 173, 189, 0.25);
    --c1: #56b4e9; --c2: #2fc99a; --c3: #9ad0f5; --c4: #e39cc4; --c5: #f0b840; --c6: #ff8f4a; --c7: #c9c94f; --c8: #a3adbd;
    --good1: #56b4e9; --good2: #9ad0f5; --good3: #cbe6fa;
    --bad1: #ff8f4a; --bad2: #f0b840; --bad3: #ff6b60; --bad4: #fff0a0; --bad5: #c58ad6;
    --heat-low: #1b3350; --heat-mid: #3f8fcb; --heat-high: #d6ecff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 8px; }
h2 { font-size: 1.1rem; margin: 40px 0 12px; padding-top: 12px; border-top: 1px solid var(--line); }
p { margin: 0 0 12px; max-width: 82ch; }
a { color: inherit; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 12px; background: var(--paper); padding: 8px 12px; border: 2px solid var(--ink); }
.status { display: inline-block; font-weight: 700; letter-spacing: 0.04em; padding: 2px 10px; border: 2px solid currentColor; border-radius: 6px; margin-bottom: 12px; }
.upheld { color: var(--upheld); } .refuted { color: var(--refuted); } .inconclusive { color: var(--inconclusive); }
.soft { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 16px 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; padding: 0; }
.tiles > div { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tiles dt { color: var(--soft); font-size: 0.85rem; } .tiles dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
caption { text-align: left; color: var(--soft); padding-bottom: 6px; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td b { white-space: nowrap; } th { font-weight: 600; } .n { text-align: right; white-space: nowrap; }
figure { margin: 0 0 28px; } figcaption { margin-bottom: 8px; } figcaption b { font-weight: 600; }
.chart { min-height: 240px; } .chart:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--c1); outline-offset: 3px; }
.u-legend { font-size: 0.85rem; } .u-legend .u-marker { border-width: 2px !important; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 0 24px; }
svg.diagram { width: 100%; height: auto; max-height: 560px; }
svg.diagram text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg.diagram .soft { fill: var(--soft); }
svg.diagram .box { fill: var(--raised); stroke: var(--line); } svg.diagram .full { stroke: var(--refuted); stroke-width: 3; }
svg.diagram .used { fill: var(--c1); } svg.diagram .rail { fill: var(--grid); } svg.diagram .warm { fill: var(--c6); }
code, pre { font: 0.88rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; } pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; white-space: pre-wrap; }
details { margin: 8px 0 16px; } summary { cursor: pointer; }
@media (max-width: 520px) { .two { grid-template-columns: 1fr; } }
@media print {
  body { font-size: 11px; } main { max-width: none; padding: 0; } nav, .skip { display: none; }
  .chart canvas, .uplot { max-width: 100%; } details > :not(summary) { display: block; }
  figure, tr, .tiles > div { break-inside: avoid; } h2 { break-after: avoid; }
}
`;
