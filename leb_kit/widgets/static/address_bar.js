var c=`.leb-view .fields { display: flex; flex-wrap: wrap; gap: 10px 16px; margin-bottom: 14px; }
.leb-view label { display: grid; gap: 2px; font-size: 12px; color: var(--soft); min-width: 0; }
.leb-view select { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; min-height: 34px; padding: 3px 8px; max-width: 100%; }
.leb-view select[name="territory"] { width: 270px; }
.leb-view option, .leb-view optgroup { color: #1f2a37; background: #fff; }
.leb-view select:focus-visible, .leb-view button:focus-visible { outline: 2px solid #1c6dd0; outline-offset: 2px; }
.leb-view label[hidden] { display: none; }
.leb-view .working { align-self: end; padding-bottom: 7px; color: var(--soft); }
.leb-view .working:empty { padding: 0; }
.leb-view .working:not(:empty)::before { content: ""; display: inline-block; width: 11px; height: 11px; margin-right: 8px; vertical-align: -1px; border: 2px solid var(--line); border-top-color: var(--focus); border-radius: 50%; animation: leb-turn 0.9s linear infinite; }
@keyframes leb-turn { to { rotate: 1turn; } }
@media (prefers-reduced-motion: reduce) { .leb-view .working::before { animation: none !important; } }
.leb-view .told { display: flex; align-items: flex-start; gap: 8px 18px; margin: 0 0 16px; padding: 10px 16px; border-left: 4px solid #b8862a; border-radius: 4px; background: #fdf5e3; color: #4a3508; max-width: 62em; }
.leb-view .told[hidden] { display: none; }
.leb-view .told div { flex: 1; }
.leb-view p { margin: 0; }
.leb-view button { font: inherit; font-size: 12.5px; color: inherit; background: transparent; border: 1px solid currentcolor; border-radius: 6px; min-height: 28px; padding: 2px 11px; cursor: pointer; }
@media print { .leb-view { display: none; } }
`;var d=`:where(.leb-look) { --ink: var(--jp-ui-font-color1, #1f2a37); --soft: var(--jp-ui-font-color2, #56616e); --paper: var(--jp-layout-color0, #fff); --line: var(--jp-border-color2, #d5dbe2); --good: #2c7a51; --bad: #b4532a; --focus: #1c6dd0; --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); font: 13px/1.45 var(--sans); }
:where(.leb-look) * { box-sizing: border-box; }
[data-jp-theme-light="false"] :where(.leb-look) { --good: #4fae7c; --bad: #e5834f; --focus: #7db4ff; }
`;function y(e,o,t){for(let[r,n]of Object.entries(o))n!=null&&e.setAttribute(r,n);return e.append(...t),e}var i=(e,o={},...t)=>y(document.createElement(e),o,t);var f=e=>i("style",{},d+e);function u(e,o){let t=Object.entries(o);for(let[r,n]of t)e.on(`change:${r}`,n);return()=>t.forEach(([r,n])=>e.off(`change:${r}`,n))}function b(e){if(!window.lebSpeak)return;let o=new URLSearchParams(location.search);for(let[t,r]of Object.entries(e))r?o.set(t,r):o.delete(t);window.history.replaceState(null,"",`${location.pathname}?${o}${location.hash}`)}var k=250;function m(e){let o=0,t=()=>{clearTimeout(o),o=setTimeout(e,k)};return t.stop=()=>clearTimeout(o),t}function g(e,o,t,r,n){let l=i("button",{type:"button"},r);l.onclick=n,e.replaceChildren(...o.length?[i("div",{},...o.map(a=>i("p",{},a[t]))),l]:[]),e.hidden=!o.length}function j({model:e,el:o}){let t=w=>e.get(w),r=f(c),n=i("div",{class:"told",role:"alert"}),l=i("div",{class:"leb-look leb-view leb-address"},r,n);o.append(l);let a=()=>b({...t("words"),lingua:t("lang")}),s=m(a),p=()=>{l.lang=t("lang"),g(n,t("notices"),t("lang"),t("texts")[t("lang")].close,()=>{e.set("notices",[]),e.save_changes()})};a(),p();let x=u(e,{words:s,notices:p,lang:()=>{s(),p()}});return()=>{s.stop(),x?.()}}var L={render:j};export{L as default};
