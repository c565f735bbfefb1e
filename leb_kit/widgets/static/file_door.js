var v=`.leb-door [hidden] { display: none !important; }
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
`;var y=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;function $(e,a,t){for(let[n,s]of Object.entries(a))s!=null&&e.setAttribute(n,s);return e.append(...t),e}var r=(e,a={},...t)=>$(document.createElement(e),a,t);var k=e=>r("style",{},y+e),A=(e,a={})=>e.replace(/\{(\w+)\}/g,(t,n)=>a[n]??"");function L(e,a){let t=Object.entries(a);for(let[n,s]of t)e.on(`change:${n}`,s);return()=>t.forEach(([n,s])=>e.off(`change:${n}`,s))}function j(e,a){let t=URL.createObjectURL(a),n=document.createElement("a");n.href=t,n.download=e,document.body.append(n),n.click(),n.remove(),setTimeout(()=>URL.revokeObjectURL(t),1e4)}function z({model:e,el:a}){let t=o=>e.get(o),n=k(v),s=r("span"),d=r("input",{type:"file",accept:t("kinds").join(",")}),u=r("button",{type:"button"}),p=r("div",{class:"told"}),b=r("button",{type:"button"}),c=r("select"),h=r("div",{class:"chosen"},c,b),m=r("section",{class:"leb-look leb-door"},n,r("div",{class:"row"},r("label",{},s,d),u),p,h);a.append(m);let l;d.onchange=async()=>{let o=d.files[0];o&&(l=o.size>t("limit")?{name:o.name,mb:Math.round(o.size/1e6)}:void 0,l?g():e.send({do:"read",name:o.name},void 0,[await o.arrayBuffer()]),d.value="")},u.onclick=()=>e.send({do:"write"}),b.onclick=()=>e.send({do:"take",part:c.value}),e.on("msg:custom",(o,i)=>{o.name&&j(o.name,new Blob([i[0]]))});let g=()=>{let o=t("texts")[t("lang")],i=l?{refused:!0,said:[A(o.too_large,{...l,most:Math.round(t("limit")/1e6)})]}:t("seen");p.className=`told${i.refused?" refused":""}`,p.setAttribute("role",i.refused?"alert":"status"),p.replaceChildren(...(i.said??[]).map(f=>r("p",{},f)));let x=l?[]:i.parts??[];c.replaceChildren(...x.map(f=>r("option",{value:f.id},f[t("lang")]))),c.hidden=x.length<2,h.hidden=!x.length},w=()=>{let o=t("texts")[t("lang")];m.lang=t("lang"),m.setAttribute("aria-label",o.title),s.textContent=o.choose,u.textContent=o.write,b.textContent=o.take,c.setAttribute("aria-label",o.part),g()};return w(),L(e,{lang:w,seen:()=>{l=void 0,g()}})}var D={render:z};export{D as default};
