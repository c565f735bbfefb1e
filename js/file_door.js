// A file comes in, a file goes out. Its size is looked at before a byte is sent, so that a huge one harms nobody.

import css from "./file_door.css";
import { html, listen, say, styled } from "./dom.js";
import { keep } from "./export.js";

function render({ model, el }) {
  const get = (name) => model.get(name);
  const style = styled(css);
  const said = html("span");
  const input = html("input", { type: "file", accept: get("kinds").join(",") });
  const out = html("button", { type: "button" });
  const told = html("div", { class: "told" });
  const take = html("button", { type: "button" });
  const choice = html("select");
  const chosen = html("div", { class: "chosen" }, choice, take);
  const root = html("section", { class: "leb-look leb-door" }, style, html("div", { class: "row" }, html("label", {}, said, input), out), told, chosen);
  el.append(root);
  let refusal;

  input.onchange = async () => {
    const file = input.files[0];
    if (!file) return;
    refusal = file.size > get("limit") ? { name: file.name, mb: Math.round(file.size / 1e6) } : undefined;
    if (refusal) tell();
    else model.send({ do: "read", name: file.name }, undefined, [await file.arrayBuffer()]);
    input.value = ""; // the same file, mended, can be chosen again
  };
  out.onclick = () => model.send({ do: "write" });
  take.onclick = () => model.send({ do: "take", part: choice.value });
  model.on("msg:custom", (content, buffers) => {
    if (content.name) keep(content.name, new Blob([buffers[0]]));
  });

  const tell = () => {
    const t = get("texts")[get("lang")];
    const seen = refusal ? { refused: true, said: [say(t.too_large, { ...refusal, most: Math.round(get("limit") / 1e6) })] } : get("seen");
    told.className = `told${seen.refused ? " refused" : ""}`;
    told.setAttribute("role", seen.refused ? "alert" : "status");
    told.replaceChildren(...(seen.said ?? []).map((line) => html("p", {}, line)));
    const parts = refusal ? [] : seen.parts ?? [];
    choice.replaceChildren(...parts.map((part) => html("option", { value: part.id }, part[get("lang")])));
    choice.hidden = parts.length < 2;
    chosen.hidden = !parts.length;
  };
  const draw = () => {
    const t = get("texts")[get("lang")];
    root.lang = get("lang");
    root.setAttribute("aria-label", t.title);
    said.textContent = t.choose;
    out.textContent = t.write;
    take.textContent = t.take;
    choice.setAttribute("aria-label", t.part);
    tell();
  };
  draw();
  return listen(model, {
    lang: draw,
    seen: () => {
      refusal = undefined;
      tell();
    },
  });
}

export default { render };
