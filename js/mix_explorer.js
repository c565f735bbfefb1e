// The optimiser as a screen. Python finds and words everything; here it is only drawn.

import css from "./mix_explorer.css";
import { formats, html, listen, say, styled, svg } from "./dom.js";
import { buttons, grid, press } from "./parts.js";

const VIEWS = ["plan", "dispatch", "frontier", "ranges"];
const COLOURS = ["#e9a23b", "#4c62b6", "#3da594", "#cf5c55", "#eec643", "#5a9a58", "#9a7aa8", "#8b97a4"];
const PLOT = { width: 640, height: 300, left: 58, right: 12, top: 14, bottom: 42 };
let count = 0;

/** A round step that gives about five lines. */
function step(span) {
  const power = 10 ** Math.floor(Math.log10(span / 5 || 1));
  return [1, 2, 5, 10].map((k) => k * power).find((size) => span / size <= 6);
}

function axes(from, to, at, across, texts) {
  const size = step(to - from);
  const lines = [];
  for (let value = Math.ceil(from / size) * size; value <= to + 1e-9; value += size) {
    lines.push(across
      ? svg("text", { x: at(value), y: PLOT.height - PLOT.bottom + 16, class: "tick m" }, texts(value))
      : svg("g", {}, svg("line", { x1: PLOT.left, x2: PLOT.width - PLOT.right, y1: at(value), y2: at(value), class: Math.abs(value) < 1e-9 ? "zero" : "line" }),
          svg("text", { x: PLOT.left - 6, y: at(value) + 4, class: "tick e" }, texts(value))));
  }
  return lines;
}

const scale = (low, high, start, end) => (value) => start + ((value - low) / (high - low || 1)) * (end - start);
const picture = (label, ...parts) =>
  svg("svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img", "aria-label": label }, ...parts);

/** Areas above and below the line, hour by hour; the use as a line. */
function drawDay(found, lang, t) {
  const all = found.series ?? [];
  const use = all.find((one) => one.en === t.en_use);
  const stacked = all.filter((one) => one !== use);
  const hours = stacked[0]?.values.length ?? 0;
  if (!hours) return html("p", {}, t.no_price);
  const sums = (sign) => [...Array(hours).keys()].map((h) => stacked.reduce((sum, one) => sum + Math.max(sign * one.values[h], 0), 0));
  const high = Math.max(...sums(1)) || 1;
  const low = -Math.max(...sums(-1), 0);
  const x = scale(0, hours, PLOT.left, PLOT.width - PLOT.right);
  const y = scale(low, high, PLOT.height - PLOT.bottom, PLOT.top);
  const { number } = formats(lang);
  const bars = [];
  const ends = { up: Array(hours).fill(0), down: Array(hours).fill(0) };
  stacked.forEach((one, i) => one.values.forEach((value, h) => {
    if (!value) return;
    const side = value > 0 ? "up" : "down";
    const from = ends[side][h];
    ends[side][h] += value;
    const top = Math.min(y(from), y(ends[side][h]));
    bars.push(svg("rect", { x: x(h), y: top, width: x(1) - x(0) - 0.6, height: Math.abs(y(from) - y(ends[side][h])), fill: COLOURS[i % COLOURS.length] },
      svg("title", {}, `${one[lang]}, ${t.hour} ${h}: ${number(value, 1)} ${found.unit}`)));
  }));
  const line = use && svg("polyline", { class: "use", points: use.values.map((value, h) => `${x(h + 0.5)},${y(-value)}`).join(" ") });
  const ticks = [0, 6, 12, 18, 24].filter((h) => h <= hours).map((h) => svg("text", { x: x(h), y: PLOT.height - PLOT.bottom + 16, class: "tick m" }, String(h)));
  const key = html("ul", { class: "key" }, ...stacked.map((one, i) => html("li", {}, html("i", { style: `background:${COLOURS[i % COLOURS.length]}` }), one[lang])),
    ...(use ? [html("li", {}, html("i", { class: "dash" }), use[lang])] : []));
  return html("div", {}, picture(t.dispatch, ...axes(low, high, y, false, (v) => number(Math.abs(v) < 1e-9 ? 0 : v, 0).replace("-", "−")), ...bars, ...(line ? [line] : []), ...ticks,
    svg("text", { x: 4, y: 11, class: "tick" }, found.unit), svg("text", { x: (PLOT.left + PLOT.width) / 2, y: PLOT.height - 6, class: "tick m" }, t.hour)), key);
}

