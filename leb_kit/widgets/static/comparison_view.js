var W=`.leb-comparison { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--paper); font: 13px/1.45 var(--sans); }
[data-jp-theme-light="false"] .leb-comparison { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
.leb-comparison * { box-sizing: border-box; }
.leb-comparison .head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 14px; margin: 0 0 10px; }
.leb-comparison h2 { font: 600 17px/1.35 var(--sans); margin: 0; color: inherit; }
.leb-comparison h3 { font: 600 14px/1.35 var(--sans); margin: 0; color: inherit; }
.leb-comparison h4 { font: 600 12.5px/1.35 var(--sans); margin: 0 0 4px; color: var(--soft); }
.leb-comparison ul { list-style: none; margin: 0; padding: 0; }
.leb-comparison .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(175px, 1fr)); gap: 10px; margin-bottom: 22px; }
.leb-comparison .cards li { display: grid; gap: 1px; align-content: start; margin: 0; padding: 9px 13px 10px; border: 1px solid var(--line); border-radius: 10px; }
.leb-comparison .label { font-size: 12px; color: var(--soft); }
.leb-comparison .values { font-variant-numeric: tabular-nums; }
.leb-comparison .was { color: var(--soft); }
.leb-comparison .values b { font-size: 15px; font-weight: 650; white-space: nowrap; }
.leb-comparison .change { font-weight: 600; color: var(--soft); font-variant-numeric: tabular-nums; }
.leb-comparison .better .change { color: color-mix(in srgb, var(--good) 85%, var(--ink)); }
.leb-comparison .worse .change { color: color-mix(in srgb, var(--bad) 85%, var(--ink)); }
.leb-comparison .pair { display: inline-flex; flex-wrap: wrap; }
.leb-comparison .pair[hidden] { display: none; }
.leb-comparison button { font: inherit; font-size: 12.5px; color: inherit; background: transparent; border: 1px solid var(--line); min-height: 28px; min-width: 34px; padding: 2px 11px; margin-left: -1px; cursor: pointer; }
.leb-comparison button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
.leb-comparison button:last-child { border-radius: 0 6px 6px 0; }
.leb-comparison button:hover { border-color: var(--soft); }
.leb-comparison button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: transparent; }
.leb-comparison button:focus-visible, .leb-comparison summary:focus-visible, .leb-comparison .table:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.leb-comparison svg { display: block; max-width: 100%; }
.leb-comparison text { font: 12.5px var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums; }
.leb-comparison .tick line { stroke: var(--line); }
.leb-comparison .tick text { font-size: 11.5px; fill: var(--soft); }
.leb-comparison .joint { stroke: var(--soft); stroke-dasharray: 2 2; }
.leb-comparison .name { font-weight: 550; }
.leb-comparison .line { font-size: 11.5px; fill: var(--soft); }
.leb-comparison .amount { font-weight: 600; }
.leb-comparison .step text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.leb-comparison .step { outline: none; }
.leb-comparison .hit { fill: transparent; }
.leb-comparison .step:hover .hit { fill: color-mix(in srgb, var(--ink) 5%, transparent); }
.leb-comparison .step:focus-visible .hit { stroke: var(--focus); stroke-width: 2; }
.leb-comparison .bar { fill: color-mix(in srgb, var(--ink) 72%, var(--paper)); }
.leb-comparison .down .bar { fill: var(--good); }
.leb-comparison .up .bar { fill: var(--bad); }
.leb-comparison .down .amount { fill: color-mix(in srgb, var(--good) 85%, var(--ink)); }
.leb-comparison .up .amount { fill: color-mix(in srgb, var(--bad) 85%, var(--ink)); }
.leb-comparison .rest .bar { fill-opacity: 0.65; }
.leb-comparison .cut { fill: none; stroke: var(--paper); stroke-width: 3; }
.leb-comparison .note { min-height: 1.45em; margin: 2px 0 8px; font-size: 12.5px; color: var(--soft); }
.leb-comparison details { margin-bottom: 16px; }
.leb-comparison summary { cursor: pointer; width: max-content; }
.leb-comparison .told { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 14px 28px; margin: 8px 0 16px; }
.leb-comparison .told li { margin: 0; padding: 3px 0; }
.leb-comparison .table { max-height: 340px; overflow: auto; margin-top: 6px; border: 1px solid var(--line); border-radius: 6px; }
.leb-comparison table { border-collapse: collapse; width: 100%; margin: 0; font-size: 12.5px; }
.leb-comparison th { position: sticky; top: 0; background: var(--paper); box-shadow: inset 0 -1px var(--line); }
.leb-comparison th, .leb-comparison td { padding: 4px 10px; text-align: left; white-space: nowrap; color: inherit; }
.leb-comparison .figure { text-align: right; font-variant-numeric: tabular-nums; }
@media print { .leb-comparison .pair, .leb-comparison .note, .leb-comparison details { display: none; } }
`;var K="http://www.w3.org/2000/svg";function D(t,r,e){for(let[o,n]of Object.entries(r))n!=null&&t.setAttribute(o,n);return t.append(...e),t}var a=(t,r={},...e)=>D(document.createElement(t),r,e),g=(t,r={},...e)=>D(document.createElementNS(K,t),r,e);function G(t,r){let e=()=>[...t.querySelectorAll(r)],o={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1};t.addEventListener("keydown",n=>{let i=e(),p=i.indexOf(n.target);if(p<0)return;let s;if(n.key in o)s=(p+o[n.key]+i.length)%i.length;else if(n.key==="Home")s=0;else if(n.key==="End")s=i.length-1;else return;n.preventDefault(),_(i,i[s]).focus()}),t.addEventListener("focusin",n=>{n.target.matches(r)&&_(e(),n.target)})}function _(t,r){for(let e of t)e.setAttribute("tabindex",e===r?0:-1);return r}function B(t,r){let e=Object.entries(r);for(let[o,n]of e)t.on(`change:${o}`,n);return()=>e.forEach(([o,n])=>t.off(`change:${o}`,n))}function F(t,r,e){let o=i=>a("span",{"aria-hidden":"true"},i),n=({arrow:i,result:p,[e]:s})=>a("li",{class:p},a("span",{class:"label"},s.label),a("span",{class:"values"},a("span",{class:"was"},s.before),o(" → "),a("b",{},s.after)),a("span",{class:"change"},o(`${i} `),s.change));t.replaceChildren(...r.map(n))}function z(t,r,e=Object.keys(t)){let o=e.map(n=>{let i=a("button",{type:"button","data-value":n},t[n]);return i.onclick=()=>r(n),i});return a("div",{class:"pair",role:"group"},...o)}function E(t,r){for(let e of t.children)e.setAttribute("aria-pressed",String(e.dataset.value===r))}function N(t,r,e,o){let n=u=>e.includes(u)?{class:"figure"}:{},i=a("tr",{},...t.map((u,d)=>a("th",{scope:"col",...n(d)},u))),p=r.map(u=>a("tr",{},...u.map((d,m)=>a("td",n(m),d)))),s=a("table",{},a("thead",{},i),a("tbody",{},...p));return a("div",{class:"table",role:"region","aria-label":o,tabindex:0},s)}var V=620,A=6,J=30,R=74,$=(t,r)=>{let e=g("text",r);return e.textContent=t,e};function Q(t,r){let e=t.map(({[r]:o,color:n})=>Math.max(7.6*o.name.length,6.2*o.line.length+(n?15:0)));return Math.min(Math.max(...e)+16,340)}function X(t,r,e){let o=Q(r,e),n=t<V;return n?{narrow:n,left:2,row:62,bar:15,down:35,width:Math.max(t-R,60)}:{narrow:n,left:o,row:42,bar:24,down:9,width:t-o-R}}function Y(t,r,e,o,n){let i=t[e],p=C=>o.left+C*o.width,s=A+r*o.row,u=t.kind==="before"||t.kind==="after",d=p(u?0:Math.min(t.start,t.end)),m=p(u?t.end:Math.max(t.start,t.end)),w=g("g",{class:`step ${t.kind} ${["down","","up"][t.sign+1]}`,role:"img","aria-label":i.said,tabindex:-1}),v=t.color&&g("circle",{cx:7,cy:s+27,r:4,fill:t.color}),b=t.color?15:0,h=[$(i.name,{class:"name",x:2,y:s+16}),$(i.line,{class:"line",x:2+b,y:s+31})],f=s+o.down;return w.append(g("rect",{class:"hit",x:0,y:s,width:o.left+o.width+R,height:o.row,rx:5}),...h,...v?[v]:[],g("rect",{class:"bar",x:d,y:f,width:Math.max(m-d,1.5),height:o.bar,rx:2}),...u&&n?[g("path",{class:"cut",d:`M${d+12},${f-3}l7,${o.bar/2+3}l-7,0l7,${o.bar/2+3}`})]:[],$(i.amount,{class:"amount",x:m+7,y:f+o.bar/2+4.5})),w}function Z(t,r,e,o){let{bars:n,ticks:i,broken:p}=t,s=X(e,n,r),u=A+n.length*s.row,d=b=>s.left+b*s.width,m=i.filter(({at:b})=>b<=1.001).map(({at:b,[r]:h},f)=>g("g",{class:"tick"},g("line",{x1:d(b),x2:d(b),y1:A,y2:u+4}),...s.narrow&&f%2?[]:[$(h,{x:d(b),y:u+19,"text-anchor":b<.02&&s.narrow?"start":"middle"})])),w=n.slice(0,-1).map((b,h)=>{let f=A+h*s.row+s.down+s.bar;return g("line",{class:"joint",x1:d(b.end),x2:d(b.end),y1:f,y2:f+s.row-s.bar})}),v=n.map((b,h)=>Y(b,h,r,s,p));return v[0].setAttribute("tabindex",0),g("svg",{width:e,height:u+J,role:"group","aria-label":o},...m,...w,...v)}var tt=["use","source","plant"],et=[3,4,5,6];function nt(t,r){let e=o=>a("div",{},a("h4",{},r[o]),a("ul",{},...t[o].map(n=>a("li",{},n))));return tt.filter(o=>t[o]).map(e)}function ot(t,r,e,o){let n=({kind:i,[r]:p})=>{let s=i==="part"||i==="rest";return[p.full,s?p.amount:"",p.level]};return N([e.step,e.amount,e.level],t.bars.map(n),[1,2],o)}function rt({model:t,el:r}){let e=l=>t.get(l),o=(l,c)=>{t.set(l,c),t.save_changes()},n=a("style");n.textContent=W;let i=a("h2"),p=z({it:"IT",en:"EN"},l=>o("lang",l)),s=a("ul",{class:"cards"}),u=a("h3"),d=z(e("texts").it,l=>o("indicator",l),Object.keys(e("bridges"))),m=a("div",{class:"stage"}),w=a("p",{class:"note"}),[v,b]=[a("summary"),a("summary")],h=a("details",{},v),f=a("h3"),C=a("div",{class:"told"}),S=a("details",{},b),j=a("section",{class:"leb-comparison leb-part"},n,a("div",{class:"head"},i,p),s,a("div",{class:"head"},u,d),m,w,h,f,C,S);r.append(j),G(m,".step");let I=({target:l})=>{let c=l.closest?.(".step");c&&(w.textContent=c.getAttribute("aria-label"))};m.addEventListener("pointerover",I),m.addEventListener("focusin",I);let M=()=>{let l=e("lang"),c=e("texts")[l],k=e("indicator"),x=e("bridges")[k],O=`${c.bridge} ${c[`of_${k}`]}`;u.textContent=O,E(d,k);let H=m.clientWidth||900;m.replaceChildren(Z(x,l,H,O));let U=x.bars.length===2;w.textContent=U?c.none:`${x.broken?`${c.broken} `:""}${c.hint}`,v.textContent=c.twin,h.replaceChildren(v,ot(x,l,c,O))},y=()=>{let l=e("lang"),c=e("texts")[l];j.lang=l,i.textContent=e("titles")[l],j.setAttribute("aria-label",i.textContent),p.hidden=!e("language_switch"),p.setAttribute("aria-label",c.language),E(p,l),F(s,e("cards"),l);for(let x of d.children)x.textContent=c[x.dataset.value];d.setAttribute("aria-label",c.bridge),f.textContent=c.sentences,C.replaceChildren(...nt(e("sentences")[l],c)),b.textContent=c.table;let k=["topic","item","product","before","after","change","relative"].map(x=>c[x]);S.replaceChildren(b,N(k,e("rows").map(x=>x[l]),et,c.table)),M()};y();let L=m.clientWidth,T=new ResizeObserver(()=>{m.clientWidth!==L&&(L=m.clientWidth,M())});T.observe(m);let P=B(t,{lang:y,bridges:y,language_switch:y,titles:y,indicator:M});return()=>{P(),T.disconnect()}}var dt={render:rt};export{dt as default};
