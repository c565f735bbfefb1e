// The flow scheme: toolbar, drawing, highlight, table twin and export around flow_layout.js.

import css from "./flow_scheme.css";
import { enter, formats, html, listen, roving, say, styled, svg } from "./dom.js";
import { saveAs } from "./export.js";
import { BAR, layout, LINE, loopLine, ribbon, THICKEST_LOOP } from "./flow_layout.js";
import { moveFocus } from "./flow_keys.js";
import { fillCard, originLines } from "./flow_card.js";
import { fillTable } from "./flow_table.js";
import { FlowTime } from "./flow_time.js";
import { FlowTrail } from "./flow_trail.js";

const TOP = 30; // room for the column headings
const FOOT = 8;
const NARROWEST = { 5: 760, 7: 1140 }; // below this the drawing scrolls instead of shrinking
const WIDEST_LABEL = { 5: 246, 7: 160 }; // outer labels break here
const COLOURED = new Set([0, 1, 3]); // columns whose nodes have the colour of their product
const OF_VIEW = new Set(["nodes", "links", "products", "order", "shares", "node_shares", "link_shares", "sources", "sources_it", "peaks"]);
const GLIDE_MS = 350;
const LEAST_LIT = 0.005; // a smaller share of an arrow is noise, not a path
const LONGEST = 110; // letters of a source in the card that follows the pointer
const NEUTRAL = "#5b6b7c"; // bars of plants and users: their arrows carry the colours

class FlowScheme {
  constructor(model, host) {
    this.model = model;
    this.nodes = new Map();
    this.bands = [];
    this.frame = 0;
    this.width = 0;
    this.root = html("div", { class: "leb-look leb-flow" });
    this.build();
    host.append(this.root);
    this.trail.follow(this.get("selected"));
    this.compose();
    this.drawn = this.get("year"); // the year that is on the page, once it was carried or Python has answered
    this.stop = listen(model, {
      revision: () => this.answered(),
      year: () => this.moved(() => this.time.read()),
      years: () => this.time.words(),
      grouped: () => this.moved(() => this.words(false)),
      lang: () => this.words(),
      unit: () => this.words(),
      // a new title comes together with new arrows: those are made first
      titles: () => queueMicrotask(() => this.words(false)),
      columns: () => this.compose(),
      selected: () => this.chosen(),
      height: () => this.renew(false),
    });
    this.sizes = new ResizeObserver(() => {
      const now = this.stage.clientWidth;
      if (now && Math.abs(now - this.width) > 2) this.renew(false);
    });
    this.sizes.observe(this.stage);
  }

