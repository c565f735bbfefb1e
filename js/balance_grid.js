// The cells themselves: which are in sight, where the focus is, what is being typed.

import { html } from "./dom.js";

const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

export class Grid {
  constructor(table) {
    this.table = table;
    this.at = { flow: "", product: "" };
    this.body = html("table", { role: "treegrid" });
    this.box = html("div", { class: "grid" }, this.body);
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("paste", (event) => this.paste(event));
    this.body.addEventListener("dblclick", (event) => event.target.closest("td") && this.type());
    this.body.addEventListener("focusin", (event) => this.entered(event.target.closest("[data-product]")));
  }

  /** Lines whose parents are all open. */
  seen(kind) {
    const shut = new Set();
    return this.table.get(kind).filter((line) => {
      const hidden = shut.has(line.parent);
      if (hidden || this.table.folded.has(line.code)) shut.add(line.code);
      return !hidden;
    });
  }

  typed(flow, product) {
    const sums = this.table.get("typed_sums");
    if (sums.includes(`${flow} ${product}`)) return true;
    const row = this.rows?.find((one) => one.code === flow);
    const column = this.columns?.find((one) => one.code === product);
    return Boolean(row && column && !column.sum && (!row.sum || sums.includes(flow)));
  }

  draw() {
    const focused = this.body.contains(document.activeElement);
    this.editor = null;
    this.rows = this.seen("rows");
    this.columns = this.seen("columns");
    const names = (lines) => lines.map((line) => line.code);
    if (!names(this.rows).includes(this.at.flow)) this.at.flow = this.rows[0]?.code ?? "";
    if (!names(this.columns).includes(this.at.product)) this.at.product = this.columns[0]?.code ?? "";
    const { table } = this;
    const lang = table.get("lang");
    this.body.setAttribute("aria-label", table.title.textContent);
    this.body.setAttribute("aria-describedby", table.keys.id);
    const head = html("tr", {}, html("th", { scope: "col", class: "corner" }, table.t.flow, html("small", {}, ` ${table.get("unit")}`)),
      ...this.columns.map((line) => html("th", { scope: "col", class: line.sum ? "sum" : "", title: line.names[lang] }, ...this.toggle(line, lang))));
    this.body.replaceChildren(html("thead", {}, head), html("tbody", {}, ...this.rows.map((row) => this.row(row, lang))));
    if (focused) this.cell()?.focus({ preventScroll: true });
  }

  toggle(line, lang) {
    if (!line.parts || line.code === "TOTAL") return [line[lang]];
    const shut = this.table.folded.has(line.code);
    const button = html("button", { type: "button", class: "twist", "aria-expanded": String(!shut), tabindex: -1 }, html("i", { "aria-hidden": "true" }, shut ? "▸" : "▾"), line[lang]);
    button.onclick = () => this.turn(line.code);
    return [button];
  }

  turn(code, shut = !this.table.folded.has(code)) {
    if (shut) this.table.folded.add(code);
    else this.table.folded.delete(code);
    this.draw();
  }

  row(row, lang) {
    const open = row.parts ? { "aria-expanded": String(!this.table.folded.has(row.code)) } : {};
    const name = html("th", { scope: "row", style: `--depth:${row.depth}`, title: row.names[lang] }, ...this.toggle(row, lang));
    const cells = this.columns.map((column) => this.made(row, column));
    return html("tr", { class: row.sum ? "sum" : "", "aria-level": row.depth + 1, ...open }, name, ...cells);
  }

  made(row, column) {
    const { table } = this;
    const [flow, product] = [row.code, column.code];
    const given = table.get("cells")[flow]?.[product];
    const typed = this.typed(flow, product);
    const faults = table.faultsAt(flow, product);
    const kinds = [given && !given[1] ? "computed" : "", typed ? "typed" : "", column.sum ? "sum" : ""];
    if (table.get("was")[`${flow} ${product}`] !== undefined) kinds.push("changed");
    if (given?.[1] === "E") kinds.push("estimated");
    if (faults.length) kinds.push(faults[0].severity);
    const here = flow === this.at.flow && product === this.at.product;
    const td = html("td", { role: "gridcell", class: kinds.filter(Boolean).join(" ") || null, tabindex: here ? 0 : -1, "data-flow": flow, "data-product": product, "aria-readonly": String(!typed || !table.get("may_edit")) });
    td.textContent = given ? table.number(given[0]) : "";
    if (faults.length) td.append(html("span", { class: "told" }, `, ${table.t[faults[0].severity]}`));
    return td;
  }

  cell({ flow, product } = this.at) {
    return this.body.querySelector(`td[data-flow="${CSS.escape(flow)}"][data-product="${CSS.escape(product)}"]`);
  }

