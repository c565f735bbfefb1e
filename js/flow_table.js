// The same arrows as a table; each can be followed from here by keyboard.

import { formats, html } from "./dom.js";

export function fillTable(scheme) {
  if (!scheme.details.open) return;
  const { t } = scheme;
  const unit = scheme.get("unit");
  const { energy, percent } = formats(scheme.get("lang"));
  const name = (id) => scheme.label(scheme.nodes.get(id).node);
  const told = scheme.bands.some(({ link }) => link.status);
  const head = [t.source, t.target, t.product, `${t.value} (${unit})`, t.share, ...(told ? [t.status] : [])];
  const figure = (i) => (i === 3 || i === 4 ? { class: "figure" } : {});
  const row = ({ link }) => {
    const follow = html("button", { type: "button" }, name(link.target));
    follow.onclick = () => scheme.toggle("link", link.id);
    const status = [...link.status].map((letter) => t[`status_${letter}`]).filter(Boolean).join(", ");
    const cells = [
      name(link.source),
      follow,
      scheme.productName(link.product),
      energy(link.energy * scheme.get("units")[unit]),
      percent(link.share),
      ...(told ? [status] : []),
    ];
    return html("tr", {}, ...cells.map((cell, i) => html("td", figure(i), cell)));
  };
  const titles = head.map((word, i) => html("th", { scope: "col", ...figure(i) }, word));
  const table = html("table", {}, html("thead", {}, html("tr", {}, ...titles)), html("tbody", {}, ...scheme.bands.map(row)));
  scheme.twin.replaceChildren(table);
}
