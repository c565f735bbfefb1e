// Sliders for measures; Python reckons what they do. Sizes are kept in the unit of the measure.

import css from "./scenario_builder.css";
import { formats, html, listen, say, styled } from "./dom.js";
import { buttons, fillCards, press } from "./parts.js";

const GROUPS = ["plant", "network_heat", "switch", "saving", "blend"];
let count = 0; // names of fields are unique on the page

function slider(one, set) {
  const id = `leb-measure-${(count += 1)}`;
  const name = html("label", { for: id });
  const value = html("output", { for: id });
  const clear = html("button", { type: "button", class: "clear" }, "↺");
  const help = html("p", { id: `${id}-help` });
  const input = html("input", { id, type: "range", min: 0, max: one.limit, step: one.step, value: 0, "aria-describedby": help.id, "data-kind": one.kind });
  const root = html("div", { class: "measure" }, html("div", { class: "line" }, name, value, clear), input, help);
  const shown = (amount, lang) => `${formats(lang).number(amount, 2)}\u00a0${one.unit}`;
  const show = (size, lang, t) => {
    const amount = size * one.scale;
    const words = one[lang];
    if (Number(input.value) !== amount) input.value = amount;
    value.textContent = shown(amount, lang);
    input.setAttribute("aria-valuetext", value.textContent);
    input.style.setProperty("--at", `${one.limit ? (100 * amount) / one.limit : 0}%`);
    root.classList.toggle("active", amount > 0);
    clear.disabled = !(amount > 0);
    input.disabled = Boolean(words.why) || !one.limit;
    name.textContent = words.label;
    clear.setAttribute("aria-label", say(t.reset_one, { name: words.label }));
    const room = one.unit === "%" ? "" : ` (${say(t.limit, { limit: shown(one.limit, lang) })})`;
    help.textContent = words.why || `${words.help}${room}`;
  };
  input.oninput = () => set(Number((input.value / one.scale).toPrecision(12)));
  clear.onclick = () => {
    set(0);
    input.focus();
  };
  return { root, show, kind: one.kind, input, told: (size, lang) => [one[lang].label, shown(size * one.scale, lang)] };
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const put = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const style = styled(css);
  const heading = html("h2");
  const languages = buttons({ it: "IT", en: "EN" }, (lang) => put("lang", lang));
  const reset = html("button", { type: "button", class: "reset" });
  reset.onclick = () => put("sizes", {});
  let all = [];
  let groups = [];
  const measures = html("div");
  /** Another balance has other limits, units and reasons. */
  const lay = () => {
    all = get("sliders").map((one) => slider(one, (size) => put("sizes", { ...get("sizes"), [one.kind]: size })));
    groups = GROUPS.filter((group) => get("sliders").some((one) => one.group === group)).map((group) => {
      const legend = html("legend");
      const mine = all.filter((_, i) => get("sliders")[i].group === group).map(({ root }) => root);
      return { group, legend, root: html("fieldset", {}, legend, html("div", { class: "measures" }, ...mine)) };
    });
    measures.replaceChildren(...groups.map((group) => group.root));
  };
  const yearId = `leb-year-${(count += 1)}`;
  const yearName = html("label", { for: yearId });
  const yearValue = html("output", { for: yearId });
  const grows = html("p", { id: `${yearId}-help` });
  const year = html("input", { id: yearId, type: "range", step: 1, "aria-describedby": grows.id });
  year.oninput = () => put("year", Number(year.value));
  const outcome = html("h3");
  const cards = html("ul", { class: "cards" });
  const most = html("h4");
  const changes = html("ul", { class: "changes" });
  const faults = html("div", { class: "faults", role: "alert" });
  const codeName = html("summary");
  const code = html("pre", { tabindex: 0 });
  const offered = html("div", { class: "offered", role: "status" });
  const live = html("p", { class: "unseen", "aria-live": "polite" });
  const result = html("div", { class: "result" },
    html("div", { class: "measure active" }, html("div", { class: "line" }, yearName, yearValue), year, grows),
    outcome, cards, offered, faults, most, changes, html("details", {}, codeName, code), live);
  const root = html("section", { class: "leb-look leb-builder leb-part" }, style,
    html("div", { class: "head" }, heading, reset, languages),
    html("div", { class: "body" }, measures, result));
  el.append(root);

  const words = () => get("texts")[get("lang")];
  const showSizes = () => {
    const sizes = get("sizes");
    all.forEach(({ show, kind }) => show(sizes[kind] ?? 0, get("lang"), words()));
    reset.disabled = !Object.values(sizes).some((size) => size > 0);
    // its ends come first: a value outside of them is not taken
    Object.assign(year, { min: get("base_year"), max: get("horizon") });
    yearValue.textContent = year.value = get("year");
    year.style.setProperty("--at", `${(100 * (get("year") - get("base_year"))) / (get("horizon") - get("base_year"))}%`);
    outcome.textContent = say(words().outcome, { year: get("year") });
  };
  const showOutcome = () => {
    const lang = get("lang");
    const t = words();
    const found = get("outcome");
    const wrong = found.faults?.[lang] ?? [];
    fillCards(cards, found.cards ?? [], lang);
    result.classList.toggle("stale", wrong.length > 0);
    const told = found.changes?.[lang] ?? [];
    changes.replaceChildren(...(told.length ? told : [t.none]).map((text) => html("li", {}, text)));
    faults.hidden = !wrong.length;
    const kept = found.cards ? [html("p", {}, t.kept)] : [];
    const list = html("ul", {}, ...wrong.map((text) => html("li", {}, text)));
    // with a way out at hand the long reason is there for who asks
    const why = get("offer")?.clash
      ? [html("details", {}, html("summary", {}, t.why), list), ...kept]
      : [html("h4", {}, t.faults), list, ...kept];
    faults.replaceChildren(...(wrong.length ? why : []));
    code.textContent = found.code ?? "";
    code.setAttribute("aria-label", t.code);
    live.textContent = wrong.length ? "" : (found.cards ?? []).map(({ [lang]: w }) => `${w.label}: ${w.after}`).join("; ");
  };
  /** What clashes, and the nearest choice that can be, ready to be taken. */
  const showOffer = () => {
    const lang = get("lang");
    const t = words();
    const { clash, kind, size } = get("offer") ?? {};
    offered.hidden = !clash;
    if (!clash) return offered.replaceChildren();
    const named = (name) => all.find((one) => one.kind === name);
    const names = clash.map((name) => `«${named(name)?.told(0, lang)[0] ?? name}»`);
    const joined = names.length > 1 ? `${names.slice(0, -1).join(", ")} ${t.and} ${names.at(-1)}` : names[0];
    const [name, amount] = named(kind).told(size, lang);
    const use = html("button", { type: "button" }, t.use);
    use.onclick = () => {
      put("sizes", { ...get("sizes"), [kind]: size });
      named(kind).input.focus();
    };
    return offered.replaceChildren(
      html("p", {}, say(names.length > 1 ? t.clash : t.clash_one, { names: joined })),
      html("p", {}, `${say(t.nearest, { name: `«${name}»`, size: amount })} `, use),
    );
  };
  const draw = () => {
    const lang = get("lang");
    const t = words();
    root.lang = lang;
    heading.textContent = get("titles")[lang];
    root.setAttribute("aria-label", heading.textContent);
    languages.hidden = !get("language_switch");
    languages.setAttribute("aria-label", t.language);
    press(languages, lang);
    reset.textContent = t.reset;
    yearName.textContent = t.year;
    grows.textContent = say(t.grows, { base: get("base_year"), horizon: get("horizon") });
    most.textContent = t.changes;
    codeName.textContent = t.code;
    for (const { group, legend } of groups) legend.textContent = t[group];
    showSizes();
    showOutcome();
    showOffer();
  };
  const redraw = () => {
    lay();
    draw();
  };
  redraw();
  return listen(model, { lang: draw, titles: draw, language_switch: draw, base_year: showSizes, sliders: redraw, sizes: showSizes, year: showSizes, outcome: showOutcome, offer: () => {
    showOffer();
    showOutcome();
  } });
}

export default { render };
