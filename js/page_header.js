// Heading of a page and its language switch; the page around it (title, lang, frame) follows.

import css from "./page_header.css";
import { html, listen, styled } from "./dom.js";
import { address } from "./view_parts.js";

const NAMES = { it: "Italiano", en: "English" };
const GROUP = { it: "Lingua", en: "Language" };

function render({ model, el }) {
  const style = styled(css);
  const heading = html("h1");
  const line = html("p");
  const buttons = Object.keys(model.get("headings")).map((code) => {
    const button = html("button", { type: "button", lang: code, "data-lang": code }, NAMES[code]);
    button.onclick = () => {
      model.set("lang", code);
      model.save_changes();
    };
    return button;
  });
  const pair = html("div", { class: "pair", role: "group" }, ...buttons);
  el.append(html("div", { class: "leb-look leb-header" }, style, html("div", { class: "words" }, heading, line), pair));

  const speak = () => {
    const lang = model.get("lang");
    heading.textContent = document.title = model.get("headings")[lang];
    line.textContent = model.get("lines")[lang];
    pair.setAttribute("aria-label", GROUP[lang]);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    window.lebSpeak?.(lang); // the frame of our Voilà template; notebooks have none
  };
  speak();
  // the address that is passed on opens in the language it was seen in
  const changed = () => {
    speak();
    address({ lingua: model.get("lang") });
  };
  return listen(model, { lang: changed, headings: speak, lines: speak });
}

export default { render };
