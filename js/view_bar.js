// Territory, year and unit of a page. In a page of ours the address says the same, so that it can be passed on.

import css from "./view_bar.css";
import { html, listen, styled } from "./dom.js";
import { address, fillNotices, quietly } from "./view_parts.js";

function render({ model, el }) {
  const get = (name) => model.get(name);
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const style = styled(css);
  const field = (name, read = (value) => value) => {
    const select = html("select", { name });
    select.onchange = () => set(name, read(select.value));
    const said = html("span");
    return { select, said, label: html("label", {}, said, select) };
  };
  const fields = { territory: field("territory"), year: field("year", Number), unit: field("unit") };
  const working = html("p", { class: "working", role: "status" });
  const bar = html("div", { class: "fields", role: "group" }, ...Object.values(fields).map(({ label }) => label), working);
  const told = html("div", { class: "told", role: "alert" });
  const root = html("div", { class: "leb-look leb-view" }, style, bar, told);
  el.append(root);

  const option = (value, text, chosen) => {
    const made = html("option", { value }, text);
    made.selected = value === chosen;
    return made;
  };
  const unit = () => (get("units").length ? get("unit") : "");
  const keep = () =>
    address({ terr: get("territory"), anno: get("year"), unita: unit(), apri: get("opened"), passato: get("past"), ...get("words"), lingua: get("lang") });
  const soon = quietly(keep);
  const draw = () => {
    const lang = get("lang");
    const t = get("texts")[lang];
    root.lang = lang;
    bar.setAttribute("aria-label", t.title);
    for (const [name, { said }] of Object.entries(fields)) said.textContent = t[name];
    const places = get("places");
    const levels = [...new Set(places.map(({ level }) => level))];
    fields.territory.select.replaceChildren(...levels.map((level) => {
      const mine = places.filter((place) => place.level === level).sort((a, b) => a[lang].localeCompare(b[lang], lang));
      return html("optgroup", { label: t[level] }, ...mine.map((place) => option(place.code, place[lang], get("territory"))));
    }));
    follow();
  };
  const follow = () => {
    const place = get("places").find(({ code }) => code === get("territory"));
    fields.territory.select.value = get("territory");
    fields.year.select.replaceChildren(...(place?.years ?? []).map((year) => option(String(year), year, String(get("year")))));
    fields.unit.select.replaceChildren(...get("units").map((unit) => option(unit, unit, get("unit"))));
    fields.unit.label.hidden = !get("units").length;
    keep();
  };
  const tell = () =>
    fillNotices(told, get("notices"), get("lang"), get("texts")[get("lang")].close, () => set("notices", []));
  const wait = () => {
    working.textContent = get("working")[get("lang")] ?? "";
  };
  draw();
  tell();
  wait();
  const deaf = listen(model, {
    places: draw, units: follow, territory: follow, year: follow, unit: follow, opened: keep, past: keep, words: soon, working: wait, notices: tell,
    lang: () => {
      draw();
      tell();
      wait();
    },
  });
  return () => {
    soon.stop();
    deaf?.();
  };
}

export default { render };
