"""How the page looks: by day and by night, on a desk and on a phone. No font, image or script comes from elsewhere."""

from __future__ import annotations

STYLE = """\
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #dfe3e8; --text: #16202c; --soft: #5a6675;
  --parent: #274690; --children: #4f86e0; --models: #9a5bd0; --tasks: #17928a; --tools: #c27a12;
  --free: #eceff3;
  --over: #c62f2f; --over-soft: #fdeceb; --tight: #94600a; --tight-soft: #fcf3dd; --fits: #1c7a41; --fits-soft: #e6f5ea;
  --open: #4d5a6b; --open-soft: #eceff3; --start: #7fb0f0; --warm: #4f86e0; --busy: #274690; --handbook: #7b8794;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #181f27; --line: #2d3743; --text: #e8edf3; --soft: #9aa7b6;
    --parent: #9dbcff; --children: #4f82dd; --models: #b98ae6; --tasks: #35b3a8; --tools: #e0a448;
    --free: #242d38;
    --over: #ff7b72; --over-soft: #3a1d1f; --tight: #e3b04b; --tight-soft: #33290f; --fits: #5fcf85; --fits-soft: #14301f;
    --open: #b3bfcc; --open-soft: #242d38; --start: #3f67a8; --warm: #5f92ec; --busy: #b3ccff; --handbook: #8b97a5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 19px; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 22px 0 6px; }
p { margin: 4px 0; }
code, .place { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.soft, .place { color: var(--soft); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin: 20px 0; }
article > header { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; justify-content: space-between; }
.verdict { display: inline-block; margin: 10px 0 0; padding: 3px 12px; border-radius: 15px; font-weight: 600; }
.over .verdict { color: var(--over); background: var(--over-soft); }
.tight .verdict { color: var(--tight); background: var(--tight-soft); }
.fits .verdict { color: var(--fits); background: var(--fits-soft); }
.open .verdict { color: var(--open); background: var(--open-soft); }
dl.numbers { display: flex; flex-wrap: wrap; gap: 8px 36px; margin: 14px 0 0; }
dl.numbers dt { font-size: 13px; color: var(--soft); }
dl.numbers dd { margin: 0; font-size: 26px; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
dl.numbers dd.long { font-size: 17px; line-height: 1.6; }
dd.fit { color: var(--fits); } .over dd.need { color: var(--over); } .tight dd.need { color: var(--tight); }
.cure { margin: 14px 0 0; padding: 8px 14px; border-left: 3px solid var(--fits); background: var(--fits-soft); border-radius: 0 8px 8px 0; }
.bar { margin-top: 18px; }
.bar .case { display: flex; justify-content: space-between; font-size: 14px; }
.bar b { font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text); }
svg.hidden { position: absolute; }
svg text.strong { font-weight: 650; }
svg text.soft { fill: var(--soft); }
.parent { fill: var(--parent); background: var(--parent); } .children { fill: var(--children); background: var(--children); }
.models { fill: var(--models); background: var(--models); } .tasks { fill: var(--tasks); background: var(--tasks); }
.tools { fill: var(--tools); background: var(--tools); }
.free { fill: var(--free); } .beyond { fill: url(#beyond); } .stripe { stroke: var(--over); stroke-width: 3; }
.limit { stroke: var(--over); stroke-width: 2.5; } text.of-limit { fill: var(--over); font-weight: 600; }
ul.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 6px 0 0; padding: 0; font-size: 14px; }
ul.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 0 28px; }
.grid .curve text { font-size: 17px; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.7fr); gap: 8px 36px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
th { font-weight: 500; text-align: left; color: var(--soft); }
td, thead th { padding: 5px 0 5px 12px; } th:first-child, td:first-child { padding-left: 0; }
thead th { font-size: 13px; } tbody tr { border-top: 1px solid var(--line); } .number { text-align: right; }
tbody th { overflow-wrap: anywhere; }
tr.decides th, tr.decides td { color: var(--text); font-weight: 650; }
.trail th, .trail td { vertical-align: top; } .trail th { padding: 5px 0; color: var(--text); width: 34%; overflow-wrap: anywhere; }
.trail p { margin: 0; overflow-wrap: anywhere; }
.axis { stroke: var(--line); } .too-much { fill: var(--over-soft); } .marker { stroke: var(--soft); stroke-dasharray: 3 4; }
.course { fill: none; stroke-width: 2; } .course.decides { stroke-width: 3.5; }
.course.start { stroke: var(--start); } .course.warm { stroke: var(--warm); } .course.busy { stroke: var(--busy); }
.course.handbook { stroke: var(--handbook); stroke-dasharray: 7 4; }
.course.handbook.decides { stroke: var(--busy); stroke-dasharray: none; }
.dot { fill: var(--card); stroke: var(--fits); stroke-width: 3; } .dot.over { stroke: var(--over); }
.curve text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
details { margin-top: 20px; } summary { cursor: pointer; font-size: 13px; font-weight: 600; color: var(--soft); }
details ul, ul.plain { margin: 6px 0 0; padding-left: 20px; font-size: 15px; overflow-wrap: anywhere; }
@media (max-width: 700px) {
  main { padding: 18px 12px 36px; } article { padding: 18px 16px; }
  .pair { grid-template-columns: minmax(0, 1fr); } dl.numbers { gap: 8px 28px; }
  .curve text, .grid .curve text { font-size: 20px; }
  .trail tr { display: block; padding: 6px 0; }
  .trail th, .trail td { display: block; width: auto; padding: 0; }
}
@media print { body { background: none; } article { break-inside: avoid; } }
"""
