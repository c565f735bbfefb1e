// Where nodes and arrows of the flow scheme go.
//
// d3-sankey places the nodes. It knows neither fixed columns, loops, nor labels, so around it:
// - an arrow that skips columns runs through hidden "trunk" nodes, one per source and product, so that
//   it passes between the nodes in its way instead of behind them;
// - every node asks for a slot with room for its label;
// - arrows to the same or an earlier column are kept from d3 and drawn as loops below.

import { sankey } from "d3-sankey";

const COLUMNS = 5;
const NODE_WIDTH = 12;
const GAP = 9; // between slots
const LABEL_ABOVE = 15; // one line over the nodes of the inner columns
const LABEL_BESIDE = 30; // two lines beside the nodes of the outer columns
const FILLED = 0.42; // least part of the height given to energy: a crowded scheme grows instead
export const THICKEST_LOOP = 12; // a refinery sends back as much as it takes: whole, it would bury the drawing

/**
 * @param {{nodes: object[], links: object[], width: number, height: number, order: Map|null}} input
 * @returns {{nodes: Map, links: object[], order: Map, height: number}}
 */
export function layout({ nodes, links, width, height, order }) {
  const places = new Map(nodes.map((node) => [node.id, { ...node, size: node.energy, real: true }]));
  const routes = links.map((link) => route(link, places));
  const total = Math.max(height, neededHeight([...places.values()]));
  const inner = total - THICKEST_LOOP - GAP; // the lowest loops run below the nodes
  const scale = scaleFor(places, inner);
  const first = order ?? place(places, routes, links, { width, height: inner, scale });
  place(places, routes, links, { width, height: inner, scale, order: first });
  stack(places, routes, links, scale);
  const drawn = links.map((link, i) => ({
    loop: !routes[i],
    w: routes[i] ? link.energy * scale : Math.min(link.energy * scale, THICKEST_LOOP),
    points: routes[i] ? points(routes[i], places, i) : null,
  }));
  drawLoops(links, drawn, places, scale);
  const shown = new Map([...places].filter(([, p]) => p.real).map(([id, p]) => [id, box(p)]));
  return { nodes: shown, links: drawn, order: first, height: total };
}

const box = ({ x0, x1, y0, y1 }) => ({ x0, x1, y0, y1 });
const outer = (node) => node.column === 0 || node.column === COLUMNS - 1;

/** Nodes an arrow runs through, trunk nodes included (and created); null for a loop. */
function route(link, places) {
  const [from, to] = [places.get(link.source), places.get(link.target)];
  if (to.column <= from.column) return null;
  const ids = [link.source];
  for (let column = from.column + 1; column < to.column; column++) {
    const id = `trunk ${link.source} ${link.product} ${column}`;
    if (!places.has(id)) places.set(id, { id, column, size: 0, real: false });
    places.get(id).size += link.energy;
    ids.push(id);
  }
  return [...ids, link.target];
}

/** Height of the slot of a node: its energy and the room of its label. */
function slot(node, scale) {
  const size = Math.max(node.size * scale, node.real ? 2 : 0);
  if (!node.real) return size;
  return outer(node) ? Math.max(size, LABEL_BESIDE - GAP) : size + LABEL_ABOVE;
}

const byColumn = (places) =>
  Array.from({ length: COLUMNS }, (_, c) => [...places.values()].filter((p) => p.column === c));

function neededHeight(nodes) {
  const columns = byColumn(new Map(nodes.map((node) => [node.id, node])));
  const labels = columns.map((column) => column.reduce((sum, node) => sum + slot(node, 0) + GAP, 0));
  return Math.max(...labels) / (1 - FILLED);
}

/** Pixels per MWh: the fullest column fills the height. */
function scaleFor(places, height) {
  const columns = byColumn(places).filter((column) => column.length);
  const used = (scale) =>
    Math.max(...columns.map((c) => c.reduce((sum, p) => sum + slot(p, scale) + GAP, -GAP)));
  const most = Math.max(...columns.map((c) => c.reduce((sum, p) => sum + p.size, 0)));
  let [low, high] = [0, height / most];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (used(middle) > height) high = middle;
    else low = middle;
  }
  return low;
}

/** Let d3-sankey place the slots; returns the order of the nodes from top to bottom. */
function place(places, routes, links, { width, height, scale, order }) {
  const real = [...places.values()].map((p) => ({ id: p.id, column: p.column, fixedValue: slot(p, scale) }));
  // one hidden node in each column, chained, so that d3 sees all columns
  const chain = Array.from({ length: COLUMNS }, (_, c) => ({ id: `chain ${c}`, column: c, fixedValue: 1e-6 }));
  const arrows = new Map();
  routes.forEach((ids, i) => {
    for (let k = 0; ids && k < ids.length - 1; k++) {
      const key = `${ids[k]}\n${ids[k + 1]}`;
      const arrow = arrows.get(key) ?? { source: ids[k], target: ids[k + 1], value: 0 };
      arrow.value += links[i].energy * scale;
      arrows.set(key, arrow);
    }
  });
  const chained = chain.slice(1).map((node, c) => ({ source: chain[c].id, target: node.id, value: 1e-6 }));
  const engine = sankey()
    .nodeId((node) => node.id)
    .nodeAlign((node) => node.column)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(GAP)
    .extent([[0, 0], [width, height + (order ? GAP : 0)]])
    .iterations(24);
  const rank = (id) => order?.get(id) ?? (id.startsWith("chain") ? 1e9 : 1e6);
  if (order) engine.nodeSort((a, b) => rank(a.id) - rank(b.id));
  const graph = engine({ nodes: [...real, ...chain], links: [...arrows.values(), ...chained] });
  for (const found of graph.nodes) {
    const node = places.get(found.id);
    if (node) settle(node, found, scale);
  }
  const sorted = graph.nodes.filter((n) => places.has(n.id)).sort((a, b) => a.y0 - b.y0);
  return new Map(sorted.map((node, i) => [node.id, i]));
}

