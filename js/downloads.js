// Files made from what is shown: Python makes them, the browser keeps them. A picture is drawn here from its SVG.

import css from "./downloads.css";
import { html, listen, say, styled } from "./dom.js";
import { keep, keepPicture } from "./export.js";

function render({ model, el }) {
  const get = (name) => model.get(name);
  const heading = html("h2");
  const told = html("p", { role: "status" });
  const buttons = get("kinds").map((kind) => {
    const button = html("button", { type: "button", "data-kind": kind });
    button.onclick = () => {
      waiting = kind;
      state = { word: "making", kind };
      speak();
      model.send({ do: kind });
    };
    return button;
  });
  el.append(html("section", { class: "leb-look leb-downloads" }, styled(css), heading, ...buttons, told));
  let waiting = "";
  let state = {};

  const answer = async (content, buffers) => {
    if (!waiting) return;
    waiting = "";
    state = { word: content.name ? "made" : "failed", name: content.name };
    if (content.name?.endsWith(".png")) await keepPicture(content.name, new TextDecoder().decode(buffers[0]));
    else if (content.name) keep(content.name, new Blob([buffers[0]]));
    speak();
  };
  model.on("msg:custom", answer);

  const speak = () => {
    const t = get("texts")[get("lang")];
    el.firstChild.lang = get("lang");
    heading.textContent = t.title;
    for (const button of buttons) {
      button.textContent = t[button.dataset.kind];
      button.disabled = Boolean(waiting);
    }
    told.textContent = state.word ? say(t[state.word], { ...state, what: t[state.kind] ?? "" }) : "";
  };
  speak();
  const stop = listen(model, { lang: speak });
  return () => {
    stop();
    model.off("msg:custom", answer);
  };
}

export default { render };
