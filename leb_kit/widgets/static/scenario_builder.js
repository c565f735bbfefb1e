var H=`.leb-builder { background: var(--paper); }
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
`;var T=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;function ae(r,n,t){for(let[i,l]of Object.entries(n))l!=null&&r.setAttribute(i,l);return r.append(...t),r}var e=(r,n={},...t)=>ae(document.createElement(r),n,t);var q=r=>e("style",{},T+r),y=(r,n={})=>r.replace(/\{(\w+)\}/g,(t,i)=>n[i]??"");function J(r){let n=r==="en"?"en-GB":"it-IT",t=(i,l)=>new Intl.NumberFormat(n,{maximumFractionDigits:l,useGrouping:"always"}).format(i);return{number:t,energy:i=>t(i,Math.abs(i)<1?2:Math.abs(i)<10?1:0),percent:i=>`${t(100*i,Math.abs(i)<.1?1:0)} %`}}function K(r,n){let t=Object.entries(n);for(let[i,l]of t)r.on(`change:${i}`,l);return()=>t.forEach(([i,l])=>r.off(`change:${i}`,l))}function Q(r,n,t){let i=b=>e("span",{"aria-hidden":"true"},b),l=({arrow:b,result:g,[t]:s})=>e("li",{class:g},e("span",{class:"label"},s.label),e("span",{class:"values"},e("span",{class:"was"},s.before),i(" → "),e("b",{},s.after)),e("span",{class:"change"},i(`${b} `),s.change));r.replaceChildren(...n.map(l))}function W(r,n,t=Object.keys(r)){let i=t.map(l=>{let b=e("button",{type:"button","data-value":l},r[l]);return b.onclick=()=>n(l),b});return e("div",{class:"pair",role:"group"},...i)}function X(r,n){for(let t of r.children)t.setAttribute("aria-pressed",String(t.dataset.value===n))}var ie=["plant","network_heat","switch","saving","blend"],Y=0;function oe(r,n){let t=`leb-measure-${Y+=1}`,i=e("label",{for:t}),l=e("output",{for:t}),b=e("button",{type:"button",class:"clear"},"↺"),g=e("p",{id:`${t}-help`}),s=e("input",{id:t,type:"range",min:0,max:r.limit,step:r.step,value:0,"aria-describedby":g.id,"data-kind":r.kind}),w=e("div",{class:"measure"},e("div",{class:"line"},i,l,b),s,g),k=(f,p)=>`${J(p).number(f,2)} ${r.unit}`,z=(f,p,C)=>{let c=f*r.scale,m=r[p];Number(s.value)!==c&&(s.value=c),l.textContent=k(c,p),s.setAttribute("aria-valuetext",l.textContent),s.style.setProperty("--at",`${r.limit?100*c/r.limit:0}%`),w.classList.toggle("active",c>0),b.disabled=!(c>0),s.disabled=!!m.why||!r.limit,i.textContent=m.label,b.setAttribute("aria-label",y(C.reset_one,{name:m.label}));let A=r.unit==="%"?"":` (${y(C.limit,{limit:k(r.limit,p)})})`;g.textContent=m.why||`${m.help}${A}`};return s.oninput=()=>n(Number((s.value/r.scale).toPrecision(12))),b.onclick=()=>{n(0),s.focus()},{root:w,show:z,kind:r.kind,input:s,told:(f,p)=>[r[p].label,k(f*r.scale,p)]}}function le({model:r,el:n}){let t=o=>r.get(o),i=(o,a)=>{r.set(o,a),r.save_changes()},l=q(H),b=e("h2"),g=W({it:"IT",en:"EN"},o=>i("lang",o)),s=e("button",{type:"button",class:"reset"});s.onclick=()=>i("sizes",{});let w=t("sliders").map(o=>oe(o,a=>i("sizes",{...t("sizes"),[o.kind]:a}))),k=ie.filter(o=>t("sliders").some(a=>a.group===o)).map(o=>{let a=e("legend"),d=w.filter((u,v)=>t("sliders")[v].group===o).map(({root:u})=>u);return{group:o,legend:a,root:e("fieldset",{},a,e("div",{class:"measures"},...d))}}),z=`leb-year-${Y+=1}`,f=e("label",{for:z}),p=e("output",{for:z}),C=e("p",{id:`${z}-help`}),c=e("input",{id:z,type:"range",min:t("base_year"),max:t("horizon"),step:1,value:t("year"),"aria-describedby":C.id});c.oninput=()=>i("year",Number(c.value));let m=e("h3"),A=e("ul",{class:"cards"}),G=e("h4"),P=e("ul",{class:"changes"}),E=e("div",{class:"faults",role:"alert"}),F=e("summary"),O=e("pre",{tabindex:0}),_=e("div",{class:"offered",role:"status"}),R=e("p",{class:"unseen","aria-live":"polite"}),U=e("div",{class:"result"},e("div",{class:"measure active"},e("div",{class:"line"},f,p),c,C),m,A,_,E,G,P,e("details",{},F,O),R),M=e("section",{class:"leb-look leb-builder leb-part"},l,e("div",{class:"head"},b,s,g),e("div",{class:"body"},e("div",{},...k.map(o=>o.root)),U));n.append(M);let j=()=>t("texts")[t("lang")],I=()=>{let o=t("sizes");w.forEach(({show:a,kind:d})=>a(o[d]??0,t("lang"),j())),s.disabled=!Object.values(o).some(a=>a>0),p.textContent=c.value=t("year"),c.style.setProperty("--at",`${100*(t("year")-t("base_year"))/(t("horizon")-t("base_year"))}%`),m.textContent=y(j().outcome,{year:t("year")})},L=()=>{let o=t("lang"),a=j(),d=t("outcome"),u=d.faults?.[o]??[];Q(A,d.cards??[],o),U.classList.toggle("stale",u.length>0);let v=d.changes?.[o]??[];P.replaceChildren(...(v.length?v:[a.none]).map(h=>e("li",{},h))),E.hidden=!u.length;let $=d.cards?[e("p",{},a.kept)]:[],x=e("ul",{},...u.map(h=>e("li",{},h))),D=t("offer")?.clash?[e("details",{},e("summary",{},a.why),x),...$]:[e("h4",{},a.faults),x,...$];E.replaceChildren(...u.length?D:[]),O.textContent=d.code??"",O.setAttribute("aria-label",a.code),R.textContent=u.length?"":(d.cards??[]).map(({[o]:h})=>`${h.label}: ${h.after}`).join("; ")},V=()=>{let o=t("lang"),a=j(),{clash:d,kind:u,size:v}=t("offer")??{};if(_.hidden=!d,!d)return _.replaceChildren();let $=S=>w.find(ee=>ee.kind===S),x=d.map(S=>`«${$(S)?.told(0,o)[0]??S}»`),D=x.length>1?`${x.slice(0,-1).join(", ")} ${a.and} ${x.at(-1)}`:x[0],[h,Z]=$(u).told(v,o),B=e("button",{type:"button"},a.use);return B.onclick=()=>{i("sizes",{...t("sizes"),[u]:v}),$(u).input.focus()},_.replaceChildren(e("p",{},y(x.length>1?a.clash:a.clash_one,{names:D})),e("p",{},`${y(a.nearest,{name:`«${h}»`,size:Z})} `,B))},N=()=>{let o=t("lang"),a=j();M.lang=o,b.textContent=t("titles")[o],M.setAttribute("aria-label",b.textContent),g.hidden=!t("language_switch"),g.setAttribute("aria-label",a.language),X(g,o),s.textContent=a.reset,f.textContent=a.year,C.textContent=y(a.grows,{base:t("base_year"),horizon:t("horizon")}),G.textContent=a.changes,F.textContent=a.code;for(let{group:d,legend:u}of k)u.textContent=a[d];I(),L(),V()};return N(),K(r,{lang:N,titles:N,language_switch:N,sizes:I,year:I,outcome:L,offer:()=>{V(),L()}})}var me={render:le};export{me as default};
