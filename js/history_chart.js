// Figures over the years. Places (0 to 1) and all words come from Python; here they become pixels.

import css from "./history_chart.css";
import { html, listen, say, styled, svg } from "./dom.js";
import { buttons, grid, press } from "./parts.js";

const NARROW = 620; // below, lines are named by the list alone
const HEIGHT = 330;
const EDGE = { top: 28, bottom: 30 };
const LETTER = 6.7; // usual width of a letter of a name
const BEAT = 850; // milliseconds of a year while playing
const ROW = 17; // least distance of two names beside their lines

const points = (line) => line.runs.flat();
const short = (name) => {
  const bare = name.replace(/ \(.*\)$/, "");
  return bare.length > 30 ? `${bare.slice(0, 29)}…` : bare;
};
const at = (line, year) => points(line).find((point) => point.year === year);

/** Names beside the ends of the lines, pushed apart where they would overlap. */
function spread(places) {
  const sorted = [...places].sort((a, b) => a.y - b.y);
  sorted.forEach((place, i) => {
    if (i) place.y = Math.max(place.y, sorted[i - 1].y + ROW);
  });
  const over = sorted.length ? sorted.at(-1).y - (HEIGHT - EDGE.bottom) : 0;
  if (over > 0) {
    sorted.at(-1).y -= over;
    for (let i = sorted.length - 2; i >= 0; i -= 1) sorted[i].y = Math.min(sorted[i].y, sorted[i + 1].y - ROW);
  }
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const set = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const style = styled(css);
  const heading = html("h2");
  const languages = buttons({ it: "IT", en: "EN" }, (lang) => set("lang", lang));
  const choice = html("div", { class: "views", role: "group" });
  const stage = html("div", { class: "stage" });
  const play = html("button", { type: "button", class: "play" });
  const slider = html("input", { type: "range", step: 1 });
  const reading = html("output", { class: "reading" });
  const list = html("ul", { class: "lines" });
  const note = html("p", { class: "note" });
  const summary = html("summary");
  const details = html("details", {}, summary);
  const root = html("section", { class: "leb-look leb-history leb-part" }, style,
    html("div", { class: "head" }, heading, languages), choice, stage,
    html("div", { class: "years" }, play, slider, reading), list, note, details);
  el.append(root);

  let lit = null;
  let hovered = null;
  let timer = 0;
  const words = () => get("texts")[get("lang")];
  const view = () => get("views").find((one) => one.id === get("view")) ?? get("views")[0];
  const year = () => {
    const { years } = view();
    return Math.min(Math.max(hovered ?? get("year"), years[0]), years.at(-1));
  };

  let shape = { left: 62, width: 600 };
  const px = (x) => shape.left + x * shape.width;
  const py = (y) => EDGE.top + (1 - y) * (HEIGHT - EDGE.top - EDGE.bottom);
  const path = (run, key) => run.map((point) => `${px(point.x).toFixed(1)},${py(point[key]).toFixed(1)}`);

  const picture = () => {
    const lang = get("lang");
    const shown = view();
    const whole = stage.clientWidth || 900;
    const narrow = whole < NARROW;
    const ends = Math.max(...shown.lines.map((line) => short(line[lang]).length));
    const room = narrow ? 14 : LETTER * ends + 26;
    const left = LETTER * Math.max(...shown.ticks.map((tick) => tick[lang].length)) + 14;
    shape = { left, width: Math.max(whole - left - room, 80) };
    const ticks = shown.ticks.map((tick) => svg("g", { class: "tick" },
      svg("line", { x1: px(0), x2: px(1), y1: py(tick.at), y2: py(tick.at) }),
      text(tick[lang], { x: shape.left - 8, y: py(tick.at) + 4, "text-anchor": "end" })));
    const every = Math.ceil(shown.years.length / Math.max(Math.floor(shape.width / 46), 1));
    const dates = shown.years.map((one, i) => {
      const x = px(i / Math.max(shown.years.length - 1, 1));
      return (shown.years.length - 1 - i) % every ? null : text(one, { class: "date", x, y: HEIGHT - 8, "text-anchor": "middle" });
    }).filter(Boolean);
    const lines = shown.lines.map((line) => {
      const style = `--line-color: ${line.color}`;
      const runs = line.runs.map((run) => (shown.stacked
        ? svg("path", { class: "area", d: `M${path(run, "y").join("L")}L${path(run, "y0").reverse().join("L")}Z` })
        : svg("path", { class: "run", d: `M${path(run, "y").join("L")}` })));
      const dots = shown.stacked ? [] : points(line).map((p) => svg("circle", { cx: px(p.x), cy: py(p.y), r: 2.6 }));
      return svg("g", { class: "line", "data-line": line.id, style }, ...runs, ...dots);
    });
    const labels = narrow ? [] : shown.lines.map((line) => {
      const last = points(line).at(-1);
      return { line, y: py(shown.stacked ? (last.y + last.y0) / 2 : last.y) + 4, x: px(last.x) };
    });
    spread(labels);
    const named = labels.map(({ line, y, x }) => text(short(line[lang]), { class: "end", x: Math.max(x, 0) + 9, y, "data-line": line.id, style: `--line-color: ${line.color}` }));
    const t = words();
    const asked = shown.target.length ? [svg("g", { class: "target" },
      shown.target.length > 1
        ? svg("path", { d: `M${path(shown.target, "y").join("L")}` })
        : svg("line", { x1: px(0), x2: px(1), y1: py(shown.target[0].y), y2: py(shown.target[0].y) }),
      ...shown.target.slice(-1).map((p) => svg("circle", { cx: px(p.x), cy: py(p.y), r: 4.5 })),
      // at the far end of a level, where the figures are far from it more often than not
      text(`${t.target}: ${shown.target.at(-1)[lang]}`, shown.target.length > 1
        ? { x: px(shown.target.at(-1).x) - 8, y: py(shown.target.at(-1).y) - 9, "text-anchor": "end" }
        : { x: px(0) + 8, y: py(shown.target[0].y) - 9 }))] : [];
    const cursor = svg("g", { class: "cursor" }, svg("line", { y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
    const label = say(t.chart, { view: `${shown[lang]} (${shown.unit[lang]})`, first: shown.years[0], last: shown.years.at(-1) });
    const told = shown.lines.map((line) => line.said[lang]).join(". ");
    const drawing = svg("svg", { width: whole, height: HEIGHT, role: "img", "aria-label": `${label}. ${told}.` },
      ...ticks, ...dates, text(shown.unit[lang], { class: "unit", x: 0, y: 12 }), ...lines, ...asked, cursor, ...named);
    stage.replaceChildren(drawing);
    light();
    read();
  };
  const text = (content, attributes) => {
    const node = svg("text", attributes);
    node.textContent = content;
    return node;
  };
  const light = () => {
    for (const node of root.querySelectorAll("[data-line]")) {
      node.classList.toggle("faded", lit !== null && node.dataset.line !== lit);
      if (node.tagName === "BUTTON") node.setAttribute("aria-pressed", String(node.dataset.line === lit));
    }
  };
  /** The figures of the year under the cursor. */
  const read = () => {
    const lang = get("lang");
    const shown = view();
    const now = year();
    const { years } = shown;
    const x = px((now - years[0]) / Math.max(years.length - 1, 1));
    const cursor = stage.querySelector(".cursor");
    cursor.firstChild.setAttribute("x1", x);
    cursor.firstChild.setAttribute("x2", x);
    cursor.replaceChildren(cursor.firstChild, ...shown.lines.flatMap((line) => {
      const point = at(line, now);
      return point && !shown.stacked ? [svg("circle", { cx: x, cy: py(point.y), r: 5, style: `--line-color: ${line.color}` })] : [];
    }));
    Object.assign(slider, { min: years[0], max: years.at(-1), value: now });
    reading.textContent = now;
    const told = [];
    for (const line of shown.lines) {
      const point = at(line, now)?.[lang];
      const value = point ? point.value : words().missing;
      told.push(`${line[lang]} ${value}`);
      const row = [...list.children].find((item) => item.dataset.id === line.id);
      row.querySelector("b").textContent = value;
      row.querySelector("small").textContent = point?.note ?? "";
    }
    const total = shown.totals[now]?.[lang];
    const sum = list.querySelector(".total");
    if (sum) sum.querySelector("b").textContent = total ?? words().missing;
    slider.setAttribute("aria-valuetext", `${now}: ${total ? `${words().total} ${total}; ` : ""}${told.join("; ")}`);
  };
  const entries = () => {
    const lang = get("lang");
    const shown = view();
    // as they lie on the drawing: the last of a stack on top
    const order = shown.stacked ? [...shown.lines].reverse() : shown.lines;
    const items = order.map((line) => {
      const button = html("button", { type: "button", "data-line": line.id, "aria-pressed": "false" },
        html("i", { style: `--line-color: ${line.color}` }), html("span", {}, line[lang]), " ", html("b"), " ", html("small"));
      button.onclick = () => {
        lit = lit === line.id ? null : line.id;
        light();
      };
      return html("li", { "data-id": line.id }, button);
    });
    if (shown.stacked) items.unshift(html("li", { class: "total" }, html("span", {}, words().total), " ", html("b")));
    list.replaceChildren(...items);
    list.setAttribute("aria-label", words().lines);
  };
  const fill = () => {
    if (!details.open) return details.replaceChildren(summary);
    const lang = get("lang");
    const t = words();
    const shown = view();
    const asked = new Map(shown.target.map((point) => [point.year, point[lang]]));
    const heads = [t.year, ...shown.lines.map((line) => line[lang]), ...(shown.stacked ? [t.total] : []), ...(asked.size ? [t.target] : [])];
    const rows = shown.years.map((one) => [
      String(one),
      ...shown.lines.map((line) => at(line, one)?.[lang].value ?? "–"),
      ...(shown.stacked ? [shown.totals[one]?.[lang] ?? "–"] : []),
      ...(asked.size ? [asked.get(one) ?? "–"] : []),
    ]);
    const figures = heads.map((_, i) => i).slice(1);
    return details.replaceChildren(summary, grid(heads, rows, figures, t.table));
  };
  const draw = () => {
    const lang = get("lang");
    const t = words();
    root.lang = lang;
    heading.textContent = get("titles")[lang];
    root.setAttribute("aria-label", heading.textContent || t.title);
    languages.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    const views = get("views");
    if (lit !== null && !view().lines.some((line) => line.id === lit)) lit = null;
    choice.replaceChildren(...buttons(Object.fromEntries(views.map((one) => [one.id, one[lang]])), (id) => set("view", id)).children);
    choice.setAttribute("aria-label", t.view);
    choice.hidden = views.length < 2;
    press(choice, view().id);
    slider.setAttribute("aria-label", t.year);
    note.textContent = t.hint;
    summary.textContent = t.table;
    label();
    entries();
    picture();
    fill();
  };
  const label = () => {
    play.textContent = timer ? `❚❚ ${words().stop}` : `▶ ${words().play}`;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    label();
  };
  play.onclick = () => {
    if (timer) return stop();
    const { years } = view();
    if (year() === years.at(-1)) set("year", years[0]);
    timer = setInterval(() => {
      const next = year() + 1;
      if (next > view().years.at(-1) || !root.isConnected) return stop();
      return set("year", next);
    }, BEAT);
    return label();
  };
  slider.addEventListener("input", () => set("year", Number(slider.value)));
  const yearAt = ({ clientX }) => {
    const { years } = view();
    const share = (clientX - stage.getBoundingClientRect().left - shape.left) / shape.width;
    return years[Math.round(Math.min(Math.max(share, 0), 1) * (years.length - 1))];
  };
  stage.addEventListener("pointermove", (event) => {
    hovered = yearAt(event);
    read();
  });
  stage.addEventListener("pointerleave", () => {
    hovered = null;
    read();
  });
  stage.addEventListener("click", (event) => set("year", yearAt(event)));
  details.addEventListener("toggle", fill);
  draw();
  let width = stage.clientWidth;
  const sizes = new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    picture();
  });
  sizes.observe(stage);
  const silent = listen(model, { views: draw, view: draw, lang: draw, titles: draw, language_switch: draw, year: read });
  return () => {
    silent();
    stop();
    sizes.disconnect();
  };
}

export default { render };