  entered(td) {
    if (!td) return;
    this.cell()?.setAttribute("tabindex", -1);
    td.setAttribute("tabindex", 0);
    this.at = { flow: td.dataset.flow, product: td.dataset.product };
    this.table.describe();
  }

  /** Put the focus on a cell, opening what hides it. */
  go(flow, product) {
    for (const [kind, code] of [["rows", flow], ["columns", product]]) {
      const above = Object.fromEntries(this.table.get(kind).map((line) => [line.code, line.parent]));
      for (let at = above[code]; at; at = above[at]) this.table.folded.delete(at);
    }
    this.draw();
    const td = this.cell({ flow, product });
    td?.focus();
    td?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  step([down, right]) {
    const place = (lines, code, by) => lines[Math.max(0, Math.min(lines.length - 1, lines.findIndex((one) => one.code === code) + by))].code;
    const next = { flow: place(this.rows, this.at.flow, down), product: place(this.columns, this.at.product, right) };
    const td = this.cell(next);
    td?.focus();
    td?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  key(event) {
    if (this.editor) return this.keyTyping(event);
    if (!event.target.matches("td")) return;
    const many = this.rows.length + this.columns.length;
    const { key } = event;
    const command = event.ctrlKey || event.metaKey;
    const editable = this.table.get("may_edit");
    if (key in MOVES && !command) this.step(MOVES[key]);
    else if (key === "Home") this.step([command ? -many : 0, -many]);
    else if (key === "End") this.step([command ? many : 0, many]);
    else if (key === "PageDown") this.step([10, 0]);
    else if (key === "PageUp") this.step([-10, 0]);
    else if (command && key.toLowerCase() === "z" && editable) this.table.ask({ do: event.shiftKey ? "redo" : "undo" });
    else if (command && key.toLowerCase() === "y" && editable) this.table.ask({ do: "redo" });
    else if ((key === "+" || key === "-") && this.rowOf(this.at.flow)?.parts) this.turn(this.at.flow, key === "-");
    else if (key === "Enter" || key === "F2") this.type();
    else if (key === "Delete" || key === "Backspace") this.send([[this.at.flow, this.at.product, ""]]);
    else if (/^[\d,.]$/.test(key) && !command) this.type(key);
    else return;
    event.preventDefault();
  }

  rowOf(code) { return this.rows.find((one) => one.code === code); }

  send(cells, skipped = 0) {
    if (!this.table.get("may_edit")) return;
    const kept = cells.filter(([flow, product]) => this.typed(flow, product));
    if (kept.length) this.table.ask({ do: "type", cells: kept, skipped: skipped + cells.length - kept.length });
    else this.table.tell({ refused: true, said: [this.table.t.read_only] });
  }

  /** Open the cell that has the focus for typing. */
  type(first) {
    const { flow, product } = this.at;
    const td = this.cell();
    if (!td || !this.table.get("may_edit")) return;
    if (!this.typed(flow, product)) {
      this.table.tell({ refused: true, said: [this.table.t.read_only] });
      return;
    }
    const given = this.table.get("cells")[flow]?.[product];
    const before = given ? this.table.number(given[0], 9) : "";
    const input = html("input", { type: "text", inputmode: "decimal", "aria-label": this.table.place(this.at) });
    input.value = first ?? before;
    this.editor = { input, before };
    td.replaceChildren(input);
    input.focus();
    if (!first) input.select();
    input.onblur = () => this.editor?.input === input && this.leave(true);
  }

  keyTyping(event) {
    const moves = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1] };
    if (event.key === "Escape") this.leave(false);
    else if (event.key in moves) {
      this.leave(true);
      this.step(moves[event.key]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  leave(keep) {
    const { input, before } = this.editor;
    this.editor = null;
    const { flow, product } = this.at;
    const text = input.value;
    this.draw();
    this.cell()?.focus();
    if (keep && text.trim() !== before) this.send([[flow, product, text]]);
  }

  /** A block of cells from a spreadsheet, laid on the cells in sight from here. */
  paste(event) {
    if (this.editor || !this.table.get("may_edit")) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const block = text.split("\n").map((line) => line.split("\t"));
    const top = this.rows.findIndex((one) => one.code === this.at.flow);
    const left = this.columns.findIndex((one) => one.code === this.at.product);
    const wide = Math.max(...block.map((line) => line.length));
    if (top + block.length > this.rows.length || left + wide > this.columns.length) {
      this.table.tell({ refused: true, said: [this.table.t.off] });
      return;
    }
    this.send(block.flatMap((line, down) => line.map((word, right) => [this.rows[top + down].code, this.columns[left + right].code, word])));
  }
}
