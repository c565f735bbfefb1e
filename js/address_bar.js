// Words that the address of a page keeps, and what the page has to tell; nothing is seen where it tells nothing.

import css from "./view_bar.css";
import { html, listen, styled } from "./dom.js";
import { address, fillNotices, quietly } from "./view_parts.js";

function render({ model, el }) {
  const get = (name) => model.get(name);
  const style = styled(css);
  const told = html("div", { class: "told", role: "alert" });
  const root = html("div", { class: "leb-look leb-view leb-address" }, style, told);
  el.append(root);
  const keep = () => address({ ...get("words"), lingua: get("lang") });
  const soon = quietly(keep);
  const tell = () => {
    root.lang = get("lang");
    fillNotices(told, get("notices"), get("lang"), get("texts")[get("lang")].close, () => {
      model.set("notices", []);
      model.save_changes();
    });
  };
  keep();
  tell();
  const deaf = listen(model, {
    words: soon,
    notices: tell,
    lang: () => {
      soon();
      tell();
    },
  });
  return () => {
    soon.stop();
    deaf?.();
  };
}

export default { render };
