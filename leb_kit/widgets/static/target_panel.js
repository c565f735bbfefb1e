var h=`.leb-targets { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; color: var(--ink); font: 13px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
[data-jp-theme-light="false"] .leb-targets { --good: #4fae7c; --bad: #e5834f; }
.leb-targets h2 { font: 600 15px/1.4 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; margin: 0 0 10px; color: inherit; }
.leb-targets ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 14px; list-style: none; margin: 0; padding: 0; }
.leb-targets li { border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px 16px; margin: 0; background: var(--paper); }
.leb-targets h3 { font: 600 13.5px/1.35 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; margin: 0; margin-bottom: 6px; color: inherit; }
.leb-targets svg { display: block; width: 100%; max-width: 230px; margin: 0 auto; }
.leb-targets .rail { fill: none; stroke: var(--line); stroke-width: 13; }
.leb-targets .zone { fill: none; stroke: var(--good); stroke-width: 3; stroke-opacity: 0.55; }
.leb-targets .reach { fill: none; stroke-width: 13; stroke: var(--bad); transition: stroke-dashoffset 0.35s; }
.leb-targets .met .reach { stroke: var(--good); }
.leb-targets .mark { stroke: var(--ink); stroke-width: 2.5; }
.leb-targets text { font: 650 24px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--ink); text-anchor: middle; font-variant-numeric: tabular-nums; }
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
`;var w="http://www.w3.org/2000/svg";function y(e,r,t){for(let[o,n]of Object.entries(r))n!=null&&e.setAttribute(o,n);return e.append(...t),e}var a=(e,r={},...t)=>y(document.createElement(e),r,t),p=(e,r={},...t)=>y(document.createElementNS(w,e),r,t);function v(e,r){let t=Object.entries(r);for(let[o,n]of t)e.on(`change:${o}`,n);return()=>t.forEach(([o,n])=>e.off(`change:${o}`,n))}var m=84,b={x:110,y:104},d=(e,r)=>{let t=Math.PI*(1-e);return[b.x+r*Math.cos(t),b.y-r*Math.sin(t)].map(o=>o.toFixed(2))},x=(e,r,t)=>`M${d(e,t)}A${t},${t} 0 0 1 ${d(r,t)}`;function A(e,r){let t=(i,g)=>{let f=p("text",g);return f.textContent=i,f},o=e.sense==="at_least"?[e.mark,1]:[0,e.mark],[n,l]=d(e.mark,m-11),[c,u]=d(e.mark,m+14),s=`${r.label}: ${r.value}, ${r.required}. ${r.result}.`;return p("svg",{viewBox:"0 0 220 112",role:"img","aria-label":s},p("path",{class:"rail",d:x(0,1,m)}),p("path",{class:"zone",d:x(...o,m+11)}),p("path",{class:"reach",d:x(0,Math.max(e.reach,.004),m)}),p("line",{class:"mark",x1:n,y1:l,x2:c,y2:u}),t(r.number,{x:b.x,y:r.unit?86:98}),t(r.unit,{class:"unit",x:b.x,y:103}))}function $(e,r){let t=e[r];return a("li",{class:e.met?"met":"missed"},a("h3",{},t.label),A(e,t),a("div",{class:"result"},a("span",{"aria-hidden":"true"},e.met?"✓":"✕"),`${t.result} · ${t.required}`),a("p",{},t.what),a("p",{class:"why"},t.why))}function j(e,r,t){let o=["label","value","required","gap","result"],n=[t.indicator,t.value,t.required,t.gap,t.result],l=s=>s>0&&s<4?{class:"figure"}:{},c=a("tr",{},...n.map((s,i)=>a("th",{scope:"col",...l(i)},s))),u=e.map(s=>a("tr",{},...o.map((i,g)=>a("td",l(g),s[r][i]))));return a("table",{},a("thead",{},c),a("tbody",{},...u))}function C({model:e,el:r}){let t=a("section",{class:"leb-targets leb-part"}),o=a("style");o.textContent=h;let n=a("h2"),l=a("ul"),c=a("summary"),u=a("details",{},c);t.append(o,n,l,u),r.append(t);let s=()=>{let i=e.get("lang"),g=e.get("texts")[i];t.lang=i,n.textContent=e.get("title")||g.title,t.setAttribute("aria-label",n.textContent),l.replaceChildren(...e.get("cards").map(f=>$(f,i))),c.textContent=g.table,u.replaceChildren(c,j(e.get("cards"),i,g))};return s(),v(e,{cards:s,lang:s,title:s})}var R={render:C};export{R as default};
