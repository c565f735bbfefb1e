// Targets side by side: one half-circle gauge each, in figures and words prepared by Python.

import css from "./target_panel.css";
import { html, listen, styled, svg } from "./dom.js";
import { grid } from "./parts.js";

const R = 84;
const CENTER = { x: 110, y: 104 };

const at = (share, radius) => {
  const angle = Math.PI * (1 - share);
  return [CENTER.x + radius * Math.cos(angle), CENTER.y - radius * Math.sin(angle)].map((v) => v.toFixed(2));
};

const arc = (from, to, radius) => `M${at(from, radius)}A${radius},${radius} 0 0 1 ${at(to, radius)}`;

function gauge(card, words) {
  const text = (content, attributes) => {
    const node = svg("text", attributes);
    node.textContent = content;
    return node;
  };
  const zone = card.sense === "at_least" ? [card.mark, 1] : [0, card.mark];
  const [x1, y1] = at(card.mark, R - 11);
  const [x2, y2] = at(card.mark, R + 14);
  const label = `${words.label}: ${words.value}, ${words.required}. ${words.result}.`;
  return svg(
    "svg",
    { viewBox: "0 0 220 112", role: "img", "aria-label": label },
    svg("path", { class: "rail", d: arc(0, 1, R) }),
    svg("path", { class: "zone", d: arc(...zone, R + 11) }),
    svg("path", { class: "reach", d: arc(0, Math.max(card.reach, 0.004), R) }),
    svg("line", { class: "mark", x1, y1, x2, y2 }),
    text(words.number, { x: CENTER.x, y: words.unit ? 86 : 98 }),
    text(words.unit, { class: "unit", x: CENTER.x, y: 103 }),
  );
}

function item(card, lang) {
  const words = card[lang];
  return html(
    "li",
    { class: card.met ? "met" : "missed" },
    html("h3", {}, words.label),
    gauge(card, words),
    html("div", { class: "result" }, html("span", { "aria-hidden": "true" }, card.met ? "✓" : "✕"), `${words.result} · ${words.required}`),
    html("p", {}, words.what),
    html("p", { class: "why" }, words.why),
  );
}

function table(cards, lang, t) {
  const fields = ["label", "value", "required", "gap", "result"];
  const heads = [t.indicator, t.value, t.required, t.gap, t.result];
  return grid(heads, cards.map((card) => fields.map((field) => card[lang][field])), [1, 2, 3], t.table);
}

function render({ model, el }) {
  const root = html("section", { class: "leb-look leb-targets leb-part" });
  const style = styled(css);
  const heading = html("h2");
  const list = html("ul");
  const summary = html("summary");
  const details = html("details", {}, summary);
  root.append(style, heading, list, details);
  el.append(root);

  const draw = () => {
    const lang = model.get("lang");
    const t = model.get("texts")[lang];
    root.lang = lang;
    heading.textContent = model.get("title") || t.title;
    root.setAttribute("aria-label", heading.textContent);
    list.replaceChildren(...model.get("cards").map((card) => item(card, lang)));
    summary.textContent = t.table;
    details.replaceChildren(summary, table(model.get("cards"), lang, t));
  };
  draw();
  return listen(model, { cards: draw, lang: draw, title: draw });
}

export default { render };
