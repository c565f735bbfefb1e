// Where one is in a flow scheme: the territory, the product that is followed, what was opened on its way.

import { html } from "./dom.js";

export class FlowTrail {
  constructor(scheme) {
    this.scheme = scheme;
    this.steps = [];
    this.list = html("ol");
    this.root = html("nav", { class: "trail" }, this.list);
    this.root.hidden = true;
  }

  /** A product begins a way of its own; a node or an arrow is a step on the way of the product before. */
  follow(chosen) {
    const first = this.steps[0]?.type === "product" ? [this.steps[0]] : [];
    if (!chosen.type) this.steps = [];
    else this.steps = chosen.type === "product" ? [chosen] : [...first, chosen];
    this.words();
  }

  /** One step back. */
  back() {
    this.scheme.select(this.steps.at(-2) ?? null);
  }

  words() {
    const { scheme } = this;
    const place = scheme.get("titles")[scheme.get("lang")] || scheme.t.title;
    const named = this.steps.map((step) => [scheme.nameOf(step), step]).filter(([name]) => name);
    this.root.hidden = !named.length;
    this.root.setAttribute("aria-label", scheme.t.trail);
    const all = [[place, null], ...named];
    this.list.replaceChildren(...all.map(([name, step], i) => {
      if (i === all.length - 1) return html("li", { "aria-current": "location" }, name);
      const button = html("button", { type: "button" }, name);
      button.onclick = () => scheme.select(step);
      return html("li", {}, button);
    }));
  }
}
