var h=`.leb-targets h2 { font: 600 15px/1.4 var(--sans); margin: 0 0 10px; color: inherit; }
.leb-targets ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 14px; list-style: none; margin: 0; padding: 0; }
.leb-targets li { border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px 16px; margin: 0; background: var(--paper); }
.leb-targets h3 { font: 600 13.5px/1.35 var(--sans); margin: 0; margin-bottom: 6px; color: inherit; }
.leb-targets svg { display: block; width: 100%; max-width: 230px; margin: 0 auto; }
.leb-targets .rail { fill: none; stroke: var(--line); stroke-width: 13; }
.leb-targets .zone { fill: none; stroke: var(--good); stroke-width: 3; stroke-opacity: 0.55; }
.leb-targets .reach { fill: none; stroke-width: 13; stroke: var(--bad); transition: stroke-dashoffset 0.35s; }
.leb-targets .met .reach { stroke: var(--good); }
.leb-targets .mark { stroke: var(--ink); stroke-width: 2.5; }
.leb-targets text { font: 650 24px var(--sans); fill: var(--ink); text-anchor: middle; font-variant-numeric: tabular-nums; }
.leb-targets text.unit { font-size: 12px; font-weight: 400; fill: var(--soft); }
.leb-targets .result { display: flex; justify-content: center; align-items: center; gap: 6px; font-weight: 600; margin: 6px 0 8px; color: color-mix(in srgb, var(--bad) 85%, var(--ink)); }
.leb-targets .met .result { color: color-mix(in srgb, var(--good) 85%, var(--ink)); }
.leb-targets p { margin: 0 0 6px; }
.leb-targets .why { color: var(--soft); margin: 0; }
.leb-targets details { margin-top: 10px; }
.leb-targets summary { cursor: pointer; width: max-content; }
.leb-targets summary:focus-visible { outline: 2px solid #1c6dd0; outline-offset: 2px; }
.leb-targets table { border-collapse: collapse; margin: 6px 0 0; font-size: 12.5px; }
.leb-targets th, .leb-targets td { padding: 4px 14px 4px 0; text-align: left; color: inherit; }
.leb-targets .figure { text-align: right; font-variant-numeric: tabular-nums; }
@media (prefers-reduced-motion: reduce) { .leb-targets * { transition: none !important; } }
.leb-targets .table { overflow-x: auto; max-width: 100%; }
.leb-targets .table:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
`;var v=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;var C="http://www.w3.org/2000/svg";function k(e,r,t){for(let[o,n]of Object.entries(r))n!=null&&e.setAttribute(o,n);return e.append(...t),e}var a=(e,r={},...t)=>k(document.createElement(e),r,t),u=(e,r={},...t)=>k(document.createElementNS(C,e),r,t),y=e=>a("style",{},v+e);function w(e,r){let t=Object.entries(r);for(let[o,n]of t)e.on(`change:${o}`,n);return()=>t.forEach(([o,n])=>e.off(`change:${o}`,n))}function $(e,r,t,o){let n=s=>t.includes(s)?{class:"figure"}:{},c=a("tr",{},...e.map((s,l)=>a("th",{scope:"col",...n(l)},s))),i=r.map(s=>a("tr",{},...s.map((l,p)=>a("td",n(p),l)))),g=a("table",{},a("thead",{},c),a("tbody",{},...i));return a("div",{class:"table",role:"region","aria-label":o,tabindex:0},g)}var f=84,d={x:110,y:104},m=(e,r)=>{let t=Math.PI*(1-e);return[d.x+r*Math.cos(t),d.y-r*Math.sin(t)].map(o=>o.toFixed(2))},x=(e,r,t)=>`M${m(e,t)}A${t},${t} 0 0 1 ${m(r,t)}`;function E(e,r){let t=(l,p)=>{let b=u("text",p);return b.textContent=l,b},o=e.sense==="at_least"?[e.mark,1]:[0,e.mark],[n,c]=m(e.mark,f-11),[i,g]=m(e.mark,f+14),s=`${r.label}: ${r.value}, ${r.required}. ${r.result}.`;return u("svg",{viewBox:"0 0 220 112",role:"img","aria-label":s},u("path",{class:"rail",d:x(0,1,f)}),u("path",{class:"zone",d:x(...o,f+11)}),u("path",{class:"reach",d:x(0,Math.max(e.reach,.004),f)}),u("line",{class:"mark",x1:n,y1:c,x2:i,y2:g}),t(r.number,{x:d.x,y:r.unit?86:98}),t(r.unit,{class:"unit",x:d.x,y:103}))}function M(e,r){let t=e[r];return a("li",{class:e.met?"met":"missed"},a("h3",{},t.label),E(e,t),a("div",{class:"result"},a("span",{"aria-hidden":"true"},e.met?"✓":"✕"),`${t.result} · ${t.required}`),a("p",{},t.what),a("p",{class:"why"},t.why))}function z(e,r,t){let o=["label","value","required","gap","result"],n=[t.indicator,t.value,t.required,t.gap,t.result];return $(n,e.map(c=>o.map(i=>c[r][i])),[1,2,3],t.table)}function q({model:e,el:r}){let t=a("section",{class:"leb-look leb-targets leb-part"}),o=y(h),n=a("h2"),c=a("ul"),i=a("summary"),g=a("details",{},i);t.append(o,n,c,g),r.append(t);let s=()=>{let l=e.get("lang"),p=e.get("texts")[l];t.lang=l,n.textContent=e.get("title")||p.title,t.setAttribute("aria-label",n.textContent),c.replaceChildren(...e.get("cards").map(b=>M(b,l))),i.textContent=p.table,g.replaceChildren(i,z(e.get("cards"),l,p))};return s(),w(e,{cards:s,lang:s,title:s})}var B={render:q};export{B as default};
