// What a page compares. In a page of ours the address says the same, so that it can be passed on.

import css from "./view_bar.css";
import own from "./compare_bar.css";
import { html, listen, say, styled } from "./dom.js";
import { buttons, press } from "./parts.js";
import { address, fillNotices, grouped } from "./view_parts.js";

function render({ model, el }) {
  const get = (name) => model.get(name);
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const style = styled(css + own);
  const field = (name) => {
    const select = html("select", { name });
    const said = html("span");
    return { select, said, label: html("label", {}, said, select) };
  };
  const views = buttons(get("texts").it, (view) => set("view", view), ["due", "territori", "ben"]);
  const fields = Object.fromEntries(["left", "right", "add", "balance", "convention"].map((name) => [name, field(name)]));
  for (const name of ["left", "right", "balance", "convention"]) {
    const { select } = fields[name];
    select.onchange = () => set(name, select.value);
  }
  const add = fields.add.select;
  add.onchange = () => {
    if (add.value) set("chosen", [...get("chosen"), add.value]);
  };
  const swap = html("button", { type: "button", class: "swap" });
  swap.onclick = () => {
    const [left, right] = [get("left"), get("right")];
    model.set("left", right);
    set("right", left);
  };
  const chips = html("ul", { class: "chosen" });
  const rows = {
    due: html("div", { class: "fields", role: "group" }, fields.left.label, swap, fields.right.label),
    territori: html("div", { class: "fields", role: "group" }, fields.add.label, chips),
    ben: html("div", { class: "fields", role: "group" }, fields.balance.label, fields.convention.label),
  };
  const told = html("div", { class: "told", role: "alert" });
  const root = html("div", { class: "leb-look leb-view leb-compare" }, style, views, ...Object.values(rows), told);
  el.append(root);

  const name = (id) => get("choices").find((one) => one.id === id)?.[get("lang")] ?? id;
  const fillChips = () => {
    const t = get("texts")[get("lang")];
    const chosen = get("chosen");
    const focused = chips.contains(document.activeElement);
    chips.replaceChildren(...chosen.map((id) => {
      const cross = html("button", { type: "button", "aria-label": say(t.remove, { name: name(id) }) }, "×");
      cross.disabled = chosen.length < 2;
      cross.onclick = () => set("chosen", get("chosen").filter((one) => one !== id));
      return html("li", {}, html("span", {}, name(id)), cross);
    }));
    if (focused) (chips.querySelector("button:enabled") ?? add).focus();
    add.disabled = chosen.length >= get("most");
    add.value = "";
  };
  const follow = () => {
    const view = get("view");
    press(views, view);
    for (const [one, row] of Object.entries(rows)) row.hidden = one !== view;
    for (const one of ["left", "right", "balance", "convention"]) fields[one].select.value = get(one);
    fillChips();
    const said = { vista: view, a: "", b: "", con: "", bilancio: "", kcal: "", lingua: get("lang") };
    if (view === "due") Object.assign(said, { a: get("left"), b: get("right") });
    if (view === "territori") said.con = get("chosen").join(",");
    if (view === "ben") Object.assign(said, { bilancio: get("balance"), kcal: get("convention") });
    address(said);
  };
  const tell = () =>
    fillNotices(told, get("notices"), get("lang"), get("texts")[get("lang")].close, () => set("notices", []));
  const draw = () => {
    const lang = get("lang");
    const t = get("texts")[lang];
    root.lang = lang;
    views.setAttribute("aria-label", t.title);
    for (const button of views.children) button.textContent = t[button.dataset.value];
    for (const [one, row] of Object.entries(rows)) row.setAttribute("aria-label", t[one]);
    for (const [one, { said }] of Object.entries(fields)) said.textContent = t[one];
    swap.textContent = `⇄ ${t.swap}`;
    chips.setAttribute("aria-label", t.chosen);
    for (const one of ["left", "right", "balance"]) fields[one].select.replaceChildren(...grouped(get("choices"), lang, t));
    add.replaceChildren(html("option", { value: "" }, t.choose), ...grouped(get("choices"), lang, t));
    fields.convention.select.replaceChildren(
      ...["2200", "860"].map((value) => html("option", { value }, say(t.kcal, { value }))),
    );
    follow();
    tell();
  };
  draw();
  const watched = ["view", "left", "right", "chosen", "balance", "convention"].map((one) => [one, follow]);
  return listen(model, { ...Object.fromEntries(watched), choices: draw, lang: draw, notices: tell });
}

export default { render };
