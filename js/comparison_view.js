// What moved an indicator from one balance to another: bars from the value before to the value after.
// Places along the axis (0 to 1) and all words come from Python.

import css from "./comparison_view.css";
import { html, listen, roving, styled, svg } from "./dom.js";
import { mirrorStage } from "./mirror.js";
import { buttons, fillCards, grid, press } from "./parts.js";

const NARROW = 620; // below, a name stands above its bar
const TOP = 6;
const FOOT = 30;
const GAP = 74; // least room for the figure beside the longest bar

const written = (content, attributes) => {
  const node = svg("text", attributes);
  node.textContent = content;
  return node;
};

/** Room for the longest name beside the bars, by the usual width of a letter. */
function room(bars, lang) {
  const widths = bars.map(({ [lang]: w, color }) => Math.max(7.6 * w.name.length, 6.2 * w.line.length + (color ? 15 : 0)));
  return Math.min(Math.max(...widths) + 16, 340);
}

function shape(width, bars, lang) {
  const left = room(bars, lang);
  const narrow = width < NARROW;
  const gap = Math.max(GAP, ...bars.map(({ [lang]: w }) => 8.2 * w.amount.length + 12));
  return narrow
    ? { narrow, gap, left: 2, row: 62, bar: 15, down: 35, width: Math.max(width - gap, 60) }
    : { narrow, gap, left, row: 42, bar: 24, down: 9, width: width - left - gap };
}

function bar(one, i, lang, look, broken) {
  const words = one[lang];
  const x = (at) => look.left + at * look.width;
  const y = TOP + i * look.row;
  const whole = one.kind === "before" || one.kind === "after";
  const from = x(whole ? 0 : Math.min(one.start, one.end));
  const to = x(whole ? one.end : Math.max(one.start, one.end));
  const group = svg("g", { class: `step ${one.kind} ${["down", "", "up"][one.sign + 1]}`, role: "img", "aria-label": words.said, tabindex: -1 });
  const dot = one.color && svg("circle", { cx: 7, cy: y + 27, r: 4, fill: one.color });
  const inset = one.color ? 15 : 0;
  const labels = [
    written(words.name, { class: "name", x: 2, y: y + 16 }),
    written(words.line, { class: "line", x: 2 + inset, y: y + 31 }),
  ];
  const top = y + look.down;
  group.append(
    svg("rect", { class: "hit", x: 0, y, width: look.left + look.width + look.gap, height: look.row, rx: 5 }),
    ...labels,
    ...(dot ? [dot] : []),
    svg("rect", { class: "bar", x: from, y: top, width: Math.max(to - from, 1.5), height: look.bar, rx: 2 }),
    ...(whole && broken ? [svg("path", { class: "cut", d: `M${from + 12},${top - 3}l7,${look.bar / 2 + 3}l-7,0l7,${look.bar / 2 + 3}` })] : []),
    written(words.amount, { class: "amount", x: to + 7, y: top + look.bar / 2 + 4.5 }),
  );
  return group;
}

function chart(bridge, lang, width, label) {
  const { bars, ticks, broken } = bridge;
  const look = shape(width, bars, lang);
  const height = TOP + bars.length * look.row;
  const x = (at) => look.left + at * look.width;
  const lines = ticks
    .filter(({ at }) => at <= 1.001)
    .map(({ at, [lang]: word }, i) => svg("g", { class: "tick" },
      svg("line", { x1: x(at), x2: x(at), y1: TOP, y2: height + 4 }),
      ...(look.narrow && i % 2 ? [] : [written(word, { x: x(at), y: height + 19, "text-anchor": at < 0.02 && look.narrow ? "start" : "middle" })]),
    ));
  const joints = bars.slice(0, -1).map((one, i) => {
    const y = TOP + i * look.row + look.down + look.bar;
    return svg("line", { class: "joint", x1: x(one.end), x2: x(one.end), y1: y, y2: y + look.row - look.bar });
  });
  const steps = bars.map((one, i) => bar(one, i, lang, look, broken));
  steps[0].setAttribute("tabindex", 0);
  return svg("svg", { width, height: height + FOOT, role: "group", "aria-label": label }, ...lines, ...joints, ...steps);
}

const TOPICS = ["use", "source", "plant"];
const RANKED = [3, 4, 5, 6]; // columns of figures

