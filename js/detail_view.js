// Details of a node: rows by group as bars of what becomes of the energy, with the same as a table.

import css from "./detail_view.css";
import { formats, html, listen, roving, say, styled } from "./dom.js";
import { buttons, grid, press } from "./parts.js";

const SHOWN = { plants: "pes", devices: "share" }; // the figure beside the efficiency

function render({ model, el }) {
  const get = (name) => model.get(name);
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const words = () => get("texts")[get("lang")];
  const energy = (mwh) => `${formats(get("lang")).energy(mwh * get("units")[get("unit")])} ${get("unit")}`;
  const share = (value) => {
    if (value === null || value === undefined) return words().none;
    return `${formats(get("lang")).number(100 * value, 1)}\u00a0%`;
  };
  const style = styled(css);
  const heading = html("h2");
  const unit = html("select", {}, ...Object.keys(get("units")).map((name) => html("option", { value: name }, name)));
  unit.onchange = () => set("unit", unit.value);
  const languages = buttons(Object.fromEntries(Object.keys(get("texts")).map((l) => [l, l.toUpperCase()])), (l) => set("lang", l));
  const tools = html("div", { class: "tools" }, unit, languages);
  const legend = html("ul", { class: "legend" });
  const body = html("div", { class: "groups" });
  const notes = html("div", { class: "notes" });
  const summary = html("summary");
  const details = html("details", {}, summary);
  const root = html("section", { class: `leb-look leb-detail leb-part ${get("kind")}` }, style, html("div", { class: "head" }, heading, tools), legend, body, notes, details);
  el.append(root);
  roving(body, ".row");

  const figureWord = (row) => {
    const name = SHOWN[get("kind")];
    const value = row.shares[name];
    return value === null || value === undefined ? "" : say(words()[`${name}_short`], { value: share(value) });
  };
  const lines = (row) => {
    const t = words();
    const parts = Object.entries(row.told).filter(([, mwh]) => mwh > 0);
    const shares = get("figures").filter((name) => row.shares[name] !== null && row.shares[name] !== undefined);
    return [
      `${t[`${get("kind")}_whole`]} ${energy(row.whole)}`,
      ...parts.map(([name, mwh]) => `${t[name]} ${energy(mwh)}`),
      ...shares.map((name) => `${t[name]} ${share(row.shares[name])}`),
    ];
  };
  /** What becomes of the energy, as parts of a full bar; a mark tells how much went in where more comes out. */
  const bar = (row) => {
    const whole = Object.values(row.parts).reduce((sum, mwh) => sum + mwh, 0);
    const box = html("span", { class: "bar", "aria-hidden": "true" });
    for (const [name, mwh] of Object.entries(row.parts)) {
      if (mwh > 0) box.append(html("i", { style: `width:${(100 * mwh) / whole}%;background:${get("parts")[name]}` }));
    }
    if (whole > row.whole * 1.001 && row.whole > 0) box.append(html("u", { style: `left:${(100 * row.whole) / whole}%` }));
    return box;
  };
  const row = (one, first) => {
    const lang = get("lang");
    const dot = html("i", { class: "dot", style: `background:${get("colors")[one.group] ?? "#8793a0"}` });
    const open = get("selected") === one.id;
    const efficiency = share(one.shares.efficiency) + (one.remark ? " †" : "");
    const button = html("button", { type: "button", class: "row", "data-id": one.id, "aria-expanded": open, tabindex: first ? 0 : -1 },
      html("span", { class: "what" }, dot, html("span", {}, html("span", {}, one[lang]), one.sub[lang] ? html("small", {}, one.sub[lang]) : "")),
      " ", html("span", { class: "mwh" }, energy(one.whole)), " ", bar(one), " ",
      html("span", { class: "eff" }, efficiency), " ", html("span", { class: "more" }, figureWord(one)));
    button.onclick = () => set("selected", open ? "" : one.id);
    const item = html("li", {}, button);
    if (open) {
      const said = lines(one).map((line) => html("span", {}, line));
      item.append(html("div", { class: "read" }, ...said, ...(one.remark ? [html("em", {}, `† ${words()[`remark_${one.remark}`]}`)] : [])));
    }
    return item;
  };
  const table = () => {
    if (!details.open) return details.replaceChildren(summary);
    const t = words();
    const lang = get("lang");
    const devices = get("kind") === "devices";
    const parts = Object.keys(get("parts"));
    const head = [...(devices ? [t.end_use, t.technology, t.product] : [t.plants, t.product]),
      ...[t[`${get("kind")}_whole`], ...parts.map((part) => t[part])].map((word) => `${word} (${get("unit")})`),
      ...get("figures").map((figure) => t[figure])];
    const number = (mwh) => formats(lang).energy(mwh * get("units")[get("unit")]);
    const cells = (group, one) => [group[lang], one[lang], ...(devices ? [one.sub[lang]] : []), number(one.whole),
      ...parts.map((part) => number(one.told[part] ?? 0)), ...get("figures").map((figure) => share(one.shares[figure]))];
    const rows = get("groups").flatMap((group) => group.rows.map((one) => cells(group, one)));
    const figures = head.map((_, i) => i).slice(devices ? 3 : 2);
    return details.replaceChildren(summary, grid(head, rows, figures, t.table));
  };
  const draw = () => {
    const t = words();
    const lang = get("lang");
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    root.lang = lang;
    heading.textContent = say(t.heading, { name: get("names")[lang] });
    root.setAttribute("aria-label", `${heading.textContent}, ${get("titles")[lang]}`);
    tools.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    unit.setAttribute("aria-label", t.unit);
    unit.value = get("unit");
    legend.setAttribute("aria-label", t.legend);
    legend.replaceChildren(...Object.entries(get("parts")).map(([part, color]) => html("li", {}, html("i", { style: `background:${color}` }), t[part])));
    const first = get("selected") || get("groups")[0]?.rows[0]?.id;
    body.replaceChildren(...get("groups").map((group) => {
      const total = `${energy(group.whole)} · ${t.efficiency.toLowerCase()} ${share(group.shares.efficiency)}`;
      const list = html("ul", { "aria-label": say(t.rows, { name: group[lang] }) }, ...group.rows.map((one) => row(one, one.id === first)));
      return html("div", { class: "group" }, html("h3", {}, group[lang], " ", html("span", {}, total)), list);
    }));
    const over = get("groups").some((group) => group.rows.some((one) => one.remark));
    notes.replaceChildren(html("p", {}, t.keys), ...(over ? [html("p", {}, `† ${t.remark_over}`)] : []), ...get("notes").map((note) => html("p", {}, t[note])));
    summary.textContent = t.table;
    table();
    if (focused) [...body.querySelectorAll(".row")].find((one) => one.dataset.id === focused)?.focus();
  };
  details.ontoggle = table;
  draw();
  return listen(model, { groups: draw, lang: draw, unit: draw, selected: draw, titles: draw, language_switch: draw });
}

export default { render };
