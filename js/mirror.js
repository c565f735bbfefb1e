// Two flow schemes opposite each other: the left one runs to the right, the other to the left, uses in the middle.
// One arrangement serves both, so that a node stands at the same height on either side; only sizes differ.

import { html, roving, say, svg } from "./dom.js";
import { arrange, BAR, fill, LINE, loopLine, ribbon } from "./flow_layout.js";
import { grid } from "./parts.js";

const NARROWEST = 940; // below this the drawing scrolls,
const NARROW = 640; // and below this only the nodes stand opposite each other
const ROW = 46; // of a node on a telephone
const HEAD = 30;
const LETTER = 8.4; // width and
const NAME_LINE = 18; // height of a line of a name
const EDGE = 138; // room of the labels of sources
const MIDDLE = 196; // room of the labels of uses
const TOP = 30;
const HEIGHT = 540;
const LAST = 3;
const NEUTRAL = "#5b6b7c";
const SIDES = ["before", "after"];

const written = (content, attributes = {}) => {
  const node = svg("text", attributes);
  node.textContent = content;
  return node;
};

/** Words broken into lines of about `most` letters. */
function broken(words, most) {
  const lines = [];
  for (const word of words.split(" ")) {
    if (lines.length && `${lines.at(-1)} ${word}`.length <= most) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** Lines of the label of a node on one side; the figure comes last. */
function label(node, side, lang) {
  const w = node[lang];
  if (node.column === LAST) return [...broken(w.name, 28), `${w.before} → ${w.after}  ${w.mark}`];
  const figure = side === "before" ? w.before : `${w.after}  ${w.mark}`;
  return [...broken(w.name, node.column ? 15 : 19), figure];
}

function layoutOf({ nodes, links, order }, width, lang) {
  const largest = ({ before, after }) => Math.max(before, after);
  const sums = new Map(nodes.map(({ id }) => [id, { in: 0, out: 0 }]));
  for (const link of links) {
    sums.get(link.source).out += largest(link);
    sums.get(link.target).in += largest(link);
  }
  const wide = nodes.map((node) => ({ ...node, energy: Math.max(sums.get(node.id).in, sums.get(node.id).out) }));
  const lines = new Map(nodes.map((node) => [node.id, label(node, "after", lang).length]));
  const all = links.map((link) => ({ ...link, energy: largest(link) }));
  const { places, routes, scale, height } = arrange({ nodes: wide, links: all, width, height: HEIGHT, order, last: LAST, lines });
  const energies = new Map(nodes.map((node) => [node.id, node]));
  const sides = SIDES.map((side) => {
    const own = links.map((link) => ({ ...link, energy: link[side] }));
    const mine = new Map([...places].map(([id, place]) => {
      const passing = () => own.reduce((sum, link, i) => sum + (routes[i]?.includes(id) ? link.energy : 0), 0);
      const size = (place.real ? energies.get(id)[side] : passing()) * scale;
      const middle = (place.y0 + place.y1) / 2;
      return [id, { ...place, size, y0: middle - size / 2, y1: middle + size / 2, left: {}, right: {} }];
    }));
    return fill(own, routes, mine, scale);
  });
  return { sides, height, places };
}

function bands(links, made, side) {
  const [shapes, rims] = [[], []];
  links.forEach((link, i) => {
    const { loop, w, points } = made[side].links[i];
    const shape = loop ? loopLine(points, w) : ribbon(points, w);
    const look = loop
      ? { fill: "none", stroke: link.color, "stroke-width": Math.max(w, 0.9) }
      : { fill: link.color, stroke: "none" };
    if (link[SIDES[side]] > 0) shapes.push(svg("path", { class: "band", "data-i": i, d: shape, ...look }));
    // what the left shows, as a dashed rim; seen where the arrow is followed
    const was = made[0].links[i];
    if (side && !loop && link.before > 0) rims.push(svg("path", { class: "rim", "data-i": i, d: ribbon(was.points, was.w) }));
  });
  return svg("g", { "aria-hidden": "true" }, ...shapes, ...rims);
}

function labels(node, side, box, x, anchor, lang) {
  const lines = label(node, SIDES[side], lang);
  const middle = (box.y0 + box.y1) / 2;
  const inner = node.column > 0 && node.column < LAST;
  const first = inner ? box.y0 - 4 - LINE * (lines.length - 1) : middle - (LINE * (lines.length - 1)) / 2 + 4;
  const kind = (i) => (i === lines.length - 1 ? "figure" : "name");
  return lines.map((line, i) => written(line, { class: kind(i), x, y: first + i * LINE, "text-anchor": anchor }));
}

const nodeGroup = (node, lang) =>
  svg("g", { class: "mirror-node", role: "img", tabindex: -1, "data-id": node.id, "aria-label": node[lang].said });

/** On a telephone: the nodes alone, bars to both sides of a middle line. */
function butterfly(mirror, lang, t, width) {
  const middle = width / 2;
  const most = Math.max(...mirror.nodes.flatMap(({ before, after }) => [before, after]));
  const room = middle - 62; // beside the longest bar stands its figure
  const names = mirror.names[lang].map((name) => broken(name, Math.floor((middle - 8) / LETTER)));
  const parts = [];
  const top = HEAD + (Math.max(...names.map((lines) => lines.length)) - 1) * NAME_LINE;
  let y = top;
  for (let column = 0; column <= LAST; column++) {
    const mine = mirror.order.map((id) => mirror.nodes.find((one) => one.id === id && one.column === column)).filter(Boolean);
    if (!mine.length) continue;
    parts.push(written(t[`mirror_${column}`], { class: "part", x: middle, y: y + 18, "text-anchor": "middle" }));
    y += HEAD;
    for (const node of mine) {
      const g = nodeGroup(node, lang);
      g.append(
        svg("rect", { class: "ring", x: 1, y: y - 1, width: width - 2, height: ROW - 3, rx: 4 }),
        written(`${node[lang].name}  ${node[lang].mark}`, { class: "name", x: middle, y: y + 14, "text-anchor": "middle" }),
      );
      SIDES.forEach((side, s) => {
        const long = node[side] ? Math.max((node[side] / most) * room, 1.5) : 0;
        const x = s ? middle + 1 : middle - 1 - long;
        const far = Math.max(long, (node.before / most) * room); // past the dashed rim
        g.append(
          svg("rect", { class: "block", x, y: y + 20, width: long, height: 15, fill: node.color || NEUTRAL, rx: 1.5 }),
          written(node[lang][side], { class: "figure", x: s ? middle + 7 + far : x - 5, y: y + 32, "text-anchor": s ? "start" : "end" }),
        );
        if (s && node.before > 0 && node.kind !== "same") {
          g.append(svg("rect", { class: "was", x: middle + 1, y: y + 18.5, width: (node.before / most) * room, height: 18 }));
        }
      });
      parts.push(g);
      y += ROW;
    }
  }
  parts.find((part) => part.dataset.id)?.setAttribute("tabindex", 0);
  const line = svg("line", { class: "middle", x1: middle, x2: middle, y1: top, y2: y });
  const size = { width, height: y + 6, viewBox: `0 0 ${width} ${y + 6}`, role: "group", "aria-label": t.mirror };
  return svg("svg", size, ...sideNames(names, width), line, ...parts);
}

/** The names of both balances, in lines, at the two edges. */
const sideNames = (names, width) =>
  names.flatMap((lines, s) => lines.map((line, i) => written(line, { class: "side", x: s ? width : 0, y: 16 + i * NAME_LINE, "text-anchor": s ? "end" : "start" })));

function drawing(mirror, lang, wide, title) {
  const width = Math.max(wide, NARROWEST);
  const half = (width - 2 * EDGE - MIDDLE) / 2;
  const { sides, height, places } = layoutOf(mirror, half, lang);
  const right = width - EDGE; // where the mirrored side begins, counted from the right
  const group = (node) => {
    const g = nodeGroup(node, lang);
    const wanted = places.get(node.id);
    SIDES.forEach((side, s) => {
      const box = sides[s].nodes.get(node.id);
      const x = s ? right - box.x1 : EDGE + box.x0;
      const high = Math.max(box.y1 - box.y0, node[side] ? 1.5 : 0);
      g.append(
        svg("rect", { class: "ring", x: x - 3, y: wanted.y0 - 3, width: BAR + 6, height: wanted.y1 - wanted.y0 + 6, rx: 3 }),
        svg("rect", { class: "block", x, y: box.y0, width: BAR, height: high, rx: 1.5, fill: node.color || NEUTRAL }),
      );
      const was = sides[0].nodes.get(node.id);
      if (s && node.kind !== "same" && node.before > 0) {
        g.append(svg("rect", { class: "was", x: x - 1.5, y: was.y0, width: BAR + 3, height: was.y1 - was.y0 }));
      }
      if (node.column === LAST) return;
      const outer = node.column === 0;
      const at = s ? (outer ? x + BAR + 7 : x + BAR) : outer ? x - 7 : x;
      // inner labels stand above the slot that both sides share
      g.append(...labels(node, s, wanted, at, (s === 0) === outer ? "end" : "start", lang));
    });
    if (node.column === LAST) g.append(...labels(node, 1, wanted, EDGE + half + MIDDLE / 2, "middle", lang));
    return g;
  };
  const shift = { transform: `translate(0,${TOP})` };
  const left = svg("g", { transform: `translate(${EDGE},${TOP})` }, bands(mirror.links, sides, 0));
  const other = svg("g", { transform: `translate(${right},${TOP}) scale(-1,1)` }, bands(mirror.links, sides, 1));
  const places_ = new Map(mirror.nodes.map((node) => [node.id, node]));
  const ordered = mirror.order.filter((id) => places_.has(id)).map((id) => group(places_.get(id)));
  ordered[0]?.setAttribute("tabindex", 0);
  const full = height + TOP + 12;
  return svg("svg", { width, height: full, viewBox: `0 0 ${width} ${full}`, role: "group", "aria-label": title },
    ...sideNames(mirror.names[lang].map((name) => [name]), width), left, other, svg("g", shift, ...ordered));
}

/** The stage of the mirrored scheme; `draw` fills it anew. */
export function mirrorStage() {
  const stage = html("div", { class: "mirror", tabindex: 0, role: "region" });
  const note = html("p", { class: "note", "aria-live": "polite" });
  const key = html("p", { class: "key" });
  const summary = html("summary");
  const twin = html("details", {}, summary);
  roving(stage, ".mirror-node");
  let shown = { mirror: null, hint: "", said: "", lang: "it" };
  const name = (id) => shown.mirror.nodes.find((node) => node.id === id)[shown.lang].name;

  const follow = (id, link) => {
    const { links } = shown.mirror;
    const lit = (i) => (link === undefined ? links[i].source === id || links[i].target === id : i === link);
    stage.classList.toggle("following", id !== null || link !== undefined);
    for (const path of stage.querySelectorAll("[data-i]")) path.classList.toggle("lit", lit(Number(path.dataset.i)));
    for (const node of stage.querySelectorAll(".mirror-node")) node.classList.toggle("lit", node.dataset.id === id);
  };
  const read = ({ target }) => {
    const node = target.closest?.(".mirror-node");
    const path = target.closest?.("[data-i]");
    if (node) {
      follow(node.dataset.id);
      note.textContent = node.getAttribute("aria-label");
    } else if (path) {
      const i = Number(path.dataset.i);
      follow(null, i);
      const link = shown.mirror.links[i];
      const w = link[shown.lang];
      note.textContent = say(shown.said, { ...w, name: `${name(link.source)} → ${name(link.target)}, ${w.product}` });
    }
  };
  const leave = () => {
    if (stage.querySelector(".mirror-node:focus")) return;
    follow(null);
    note.textContent = shown.hint;
  };
  stage.addEventListener("pointerover", read);
  stage.addEventListener("focusin", read);
  stage.addEventListener("pointerleave", leave);
  stage.addEventListener("focusout", () => queueMicrotask(leave));

  const draw = (mirror, lang, t) => {
    const [before, after] = mirror.names[lang];
    const hint = say(t.mirror_hint, { before, after });
    shown = { mirror, hint, said: t.mirror_said, lang };
    stage.classList.remove("following");
    stage.setAttribute("aria-label", t.mirror);
    const width = stage.clientWidth || 1100;
    stage.replaceChildren(width < NARROW ? butterfly(mirror, lang, t, width) : drawing(mirror, lang, width, t.mirror));
    note.textContent = hint;
    key.textContent = t.mirror_key;
    summary.textContent = t.mirror_twin;
    const rows = mirror.links.map(({ source, target, [lang]: w }) => [name(source), name(target), w.product, w.before, w.after, w.change]);
    const heads = [t.from, t.to, t.product, `${before} (GWh)`, `${after} (GWh)`, t.relative];
    twin.replaceChildren(summary, grid(heads, rows, [3, 4, 5], t.mirror_twin));
  };
  return { parts: [stage, note, key, twin], stage, draw };
}
