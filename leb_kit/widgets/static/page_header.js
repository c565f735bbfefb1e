var d=`.leb-header { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 8px 24px; padding: 4px 0 14px; color: var(--ink); font: 14px/1.45 var(--sans); }
.leb-header h1 { font: 650 28px/1.2 var(--sans); margin: 0; letter-spacing: -0.01em; color: inherit; border: 0; }
.leb-header p { margin: 4px 0 0; max-width: 72ch; color: var(--soft); }
.leb-header .words { margin-right: auto; }
.leb-header .pair { display: inline-flex; }
.leb-header button { font: inherit; font-size: 13px; color: inherit; background: transparent; border: 1px solid var(--line); min-height: 30px; padding: 2px 12px; cursor: pointer; }
.leb-header button:first-child { border-radius: 6px 0 0 6px; }
.leb-header button:last-child { border-radius: 0 6px 6px 0; margin-left: -1px; }
.leb-header button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: transparent; }
.leb-header button:focus-visible { outline: 2px solid #1c6dd0; outline-offset: 2px; }
@media print { .leb-header .pair { display: none; } }
`;var u=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;function x(e,t,n){for(let[r,o]of Object.entries(t))o!=null&&e.setAttribute(r,o);return e.append(...n),e}var i=(e,t={},...n)=>x(document.createElement(e),t,n);var f=e=>i("style",{},u+e);function b(e,t){let n=Object.entries(t);for(let[r,o]of n)e.on(`change:${r}`,o);return()=>n.forEach(([r,o])=>e.off(`change:${r}`,o))}function g(e){if(!window.lebSpeak)return;let t=new URLSearchParams(location.search);for(let[n,r]of Object.entries(e))r?t.set(n,r):t.delete(n);window.history.replaceState(null,"",`${location.pathname}?${t}${location.hash}`)}var w={it:"Italiano",en:"English"},v={it:"Lingua",en:"Language"};function y({model:e,el:t}){let n=f(d),r=i("h1"),o=i("p"),c=Object.keys(e.get("headings")).map(a=>{let s=i("button",{type:"button",lang:a,"data-lang":a},w[a]);return s.onclick=()=>{e.set("lang",a),e.save_changes()},s}),p=i("div",{class:"pair",role:"group"},...c);t.append(i("div",{class:"leb-look leb-header"},n,i("div",{class:"words"},r,o),p));let l=()=>{let a=e.get("lang");r.textContent=document.title=e.get("headings")[a],o.textContent=e.get("lines")[a],p.setAttribute("aria-label",v[a]);for(let s of c)s.setAttribute("aria-pressed",String(s.dataset.lang===a));window.lebSpeak?.(a)};return l(),b(e,{lang:()=>{l(),g({lingua:e.get("lang")})},headings:l,lines:l})}var T={render:y};export{T as default};
