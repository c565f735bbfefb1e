var G=`.leb-builder { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--paper); font: 13px/1.45 var(--sans); }
[data-jp-theme-light="false"] .leb-builder { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
.leb-builder * { box-sizing: border-box; }
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
`;function J(r,o,t){for(let[a,n]of Object.entries(o))n!=null&&r.setAttribute(a,n);return r.append(...t),r}var e=(r,o={},...t)=>J(document.createElement(r),o,t);var k=(r,o={})=>r.replace(/\{(\w+)\}/g,(t,a)=>o[a]??"");function P(r){let o=r==="en"?"en-GB":"it-IT",t=(a,n)=>new Intl.NumberFormat(o,{maximumFractionDigits:n,useGrouping:"always"}).format(a);return{number:t,energy:a=>t(a,Math.abs(a)<1?2:Math.abs(a)<10?1:0),percent:a=>`${t(100*a,Math.abs(a)<.1?1:0)}%`}}function F(r,o){let t=Object.entries(o);for(let[a,n]of t)r.on(`change:${a}`,n);return()=>t.forEach(([a,n])=>r.off(`change:${a}`,n))}function R(r,o,t){let a=d=>e("span",{"aria-hidden":"true"},d),n=({arrow:d,result:p,[t]:s})=>e("li",{class:p},e("span",{class:"label"},s.label),e("span",{class:"values"},e("span",{class:"was"},s.before),a(" → "),e("b",{},s.after)),e("span",{class:"change"},a(`${d} `),s.change));r.replaceChildren(...o.map(n))}function U(r,o,t=Object.keys(r)){let a=t.map(n=>{let d=e("button",{type:"button","data-value":n},r[n]);return d.onclick=()=>o(n),d});return e("div",{class:"pair",role:"group"},...a)}function V(r,o){for(let t of r.children)t.setAttribute("aria-pressed",String(t.dataset.value===o))}var K=["plant","network_heat","switch","saving","blend"],B=0;function Q(r,o){let t=`leb-measure-${B+=1}`,a=e("label",{for:t}),n=e("output",{for:t}),d=e("button",{type:"button",class:"clear"},"↺"),p=e("p",{id:`${t}-help`}),s=e("input",{id:t,type:"range",min:0,max:r.limit,step:r.step,value:0,"aria-describedby":p.id,"data-kind":r.kind}),y=e("div",{class:"measure"},e("div",{class:"line"},a,n,d),s,p),w=(f,g)=>`${P(g).number(f,2)} ${r.unit}`,x=(f,g,h)=>{let b=f*r.scale,m=r[g];Number(s.value)!==b&&(s.value=b),n.textContent=w(b,g),s.setAttribute("aria-valuetext",n.textContent),s.style.setProperty("--at",`${r.limit?100*b/r.limit:0}%`),y.classList.toggle("active",b>0),d.disabled=!(b>0),s.disabled=!!m.why||!r.limit,a.textContent=m.label,d.setAttribute("aria-label",k(h.reset_one,{name:m.label}));let C=r.unit==="%"?"":` (${k(h.limit,{limit:w(r.limit,g)})})`;p.textContent=m.why||`${m.help}${C}`};return s.oninput=()=>o(Number((s.value/r.scale).toPrecision(12))),d.onclick=()=>{o(0),s.focus()},{root:y,show:x,kind:r.kind}}function W({model:r,el:o}){let t=i=>r.get(i),a=(i,l)=>{r.set(i,l),r.save_changes()},n=e("style");n.textContent=G;let d=e("h2"),p=U({it:"IT",en:"EN"},i=>a("lang",i)),s=e("button",{type:"button",class:"reset"});s.onclick=()=>a("sizes",{});let y=t("sliders").map(i=>Q(i,l=>a("sizes",{...t("sizes"),[i.kind]:l}))),w=K.filter(i=>t("sliders").some(l=>l.group===i)).map(i=>{let l=e("legend"),u=y.filter((c,A)=>t("sliders")[A].group===i).map(({root:c})=>c);return{group:i,legend:l,root:e("fieldset",{},l,e("div",{class:"measures"},...u))}}),x=`leb-year-${B+=1}`,f=e("label",{for:x}),g=e("output",{for:x}),h=e("p",{id:`${x}-help`}),b=e("input",{id:x,type:"range",min:t("base_year"),max:t("horizon"),step:1,value:t("year"),"aria-describedby":h.id});b.oninput=()=>a("year",Number(b.value));let m=e("h3"),C=e("ul",{class:"cards"}),E=e("h4"),O=e("ul",{class:"changes"}),j=e("div",{class:"faults",role:"alert"}),M=e("summary"),_=e("pre",{tabindex:0}),I=e("p",{class:"unseen","aria-live":"polite"}),L=e("div",{class:"result"},e("div",{class:"measure active"},e("div",{class:"line"},f,g),b,h),m,C,j,E,O,e("details",{},M,_),I),N=e("section",{class:"leb-builder leb-part"},n,e("div",{class:"head"},d,s,p),e("div",{class:"body"},e("div",{},...w.map(i=>i.root)),L));o.append(N);let z=()=>t("texts")[t("lang")],S=()=>{let i=t("sizes");y.forEach(({show:l,kind:u})=>l(i[u]??0,t("lang"),z())),s.disabled=!Object.values(i).some(l=>l>0),g.textContent=b.value=t("year"),b.style.setProperty("--at",`${100*(t("year")-t("base_year"))/(t("horizon")-t("base_year"))}%`),m.textContent=k(z().outcome,{year:t("year")})},D=()=>{let i=t("lang"),l=z(),u=t("outcome"),c=u.faults?.[i]??[];R(C,u.cards??[],i),L.classList.toggle("stale",c.length>0);let A=u.changes?.[i]??[];O.replaceChildren(...(A.length?A:[l.none]).map(v=>e("li",{},v))),j.hidden=!c.length;let H=u.cards?[e("p",{},l.kept)]:[],T=e("ul",{},...c.map(v=>e("li",{},v)));j.replaceChildren(...c.length?[e("h4",{},l.faults),T,...H]:[]),_.textContent=u.code??"",_.setAttribute("aria-label",l.code),I.textContent=c.length?"":(u.cards??[]).map(({[i]:v})=>`${v.label}: ${v.after}`).join("; ")},$=()=>{let i=t("lang"),l=z();N.lang=i,d.textContent=t("titles")[i],N.setAttribute("aria-label",d.textContent),p.hidden=!t("language_switch"),p.setAttribute("aria-label",l.language),V(p,i),s.textContent=l.reset,f.textContent=l.year,h.textContent=k(l.grows,{base:t("base_year"),horizon:t("horizon")}),E.textContent=l.changes,M.textContent=l.code;for(let{group:u,legend:c}of w)c.textContent=l[u];S(),D()};return $(),F(r,{lang:$,titles:$,language_switch:$,sizes:S,year:S,outcome:D})}var ie={render:W};export{ie as default};
