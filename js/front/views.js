// How the few ipywidgets that our pages are made of look: boxes, texts, buttons, choices; and any anywidget.
// Names of classes are those of ipywidgets, so that a style holds for both.

import { newId } from "./line.js";

const BASE = "@jupyter-widgets/base";
const CONTROLS = "@jupyter-widgets/controls";
const REFERENCE = "IPY_MODEL_";
const PLAIN = new Set(["description_width", "description_allow_html"]); // of a style: followed, or without effect here

const made = (tag, classes, ...children) => {
  const node = document.createElement(tag);
  node.className = classes;
  node.append(...children);
  return node;
};

/** The model that a reference of a state stands for. */
export const referred = (page, reference) => page.models.get(String(reference ?? "").slice(REFERENCE.length));

const isPlainStyle = (state) =>
  Object.entries(state).every(([name, value]) => name.startsWith("_") || PLAIN.has(name) || value === null || value === "");
const isPlainButton = (state) => !state.icon && !state.button_style;

/** Models that are drawn here, by module and name; a state that asks for more is Voilà's. */
const KNOWN = {
  [`${BASE} LayoutModel`]: () => true,
  [`${CONTROLS} ButtonStyleModel`]: isPlainStyle,
  [`${CONTROLS} HTMLStyleModel`]: isPlainStyle,
  [`${CONTROLS} DescriptionStyleModel`]: isPlainStyle,
  [`${CONTROLS} BoxModel`]: (state) => !state.box_style,
  [`${CONTROLS} HBoxModel`]: (state) => !state.box_style,
  [`${CONTROLS} VBoxModel`]: (state) => !state.box_style,
  [`${CONTROLS} HTMLModel`]: () => true,
  [`${CONTROLS} ButtonModel`]: isPlainButton,
  [`${CONTROLS} DropdownModel`]: () => true,
  "anywidget AnyModel": () => true,
};

export const isKnown = (state) => Boolean(KNOWN[`${state._model_module} ${state._model_name}`]?.(state));

/** What every widget with a place in the page has: layout, classes, tooltip. */
const dressed = (view, model, node) => {
  let layout = null;
  let worn = [];
  let set = [];
  const laidOut = () => {
    for (const name of set) node.style.removeProperty(name);
    set = [];
    for (const [trait, value] of Object.entries(layout?.all() ?? {})) {
      if (trait.startsWith("_") || value === null) continue;
      const name = trait.replaceAll("_", "-");
      node.style.setProperty(name, value);
      set.push(name);
    }
  };
  const follow = () => {
    const wanted = referred(view.page, model.get("layout"));
    if (wanted !== layout) {
      layout?.off("change", laidOut);
      layout = wanted;
      layout?.on("change", laidOut);
      laidOut();
    }
    const classes = model.get("_dom_classes") ?? [];
    node.classList.remove(...worn.filter((one) => !classes.includes(one)));
    node.classList.add(...classes);
    worn = classes;
    if (typeof model.get("tabbable") === "boolean") node.tabIndex = model.get("tabbable") ? 0 : -1;
  };
  view.follow(follow, model);
  view.leave(() => layout?.off("change", laidOut));
};

/** One place where a model is shown; a model may be shown in several. */
class View {
  #ends = [];

  constructor(page, model) {
    this.page = page;
    this.model = model;
  }

  /** Call now and at each change of the model. */
  follow(update, model = this.model) {
    update();
    model.on("change", update);
    this.leave(() => model.off("change", update));
  }

  leave(end) {
    this.#ends.push(end);
  }

  remove() {
    for (const end of this.#ends.splice(0)) end();
    this.node.remove();
  }
}

class BoxView extends View {
  #children = [];

