// The balance as a grid: move, type, paste, undo; every sum and every check comes from Python.

import css from "./balance_table.css";
import { html, listen, say, styled } from "./dom.js";
import { buttons, press } from "./parts.js";
import { sourcesOf } from "./sources.js";
import { Grid } from "./balance_grid.js";

class Table {
  constructor(model, el) {
    this.model = model;
    this.get = (name) => model.get(name);
    this.folded = new Set();
    const t = this.t;
    this.title = html("h2");
    this.undo = html("button", { type: "button" });
    this.redo = html("button", { type: "button" });
    this.undo.onclick = () => this.ask({ do: "undo" });
    this.redo.onclick = () => this.ask({ do: "redo" });
    this.units = buttons(Object.fromEntries(Object.keys(this.get("units")).map((u) => [u, u])), (unit) => this.set("unit", unit));
    this.langs = buttons({ it: "IT", en: "EN" }, (lang) => this.set("lang", lang));
    this.open = html("button", { type: "button" });
    this.close = html("button", { type: "button" });
    this.open.onclick = () => this.fold(false);
    this.close.onclick = () => this.fold(true);
    this.adders = { flows: html("select"), products: html("select") };
    for (const [kind, select] of Object.entries(this.adders)) {
      select.onchange = () => select.value && this.ask({ do: "add", [kind]: select.value });
    }
    this.state = html("p", { class: "state", role: "status" });
    this.wrong = html("ul", { class: "wrong" });
    this.keys = html("p", { class: "keys", id: `leb-keys-${Math.random().toString(36).slice(2)}` });
    this.card = html("div", { class: "card" });
    this.notice = html("div", { class: "notice" });
    this.grid = new Grid(this);
    this.form = this.saveForm();
    const edits = this.get("may_edit") ? [this.undo, this.redo] : [];
    const adds = this.get("may_edit") ? [this.adders.flows, this.adders.products] : [];
    this.root = html("div", { class: "leb-look leb-table" },
      styled(css),
      html("div", { class: "head" }, this.title, html("div", { class: "tools" }, ...edits, this.units, this.langs)),
      html("div", { class: "bar" }, this.state, html("div", { class: "tools" }, this.open, this.close, ...adds)),
      this.notice, this.grid.box, this.card, this.wrong, this.form, this.keys);
    el.append(this.root);
    this.startFolds();
    this.draw();
    this.stop = listen(model, {
      lang: () => this.draw(), unit: () => this.draw(), rows: () => this.lines(), columns: () => this.lines(),
      cells: () => this.later(), was: () => this.later(), faults: () => this.later(), steps: () => this.later(), more: () => this.later(),
      titles: () => this.later(), notice: () => this.answered(), may_save: () => this.draw(),
    });
  }

  get t() { return this.get("texts")[this.get("lang")]; }

  set(name, value) { this.model.set(name, value); this.model.save_changes(); }

  ask(content) { this.model.send(content); }

  number(mwh, digits) {
    const value = mwh * this.get("units")[this.get("unit")];
    const size = Math.abs(value);
    const shown = digits === undefined ? (size < 1 ? 3 : size < 100 ? 2 : 1) : undefined;
    const locale = this.get("lang") === "en" ? "en-GB" : "it-IT";
    const options = { minimumFractionDigits: shown ?? 0, maximumFractionDigits: shown ?? digits, useGrouping: "always", signDisplay: "negative" };
    return new Intl.NumberFormat(locale, options).format(value);
  }

  /** Lines that are new start as Python says; the others stay as the reader left them. */
  startFolds() {
    this.known ??= new Set();
    for (const line of [...this.get("rows"), ...this.get("columns")]) {
      if (!this.known.has(line.code) && line.folded) this.folded.add(line.code);
      this.known.add(line.code);
    }
  }

  lines() { this.startFolds(); this.later(); }

