// The front of our pages. A page whose widgets travel inside it is drawn here at once, before the kernel is
// reached; any other page is left to Voilà's own scripts, which know every widget but take seconds to start.

import { Line, newId } from "./line.js";
import { Model, withBuffers } from "./model.js";
import { drawn, isKnown, moduleOf } from "./views.js";

const STATE = "application/vnd.leb.widgets";
const VIEW = "application/vnd.jupyter.widget-view+json";
const HTML = "text/html";
const HOLDERS = 'script[type="application/vnd.voila.cell-output+json"]';
const TARGET = "leb.page"; // who answers in the kernel: leb_kit/apps/embedded.py
const GONE = new Set(["dead", "restarting"]); // a kernel that begins anew knows nothing of this page
const LONG_MS = 24; // work after which the browser may draw

const pause = () => new Promise((go) => setTimeout(go));
const bytesOf = (text) => new DataView(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer);

/** A state as the page keeps it: its bytes in place. */
const whole = ({ state, buffers = [] }) =>
  withBuffers(state, buffers.map((one) => one.path), buffers.map((one) => bytesOf(one.data)));

/** Outputs of the page, or null where one of them is not ours to draw. */
const outputs = () => {
  const found = [...document.querySelectorAll(HOLDERS)].map((holder) => ({ holder, ...JSON.parse(holder.textContent) }));
  const others = document.querySelector("#rendered_cells .jp-MarkdownCell, #rendered_cells .jp-RawCell");
  const ours = found.every(({ data }) => data && (data[VIEW] || data[STATE] || (data[HTML] && !/<script/i.test(data[HTML]))));
  return ours && !others ? found : null;
};

class Page {
  models = new Map();
  #views = [];
  #queue = Promise.resolve();
  #since = performance.now();
  #comm = null;

  constructor(config, full) {
    this.config = config;
    this.full = full;
  }

  /** Draw what came with the page; false where it takes Voilà. */
  begin() {
    const found = outputs();
    if (!found) return false;
    const states = Object.entries(Object.assign({}, ...found.map(({ data }) => JSON.parse(data[STATE] ?? "{}"))));
    const carried = Object.fromEntries(states);
    // a script that several widgets have is carried by the first of them
    for (const [, { state }] of states) if (state._esm?.of) state._esm = carried[state._esm.of].state._esm;
    const views = found.filter(({ data }) => data[VIEW]);
    const ids = new Set(states.map(([id]) => id));
    if (!states.every(([, { state }]) => isKnown(state)) || !views.every(({ data }) => ids.has(data[VIEW].model_id))) return false;
    for (const [id, one] of states) this.add(id, whole(one));
    for (const { holder, data } of found) this.#show(holder, data);
    if (states.length) this.#connect();
    this.drawing(() => document.getElementById("loading")?.remove());
    document.getElementById("rendered_cells").style.display = "";
    return true;
  }

  add(id, state) {
    const model = new Model(id, state, this);
    this.models.set(id, model);
    if (state._esm) moduleOf(state._esm).catch(() => {}); // told where it is drawn
    return model;
  }

  /** Say something of a widget to its twin. */
  say(id, data, buffers) {
    return this.line.send("comm_msg", { comm_id: id, data }, buffers);
  }

  /** Draw one part after the other, and let the browser show what is there. */
  drawing(part) {
    this.#queue = this.#queue.then(part).catch((error) => console.error(error)).then(() => {
      if (performance.now() - this.#since < LONG_MS) return undefined;
      return pause().then(() => (this.#since = performance.now()));
    });
  }

  #show(holder, data) {
    if (data[STATE]) return;
    if (data[VIEW]) {
      const view = drawn(this, this.models.get(data[VIEW].model_id));
      this.#views.push(view);
      holder.after(view.node);
      return;
    }
    const part = document.createElement("div");
    part.innerHTML = String(data[HTML]);
    holder.after(part);
    this.#views.push({ remove: () => part.remove() });
  }

  #connect() {
    const { baseUrl, kernelId } = this.config;
    this.line = new Line(baseUrl, kernelId, {
      opened: (again) => this.#catchUp(again),
      heard: (message) => this.#hear(message),
      closed: () => window.lebCheck(),
      wanted: () => document.getElementById("leb-lost").hidden, // an expired session does not come back
    });
  }

  /** Ask what changed in the kernel since the page was written, or since the line was lost. */
  #catchUp(again) {
    this.#comm = newId();
    this.line.send("comm_open", { comm_id: this.#comm, target_name: TARGET, data: { all: again } });
  }

  #hear = (message) => {
    const { header, parent_header: parent, content } = message;
    if (header.msg_type === "status" && GONE.has(content.execution_state)) {
      window.lebLost(true);
    } else if (header.msg_type === "status" && content.execution_state === "idle") {
      for (const model of this.models.values()) model.idle(parent.msg_id);
    } else if (header.msg_type === "comm_msg" && content.comm_id === this.#comm) {
      this.#takeOver(content.data);
    } else if (header.msg_type === "comm_msg") {
      this.models.get(content.comm_id)?.hear(message);
    } else if (header.msg_type === "comm_open" && content.target_name === "jupyter.widget") {
      this.#open(content.comm_id, withBuffers(content.data.state, content.data.buffer_paths, message.buffers));
    } else if (header.msg_type === "comm_close") {
      this.models.delete(content.comm_id);
    }
  };

  #takeOver(states) {
    for (const [id, one] of Object.entries(states)) {
      const state = whole(one);
      if (this.models.has(id)) this.models.get(id).follow(state);
      else this.#open(id, state);
    }
  }

  #open(id, state) {
    if (isKnown(state)) this.add(id, state);
    else this.giveUp();
  }

  /** A widget came that is not drawn here: Voilà takes the page over, with the same kernel. */
  giveUp() {
    this.#hear = () => {}; // of what is still on its way Voilà learns by itself
    this.line.close();
    for (const view of this.#views.splice(0)) view.remove();
    this.full();
  }
}

const start = () => {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const full = () => {
    for (const holder of document.querySelectorAll(HOLDERS)) if (JSON.parse(holder.textContent).data?.[STATE]) holder.remove();
    window.lebVoila();
  };
  const page = new Page(config, full);
  if (!page.begin()) {
    full();
    return;
  }
  // a page that is left tells its kernel to go, as Voilà's pages do
  window.addEventListener("pagehide", () => {
    const form = new FormData();
    form.append("_xsrf", document.cookie.match(/\b_xsrf=([^;]*)/)?.[1] ?? "");
    navigator.sendBeacon(`${config.baseUrl}voila/api/shutdown/${config.kernelId}`, form);
  });
  // a page that the browser kept and shows again has no kernel any more
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
};

start();
