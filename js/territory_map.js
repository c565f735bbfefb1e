// Territories coloured by a figure. Outlines, classes and all words come from Python.

import css from "./territory_map.css";
import { enter, html, listen, say, styled, svg } from "./dom.js";
import { buttons, grid, press } from "./parts.js";

const AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
let made = 0; // each map has its own list of names

/** The neighbour in a direction: near ahead counts once, aside twice. */
function neighbour(areas, from, [dx, dy]) {
  let best;
  let least = Infinity;
  for (const area of areas) {
    const [x, y] = [area.x - from.x, area.y - from.y];
    const ahead = x * dx + y * dy;
    const way = ahead + 2 * Math.abs(x * dy - y * dx);
    if (ahead > 0 && way < least) [best, least] = [area, way];
  }
  return best;
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const style = styled(css);
  const heading = html("h2");
  const languages = buttons({ it: "IT", en: "EN" }, (lang) => set("lang", lang));
  const tip = html("div", { class: "tip", "aria-hidden": "true" });
  const stage = html("div", { class: "stage" });
  const names = html("datalist", { id: `leb-map-${(made += 1)}` });
  const asked = html("input", { type: "search", list: names.id, autocomplete: "off" });
  const askedName = html("span");
  const search = html("label", { class: "search" }, askedName, asked);
  const legend = html("ul", { class: "legend" });
  const card = html("p", { class: "card", "aria-live": "polite" });
  const total = html("p", { class: "total" });
  const note = html("p", { class: "note" });
  const summary = html("summary");
  const details = html("details", {}, summary);
  const root = html("section", { class: "leb-look leb-map leb-part" }, style,
    html("div", { class: "head" }, heading, languages),
    html("div", { class: "body" }, stage, html("div", { class: "side" }, search, names, card, total, legend)), note, details);
  el.append(root);

  let shapes = new Map();
  let ring;
  let mark;
  let lit = null; // shade of the legend that is lit
  const words = () => get("texts")[get("lang")];
  const area = (code) => get("areas").find((one) => one.code === code);
  const called = (code) => area(code)[get("lang")];
  const told = (code) => {
    const figure = get("figures")[code];
    const t = words();
    const place = say(t.place, { name: called(code), value: figure[get("lang")] });
    return figure.rank ? `${place}; ${say(t.ranked, { rank: figure.rank, count: known() })}` : place;
  };
  const known = () => Object.values(get("figures")).filter((one) => one.rank).length;
  const choose = (code) => set("selected", code === get("selected") ? "" : code);

  const draw = () => {
    const [width, height] = get("size");
    ring = svg("path", { class: "ring" });
    mark = svg("path", { class: "mark" });
    shapes = new Map(get("areas").map((one) => [one.code, svg("path", { d: one.d, "data-code": one.code, role: "button", tabindex: -1 })]));
    const drawing = svg("svg", { viewBox: `-4 -4 ${width + 8} ${height + 8}`, role: "group" }, ...shapes.values(), mark, ring);
    stage.style.setProperty("--shape", `${width} / ${height}`);
    stage.replaceChildren(drawing, tip);
    shapes.values().next().value.setAttribute("tabindex", 0);
    paint();
  };
  const paint = () => {
    const lang = get("lang");
    const t = words();
    root.lang = lang;
    heading.textContent = get("titles")[lang];
    const title = heading.textContent || t.table;
    root.setAttribute("aria-label", title);
    stage.firstChild.setAttribute("aria-label", title);
    languages.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    for (const [code, shape] of shapes) {
      const { shade } = get("figures")[code];
      shape.setAttribute("class", `s${shade < 0 ? "x" : shade}${lit !== null && lit !== shade ? " faded" : ""}`);
      shape.setAttribute("aria-label", told(code));
    }
    askedName.textContent = t.search;
    names.replaceChildren(...get("areas").map((one) => html("option", { value: one[lang] })));
    total.textContent = get("totals")?.[lang] ?? "";
    note.textContent = get("notes")[lang] ?? "";
    key();
    pick();
    summary.textContent = t.table;
    fill();
  };
  const key = () => {
    const t = words();
    legend.setAttribute("aria-label", t.legend);
    legend.replaceChildren(...[...get("classes")].sort((a, b) => b.shade - a.shade).map(({ shade, count, [get("lang")]: word }) => {
      const counted = count === 1 ? t.count_one : say(t.count, { count });
      const button = html("button", { type: "button", "aria-pressed": String(lit === shade), "data-shade": shade },
        html("i", { class: `s${shade < 0 ? "x" : shade}` }), html("span", {}, word), " ", html("small", {}, counted));
      button.onclick = () => {
        lit = lit === shade ? null : shade;
        paint();
        legend.querySelector(`[data-shade="${shade}"]`).focus();
      };
      return html("li", {}, button);
    }));
  };
  const pick = () => {
    const code = get("selected");
    for (const [own, shape] of shapes) shape.setAttribute("aria-pressed", String(own === code));
    const chosen = shapes.get(code);
    mark.setAttribute("d", chosen ? chosen.getAttribute("d") : "");
    if (!chosen) return card.replaceChildren(words().hint);
    enter([...shapes.values()], chosen);
    const { rank, [get("lang")]: value } = get("figures")[code];
    const place = rank ? [html("span", {}, say(words().ranked, { rank, count: known() }))] : [];
    const aside = get("aside")?.[get("lang")];
    const beside = aside ? [" ", html("span", { class: "aside" }, aside)] : [];
    return card.replaceChildren(html("b", {}, called(code)), " ", html("strong", {}, value), " ", ...place, ...beside);
  };
  const fill = () => {
    if (!details.open) return details.replaceChildren(summary);
    const t = words();
    const rows = Object.entries(get("figures")).sort(([, a], [, b]) => (a.rank || Infinity) - (b.rank || Infinity));
    const line = ([code, figure]) => {
      const button = html("button", { type: "button" }, called(code));
      button.onclick = () => choose(code);
      return [figure.rank ? String(figure.rank) : "–", button, figure[get("lang")]];
    };
    return details.replaceChildren(summary, grid([t.rank, t.name, t.value], rows.map(line), [0, 2], t.table));
  };
  const shown = (shape, x, y) => {
    tip.textContent = told(shape.dataset.code);
    const box = stage.getBoundingClientRect();
    tip.style.left = `${Math.max(0, Math.min(x - box.left + 14, box.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(0, y - box.top - tip.offsetHeight - 12)}px`;
    tip.classList.add("on");
  };
  stage.addEventListener("pointermove", ({ target, clientX, clientY }) => {
    if (target.dataset?.code) shown(target, clientX, clientY);
    else tip.classList.remove("on");
  });
  stage.addEventListener("pointerleave", () => tip.classList.remove("on"));
  stage.addEventListener("click", ({ target }) => {
    if (target.dataset?.code) choose(target.dataset.code);
  });
  stage.addEventListener("focusin", ({ target }) => {
    if (!target.dataset?.code || !target.matches(":focus-visible")) return;
    ring.setAttribute("d", target.getAttribute("d"));
    const box = target.getBoundingClientRect();
    shown(target, box.right, box.top);
  });
  stage.addEventListener("focusout", () => {
    ring.setAttribute("d", "");
    tip.classList.remove("on");
  });
  stage.addEventListener("keydown", (event) => {
    const code = event.target.dataset?.code;
    if (!code) return;
    if (event.key in AHEAD) {
      const next = neighbour(get("areas"), area(code), AHEAD[event.key]);
      if (next) enter([...shapes.values()], shapes.get(next.code)).focus();
    } else if (event.key === "Enter" || event.key === " ") choose(code);
    else if (event.key === "Escape") set("selected", "");
    else return;
    event.preventDefault();
  });
  const find = () => {
    const word = asked.value.trim().toLowerCase();
    if (!word) return;
    const all = get("areas");
    const named = (test) => all.find((one) => test(one[get("lang")].toLowerCase()));
    const found = named((name) => name === word) ?? named((name) => name.startsWith(word)) ?? named((name) => name.includes(word));
    if (found) set("selected", found.code);
    else card.replaceChildren(words().nobody);
  };
  asked.addEventListener("change", find);
  details.addEventListener("toggle", fill);
  draw();
  return listen(model, { areas: draw, figures: paint, titles: paint, notes: paint, totals: paint, lang: paint, language_switch: paint, aside: pick, selected: pick });
}

export default { render };