/** Cost against emissions; every point is a button. */
function drawFrontier(found, chosen, lang, t, choose) {
  const points = found.points ?? [];
  const xs = points.map((one) => one.x);
  const ys = points.map((one) => one.y);
  const room = (values) => (Math.max(...values) - Math.min(...values)) * 0.06 || 1;
  const x = scale(Math.min(...xs) - room(xs), Math.max(...xs) + room(xs), PLOT.left, PLOT.width - PLOT.right);
  const y = scale(Math.min(...ys) - room(ys), Math.max(...ys) + room(ys), PLOT.height - PLOT.bottom, PLOT.top);
  const { number } = formats(lang);
  const dots = points.map((one) => {
    const dot = svg("circle", { cx: x(one.x), cy: y(one.y), r: one.point === chosen ? 8 : 6, tabindex: 0, role: "button", "aria-pressed": one.point === chosen, "aria-label": one[lang], class: "dot", "data-point": one.point }, svg("title", {}, one[lang]));
    dot.onclick = () => choose(one.point === chosen ? -1 : one.point);
    dot.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        dot.onclick();
      }
    };
    return dot;
  });
  const chart = picture(t.frontier, ...axes(Math.min(...ys), Math.max(...ys), y, false, (v) => number(v, 0)), ...axes(Math.min(...xs), Math.max(...xs), x, true, (v) => number(v, 0)),
    svg("polyline", { class: "curve", points: points.map((one) => `${x(one.x)},${y(one.y)}`).join(" ") }), ...dots,
    svg("text", { x: 4, y: 11, class: "tick" }, found.axes[lang][1]), svg("text", { x: PLOT.width - PLOT.right, y: PLOT.height - 6, class: "tick e" }, found.axes[lang][0]));
  chart.setAttribute("role", "group");
  return chart;
}