  /** Several traits change together: draw once. */
  later() {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => { this.waiting = false; this.draw(); });
  }

  fold(shut) {
    const lines = [...this.get("rows"), ...this.get("columns")].filter((line) => line.parts && line.code !== "TOTAL");
    this.folded = new Set(shut ? lines.map((line) => line.code) : []);
    this.draw();
  }

  draw() {
    const { t } = this;
    const lang = this.get("lang");
    this.root.lang = lang;
    this.title.textContent = `${t.title} · ${this.get("titles")[lang]}`;
    const steps = this.get("steps");
    for (const name of ["undo", "redo"]) {
      this[name].textContent = `${name === "undo" ? "↶" : "↷"} ${t[name]}`;
      this[name].disabled = !steps[name];
    }
    this.units.setAttribute("aria-label", t.unit);
    this.langs.setAttribute("aria-label", t.language);
    this.units.hidden = !this.get("unit_switch");
    this.langs.hidden = !this.get("language_switch");
    press(this.units, this.get("unit"));
    press(this.langs, lang);
    this.open.textContent = t.open_all;
    this.close.textContent = t.close_all;
    for (const [kind, select] of Object.entries(this.adders)) {
      const word = kind === "flows" ? t.add_row : t.add_column;
      select.setAttribute("aria-label", word.replace("…", ""));
      const options = this.get("more")[kind].map((one) => html("option", { value: one.code }, one[lang]));
      select.replaceChildren(html("option", { value: "" }, word), ...options);
    }
    this.keys.textContent = this.get("may_edit") ? t.keys : "";
    this.grid.draw();
    this.drawFaults();
    this.drawForm();
    this.describe();
    this.tell();
  }

  drawFaults() {
    const faults = this.get("faults");
    this.state.textContent = faults.length ? say(this.t.faults, { count: faults.length }) : `✓ ${this.t.closes}`;
    this.state.classList.toggle("bad", faults.length > 0);
    this.wrong.replaceChildren(...faults.slice(0, 50).map((fault) => {
      const there = html("button", { type: "button" }, this.place(fault) || "–");
      there.onclick = () => this.grid.go(fault.flow, fault.product);
      const where = fault.flow ? [there, " "] : [];
      return html("li", { class: fault.severity }, html("b", {}, this.t[fault.severity]), " ", ...where, this.sentence(fault));
    }));
  }

  sentence(fault) {
    if (fault.gap_mwh === undefined) return fault.text;
    const numbers = { unit: this.get("unit") };
    for (const name of ["value", "expected", "gap"]) numbers[name] = this.number(fault[`${name}_mwh`]);
    return `${say(this.t.fault_gap, numbers)} ${fault.text}`;
  }

  name(kind, code) {
    const line = this.get(kind).find((one) => one.code === code);
    return line ? line.names[this.get("lang")] : code;
  }

  place({ flow, product }) { return flow ? `${this.name("rows", flow)} · ${this.name("columns", product)}` : ""; }

  faultsAt(flow, product) {
    return this.get("faults").filter((one) => one.flow === flow && one.product === product);
  }

  /** Tell of the cell that has the focus: value, status, source, what is wrong. */
  describe() {
    const { flow, product } = this.grid.at;
    const cell = this.get("cells")[flow]?.[product];
    const parts = [html("b", {}, this.place({ flow, product }))];
    const { t } = this;
    if (cell) {
      parts.push(html("span", { class: "value" }, `${this.number(cell[0])} ${this.get("unit")}`));
      parts.push(html("span", {}, cell[1] ? t[`status_${cell[1]}`] ?? cell[1] : t.computed));
      if (cell[2] >= 0) parts.push(html("span", { class: "from" }, `${t.source}: ${sourcesOf(this.get)[cell[2]]}`));
    } else parts.push(html("span", {}, t.empty));
    const was = this.get("was")[`${flow} ${product}`];
    if (was !== undefined) parts.push(html("span", { class: "was" }, say(t.was, { value: was === null ? t.nothing : this.number(was) })));
    if (this.get("may_edit") && !this.grid.typed(flow, product)) parts.push(html("span", { class: "from" }, t.read_only));
    for (const fault of this.faultsAt(flow, product)) parts.push(html("span", { class: "fault" }, this.sentence(fault)));
    this.card.replaceChildren(...(flow ? parts : []));
  }

  saveForm() {
    this.why = html("input", { type: "text", maxlength: 500 });
    this.save = html("button", { type: "submit" });
    this.off = html("span", { class: "off" });
    this.count = html("span", { class: "count", role: "status" });
    this.label = html("label", {}, html("span"), this.why);
    const form = html("form", {}, this.count, this.label, this.save, this.off);
    this.why.oninput = () => this.drawForm();
    form.onsubmit = (event) => {
      event.preventDefault();
      if (this.blocked()) return;
      this.off.textContent = this.t.saving;
      this.ask({ do: "save", message: this.why.value });
    };
    return form;
  }

  /** Why nothing can be saved now; blank where it can. */
  blocked() {
    if (!Object.keys(this.get("was")).length) return this.t.save_off_changes;
    return this.why.value.trim() ? "" : this.t.save_off_message;
  }

  drawForm() {
    const { t } = this;
    const count = Object.keys(this.get("was")).length;
    this.form.hidden = !this.get("may_edit");
    this.count.textContent = count === 0 ? t.no_changes : count === 1 ? t.one_change : say(t.changes, { count });
    this.label.firstChild.textContent = t.message;
    this.save.textContent = t.save;
    for (const part of [this.label, this.save, this.off]) part.hidden = !this.get("may_save");
    const blocked = this.blocked();
    this.save.setAttribute("aria-disabled", String(Boolean(blocked)));
    this.off.textContent = blocked;
  }

  /** Python has answered: nothing is being saved any more. */
  answered() {
    this.drawForm();
    this.tell();
  }

  tell(own) {
    const told = own ?? this.get("notice");
    const said = told.said ?? [];
    this.notice.replaceChildren();
    this.notice.className = `notice${told.refused ? " refused" : ""}`;
    this.notice.setAttribute("role", told.refused ? "alert" : "status");
    if (!said.length) return;
    this.notice.append(...said.map((line) => html("p", {}, line)));
    if (told.newest) this.notice.append(this.theirs(told));
    if (!told.refused && !Object.keys(this.get("was")).length) this.why.value = "";
  }

  theirs({ newest, cells }) {
    const { t } = this;
    const lang = this.get("lang");
    const value = (mwh) => (mwh === null ? t.nothing : this.number(mwh));
    const heads = ["", `${t.theirs_before} (${this.get("unit")})`, t.theirs_after, t.theirs_mine];
    const line = (cell) => html("tr", { class: cell.both ? "both" : "" },
      html("th", { scope: "row" }, cell[lang], ...(cell.both ? [html("small", {}, ` ${t.both}`)] : [])),
      ...[cell.before, cell.after, cell.mine].map((mwh, i) => html("td", {}, i === 2 && !cell.both ? "" : value(mwh))));
    const button = html("button", { type: "button" }, say(t.rebase, { version: newest }));
    button.onclick = () => this.ask({ do: "rebase" });
    const head = html("tr", {}, ...heads.map((word, i) => (i ? html("th", { scope: "col" }, word) : html("td"))));
    return html("div", {}, html("table", {}, html("caption", {}, t.theirs), html("thead", {}, head), html("tbody", {}, ...cells.map(line))), button);
  }
}

export default {
  render({ model, el }) {
    const table = new Table(model, el);
    return () => table.stop();
  },
};
