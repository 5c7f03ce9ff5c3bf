// Colours, sizes and marks of the console (`ui/guide.md` §2), so that a page and the console look alike. Fonts come from the
// reader's machine: the page loads nothing.

const light = `
--frame:#F5F5F7;--surface:#FFFFFF;--well:#FAFAFB;--line:#E7E7EB;--line-strong:#D5D5DC;--text:#17171B;--text-2:#4B4B55;
--text-3:#64646F;--accent:#2853E0;--link:#2247C4;--critical:#B3201A;--critical-tint:#FDEDEC;--medium:#815400;
--medium-tint:#FBF4E0;--fill4:#CF2F27;--fill3:#D9601A;--fill2:#B98300;--fill1:#8A8A95;color-scheme:light`;

const dark = `
--frame:#0B0B0D;--surface:#131316;--well:#17171B;--line:#26262C;--line-strong:#36363E;--text:#EDEDF0;--text-2:#B4B4BE;
--text-3:#95959F;--accent:#86A3FF;--link:#9BB3FF;--critical:#FF8F86;--critical-tint:#371A19;--medium:#E6BD5E;
--medium-tint:#2B2413;--fill4:#F2655B;--fill3:#F08A45;--fill2:#D9A93A;--fill1:#73737F;color-scheme:dark`;

export const style = `
:root{${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--frame);color:var(--text);font:400 .8125rem/1.25rem Inter,system-ui,sans-serif}
main,header,nav,footer{max-width:75.25rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1{font-size:1.25rem;line-height:1.75rem;font-weight:600;letter-spacing:-.017em;margin:0;text-wrap:balance}
h2{font-size:1rem;line-height:1.5rem;font-weight:600;letter-spacing:-.012em;margin:0 0 .5rem;text-wrap:balance}
h3{font-size:.875rem;line-height:1.25rem;font-weight:600;letter-spacing:-.008em;margin:1.25rem 0 .5rem}
p,li{font-size:.875rem;line-height:1.375rem;max-width:72ch;text-wrap:pretty}
p{margin:0 0 .5rem}
ul{margin:0 0 .5rem;padding-left:1.25rem}
a{color:var(--link);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1.5rem;top:.5rem}
nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0 0;padding:0;list-style:none}
nav a{display:inline-block;min-height:1.5rem}
section{background:var(--surface);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1.25rem 0}
.small{display:block;color:var(--text-3);font-size:.75rem;line-height:1rem}
code{font-family:"JetBrains Mono",ui-monospace,monospace;font-size:.9em;font-feature-settings:"zero";overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere;max-width:60ch;unicode-bidi:isolate}
.note{border-radius:.375rem;padding:.5rem .75rem;margin:0 0 .5rem;background:var(--well);border:1px solid var(--line)}
.note.critical{background:var(--critical-tint);color:var(--critical)}
.note.medium{background:var(--medium-tint);color:var(--medium)}
.note.critical a,.note.medium a{color:inherit}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem;padding:0;margin:.75rem 0;list-style:none}
.figures li{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;font-size:.8125rem;line-height:1.25rem}
.figures b{display:block;font-size:1.75rem;line-height:2.25rem;font-weight:600;letter-spacing:-.022em}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.25rem 1rem;margin:0 0 .75rem}
dt{color:var(--text-3)}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:0 0 .5rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--text-2);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line);font-weight:400}
thead th{font-size:.75rem;line-height:1rem;font-weight:500;color:var(--text-3);border-top:0;vertical-align:bottom}
tbody th:not([colspan]){font-weight:500}
th.n,td.n{text-align:right;white-space:nowrap;padding-right:1.75rem}
tr.group>th{background:var(--well);font-weight:500;padding-left:.5rem}
tr.rest>td{color:var(--text-3)}
:target{outline:2px solid var(--accent);outline-offset:2px}
.mark{width:.875rem;height:.875rem;vertical-align:-.125rem;margin-right:.375rem}
.r4{color:var(--critical);font-weight:500}
.mini{display:block;width:6.75rem;height:.375rem;margin-top:.25rem}
.label{font-size:.75rem;line-height:1rem;color:var(--text-3);margin:.5rem 0 .25rem}
.shares{display:block;width:100%;height:.625rem;margin:0 0 .75rem}
.f4{fill:var(--fill4)}.f3{fill:var(--fill3)}.f2{fill:var(--fill2)}.f1{fill:var(--fill1)}.f0{fill:var(--line-strong)}
.low{fill:var(--line-strong)}.unrated{fill:var(--line)}.on{fill:var(--surface)}
.defs{position:absolute;width:0;height:0}
footer{padding-bottom:2rem;color:var(--text-3)}
@media (max-width:48rem){main,header,nav,footer{padding-left:.75rem;padding-right:.75rem}dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@page{margin:16mm 14mm}
@media print{
body{background:none;font-size:9pt;line-height:12pt}
main,header,footer{max-width:none;padding:0}
nav,.skip{display:none}
section{border:0;padding:0;margin:0 0 8mm}
section.annex{break-before:page}
h2,h3,caption,tr.group{break-after:avoid}
tr,.note,.figures li{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
a{color:inherit;text-decoration:none}
:target{outline:0}
svg,.note,tr.group>th{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
