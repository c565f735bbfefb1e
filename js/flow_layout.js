// Where nodes and arrows of the flow scheme go.
//
// Columns and the order in them are given by Python, which draws the printed scheme in the same order. An
// arrow that skips columns runs through "trunk" places, one per source and product, so that it passes
// between the nodes in its way. Every node asks for a slot with room for its label. Places stand as near as
// they can to the middle of their neighbours; arrows that go back are drawn as loops below.

export const BAR = 12; // width of a node
const GAP = 9; // between slots
export const LINE = 14; // height of a line of a label
const SWEEPS = 16;
const FILLED = 0.4; // least part of the height given to energy: a crowded scheme grows instead
export const THICKEST_LOOP = 12; // a refinery sends back as much as it takes: whole, it would bury the drawing

/**
 * @param {{nodes: object[], links: object[], width: number, height: number, order: string[], last: number,
 *   lines: Map<string, number>, peaks: object}} input  lines: how many lines the label of each node has;
 *   peaks: nodes and arrows at their largest in any year, which give the scale of all years
 * @returns {{nodes: Map, links: object[], height: number}}
 */
export function layout(input) {
  const { places, routes, scale, height } = arrange(input);
  return { ...fill(input.links, routes, places, scale), height };
}

/** Where nodes and trunks stand, the ways of arrows, and pixels per MWh. */
export function arrange({ nodes, links, width, height, order, last, lines, peaks }) {
  const { places, routes, columns } = inColumns(nodes, links, order, last, lines);
  const fullest = peaks?.nodes ? inColumns(peaks.nodes, peaks.links, order, last, lines).columns : columns;
  const total = Math.max(height, used(fullest, 0) / (1 - FILLED));
  const room = total - THICKEST_LOOP - GAP; // the lowest loops run below the nodes
  const scale = scaleFor(fullest, room);
  for (const place of places.values()) {
    place.x0 = ((width - BAR) * place.column) / last;
    place.x1 = place.x0 + BAR;
    place.slot = slot(place, scale);
    place.size = Math.max(place.size * scale, place.real ? 2 : 0);
    place.above = place.real && !place.outer ? place.slot - place.size : (place.slot - place.size) / 2;
    Object.assign(place, { left: {}, right: {} });
  }
  relax(columns, routes, links, places, room);
  return { places, routes, scale, height: total };
}

/** Put the arrows between the places. */
export function fill(links, routes, places, scale) {
  stack(places, routes, links, scale);
  const drawn = links.map((link, i) => ({
    loop: !routes[i],
    w: routes[i] ? link.energy * scale : Math.min(link.energy * scale, THICKEST_LOOP),
    points: routes[i] ? points(routes[i], places, i) : null,
  }));
  drawLoops(links, drawn, places, scale);
  const nodes = new Map([...places].filter(([, place]) => place.real).map(([id, place]) => [id, box(place)]));
  return { nodes, links: drawn };
}

/** Places of nodes and trunks by column, from top to bottom. */
function inColumns(nodes, links, order, last, lines) {
  const made = nodes.map((node) => ({
    id: node.id,
    column: node.column,
    size: node.energy,
    real: true,
    outer: node.column === 0 || node.column === last,
    lines: lines.get(node.id) ?? 2,
  }));
  const places = new Map(made.map((place) => [place.id, place]));
  const routes = links.map((link) => route(link, places));
  const rank = new Map(order.map((id, i) => [id, i]));
  const columns = Array.from({ length: last + 1 }, (_, c) =>
    [...places.values()].filter((p) => p.column === c).sort((a, b) => rank.get(a.id) - rank.get(b.id)),
  ).filter((column) => column.length);
  return { places, routes, columns };
}

const box = ({ x0, x1, y0, y1 }) => ({ x0, x1, y0, y1 });

/** Nodes an arrow runs through, trunk places included (and created); null for a loop. */
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
function slot(place, scale) {
  const size = place.size * scale;
  if (!place.real) return size;
  const label = LINE * place.lines;
  return place.outer ? Math.max(size, label - GAP + 2) : Math.max(size, 2) + label + 1;
}

const used = (columns, scale) =>
  Math.max(...columns.map((column) => column.reduce((sum, p) => sum + slot(p, scale) + GAP, -GAP)));

/** Pixels per MWh: the fullest column fills the height. */
function scaleFor(columns, height) {
  const most = Math.max(...columns.map((c) => c.reduce((sum, p) => sum + p.size, 0)));
  let [low, high] = [0, height / most];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (used(columns, middle) > height) high = middle;
    else low = middle;
  }
  return low;
}

/** Move every place to the middle of its neighbours, to and fro, and keep order and distance. */
function relax(columns, routes, links, places, room) {
  const pulls = new Map([...places.keys()].map((id) => [id, []]));
  routes.forEach((ids, i) => {
    for (let k = 0; ids && k < ids.length - 1; k++) {
      pulls.get(ids[k]).push([places.get(ids[k + 1]), links[i].energy, 1]);
      pulls.get(ids[k + 1]).push([places.get(ids[k]), links[i].energy, -1]);
    }
  });
  const middle = (place) => (place.y0 + place.y1) / 2;
  const put = (place, top) => Object.assign(place, { y0: top + place.above, y1: top + place.above + place.size });
  for (const column of columns) {
    let y = (room - column.reduce((sum, p) => sum + p.slot + GAP, -GAP)) / 2;
    for (const place of column) {
      put(place, y);
      y += place.slot + GAP;
    }
  }
  const wish = (place, side) => {
    const near = pulls.get(place.id).filter(([, , way]) => side === 0 || way === side);
    const weight = near.reduce((sum, [, energy]) => sum + energy, 0);
    return weight ? near.reduce((sum, [p, energy]) => sum + middle(p) * energy, 0) / weight : middle(place);
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = [-1, 1, 0][sweep % 3];
    for (const column of side > 0 ? [...columns].reverse() : columns) {
      settle(column, column.map((place) => wish(place, side)), room, put);
    }
  }
}

/** Least squares weighted by size: places that want to overlap become a block that stands at its mean. */
function settle(column, wishes, room, put) {
  const offsets = [];
  let total = 0;
  for (const place of column) {
    offsets.push(total);
    total += place.slot + GAP;
  }
  const blocks = [];
  column.forEach((place, i) => {
    const weight = place.size + 1;
    const block = { weight, pull: weight * (wishes[i] - place.size / 2 - place.above - offsets[i]), count: 1 };
    while (blocks.length && blocks.at(-1).pull / blocks.at(-1).weight >= block.pull / block.weight) {
      const { weight: w, pull, count } = blocks.pop();
      block.weight += w;
      block.pull += pull;
      block.count += count;
    }
    blocks.push(block);
  });
  const starts = blocks.flatMap(({ weight, pull, count }) => Array(count).fill(pull / weight));
  const highest = Math.max(room - total + GAP, 0);
  column.forEach((place, i) => put(place, Math.min(Math.max(starts[i], 0), highest) + offsets[i]));
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
