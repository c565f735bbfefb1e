var v=`.leb-door { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; color: var(--ink); font: 13px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
[data-jp-theme-light="false"] .leb-door { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
.leb-door [hidden] { display: none !important; }
.leb-door .row { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; }
.leb-door label { display: grid; gap: 3px; font-size: 12px; color: var(--soft); max-width: 100%; }
.leb-door input { font: inherit; font-size: 13px; color: var(--ink); max-width: 100%; }
.leb-door input::file-selector-button, .leb-door button, .leb-door select { font: inherit; font-size: 13px; color: var(--ink); background: transparent; border: 1px solid var(--line); border-radius: 6px; min-height: 30px; padding: 3px 12px; cursor: pointer; }
.leb-door input::file-selector-button { margin-right: 10px; }
.leb-door select { max-width: 100%; }
.leb-door select option { color: #1f2a37; background: #fff; }
.leb-door :is(button, select, input):focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.leb-door .told:empty { display: none; }
.leb-door .told { border-left: 4px solid var(--good); padding: 6px 12px; margin: 10px 0 0; background: color-mix(in srgb, var(--good) 9%, var(--paper)); max-height: 260px; overflow: auto; overflow-wrap: anywhere; }
.leb-door .told.refused { border-color: var(--bad); background: color-mix(in srgb, var(--bad) 9%, var(--paper)); }
.leb-door .told p { margin: 0; }
.leb-door .chosen { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 0; }
.leb-door .chosen button { background: var(--ink); color: var(--paper); }
@media print { .leb-door { display: none; } }
`;function j(t,r,e){for(let[a,i]of Object.entries(r))i!=null&&t.setAttribute(a,i);return t.append(...e),t}var n=(t,r={},...e)=>j(document.createElement(t),r,e);var y=(t,r={})=>t.replace(/\{(\w+)\}/g,(e,a)=>r[a]??"");function k(t,r){let e=Object.entries(r);for(let[a,i]of e)t.on(`change:${a}`,i);return()=>e.forEach(([a,i])=>t.off(`change:${a}`,i))}function L({model:t,el:r}){let e=o=>t.get(o),a=n("style");a.textContent=v;let i=n("span"),c=n("input",{type:"file",accept:e("kinds").join(",")}),u=n("button",{type:"button"}),p=n("div",{class:"told"}),b=n("button",{type:"button"}),d=n("select"),h=n("div",{class:"chosen"},d,b),g=n("section",{class:"leb-door"},a,n("div",{class:"row"},n("label",{},i,c),u),p,h);r.append(g);let s;c.onchange=async()=>{let o=c.files[0];o&&(s=o.size>e("limit")?{name:o.name,mb:Math.round(o.size/1e6)}:void 0,s?m():t.send({do:"read",name:o.name},void 0,[await o.arrayBuffer()]),c.value="")},u.onclick=()=>t.send({do:"write"}),b.onclick=()=>t.send({do:"take",part:d.value}),t.on("msg:custom",(o,l)=>{o.name&&C(o.name,l[0])});let m=()=>{let o=e("texts")[e("lang")],l=s?{refused:!0,said:[y(o.too_large,{...s,most:Math.round(e("limit")/1e6)})]}:e("seen");p.className=`told${l.refused?" refused":""}`,p.setAttribute("role",l.refused?"alert":"status"),p.replaceChildren(...(l.said??[]).map(f=>n("p",{},f)));let x=s?[]:l.parts??[];d.replaceChildren(...x.map(f=>n("option",{value:f.id},f[e("lang")]))),d.hidden=x.length<2,h.hidden=!x.length},w=()=>{let o=e("texts")[e("lang")];g.lang=e("lang"),g.setAttribute("aria-label",o.title),i.textContent=o.choose,u.textContent=o.write,b.textContent=o.take,d.setAttribute("aria-label",o.part),m()};return w(),k(t,{lang:w,seen:()=>{s=void 0,m()}})}function C(t,r){let e=n("a",{href:URL.createObjectURL(new Blob([r])),download:t});e.click(),setTimeout(()=>URL.revokeObjectURL(e.href),1e4)}var M={render:L};export{M as default};
