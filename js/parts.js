// Parts that several widgets share: indicator cards, groups of buttons, tables that scroll.

import { html } from "./dom.js";

/** Indicators before and after; every word comes from Python. */
export function fillCards(list, cards, lang) {
  const hidden = (text) => html("span", { "aria-hidden": "true" }, text);
  const card = ({ arrow, result, [lang]: words }) =>
    html("li", { class: result },
      html("span", { class: "label" }, words.label),
      html("span", { class: "values" }, html("span", { class: "was" }, words.before), hidden(" → "), html("b", {}, words.after)),
      html("span", { class: "change" }, hidden(`${arrow} `), words.change),
    );
  list.replaceChildren(...cards.map(card));
}

/** One button for each of the names, of which one is pressed. */
export function buttons(names, choose, values = Object.keys(names)) {
  const made = values.map((value) => {
    const button = html("button", { type: "button", "data-value": value }, names[value]);
    button.onclick = () => choose(value);
    return button;
  });
  return html("div", { class: "pair", role: "group" }, ...made);
}

export function press(group, value) {
  for (const one of group.children) one.setAttribute("aria-pressed", String(one.dataset.value === value));
}

/** A table in a box of its own; the columns of figures stand to the right. */
export function grid(heads, lines, figures, caption) {
  const kind = (i) => (figures.includes(i) ? { class: "figure" } : {});
  const head = html("tr", {}, ...heads.map((word, i) => html("th", { scope: "col", ...kind(i) }, word)));
  const body = lines.map((cells) => html("tr", {}, ...cells.map((cell, i) => html("td", kind(i), cell))));
  const table = html("table", {}, html("thead", {}, head), html("tbody", {}, ...body));
  return html("div", { class: "table", role: "region", "aria-label": caption, tabindex: 0 }, table);
}
