// The card of what is chosen: value, share, status and source of a node or an arrow, and how to cite it.

import { html, say } from "./dom.js";
import { sourcesOf } from "./sources.js";

const SHOWN = 3; // sources written out; more are counted

/** Sources and status of a node or an arrow, in words. */
export function originLines(scheme, thing, most = SHOWN) {
  const { t } = scheme;
  const texts = sourcesOf((name) => scheme.get(name));
  const status = [...(thing.status ?? "")].map((letter) => t[`status_${letter}`]).filter(Boolean).join(", ");
  const all = (thing.from ?? []).map((i) => texts[i]).filter(Boolean);
  const more = all.length > most ? ` ${say(t.more, { count: all.length - most })}` : "";
  // texts that come with arrows of a table know no cells: nothing is claimed of them
  const source = all.length ? `${t.source_of}: ${all.slice(0, most).join("; ")}${more}` : texts.length ? t.computed : "";
  return { status: status && `${t.status}: ${status}`, source };
}

export function fillCard(scheme, box) {
  const { type, id } = scheme.get("selected");
  const link = type === "link" ? scheme.bands.find((b) => b.link.id === id)?.link : null;
  const node = type === "node" ? scheme.nodes.get(id)?.node : null;
  const thing = link ?? node;
  box.hidden = !thing;
  if (!thing) return box.replaceChildren();
  const { t } = scheme;
  const [name, ...values] = link ? scheme.linkLines(link, false) : scheme.nodeLines(node, false);
  const { status, source } = originLines(scheme, thing);
  const unsure = source && !source.includes("±") ? t.unsure : "";
  const cite = html("button", { type: "button", class: "cite" }, t.cite);
  const said = html("span", { class: "cited", role: "status" });
  const lines = [...values, status, source, unsure].filter(Boolean);
  cite.onclick = async () => {
    const title = scheme.get("titles")[scheme.get("lang")];
    // only a page of ours keeps what is shown in its address
    const address = window.lebSpeak ? location.href : "";
    const text = [[title, name, values.join(", "), status].filter(Boolean).join(" · "), source, address].filter(Boolean).join(". ");
    const done = await copy(text);
    const field = html("textarea", { readonly: "", rows: 3, "aria-label": t.citation }, text);
    said.replaceChildren(done ? t.cited : t.copy_by_hand);
    box.querySelector("textarea")?.remove();
    box.append(field);
    if (!done) field.select();
  };
  box.setAttribute("aria-label", say(t.card, { name }));
  box.replaceChildren(html("b", {}, name), ...lines.map((line) => html("span", {}, line)), html("div", {}, cite, said));
  return box;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no secure page, or the browser asks and is told no
  }
}
