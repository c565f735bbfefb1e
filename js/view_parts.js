// What bars of choices share: the address that follows them, grouped choices, and sentences that can be closed.

import { html } from "./dom.js";

/** Write what is shown into the address, where the frame of our pages is around; blank words are left out. */
export function address(said) {
  if (!window.lebSpeak) return;
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(said)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  window.history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
}

/** Milliseconds without a change before the address follows: browsers refuse a page that writes it as a slider moves. */
const QUIET = 250;

/** Return a function that does something once nothing has asked for it for a moment. */
export function quietly(keep) {
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, QUIET);
  };
  soon.stop = () => clearTimeout(waiting);
  return soon;
}

/** Choices by level, each level in the order of the alphabet. */
export function grouped(choices, lang, t) {
  const levels = [...new Set(choices.map(({ level }) => level))];
  return levels.map((level) => {
    const mine = choices.filter((one) => one.level === level).sort((a, b) => a[lang].localeCompare(b[lang], lang));
    return html("optgroup", { label: t[level] }, ...mine.map((one) => html("option", { value: one.id }, one[lang])));
  });
}

/** Sentences of the page, and the button that takes them away. */
export function fillNotices(box, notices, lang, word, clear) {
  const close = html("button", { type: "button" }, word);
  close.onclick = clear;
  box.replaceChildren(...(notices.length ? [html("div", {}, ...notices.map((one) => html("p", {}, one[lang]))), close] : []));
  box.hidden = !notices.length;
}