  remove() {
    this.stop();
    this.time.stop();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** What Python sent beforehand of the year that is asked for; small flows are always gathered by Python. */
  get carried() {
    return this.model.get("grouped") ? undefined : this.model.get("frames")?.[this.model.get("year")];
  }

  /** A trait; what is drawn comes from the view that is shown, five columns or seven. */
  get(name) {
    const shown = this.carried ?? this.held;
    const value = (trait) => (shown && trait in shown ? shown[trait] : this.model.get(trait));
    const uses = value("uses");
    if (OF_VIEW.has(name) && this.model.get("columns") === 7 && uses?.nodes) return uses[name];
    return value(name);
  }

  /** Another year, small flows gathered or not: what was carried is drawn, else what is drawn stays until Python answers. */
  moved(meanwhile) {
    this.held = this.carried ? undefined : this.source;
    if (this.carried) this.renew();
    else meanwhile();
  }

  /** Python has sent a year: one that was carried is on the page already. */
  answered() {
    this.held = undefined;
    if (!this.carried || this.carried !== this.source) this.renew();
  }

  /** The last column. */
  get last() {
    return this.get("columns") - 1;
  }

  get t() {
    return this.get("texts")[this.get("lang")];
  }

  label(thing) {
    return thing[this.get("lang")];
  }

  set(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }

  energy(mwh) {
    const unit = this.get("unit");
    return `${formats(this.get("lang")).energy(mwh * this.get("units")[unit])} ${unit}`;
  }

  // ---- frame -------------------------------------------------------------------------------

  build() {
    const style = styled(css);
    this.name = html("div", { class: "name" });
    this.language = html("div", { class: "pair", role: "group" });
    this.language.hidden = !this.get("language_switch");
    for (const code of Object.keys(this.get("texts"))) {
      const button = html("button", { type: "button", "data-lang": code, lang: code }, code.toUpperCase());
      button.onclick = () => this.set("lang", code);
      this.language.append(button);
    }
    this.detail = html("div", { class: "pair detail", role: "group" });
    for (const count of [5, 7]) {
      const button = html("button", { type: "button", "data-columns": count });
      button.onclick = () => this.set("columns", count);
      this.detail.append(button);
    }
    this.unit = html("select", {}, ...Object.keys(this.get("units")).map((u) => html("option", { value: u }, u)));
    this.unit.onchange = () => this.set("unit", this.unit.value);
    this.saves = ["SVG", "PNG"].map((format) => {
      const button = html("button", { type: "button", "data-format": format }, format);
      button.onclick = () => saveAs(format, this.svg, css, this.name.textContent);
      return button;
    });
    this.group = html("button", { type: "button", class: "group" });
    this.group.onclick = () => this.set("grouped", !this.get("grouped"));
    const tools = html("div", { class: "tools" }, this.detail, this.group, this.unit, this.language, ...this.saves);
    this.chips = html("div", { class: "chips", role: "toolbar" });
    roving(this.chips, "button");
    this.status = html("p", { class: "say", "aria-live": "polite" });
    this.stage = html("div", { class: "stage" });
    this.time = new FlowTime(this);
    this.trail = new FlowTrail(this);
    this.card = html("div", { class: "card", role: "group" });
    this.tip = html("div", { class: "tip", "aria-hidden": "true" });
    this.summary = html("summary");
    this.twin = html("div", { class: "table", tabindex: 0, role: "region" });
    this.details = html("details", {}, this.summary, this.twin);
    this.details.ontoggle = () => fillTable(this);
    this.drawing();
    const head = html("div", { class: "head" }, this.name, tools);
    this.root.append(style, head, this.chips, this.time.root, this.trail.root, this.status, this.stage, this.card, this.tip, this.details);
  }

  drawing() {
    this.svg = svg("svg", { role: "group" });
    this.layers = {};
    for (const name of ["columns", "bands", "glow", "nodes"]) {
      this.layers[name] = svg("g", name === "nodes" ? {} : { "aria-hidden": "true" });
      this.svg.append(this.layers[name]);
    }
    this.stage.append(this.svg);
    this.layers.nodes.addEventListener("keydown", (event) => moveFocus(this, event));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.trail.back();
      this.hint();
    });
    this.svg.addEventListener("click", (event) => {
      if (event.target === this.svg) this.select(null);
    });
  }

  // ---- content -----------------------------------------------------------------------------

  /** Make one element per product, node and arrow, then place them. */
  compose(before = null) {
    this.source = this.carried ?? this.held;
    this.colors = new Map(this.get("products").map((p) => [p.id, p.color]));
    this.makeChips();
    this.makeBands();
    this.makeNodes();
    this.order = null;
    this.placed = before;
    this.place(Boolean(before));
    this.words(false);
  }

  makeChips() {
    this.chips.replaceChildren(
      ...this.get("products").map((product, i) => {
        const dot = html("i");
        dot.style.background = product.color;
        const button = html("button", { type: "button", "data-id": product.id, tabindex: i ? -1 : 0 }, dot, html("span"));
        button.onclick = () => this.toggle("product", product.id);
        return button;
      }),
    );
  }

  makeBands() {
    this.bands = this.get("links").map((link) => {
      const color = this.colors.get(link.product) ?? NEUTRAL;
      const band = svg("path", { class: "band", "data-id": link.id });
      const glow = svg("path", { class: "glow" });
      band.onmousemove = (event) => this.hint(event.clientX, event.clientY, this.linkLines(link));
      band.onmouseleave = () => this.hint();
      band.onclick = () => this.toggle("link", link.id);
      return { link, band, glow, color, share: 0 };
    });
    this.layers.bands.replaceChildren(...this.bands.map((b) => b.band));
    this.layers.glow.replaceChildren(...this.bands.map((b) => b.glow));
  }

  makeNodes() {
    this.nodes = new Map(
      this.get("nodes").map((node, i) => {
        const parts = {
          ring: svg("rect", { class: "ring", rx: 4 }),
          bar: svg("rect", { class: "bar", rx: 1.5, fill: this.barColor(node) }),
          label: svg("text", { class: "label" }),
        };
        const g = svg("g", { class: "node", role: "button", tabindex: i ? -1 : 0, "data-id": node.id });
        g.append(parts.ring, parts.bar, parts.label);
        g.onclick = () => this.toggle("node", node.id);
        g.onmousemove = (event) => this.hint(event.clientX, event.clientY, this.nodeLines(node));
        g.onmouseleave = () => this.hint();
        g.onfocus = () => this.focused(g, node);
        g.onblur = () => this.hint();
        return [node.id, { node, g, ...parts }];
      }),
    );
    this.layers.nodes.replaceChildren(...[...this.nodes.values()].map((n) => n.g));
  }

  barColor(node) {
    return (COLOURED.has(node.column) && this.colors.get(node.group)) || NEUTRAL;
  }

  focused(g, node) {
    enter([...this.nodes.values()].map((n) => n.g), g);
    if (!g.matches(":focus-visible")) return;
    const bar = this.nodes.get(node.id).bar.getBoundingClientRect();
    this.hint(bar.right, bar.bottom, this.nodeLines(node));
  }

  /** New numbers: glide if the same nodes and arrows remain, otherwise draw afresh. */
  renew(glide = true) {
    const ids = (list) => list.map((item) => item.id).join("\n");
    const same =
      ids(this.get("links")) === ids(this.bands.map((b) => b.link)) &&
      ids(this.get("nodes")) === ids([...this.nodes.values()].map((n) => n.node));
    this.drawn = this.get("year");
    this.source = this.carried ?? this.held;
    if (!same) return this.compose(glide ? this.placed : null);
    this.get("links").forEach((link, i) => (this.bands[i].link = link));
    this.get("nodes").forEach((node) => (this.nodes.get(node.id).node = node));
    this.place(glide);
    this.words(false);
  }

  // ---- placing -----------------------------------------------------------------------------

  outer(node) {
    return node.column === 0 || node.column === this.last;
  }

  /** Lines of the label of a node, each a list of texts and their classes; the energy comes last. */
  lines(node, room) {
    const lines = wrap(this.label(node), room).map((text) => [[text]]);
    const value = [this.energy(node.energy), "value"];
    const behind = !this.outer(node) && textWidth(`${lines.at(-1)[0][0]} ${value[0]}`) < room;
    if (behind) lines.at(-1).push(value);
    else lines.push([value]);
    return lines;
  }

  /** Break the labels; the outer ones say how much room the columns between them have. */
  labels() {
    const most = WIDEST_LABEL[this.get("columns")];
    const side = (column) => {
      const items = [...this.nodes.values()].filter(({ node }) => node.column === column);
      for (const item of items) item.lines = this.lines(item.node, most);
      const texts = items.flatMap(({ lines }) => lines.map((line) => line.map(([text]) => text).join(" ")));
      return Math.max(60, ...texts.map(textWidth)) + 14;
    };
    const width = Math.max(this.width, NARROWEST[this.get("columns")]);
    this.side = { left: side(0), right: side(this.last) };
    this.inner = width - this.side.left - this.side.right;
    const room = (this.inner - BAR) / this.last - 10;
    for (const item of this.nodes.values()) if (!this.outer(item.node)) item.lines = this.lines(item.node, room);
    for (const { label, lines } of this.nodes.values()) {
      const part = ([text, kind]) => {
        const tspan = svg("tspan", kind ? { class: kind } : {});
        tspan.textContent = text;
        return tspan;
      };
      const row = (line, i) => {
        const parts = line.flatMap((p, k) => (k ? [" ", part(p)] : [part(p)]));
        // a space that is heard, not seen, between lines
        if (i < lines.length - 1) parts.push(svg("tspan", { "font-size": 0 }, " "));
        return svg("tspan", { dy: i ? LINE : 0 }, ...parts);
      };
      label.replaceChildren(...lines.map(row));
    }
    return width;
  }

  place(glide) {
    this.width = this.stage.clientWidth || 1100;
    const width = this.labels();
    const lines = new Map([...this.nodes].map(([id, item]) => [id, item.lines.length]));
    this.order ??= this.get("order");
    const made = layout({
      nodes: this.get("nodes"),
      links: this.get("links"),
      width: this.inner,
      height: this.get("height") - TOP - FOOT,
      order: this.order,
      last: this.last,
      lines,
      peaks: this.get("peaks"),
    });
    made.ids = this.get("links").map((link) => link.id);
    const full = Math.round(made.height + TOP + FOOT + 10);
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${full}`, width, height: full })) {
      this.svg.setAttribute(name, value);
    }
    for (const layer of Object.values(this.layers)) {
      layer.setAttribute("transform", `translate(${this.side.left},${TOP})`);
    }
    this.headings();
    this.glide(made, glide);
  }

  glide(next, wanted) {
    cancelAnimationFrame(this.frame);
    const before = this.placed && align(this.placed, next);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!wanted || still || !before) {
      this.draw(next);
      return;
    }
    const start = performance.now();
    const tick = (now) => {
      const u = Math.min(Math.max((now - start) / GLIDE_MS, 0), 1);
      this.draw(u < 1 ? blend(before, next, u * u * (3 - 2 * u)) : next);
      if (u < 1) this.frame = requestAnimationFrame(tick);
    };
    this.draw(blend(before, next, 0)); // what is lit next is drawn on these arrows, not on those before
    this.frame = requestAnimationFrame(tick);
  }

  draw(placed) {
    this.placed = placed;
    this.bands.forEach((item, i) => this.drawBand(item, placed.links[i]));
    for (const [id, item] of this.nodes) this.drawNode(item, placed.nodes.get(id));
  }

  drawBand({ band, glow, color, share }, { points, w, loop }) {
    for (const [path, width] of [[band, w], [glow, w * share]]) {
      if (path === glow && !share) {
        glow.removeAttribute("d");
        continue;
      }
      path.setAttribute("d", loop ? loopLine(points, w) : ribbon(points, width));
      path.setAttribute("fill", loop ? "none" : color);
      path.setAttribute("stroke", loop ? color : "none");
      if (loop) path.setAttribute("stroke-width", Math.max(width, 0.9).toFixed(1));
    }
  }

  drawNode({ node, bar, ring, label, lines }, { x0, x1, y0, y1 }) {
    const set = (part, values) => Object.entries(values).forEach(([k, v]) => part.setAttribute(k, v));
    set(bar, { x: x0, y: y0, width: x1 - x0, height: Math.max(y1 - y0, 2) });
    set(ring, { x: x0 - 3, y: y0 - 3, width: x1 - x0 + 6, height: y1 - y0 + 6 });
    const more = LINE * (lines.length - 1);
    const outer = this.outer(node);
    const x = outer ? (node.column ? x1 + 7 : x0 - 7) : x0;
    label.setAttribute("text-anchor", outer && !node.column ? "end" : "start");
    label.setAttribute("y", outer ? (y0 + y1) / 2 - more / 2 + 4 : y0 - 4 - more);
    for (const line of label.children) line.setAttribute("x", x);
  }

  // ---- words -------------------------------------------------------------------------------

  /** Everything written, in the chosen language and unit. */
  words(place = true) {
    const { t } = this;
    const title = this.get("titles")[this.get("lang")];
    this.root.lang = this.get("lang");
    this.name.textContent = title ? `${t.title} · ${title}` : t.title;
    this.svg.setAttribute("aria-label", `${this.name.textContent}. ${t.keys}`);
    this.chips.setAttribute("aria-label", t.products);
    this.language.setAttribute("aria-label", t.language);
    this.unit.setAttribute("aria-label", t.unit);
    this.unit.value = this.get("unit");
    this.summary.textContent = t.table;
    this.group.textContent = t.group;
    this.group.title = t.group_long;
    this.group.setAttribute("aria-pressed", String(Boolean(this.get("grouped"))));
    this.time.words();
    this.trail.words();
    this.twin.setAttribute("aria-label", t.table);
    for (const button of this.language.children) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === this.get("lang")));
    }
    for (const button of this.saves) {
      button.setAttribute("aria-label", say(t.save, { format: button.dataset.format }));
    }
    this.get("products").forEach((product, i) => {
      this.chips.children[i].lastChild.textContent = this.label(product);
    });
    this.detail.hidden = !this.get("uses")?.nodes;
    this.detail.setAttribute("aria-label", t.columns);
    for (const button of this.detail.children) {
      const count = Number(button.dataset.columns);
      button.textContent = t[`columns_${count}`];
      button.title = t[`columns_${count}_long`];
      button.setAttribute("aria-pressed", String(count === this.get("columns")));
    }
    if (place) this.place(false);
    for (const { node, g } of this.nodes.values()) {
      const parts = [`${this.label(node)} ${this.energy(node.energy)}`, ...this.nodeLines(node, false).slice(1)];
      g.setAttribute("aria-label", parts.join(", "));
    }
    this.highlight();
    fillTable(this);
  }

  headings() {
    const count = this.get("columns");
    const heading = (_, c) => {
      const x = ((this.inner - BAR) * c) / this.last + (c === 0 ? -7 : c === this.last ? BAR + 7 : 0);
      const text = svg("text", { class: "column", x, y: -14, "text-anchor": c ? "start" : "end" });
      text.textContent = this.t[`column_${count}_${c}`];
      return text;
    };
    this.layers.columns.replaceChildren(...Array.from({ length: count }, heading));
  }

  nodeLines(node, origin = true) {
    const parts = [["in", node.in], ["out", node.out]].filter(([, mwh]) => mwh > 0);
    const lines = [this.label(node), ...parts.map(([side, mwh]) => `${this.t[side]} ${this.energy(mwh)}`)];
    return origin ? [...lines, ...this.origin(node)] : lines;
  }

  /** Status and source, short enough for a card that follows the pointer. */
  origin(thing) {
    const { status, source } = originLines(this, thing, 1);
    const short = source.length > LONGEST ? `${source.slice(0, LONGEST)}…` : source;
    return [status, short].filter(Boolean);
  }

  linkLines(link, origin = true) {
    const name = (id) => this.label(this.nodes.get(id).node);
    const { percent } = formats(this.get("lang"));
    const lines = [
      `${name(link.source)} → ${name(link.target)}`,
      `${this.productName(link.product)} · ${this.energy(link.energy)}`,
      `${percent(link.share)} ${say(this.t.of_source, { node: name(link.source) })}`,
    ];
    const share = this.bands.find((b) => b.link.id === link.id).share;
    if (share && this.get("selected").id !== link.id) {
      const followed = say(this.t.of_selected, { name: this.selectedName() });
      lines.push(`${followed} ${this.energy(link.energy * share)} (${percent(share)})`);
    }
    const { loop, w } = this.placed.links[this.bands.findIndex((b) => b.link.id === link.id)];
    if (loop) lines.push(w < THICKEST_LOOP ? this.t.loop : this.t.thin_loop);
    return origin ? [...lines, ...this.origin(link)] : lines;
  }

  productName(id) {
    const product = this.get("products").find((p) => p.id === id);
    return product ? this.label(product) : id;
  }

  selectedName() {
    return this.nameOf(this.get("selected"));
  }

  nameOf({ type, id }) {
    if (type === "product") return this.productName(id);
    if (type === "node" && this.nodes.has(id)) return this.label(this.nodes.get(id).node);
    const band = this.bands.find((b) => b.link.id === id);
    return band ? this.linkLines(band.link)[0] : "";
  }

  /** Show the hover card at a point of the window, or hide it. */
  hint(x, y, lines) {
    this.tip.style.opacity = lines ? 1 : 0;
    if (!lines) return;
    const [first, ...rest] = lines;
    this.tip.replaceChildren(html("b", {}, first), ...rest.map((line) => html("span", {}, line)));
    const box = this.root.getBoundingClientRect();
    const left = Math.min(x - box.left + 14, box.width - this.tip.offsetWidth - 4);
    this.tip.style.left = `${Math.max(left, 0)}px`;
    this.tip.style.top = `${y - box.top + 16}px`;
  }

  // ---- choosing ----------------------------------------------------------------------------

  toggle(type, id) {
    const now = this.get("selected");
    this.select(now.type === type && now.id === id ? null : { type, id });
  }

  select(choice) {
    this.set("selected", choice ?? {}); // is heard, and lights the path
  }

  chosen() {
    this.trail.follow(this.get("selected"));
    this.highlight();
  }

  /** Light the followed part of every arrow; shares were computed beforehand. */
  highlight() {
    const { type, id } = this.get("selected");
    const source = { product: "shares", node: "node_shares", link: "link_shares" }[type];
    const shares = source ? unpacked(this.get(source)[id], this.bands.length) : null;
    this.svg.classList.toggle("following", Boolean(shares));
    const lit = new Set(type === "node" ? [id] : []);
    this.bands.forEach((item, i) => {
      item.share = shares && shares[i] >= LEAST_LIT ? shares[i] : 0;
      if (item.share) [item.link.source, item.link.target].forEach((n) => lit.add(n));
      if (this.placed) this.drawBand(item, this.placed.links[i]);
    });
    for (const [key, { g }] of this.nodes) {
      g.classList.toggle("lit", lit.has(key));
      g.setAttribute("aria-pressed", String(type === "node" && key === id));
    }
    for (const chip of this.chips.children) {
      chip.setAttribute("aria-pressed", String(type === "product" && chip.dataset.id === id));
    }
    fillCard(this, this.card);
    const was = this.following;
    this.following = Boolean(shares);
    if (shares) this.status.textContent = say(this.t.followed, { name: this.selectedName() });
    else this.status.textContent = was ? `${this.t.cleared} ${this.t.hint}` : this.t.hint;
  }
}

/** Shares of every arrow; a kernel sends "position:thousandths" of those above zero. */
function unpacked(sent, count) {
  if (typeof sent !== "string") return sent ?? null;
  const shares = new Array(count).fill(0);
  for (const part of sent.split(" ")) {
    const [at, thousandths] = part.split(":").map(Number);
    if (thousandths) shares[at] = thousandths / 1000;
  }
  return shares;
}

const brush = document.createElement("canvas").getContext("2d");

function textWidth(text) {
  brush.font = "500 12.5px system-ui, sans-serif";
  return brush.measureText(text).width;
}

/** Break a text between words so that each line fits into `room` where it can. */
function wrap(text, room) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Mix two placements of the same nodes and arrows. */
function blend(from, to, u) {
  const mix = (a, b) => a + (b - a) * u;
  const node = ([id, b]) => {
    const a = from.nodes.get(id) ?? b;
    return [id, { x0: mix(a.x0, b.x0), x1: mix(a.x1, b.x1), y0: mix(a.y0, b.y0), y1: mix(a.y1, b.y1) }];
  };
  const link = (b, i) => {
    const a = from.links[i];
    return { loop: b.loop, w: mix(a.w, b.w), points: b.points.map((value, k) => mix(a.points[k], value)) };
  };
  return { nodes: new Map([...to.nodes].map(node)), links: to.links.map(link), ids: to.ids };
}

/** What was drawn, in the order of the new arrows; what comes, or takes another way, grows from nothing. */
function align(before, next) {
  const old = new Map(before.ids.map((id, i) => [id, before.links[i]]));
  const link = (now, i) => {
    const was = old.get(next.ids[i]);
    return was?.points.length === now.points.length && was.loop === now.loop ? was : { ...now, w: 0 };
  };
  return { nodes: before.nodes, links: next.links.map(link) };
}

function render({ model, el }) {
  const scheme = new FlowScheme(model, el);
  return () => scheme.remove();
}

export default { render };
