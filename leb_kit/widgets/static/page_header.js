var u=`.leb-header { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 8px 24px; padding: 4px 0 14px; color: var(--jp-ui-font-color1, #1f2a37); font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.leb-header h1 { font: 650 28px/1.2 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; margin: 0; letter-spacing: -0.01em; color: inherit; border: 0; }
.leb-header p { margin: 4px 0 0; max-width: 72ch; color: var(--jp-ui-font-color2, #56616e); }
.leb-header .words { margin-right: auto; }
.leb-header .pair { display: inline-flex; }
.leb-header button { font: inherit; font-size: 13px; color: inherit; background: transparent; border: 1px solid var(--jp-border-color2, #d5dbe2); min-height: 30px; padding: 2px 12px; cursor: pointer; }
.leb-header button:first-child { border-radius: 6px 0 0 6px; }
.leb-header button:last-child { border-radius: 0 6px 6px 0; margin-left: -1px; }
.leb-header button[aria-pressed="true"] { background: var(--jp-ui-font-color1, #1f2a37); color: var(--jp-layout-color0, #fff); border-color: transparent; }
.leb-header button:focus-visible { outline: 2px solid #1c6dd0; outline-offset: 2px; }
@media print { .leb-header .pair { display: none; } }
`;function g(e,i,r){for(let[o,t]of Object.entries(i))t!=null&&e.setAttribute(o,t);return e.append(...r),e}var a=(e,i={},...r)=>g(document.createElement(e),i,r);function d(e,i){let r=Object.entries(i);for(let[o,t]of r)e.on(`change:${o}`,t);return()=>r.forEach(([o,t])=>e.off(`change:${o}`,t))}var b={it:"Italiano",en:"English"},h={it:"Lingua",en:"Language"};function x({model:e,el:i}){let r=a("style");r.textContent=u;let o=a("h1"),t=a("p"),c=Object.keys(e.get("headings")).map(n=>{let s=a("button",{type:"button",lang:n,"data-lang":n},b[n]);return s.onclick=()=>{e.set("lang",n),e.save_changes()},s}),p=a("div",{class:"pair",role:"group"},...c);i.append(a("div",{class:"leb-header"},r,a("div",{class:"words"},o,t),p));let l=()=>{let n=e.get("lang");o.textContent=document.title=e.get("headings")[n],t.textContent=e.get("lines")[n],p.setAttribute("aria-label",h[n]);for(let s of c)s.setAttribute("aria-pressed",String(s.dataset.lang===n));window.lebSpeak?.(n)};return l(),d(e,{lang:l,headings:l,lines:l})}var A={render:x};export{A as default};