/** From the least to the most, with a mark where the plan is. */
function drawRanges(found, lang, t) {
  const bar = (one) => {
    const high = one.high ?? 1;
    const inner = html("span", { class: `span${one.high === null ? " endless" : ""}`, style: `left:${100 * one.low}%;width:${Math.max(100 * (high - one.low), 0.6)}%` });
    return html("span", { class: "bar", "aria-hidden": "true" }, inner, html("span", { class: "mark", style: `left:${100 * one.here}%` }));
  };
  const lines = (found.rows ?? []).map((one) => [one[lang][0], bar(one), ...one[lang].slice(1)]);
  return grid([t.technology, t.range, t.least, t.cheapest, t.most], lines, [2, 3, 4], found.title?.[lang] ?? "");
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const ask = (what) => put("asked", { ...what, n: (count += 1) });
  const style = styled(css);
  const heading = html("h2");
  const languages = buttons({ it: "IT", en: "EN" }, (lang) => put("lang", lang));
  const run = html("button", { type: "button", class: "main" });
  run.onclick = () => ask({ do: "run" });
  const stop = html("button", { type: "button", class: "stop" });
  stop.onclick = () => ask({ do: "stop" });
  const told = html("p", { class: "told", role: "status" });
  const wrong = html("div", { class: "faults", role: "alert" });
  const cards = html("ul", { class: "cards" });
  const views = buttons(Object.fromEntries(VIEWS.map((name) => [name, name])), (name) => put("view", name));
  const panel = html("div", { class: "panel" });
  const log = html("details", {}, html("summary"), html("p"));
  const root = html("section", { class: "leb-look leb-mix leb-part" }, style, html("div", { class: "head" }, heading, run, stop, languages), told, wrong, cards, views, panel, log);
  el.append(root);
  const words = () => ({ ...get("texts")[get("lang")], en_use: get("texts").en.use });

  const choice = (label, options, value, change) => {
    const id = `leb-mix-${(count += 1)}`;
    const select = html("select", { id }, ...options.map((text, i) => html("option", { value: i, ...(i === value ? { selected: "" } : {}) }, text)));
    select.onchange = () => change(Number(select.value));
    return html("span", { class: "choice" }, html("label", { for: id }, label), select);
  };
  const showPlan = (lang, t) => {
    const rows = (get("plan").rows ?? []).map((one) => {
      const cells = [...one[lang]];
      cells[0] = html("span", { class: "name" }, html("span", {}, cells[0]), html("span", { class: "amount", style: `width:${Math.max(100 * one.share, 0.5)}%` }));
      return cells;
    });
    const targets = get("plan").targets?.[lang] ?? [];
    const remarks = get("plan").remarks?.[lang] ?? [];
    return [
      html("h3", {}, t.targets),
      targets.length ? grid([t.target, t.reached, t.allowed, t.price], targets, [1, 2, 3], t.targets) : html("p", {}, t.no_targets),
      html("h3", {}, t.plan), grid([t.technology, t.capacity, t.built, t.energy, get("plan").cost[lang]], rows, [1, 2, 3, 4], t.plan),
      ...(remarks.length ? [html("h3", {}, t.remarks), html("ul", { class: "remarks" }, ...remarks.map((text) => html("li", {}, text)))] : []),
    ];
  };
  const showDay = (lang, t) => {
    const { buses = [], days = [] } = get("days");
    const { bus, day } = get("dispatch");
    const at = buses.findIndex((one) => one.bus === bus);
    return [html("h3", {}, t.dispatch), html("div", { class: "choices" },
      choice(t.bus, buses.map((one) => one[lang]), at, (i) => ask({ do: "day", bus: buses[i].bus, day })),
      choice(t.day, days.map((one) => one[lang]), day, (i) => ask({ do: "day", bus, day: i }))), drawDay(get("dispatch"), lang, t)];
  };
  const more = (name, text) => {
    const button = html("button", { type: "button", class: "main" }, text);
    button.disabled = get("phase") === "running";
    button.onclick = () => ask({ do: name });
    return button;
  };
  const sentences = (text) => html("div", { class: "sentences" }, ...(text ?? "").split("\n").filter(Boolean).map((line) => html("p", {}, line)));
  const showFrontier = (lang, t) => {
    const found = get("frontier");
    if (!found.points?.length) return [html("h3", {}, t.frontier), more("frontier", t.draw_frontier)];
    const chosen = found.points.find((one) => one.point === get("point"));
    return [html("h3", {}, t.frontier), drawFrontier(found, get("point"), lang, t, (point) => put("point", point)),
      ...(chosen ? [html("p", { class: "chosen" }, chosen[lang])] : []), sentences(found.text?.[lang]), ...(chosen ? showPlan(lang, t) : [])];
  };
  const showRanges = (lang, t) => {
    const found = get("ranges");
    if (!found.rows?.length) return [html("h3", {}, t.view_ranges), more("ranges", t.find_ranges)];
    return [html("h3", {}, found.title[lang]), drawRanges(found, lang, t), sentences(found.text?.[lang])];
  };
  const draw = () => {
    const lang = get("lang");
    const t = words();
    const phase = get("phase");
    const running = phase === "running";
    const has = Boolean(get("plan").rows?.length);
    const focused = document.activeElement?.dataset?.point;
    root.lang = lang;
    heading.textContent = get("titles")[lang];
    root.setAttribute("aria-label", heading.textContent);
    root.classList.toggle("running", running);
    languages.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    run.textContent = has ? t.again : t.run;
    run.hidden = running;
    stop.hidden = !running;
    stop.textContent = t.stop;
    const jobs = { plan: t.running, frontier: t.running_frontier, ranges: t.running_ranges };
    told.textContent = running ? say(jobs[get("job")] ?? t.running, { seconds: get("seconds") }) : phase === "start" ? t.start : phase === "stopped" ? (has ? t.stopped : t.stopped_empty) : "";
    told.hidden = !told.textContent;
    const none = phase === "impossible";
    wrong.hidden = !(none || phase === "failed");
    const relax = (get("impossible").buttons ?? []).map((one) => {
      const button = html("button", { type: "button" }, one[lang]);
      button.onclick = () => ask({ do: "relax", limit: one.limit });
      return button;
    });
    const exclude = (get("impossible").requirements?.[lang] ?? []).map((one) => html("li", {}, one));
    wrong.replaceChildren(...(none
      ? [html("h3", {}, t.impossible), html("p", {}, get("impossible").text?.[lang] ?? ""), ...(exclude.length ? [html("p", {}, exclude.length > 1 ? t.exclude : t.exclude_one), html("ul", {}, ...exclude)] : []), ...(relax.length ? [html("p", {}, t.relax_hint), html("div", { class: "relax" }, ...relax)] : [])]
      : phase === "failed" ? [html("h3", {}, t.failed), html("p", {}, get("failure")[lang] ?? "")] : []));
    cards.replaceChildren(...(get("plan").cards?.[lang] ?? []).map(({ label, value }) => html("li", {}, html("span", { class: "label" }, label), html("b", {}, value))));
    views.hidden = panel.hidden = !has;
    views.setAttribute("aria-label", t.views);
    [...views.children].forEach((one) => { one.textContent = t[`view_${one.dataset.value}`]; });
    press(views, get("view"));
    const shown = { plan: showPlan, dispatch: showDay, frontier: showFrontier, ranges: showRanges }[get("view")];
    panel.replaceChildren(...(has ? shown(lang, t) : []));
    if (focused !== undefined) panel.querySelector(`[data-point="${focused}"]`)?.focus();
    log.hidden = !get("plan").log;
    log.firstChild.textContent = t.log;
    log.lastChild.textContent = get("plan").log ?? "";
  };
  draw();
  const names = ["lang", "titles", "language_switch", "phase", "seconds", "job", "view", "plan", "impossible", "days", "dispatch", "frontier", "ranges", "point"];
  return listen(model, Object.fromEntries(names.map((name) => [name, draw])));
}

export default { render };