/** Put the bar of a node into its slot: below its label, or in the middle of it. */
function settle(node, found, scale) {
  const size = Math.max(node.size * scale, node.real ? 2 : 0);
  const spare = found.y1 - found.y0 - size;
  const top = found.y0 + (node.real && !outer(node) ? spare : spare / 2);
  Object.assign(node, { x0: found.x0, x1: found.x1, y0: top, y1: top + size, left: {}, right: {} });
}

/** Give every arrow its place on both sides of every node it touches. */
function stack(places, routes, links, scale) {
  const middle = (id) => (places.get(id).y0 + places.get(id).y1) / 2;
  const after = (id, i) => routes[i][routes[i].indexOf(id) + 1];
  const before = (id, i) => routes[i][routes[i].indexOf(id) - 1];
  const users = new Map([...places.keys()].map((id) => [id, []]));
  routes.forEach((ids, i) => ids?.forEach((id) => users.get(id).push(i)));
  const pile = (side, node, arrows) => {
    let y = node.y0;
    for (const i of arrows) {
      node[side][i] = y + (links[i].energy * scale) / 2;
      y += links[i].energy * scale;
    }
  };
  // right to left: inside a trunk the arrows lie as they will leave it
  for (const node of [...places.values()].sort((a, b) => b.column - a.column)) {
    const leaving = users.get(node.id).filter((i) => after(node.id, i));
    const target = (i) => places.get(after(node.id, i));
    const inTrunk = (i) => (target(i).real ? middle(routes[i].at(-1)) : target(i).left[i]);
    leaving.sort((a, b) => middle(after(node.id, a)) - middle(after(node.id, b)) || inTrunk(a) - inTrunk(b) || a - b);
    pile("right", node, leaving);
    if (!node.real) node.left = node.right;
  }
  for (const node of places.values()) {
    if (!node.real) continue;
    const arriving = users.get(node.id).filter((i) => before(node.id, i));
    const from = (i) => places.get(before(node.id, i));
    arriving.sort((a, b) => from(a).right[a] - from(b).right[b] || a - b);
    pile("left", node, arriving);
  }
}

/** Points of a forward arrow: one pair per gap between columns. */
function points(ids, places, i) {
  const out = [];
  for (let k = 0; k < ids.length - 1; k++) {
    const [a, b] = [places.get(ids[k]), places.get(ids[k + 1])];
    out.push(a.x1, a.right[i], b.x0, b.left[i]);
  }
  return out;
}

/** Loops leave to the right, run below and come back from the left; they use the bottom of the bars. */
function drawLoops(links, drawn, places, scale) {
  const used = new Map();
  const anchor = (node, side, size) => {
    const key = `${node.id} ${side}`;
    const taken = used.get(key) ?? 0;
    used.set(key, taken + size);
    return node.y1 - taken - size / 2;
  };
  let step = 0;
  drawn.forEach((link, i) => {
    if (!link.loop) return;
    const size = links[i].energy * scale;
    const [a, b] = [places.get(links[i].source), places.get(links[i].target)];
    const [ya, yb] = [anchor(a, "right", size), anchor(b, "left", size)];
    const under = Math.max(a.y1, b.y1) + 6 + link.w / 2 + (step++ % 3) * 3;
    link.points = [a.x1, ya, b.x0, yb, under];
  });
}

/** SVG path of a forward arrow as an area `w` thick. */
export function ribbon(points, w) {
  const half = Math.max(w, 0.9) / 2;
  const n = (value) => value.toFixed(1);
  const edge = (list, shift, start) => {
    let d = "";
    for (let k = 0; k < list.length; k += 4) {
      const [x0, y0, x1, y1] = list.slice(k, k + 4);
      const m = (x0 + x1) / 2;
      d += `${k === 0 ? start : "L"}${n(x0)},${n(y0 + shift)}`;
      d += `C${n(m)},${n(y0 + shift)} ${n(m)},${n(y1 + shift)} ${n(x1)},${n(y1 + shift)}`;
    }
    return d;
  };
  const back = [];
  for (let k = points.length - 4; k >= 0; k -= 4) back.push(points[k + 2], points[k + 3], points[k], points[k + 1]);
  return `${edge(points, -half, "M")}${edge(back, half, "L")}Z`;
}

/** SVG path of the middle line of a loop. */
export function loopLine([x0, y0, x1, y1, under], w) {
  const r = 7 + w / 2;
  const [right, left] = [x0 + r, x1 - r];
  const turn = (a, b) => Math.min(r, Math.abs(a - b) / 2);
  const [s, t] = [turn(under, y0), turn(under, y1)];
  const n = (value) => value.toFixed(1);
  return (
    `M${n(x0)},${n(y0)}Q${n(right)},${n(y0)} ${n(right)},${n(y0 + s)}V${n(under - s)}` +
    `Q${n(right)},${n(under)} ${n(x0)},${n(under)}H${n(x1)}` +
    `Q${n(left)},${n(under)} ${n(left)},${n(under - t)}V${n(y1 + t)}Q${n(left)},${n(y1)} ${n(x1)},${n(y1)}`
  );
}
