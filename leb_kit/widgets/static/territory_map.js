var T=`.leb-map { --s0: #e4eff0; --s1: #b3d2d6; --s2: #79aeb7; --s3: #3f8296; --s4: #14526e; --sx: #dcdcd9; --pick: #c8451f; background: var(--paper); }
[data-jp-theme-light="false"] .leb-map { --s0: #17303b; --s1: #1f5064; --s2: #3a7e93; --s3: #76b0bd; --s4: #cbe6e8; --sx: #4a4a4a; --pick: #ff9d6c; }
.leb-map .head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 14px; margin: 0 0 10px; }
.leb-map h2 { font: 600 17px/1.35 var(--sans); margin: 0; color: inherit; }
.leb-map .pair { display: inline-flex; }
.leb-map .pair[hidden] { display: none; }
.leb-map button { font: inherit; font-size: 12.5px; color: inherit; background: transparent; border: 1px solid var(--line); min-height: 28px; padding: 2px 11px; cursor: pointer; }
.leb-map .pair button { min-width: 34px; margin-left: -1px; }
.leb-map .pair button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
.leb-map .pair button:last-child { border-radius: 0 6px 6px 0; }
.leb-map .pair button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: transparent; }
.leb-map button:focus-visible, .leb-map summary:focus-visible, .leb-map input:focus-visible, .leb-map .table:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.leb-map .body { display: flex; flex-wrap: wrap; gap: 14px 32px; align-items: flex-start; }
.leb-map .stage { position: relative; flex: 1 1 320px; max-width: 660px; min-width: 0; }
.leb-map svg { display: block; width: 100%; aspect-ratio: var(--shape); max-height: 78vh; overflow: visible; }
.leb-map path { fill-rule: evenodd; }
.leb-map [data-code] { stroke: var(--paper); stroke-width: 1.4; stroke-linejoin: round; cursor: pointer; outline: none; transition: fill 0.25s, fill-opacity 0.18s; }
.leb-map [data-code]:hover { stroke: var(--ink); stroke-width: 2.4; }
.leb-map .s0 { fill: var(--s0); background: var(--s0); }
.leb-map .s1 { fill: var(--s1); background: var(--s1); }
.leb-map .s2 { fill: var(--s2); background: var(--s2); }
.leb-map .s3 { fill: var(--s3); background: var(--s3); }
.leb-map .s4 { fill: var(--s4); background: var(--s4); }
.leb-map .sx { fill: var(--sx); background: var(--sx); }
.leb-map .faded { fill-opacity: 0.22; }
.leb-map .mark, .leb-map .ring { fill: none; pointer-events: none; stroke-linejoin: round; }
.leb-map .mark { stroke: var(--pick); stroke-width: 5; }
.leb-map .ring { stroke: var(--focus); stroke-width: 6; }
.leb-map .tip { position: absolute; z-index: 5; pointer-events: none; opacity: 0; transition: opacity 0.12s; width: max-content; max-width: 270px; padding: 6px 11px; border-radius: 7px; background: #1b2733; color: #fff; font-size: 12.5px; box-shadow: 0 4px 16px #0004, 0 0 0 1px #ffffff2e; font-variant-numeric: tabular-nums; }
.leb-map .tip.on { opacity: 1; }
.leb-map .side { flex: 1 1 230px; max-width: 380px; display: grid; gap: 14px; }
.leb-map .search { display: grid; gap: 3px; font-size: 12.5px; color: var(--soft); }
.leb-map input { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; min-height: 34px; padding: 4px 10px; width: 100%; }
.leb-map .card { margin: 0; min-height: 5.4em; padding: 11px 15px; border: 1px solid var(--line); border-radius: 10px; color: var(--soft); }
.leb-map .card b { display: block; color: var(--ink); font-size: 15px; font-weight: 650; }
.leb-map .card strong { display: block; color: var(--ink); font-size: 20px; font-weight: 650; font-variant-numeric: tabular-nums; }
.leb-map .legend { list-style: none; margin: 0; padding: 0; display: grid; gap: 2px; }
.leb-map .legend li { margin: 0; }
.leb-map .legend button { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 9px; width: 100%; border-color: transparent; border-radius: 6px; padding: 2px 8px 2px 4px; text-align: left; font-variant-numeric: tabular-nums; }
.leb-map .legend button:hover { border-color: var(--line); }
.leb-map .legend button[aria-pressed="true"] { border-color: var(--ink); }
.leb-map .legend i { width: 22px; height: 16px; border-radius: 3px; flex: none; border: 1px solid color-mix(in srgb, var(--ink) 22%, transparent); }
.leb-map .legend small { margin-left: auto; font-size: 11.5px; color: var(--soft); }
.leb-map .note { margin: 8px 0 6px; font-size: 12.5px; color: var(--soft); max-width: 80ch; }
.leb-map .note:empty { display: none; }
.leb-map summary { cursor: pointer; width: max-content; }
.leb-map .table { max-height: 340px; overflow: auto; margin-top: 6px; border: 1px solid var(--line); border-radius: 6px; max-width: 660px; }
.leb-map table { border-collapse: collapse; width: 100%; margin: 0; font-size: 12.5px; }
.leb-map th { position: sticky; top: 0; background: var(--paper); box-shadow: inset 0 -1px var(--line); }
.leb-map th, .leb-map td { padding: 3px 10px; text-align: left; color: inherit; }
.leb-map td button { border: 0; padding: 0 4px; min-height: 24px; text-decoration: underline dotted; text-align: left; }
.leb-map .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (prefers-reduced-motion: reduce) { .leb-map * { transition: none !important; } }
@media print { .leb-map .pair, .leb-map .search, .leb-map details { display: none; } .leb-map { print-color-adjust: exact; } }
.leb-map .total { margin: 0 0 12px; font-weight: 600; font-variant-numeric: tabular-nums; }
.leb-map .total:empty { display: none; }
.leb-map .card .aside { display: block; color: var(--soft); }
`;var W=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;var ie="http://www.w3.org/2000/svg";function P(r,i,t){for(let[c,d]of Object.entries(i))d!=null&&r.setAttribute(c,d);return r.append(...t),r}var n=(r,i={},...t)=>P(document.createElement(r),i,t),A=(r,i={},...t)=>P(document.createElementNS(ie,r),i,t),V=r=>n("style",{},W+r),C=(r,i={})=>r.replace(/\{(\w+)\}/g,(t,c)=>i[c]??"");function O(r,i){for(let t of r)t.setAttribute("tabindex",t===i?0:-1);return i}function J(r,i){let t=Object.entries(i);for(let[c,d]of t)r.on(`change:${c}`,d);return()=>t.forEach(([c,d])=>r.off(`change:${c}`,d))}function K(r,i,t=Object.keys(r)){let c=t.map(d=>{let f=n("button",{type:"button","data-value":d},r[d]);return f.onclick=()=>i(d),f});return n("div",{class:"pair",role:"group"},...c)}function Q(r,i){for(let t of r.children)t.setAttribute("aria-pressed",String(t.dataset.value===i))}function X(r,i,t,c){let d=l=>t.includes(l)?{class:"figure"}:{},f=n("tr",{},...r.map((l,g)=>n("th",{scope:"col",...d(g)},l))),m=i.map(l=>n("tr",{},...l.map((g,h)=>n("td",d(h),g)))),b=n("table",{},n("thead",{},f),n("tbody",{},...m));return n("div",{class:"table",role:"region","aria-label":c,tabindex:0},b)}var Y={ArrowRight:[1,0],ArrowLeft:[-1,0],ArrowDown:[0,1],ArrowUp:[0,-1]},le=0;function pe(r,i,[t,c]){let d,f=1/0;for(let m of r){let[b,l]=[m.x-i.x,m.y-i.y],g=b*t+l*c,h=g+2*Math.abs(b*c-l*t);g>0&&h<f&&([d,f]=[m,h])}return d}function ce({model:r,el:i}){let t=e=>r.get(e),c=(e,a)=>{r.set(e,a),r.save_changes()},d=V(T),f=n("h2"),m=K({it:"IT",en:"EN"},e=>c("lang",e)),b=n("div",{class:"tip","aria-hidden":"true"}),l=n("div",{class:"stage"}),g=n("datalist",{id:`leb-map-${le+=1}`}),h=n("input",{type:"search",list:g.id,autocomplete:"off"}),N=n("span"),Z=n("label",{class:"search"},N,h),E=n("ul",{class:"legend"}),L=n("p",{class:"card","aria-live":"polite"}),R=n("p",{class:"total"}),_=n("p",{class:"note"}),$=n("summary"),y=n("details",{},$),z=n("section",{class:"leb-look leb-map leb-part"},d,n("div",{class:"head"},f,m),n("div",{class:"body"},l,n("div",{class:"side"},Z,g,L,R,E)),_,y);i.append(z);let x=new Map,j,M,w=null,k=()=>t("texts")[t("lang")],B=e=>t("areas").find(a=>a.code===e),S=e=>B(e)[t("lang")],H=e=>{let a=t("figures")[e],o=k(),s=C(o.place,{name:S(e),value:a[t("lang")]});return a.rank?`${s}; ${C(o.ranked,{rank:a.rank,count:G()})}`:s},G=()=>Object.values(t("figures")).filter(e=>e.rank).length,I=e=>c("selected",e===t("selected")?"":e),U=()=>{let[e,a]=t("size");j=A("path",{class:"ring"}),M=A("path",{class:"mark"}),x=new Map(t("areas").map(s=>[s.code,A("path",{d:s.d,"data-code":s.code,role:"button",tabindex:-1})]));let o=A("svg",{viewBox:`-4 -4 ${e+8} ${a+8}`,role:"group"},...x.values(),M,j);l.style.setProperty("--shape",`${e} / ${a}`),l.replaceChildren(o,b),x.values().next().value.setAttribute("tabindex",0),v()},v=()=>{let e=t("lang"),a=k();z.lang=e,f.textContent=t("titles")[e];let o=f.textContent||a.table;z.setAttribute("aria-label",o),l.firstChild.setAttribute("aria-label",o),m.hidden=!t("language_switch"),m.setAttribute("aria-label",a.language),Q(m,e);for(let[s,p]of x){let{shade:u}=t("figures")[s];p.setAttribute("class",`s${u<0?"x":u}${w!==null&&w!==u?" faded":""}`),p.setAttribute("aria-label",H(s))}N.textContent=a.search,g.replaceChildren(...t("areas").map(s=>n("option",{value:s[e]}))),R.textContent=t("totals")?.[e]??"",_.textContent=t("notes")[e]??"",ee(),D(),$.textContent=a.table,q()},ee=()=>{let e=k();E.setAttribute("aria-label",e.legend),E.replaceChildren(...[...t("classes")].sort((a,o)=>o.shade-a.shade).map(({shade:a,count:o,[t("lang")]:s})=>{let p=o===1?e.count_one:C(e.count,{count:o}),u=n("button",{type:"button","aria-pressed":String(w===a),"data-shade":a},n("i",{class:`s${a<0?"x":a}`}),n("span",{},s)," ",n("small",{},p));return u.onclick=()=>{w=w===a?null:a,v(),E.querySelector(`[data-shade="${a}"]`).focus()},n("li",{},u)}))},D=()=>{let e=t("selected");for(let[ne,re]of x)re.setAttribute("aria-pressed",String(ne===e));let a=x.get(e);if(M.setAttribute("d",a?a.getAttribute("d"):""),!a)return L.replaceChildren(k().hint);O([...x.values()],a);let{rank:o,[t("lang")]:s}=t("figures")[e],p=o?[n("span",{},C(k().ranked,{rank:o,count:G()}))]:[],u=t("aside")?.[t("lang")],ae=u?[" ",n("span",{class:"aside"},u)]:[];return L.replaceChildren(n("b",{},S(e))," ",n("strong",{},s)," ",...p,...ae)},q=()=>{if(!y.open)return y.replaceChildren($);let e=k(),a=Object.entries(t("figures")).sort(([,s],[,p])=>(s.rank||1/0)-(p.rank||1/0)),o=([s,p])=>{let u=n("button",{type:"button"},S(s));return u.onclick=()=>I(s),[p.rank?String(p.rank):"–",u,p[t("lang")]]};return y.replaceChildren($,X([e.rank,e.name,e.value],a.map(o),[0,2],e.table))},F=(e,a,o)=>{b.textContent=H(e.dataset.code);let s=l.getBoundingClientRect();b.style.left=`${Math.max(0,Math.min(a-s.left+14,s.width-b.offsetWidth-4))}px`,b.style.top=`${Math.max(0,o-s.top-b.offsetHeight-12)}px`,b.classList.add("on")};l.addEventListener("pointermove",({target:e,clientX:a,clientY:o})=>{e.dataset?.code?F(e,a,o):b.classList.remove("on")}),l.addEventListener("pointerleave",()=>b.classList.remove("on")),l.addEventListener("click",({target:e})=>{e.dataset?.code&&I(e.dataset.code)}),l.addEventListener("focusin",({target:e})=>{if(!e.dataset?.code||!e.matches(":focus-visible"))return;j.setAttribute("d",e.getAttribute("d"));let a=e.getBoundingClientRect();F(e,a.right,a.top)}),l.addEventListener("focusout",()=>{j.setAttribute("d",""),b.classList.remove("on")}),l.addEventListener("keydown",e=>{let a=e.target.dataset?.code;if(a){if(e.key in Y){let o=pe(t("areas"),B(a),Y[e.key]);o&&O([...x.values()],x.get(o.code)).focus()}else if(e.key==="Enter"||e.key===" ")I(a);else if(e.key==="Escape")c("selected","");else return;e.preventDefault()}});let te=()=>{let e=h.value.trim().toLowerCase();if(!e)return;let a=t("areas"),o=p=>a.find(u=>p(u[t("lang")].toLowerCase())),s=o(p=>p===e)??o(p=>p.startsWith(e))??o(p=>p.includes(e));s?c("selected",s.code):L.replaceChildren(k().nobody)};return h.addEventListener("change",te),y.addEventListener("toggle",q),U(),J(r,{areas:U,figures:v,titles:v,notes:v,totals:v,lang:v,language_switch:v,aside:D,selected:D})}var ke={render:ce};export{ke as default};