function spoken(found, t) {
  const block = (topic) =>
    html("div", {}, html("h4", {}, t[topic]), html("ul", {}, ...found[topic].map((text) => html("li", {}, text))));
  return TOPICS.filter((topic) => found[topic]).map(block);
}

function twin(bridge, lang, t, caption) {
  const line = ({ kind, [lang]: w }) => {
    const part = kind === "part" || kind === "rest";
    return [w.full, part ? w.amount : "", w.level];
  };
  return grid([t.step, t.amount, t.level], bridge.bars.map(line), [1, 2], caption);
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
  const cards = html("ul", { class: "cards" });
  const mirrored = html("h3");
  const mirror = mirrorStage();
  const moved = html("h3");
  const choice = buttons(get("texts").it, (name) => set("indicator", name), Object.keys(get("bridges")));
  const stage = html("div", { class: "stage" });
  const note = html("p", { class: "note" });
  const [twinName, tableName] = [html("summary"), html("summary")];
  const twinBox = html("details", {}, twinName);
  const words = html("h3");
  const columns = html("div", { class: "told" });
  const tableBox = html("details", {}, tableName);
  const root = html("section", { class: "leb-look leb-comparison leb-part" }, style,
    html("div", { class: "head" }, heading, languages), cards,
    html("div", { class: "head" }, mirrored), ...mirror.parts,
    html("div", { class: "head" }, moved, choice), stage, note, twinBox, words, columns, tableBox);
  el.append(root);
  roving(stage, ".step");
  const read = ({ target }) => {
    const step = target.closest?.(".step");
    if (step) note.textContent = step.getAttribute("aria-label");
  };
  stage.addEventListener("pointerover", read);
  stage.addEventListener("focusin", read);

  const picture = () => {
    const lang = get("lang");
    const t = get("texts")[lang];
    const name = get("indicator");
    const bridge = get("bridges")[name];
    const label = `${t.bridge} ${t[`of_${name}`]}`;
    moved.textContent = label;
    press(choice, name);
    const width = stage.clientWidth || 900;
    stage.replaceChildren(chart(bridge, lang, width, label));
    const nothing = bridge.bars.length === 2;
    note.textContent = nothing ? t.none : `${bridge.broken ? `${t.broken} ` : ""}${t.hint}`;
    twinName.textContent = t.twin;
    twinBox.replaceChildren(twinName, twin(bridge, lang, t, label));
  };
  const draw = () => {
    const lang = get("lang");
    const t = get("texts")[lang];
    root.lang = lang;
    heading.textContent = get("titles")[lang];
    root.setAttribute("aria-label", heading.textContent);
    languages.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    fillCards(cards, get("cards"), lang);
    for (const button of choice.children) button.textContent = t[button.dataset.value];
    choice.setAttribute("aria-label", t.bridge);
    mirrored.textContent = t.mirror;
    mirror.draw(get("mirror"), lang, t);
    words.textContent = t.sentences;
    const told = spoken(get("sentences")[lang], t);
    columns.replaceChildren(...(told.length ? told : [html("p", {}, t.none)]));
    tableName.textContent = t.table;
    const heads = ["topic", "item", "product", "before", "after", "change", "relative"].map((head) => t[head]);
    tableBox.replaceChildren(tableName, grid(heads, get("rows").map((row) => row[lang]), RANKED, t.table));
    picture();
  };
  draw();
  let width = stage.clientWidth;
  const sizes = new ResizeObserver(() => {
    if (stage.clientWidth !== width) {
      width = stage.clientWidth;
      picture();
      mirror.draw(get("mirror"), get("lang"), get("texts")[get("lang")]);
    }
  });
  sizes.observe(stage);
  // several traits come together: what they change is drawn once
  let due = "";
  const soon = (what) => () => {
    if (!due) {
      queueMicrotask(() => {
        const all = due === "all";
        due = "";
        if (all) draw();
        else picture();
      });
    }
    if (due !== "all") due = what;
  };
  const whole = soon("all");
  const stop = listen(model, { lang: whole, mirror: whole, language_switch: whole, titles: whole, bridges: soon("picture"), indicator: picture });
  return () => {
    stop();
    sizes.disconnect();
  };
}

export default { render };
