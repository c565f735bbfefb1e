// Small helpers to build HTML and SVG.

import look from "./look.css";

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** @returns {HTMLElement} */
export const html = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** @returns {SVGElement} */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** The style sheet of a widget, after what all share: its root has the class "leb-look". */
export const styled = (css) => html("style", {}, look + css);

/** Put `values` into the {places} of a sentence. */
export const say = (sentence, values = {}) =>
  sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Numbers as written in the language: 1.234 in Italian, 1,234 in English. */
export function formats(lang) {
  const locale = lang === "en" ? "en-GB" : "it-IT";
  const number = (value, digits) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, useGrouping: "always" }).format(value);
  return {
    number,
    energy: (value) => number(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 ? 1 : 0),
    percent: (share) => `${number(100 * share, Math.abs(share) < 0.1 ? 1 : 0)}\u00a0%`,
  };
}

/** Arrow keys move focus inside a group of which one element is in the tab order. */
export function roving(group, selector) {
  const items = () => [...group.querySelectorAll(selector)];
  const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  group.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(event.target);
    if (here < 0) return;
    let next;
    if (event.key in moves) next = (here + moves[event.key] + all.length) % all.length;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = all.length - 1;
    else return;
    event.preventDefault();
    enter(all, all[next]).focus();
  });
  group.addEventListener("focusin", (event) => {
    if (event.target.matches(selector)) enter(items(), event.target);
  });
}

/** Make one element of a group the one reached by Tab. */
export function enter(all, chosen) {
  for (const item of all) item.setAttribute("tabindex", item === chosen ? 0 : -1);
  return chosen;
}

/** Listen to traits; the returned function stops listening. */
export function listen(model, handlers) {
  const entries = Object.entries(handlers);
  for (const [name, handler] of entries) model.on(`change:${name}`, handler);
  return () => entries.forEach(([name, handler]) => model.off(`change:${name}`, handler));
}
