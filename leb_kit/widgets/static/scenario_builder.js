var J=`.leb-builder { background: var(--paper); }
.leb-builder .head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 14px; margin: 0 0 10px; }
.leb-builder h2 { font: 600 17px/1.35 var(--sans); margin: 0; color: inherit; }
.leb-builder h3 { font: 600 14px/1.35 var(--sans); margin: 0; color: inherit; }
.leb-builder h4 { font: 600 12.5px/1.35 var(--sans); margin: 0 0 4px; color: var(--soft); }
.leb-builder ul { list-style: none; margin: 0; padding: 0; }
.leb-builder .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(175px, 1fr)); gap: 10px; margin-bottom: 22px; }
.leb-builder .cards li { display: grid; gap: 1px; align-content: start; margin: 0; padding: 9px 13px 10px; border: 1px solid var(--line); border-radius: 10px; }
.leb-builder .label { font-size: 12px; color: var(--soft); }
.leb-builder .values { font-variant-numeric: tabular-nums; }
.leb-builder .was { color: var(--soft); }
.leb-builder .values b { font-size: 15px; font-weight: 650; white-space: nowrap; }
.leb-builder .change { font-weight: 600; color: var(--soft); font-variant-numeric: tabular-nums; }
.leb-builder .better .change { color: color-mix(in srgb, var(--good) 85%, var(--ink)); }
.leb-builder .worse .change { color: color-mix(in srgb, var(--bad) 85%, var(--ink)); }
.leb-builder .pair { display: inline-flex; flex-wrap: wrap; }
.leb-builder .pair[hidden] { display: none; }
.leb-builder button { font: inherit; font-size: 12.5px; color: inherit; background: transparent; border: 1px solid var(--line); min-height: 28px; min-width: 34px; padding: 2px 11px; margin-left: -1px; cursor: pointer; }
.leb-builder button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
.leb-builder button:last-child { border-radius: 0 6px 6px 0; }
.leb-builder button:hover { border-color: var(--soft); }
.leb-builder button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: transparent; }
.leb-builder button[disabled] { opacity: 0.35; cursor: default; }
.leb-builder .pair { margin-left: 0; }
.leb-builder h2 { margin-right: auto; }
.leb-builder .reset { border-radius: 6px; }
.leb-builder .body { display: grid; grid-template-columns: minmax(0, 1fr) minmax(290px, 350px); gap: 24px; align-items: start; }
.leb-builder fieldset { border: 0; margin: 0 0 18px; padding: 0; min-width: 0; }
.leb-builder legend { width: 100%; padding: 0 0 4px; margin: 0 0 8px; font: 600 13.5px/1.35 var(--sans); color: inherit; border: 0; border-bottom: 1px solid var(--line); }
.leb-builder .measures { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 12px 24px; }
.leb-builder .line { display: flex; align-items: baseline; gap: 8px; }
.leb-builder .line label { flex: 1; font-weight: 500; }
.leb-builder output { font-weight: 650; font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--soft); }
.leb-builder .active output { color: var(--ink); }
.leb-builder .clear { align-self: center; min-width: 24px; min-height: 24px; padding: 0; border: 0; border-radius: 5px !important; font-size: 14px; }
.leb-builder .clear[disabled] { visibility: hidden; }
.leb-builder input { -webkit-appearance: none; appearance: none; display: block; width: 100%; height: 24px; margin: 0; background: transparent; cursor: pointer; }
.leb-builder input::-webkit-slider-runnable-track { height: 6px; border-radius: 3px; background: linear-gradient(to right, var(--good) var(--at, 0%), var(--line) var(--at, 0%)); }
.leb-builder input::-moz-range-track { height: 6px; border-radius: 3px; background: linear-gradient(to right, var(--good) var(--at, 0%), var(--line) var(--at, 0%)); }
.leb-builder input::-webkit-slider-thumb { -webkit-appearance: none; width: 18px; height: 18px; margin-top: -6px; border-radius: 50%; border: 2px solid var(--paper); background: var(--soft); box-shadow: 0 0 0 1px var(--soft); }
.leb-builder input::-moz-range-thumb { width: 14px; height: 14px; border-radius: 50%; border: 2px solid var(--paper); background: var(--soft); box-shadow: 0 0 0 1px var(--soft); }
.leb-builder .active input::-webkit-slider-thumb { background: var(--good); box-shadow: 0 0 0 1px var(--good); }
.leb-builder .active input::-moz-range-thumb { background: var(--good); box-shadow: 0 0 0 1px var(--good); }
.leb-builder input:disabled { cursor: default; opacity: 0.45; }
.leb-builder input:focus-visible { outline: none; }
.leb-builder .measure input:focus-visible::-webkit-slider-thumb { box-shadow: 0 0 0 3px var(--focus); }
.leb-builder .measure input:focus-visible::-moz-range-thumb { box-shadow: 0 0 0 3px var(--focus); }
.leb-builder button:focus-visible, .leb-builder summary:focus-visible, .leb-builder pre:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
.leb-builder .measure p { margin: 0; font-size: 12px; line-height: 1.35; color: var(--soft); }
.leb-builder .result { position: sticky; top: 8px; display: grid; gap: 8px; padding: 14px 16px; border: 1px solid var(--line); border-radius: 10px; }
.leb-builder .result h3 { margin-top: 6px; }
.leb-builder .result .cards { grid-template-columns: 1fr; gap: 0; margin: 0; }
.leb-builder .result .cards li { grid-template: "label change" "values values" / 1fr auto; border: 0; border-radius: 0; border-top: 1px solid var(--line); padding: 7px 0; }
.leb-builder .result .label { grid-area: label; align-self: center; }
.leb-builder .result .values { grid-area: values; }
.leb-builder .result .change { grid-area: change; }
.leb-builder .stale :is(.values b, .change, .changes) { color: var(--soft); }
.leb-builder .changes { margin-top: -6px; }
.leb-builder .changes li { margin: 0; padding: 2px 0; }
.leb-builder .faults { border-left: 4px solid var(--bad); padding: 6px 12px; background: color-mix(in srgb, var(--bad) 8%, var(--paper)); }
.leb-builder .faults[hidden] { display: none; }
.leb-builder .faults h4 { color: color-mix(in srgb, var(--bad) 75%, var(--ink)); }
.leb-builder .faults li { margin: 0 0 4px; }
.leb-builder .faults p { margin: 4px 0 0; font-size: 12px; }
.leb-builder summary { cursor: pointer; width: max-content; }
.leb-builder pre { margin: 6px 0 0; padding: 8px 10px; overflow: auto; border-radius: 6px; background: color-mix(in srgb, var(--ink) 6%, var(--paper)); color: inherit; font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
.leb-builder .unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 760px) { .leb-builder .body { grid-template-columns: minmax(0, 1fr); } .leb-builder .result { position: static; order: -1; } }
@media print { .leb-builder .head button, .leb-builder .clear { display: none; } }
.leb-builder .offered { border-left: 4px solid var(--bad); padding: 8px 14px; margin: 0 0 10px; background: color-mix(in srgb, var(--bad) 8%, var(--paper)); border-radius: 4px; }
.leb-builder .offered[hidden] { display: none; }
.leb-builder .offered p { margin: 0 0 4px; }
.leb-builder .offered p:first-child { font-weight: 600; }
.leb-builder .offered button { margin-left: 6px; border-radius: 6px; border-color: currentcolor; }
.leb-builder .offered:not([hidden]) + .faults { background: none; border-left-color: var(--line); }
`;var K=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;function le(t,n,r){for(let[i,l]of Object.entries(n))l!=null&&t.setAttribute(i,l);return t.append(...r),t}var e=(t,n={},...r)=>le(document.createElement(t),n,r);var Q=t=>e("style",{},K+t),z=(t,n={})=>t.replace(/\{(\w+)\}/g,(r,i)=>n[i]??"");function W(t){let n=t==="en"?"en-GB":"it-IT",r=(i,l)=>new Intl.NumberFormat(n,{maximumFractionDigits:l,useGrouping:"always"}).format(i);return{number:r,energy:i=>r(i,Math.abs(i)<1?2:Math.abs(i)<10?1:0),percent:i=>`${r(100*i,Math.abs(i)<.1?1:0)} %`}}function X(t,n){let r=Object.entries(n);for(let[i,l]of r)t.on(`change:${i}`,l);return()=>r.forEach(([i,l])=>t.off(`change:${i}`,l))}function Y(t,n,r){let i=b=>e("span",{"aria-hidden":"true"},b),l=({arrow:b,result:p,[r]:s})=>e("li",{class:p},e("span",{class:"label"},s.label),e("span",{class:"values"},e("span",{class:"was"},s.before),i(" → "),e("b",{},s.after)),e("span",{class:"change"},i(`${b} `),s.change));t.replaceChildren(...n.map(l))}function Z(t,n,r=Object.keys(t)){let i=r.map(l=>{let b=e("button",{type:"button","data-value":l},t[l]);return b.onclick=()=>n(l),b});return e("div",{class:"pair",role:"group"},...i)}function ee(t,n){for(let r of t.children)r.setAttribute("aria-pressed",String(r.dataset.value===n))}var ne=["plant","network_heat","switch","saving","blend"],re=0;function se(t,n){let r=`leb-measure-${re+=1}`,i=e("label",{for:r}),l=e("output",{for:r}),b=e("button",{type:"button",class:"clear"},"↺"),p=e("p",{id:`${r}-help`}),s=e("input",{id:r,type:"range",min:0,max:t.limit,step:t.step,value:0,"aria-describedby":p.id,"data-kind":t.kind}),v=e("div",{class:"measure"},e("div",{class:"line"},i,l,b),s,p),y=(w,c)=>`${W(c).number(w,2)} ${t.unit}`,A=(w,c,$)=>{let g=w*t.scale,f=t[c];Number(s.value)!==g&&(s.value=g),l.textContent=y(g,c),s.setAttribute("aria-valuetext",l.textContent),s.style.setProperty("--at",`${t.limit?100*g/t.limit:0}%`),v.classList.toggle("active",g>0),b.disabled=!(g>0),s.disabled=!!f.why||!t.limit,i.textContent=f.label,b.setAttribute("aria-label",z($.reset_one,{name:f.label}));let m=t.unit==="%"?"":` (${z($.limit,{limit:y(t.limit,c)})})`;p.textContent=f.why||`${f.help}${m}`};return s.oninput=()=>n(Number((s.value/t.scale).toPrecision(12))),b.onclick=()=>{n(0),s.focus()},{root:v,show:A,kind:t.kind,input:s,told:(w,c)=>[t[c].label,y(w*t.scale,c)]}}function de({model:t,el:n}){let r=o=>t.get(o),i=(o,a)=>{t.set(o,a),t.save_changes()},l=Q(J),b=e("h2"),p=Z({it:"IT",en:"EN"},o=>i("lang",o)),s=e("button",{type:"button",class:"reset"});s.onclick=()=>i("sizes",{});let v=[],y=[],A=e("div"),w=()=>{v=r("sliders").map(o=>se(o,a=>i("sizes",{...r("sizes"),[o.kind]:a}))),y=ne.filter(o=>r("sliders").some(a=>a.group===o)).map(o=>{let a=e("legend"),d=v.filter((u,k)=>r("sliders")[k].group===o).map(({root:u})=>u);return{group:o,legend:a,root:e("fieldset",{},a,e("div",{class:"measures"},...d))}}),A.replaceChildren(...y.map(o=>o.root))},c=`leb-year-${re+=1}`,$=e("label",{for:c}),g=e("output",{for:c}),f=e("p",{id:`${c}-help`}),m=e("input",{id:c,type:"range",step:1,"aria-describedby":f.id});m.oninput=()=>i("year",Number(m.value));let G=e("h3"),P=e("ul",{class:"cards"}),F=e("h4"),R=e("ul",{class:"changes"}),E=e("div",{class:"faults",role:"alert"}),U=e("summary"),M=e("pre",{tabindex:0}),_=e("div",{class:"offered",role:"status"}),V=e("p",{class:"unseen","aria-live":"polite"}),B=e("div",{class:"result"},e("div",{class:"measure active"},e("div",{class:"line"},$,g),m,f),G,P,_,E,F,R,e("details",{},U,M),V),I=e("section",{class:"leb-look leb-builder leb-part"},l,e("div",{class:"head"},b,s,p),e("div",{class:"body"},A,B));n.append(I);let j=()=>r("texts")[r("lang")],N=()=>{let o=r("sizes");v.forEach(({show:a,kind:d})=>a(o[d]??0,r("lang"),j())),s.disabled=!Object.values(o).some(a=>a>0),Object.assign(m,{min:r("base_year"),max:r("horizon")}),g.textContent=m.value=r("year"),m.style.setProperty("--at",`${100*(r("year")-r("base_year"))/(r("horizon")-r("base_year"))}%`),G.textContent=z(j().outcome,{year:r("year")})},L=()=>{let o=r("lang"),a=j(),d=r("outcome"),u=d.faults?.[o]??[];Y(P,d.cards??[],o),B.classList.toggle("stale",u.length>0);let k=d.changes?.[o]??[];R.replaceChildren(...(k.length?k:[a.none]).map(h=>e("li",{},h))),E.hidden=!u.length;let C=d.cards?[e("p",{},a.kept)]:[],x=e("ul",{},...u.map(h=>e("li",{},h))),D=r("offer")?.clash?[e("details",{},e("summary",{},a.why),x),...C]:[e("h4",{},a.faults),x,...C];E.replaceChildren(...u.length?D:[]),M.textContent=d.code??"",M.setAttribute("aria-label",a.code),V.textContent=u.length?"":(d.cards??[]).map(({[o]:h})=>`${h.label}: ${h.after}`).join("; ")},H=()=>{let o=r("lang"),a=j(),{clash:d,kind:u,size:k}=r("offer")??{};if(_.hidden=!d,!d)return _.replaceChildren();let C=S=>v.find(ae=>ae.kind===S),x=d.map(S=>`«${C(S)?.told(0,o)[0]??S}»`),D=x.length>1?`${x.slice(0,-1).join(", ")} ${a.and} ${x.at(-1)}`:x[0],[h,te]=C(u).told(k,o),q=e("button",{type:"button"},a.use);return q.onclick=()=>{i("sizes",{...r("sizes"),[u]:k}),C(u).input.focus()},_.replaceChildren(e("p",{},z(x.length>1?a.clash:a.clash_one,{names:D})),e("p",{},`${z(a.nearest,{name:`«${h}»`,size:te})} `,q))},O=()=>{let o=r("lang"),a=j();I.lang=o,b.textContent=r("titles")[o],I.setAttribute("aria-label",b.textContent),p.hidden=!r("language_switch"),p.setAttribute("aria-label",a.language),ee(p,o),s.textContent=a.reset,$.textContent=a.year,f.textContent=z(a.grows,{base:r("base_year"),horizon:r("horizon")}),F.textContent=a.changes,U.textContent=a.code;for(let{group:d,legend:u}of y)u.textContent=a[d];N(),L(),H()},T=()=>{w(),O()};return T(),X(t,{lang:O,titles:O,language_switch:O,base_year:N,sliders:T,sizes:N,year:N,outcome:L,offer:()=>{H(),L()}})}var ve={render:de};export{ve as default};