  constructor(page, model) {
    super(page, model);
    const name = model.get("_model_name");
    const kind = { HBoxModel: " widget-hbox", VBoxModel: " widget-vbox" }[name] ?? "";
    this.node = made("div", `lm-Widget lm-Panel jupyter-widgets widget-container widget-box${kind}`);
    dressed(this, model, this.node);
    this.follow(() => this.#place());
    this.leave(() => this.#children.forEach((view) => view.remove()));
  }

  #place() {
    const wanted = (this.model.get("children") ?? []).map((one) => referred(this.page, one)).filter(Boolean);
    if (wanted.length === this.#children.length && wanted.every((model, i) => model === this.#children[i].model)) return;
    const left = [...this.#children];
    this.#children = wanted.map((model) => {
      const i = left.findIndex((view) => view.model === model);
      return i < 0 ? drawn(this.page, model) : left.splice(i, 1)[0];
    });
    for (const view of left) view.remove();
    this.node.replaceChildren(...this.#children.map((view) => view.node));
  }
}

/** A label before a control; hidden where there is nothing to say. */
const labelled = (view) => {
  const label = made("label", "widget-label");
  view.follow(() => {
    const text = view.model.get("description") ?? "";
    const style = referred(view.page, view.model.get("style"));
    if (view.model.get("description_allow_html")) label.innerHTML = text;
    else label.textContent = text;
    label.style.display = text ? "" : "none";
    label.style.width = style?.get("description_width") || "";
  });
  return label;
};

class HTMLView extends View {
  constructor(page, model) {
    super(page, model);
    const content = made("div", "widget-html-content");
    this.node = made("div", "lm-Widget jupyter-widgets widget-inline-hbox widget-html", labelled(this), content);
    dressed(this, model, this.node);
    let shown = null;
    this.follow(() => {
      const value = model.get("value") ?? "";
      if (value !== shown) content.innerHTML = shown = value;
    });
  }
}

class ButtonView extends View {
  constructor(page, model) {
    super(page, model);
    this.node = made("button", "lm-Widget jupyter-widgets jupyter-button widget-button");
    this.node.type = "button";
    dressed(this, model, this.node);
    this.follow(() => {
      const text = model.get("description") ?? "";
      this.node.textContent = text;
      this.node.title = model.get("tooltip") ?? text;
      this.node.disabled = Boolean(model.get("disabled"));
    });
    this.node.addEventListener("click", () => model.send({ event: "click" }));
  }
}

class DropdownView extends View {
  constructor(page, model) {
    super(page, model);
    const choice = made("select", "");
    const label = labelled(this);
    choice.id = label.htmlFor = newId();
    this.node = made("div", "lm-Widget jupyter-widgets widget-inline-hbox widget-dropdown", label, choice);
    dressed(this, model, this.node);
    let shown = null;
    this.follow(() => {
      const options = model.get("_options_labels") ?? [];
      if (options !== shown) choice.replaceChildren(...options.map((text) => new Option(text, text)));
      shown = options;
      choice.selectedIndex = model.get("index") ?? -1;
      choice.disabled = Boolean(model.get("disabled"));
      if (model.get("tooltip")) choice.title = model.get("tooltip");
    });
    choice.addEventListener("change", () => {
      model.set("index", choice.selectedIndex < 0 ? null : choice.selectedIndex);
      model.save_changes();
    });
  }
}

/** Modules of widgets by their text: two widgets of a kind share one. */
const modules = new Map();

export const moduleOf = (text) => {
  if (!modules.has(text)) {
    const isAddress = /^https?:/.test(text);
    const address = isAddress ? text : URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const loaded = import(address).then(async (module) => {
      if (!isAddress) URL.revokeObjectURL(address);
      if (module.render) return module; // as anywidget had it first
      return typeof module.default === "function" ? module.default() : module.default;
    });
    modules.set(text, loaded);
  }
  return modules.get(text);
};

const begun = new WeakMap(); // model -> its module, initialised

const initialised = (model) => {
  if (!begun.has(model)) {
    const start = async () => {
      const widget = await moduleOf(model.get("_esm"));
      await widget.initialize?.({ model, experimental: {} });
      return widget;
    };
    begun.set(model, start());
  }
  return begun.get(model);
};

const worn = new Set(); // styles of kinds of widgets that the page has

class AnyView extends View {
  constructor(page, model) {
    super(page, model);
    this.node = made("div", "lm-Widget");
    dressed(this, model, this.node);
    const css = model.get("_css");
    if (css && !worn.has(css)) {
      worn.add(css);
      document.head.append(made("style", "", css));
    }
    const leaving = new AbortController();
    this.leave(() => leaving.abort());
    page.drawing(async () => {
      const widget = await initialised(model);
      if (leaving.signal.aborted) return;
      const ended = widget.render?.({ model, el: this.node, signal: leaving.signal, experimental: {} });
      Promise.resolve(ended).then((end) => {
        if (typeof end !== "function") return;
        if (leaving.signal.aborted) end();
        else leaving.signal.addEventListener("abort", end);
      }, console.error);
    });
  }
}

const VIEWS = {
  BoxModel: BoxView,
  HBoxModel: BoxView,
  VBoxModel: BoxView,
  HTMLModel: HTMLView,
  ButtonModel: ButtonView,
  DropdownModel: DropdownView,
  AnyModel: AnyView,
};

/** Show a model once more. */
export const drawn = (page, model) => new VIEWS[model.get("_model_name")](page, model);
