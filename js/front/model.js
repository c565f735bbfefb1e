// State of one widget, as ipywidgets' protocol 2.1 keeps it in step with its twin in the kernel.

/** Put buffers where their paths say. */
export const withBuffers = (state, paths = [], buffers = []) => {
  paths.forEach((path, i) => {
    const last = path.at(-1);
    path.slice(0, -1).reduce((inside, step) => inside[step], state)[last] = buffers[i];
  });
  return state;
};

const isBinary = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const isObject = (value) => value !== null && typeof value === "object";

/** Take buffers out of a state: what remains is JSON. */
export const withoutBuffers = (state) => {
  const paths = [];
  const buffers = [];
  const taken = (value, path) => {
    if (isBinary(value)) {
      paths.push(path);
      buffers.push(value);
      return null;
    }
    if (Array.isArray(value)) return value.map((one, i) => taken(one, [...path, i]));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, taken(one, [...path, key])]));
  };
  return { state: taken(state, []), paths, buffers };
};

const same = (a, b) => {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || isBinary(a) || isBinary(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && same(a[name], b[name]));
};

export class Model {
  #state;
  #changed = new Set(); // set here, not yet saved
  #listeners = new Map();
  #echoes = new Map(); // name -> message whose echo is awaited
  #pending = null; // message that the kernel still works on
  #later = null; // what changed meanwhile

  constructor(id, state, page) {
    this.id = this.model_id = id;
    this.page = page;
    this.#state = state;
  }

  get(name) {
    return this.#state[name];
  }

  /** Every attribute, as it is. */
  all() {
    return this.#state;
  }

  /** Set one attribute, or several of an object; listeners hear of those that differ. */
  set(name, value) {
    const values = typeof name === "string" ? { [name]: value } : name;
    const news = this.#put(values);
    for (const one of news) this.#changed.add(one);
    this.#tell(news);
  }

  save_changes() {
    const changed = [...this.#changed].map((name) => [name, this.#state[name]]);
    this.#changed.clear();
    if (changed.length) this.#save(Object.fromEntries(changed));
  }

  send(content, _callbacks, buffers = []) {
    this.page.say(this.id, { method: "custom", content }, buffers);
  }

  on(names, callback) {
    for (const name of names.split(" ")) {
      if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
      this.#listeners.get(name).add(callback);
    }
  }

  off(names, callback) {
    for (const name of names ? names.split(" ") : [...this.#listeners.keys()]) {
      if (callback) this.#listeners.get(name)?.delete(callback);
      else this.#listeners.delete(name);
    }
  }

  /** Follow a message of the kernel. */
  hear(message) {
    const { method, state, buffer_paths, content } = message.content.data;
    if (method === "custom") this.#call("msg:custom", content, message.buffers);
    if (method !== "update" && method !== "echo_update") return;
    const news = withBuffers(state, buffer_paths, message.buffers);
    if (method === "echo_update") this.#forgetEchoes(news, message.parent_header.msg_id);
    this.follow(news);
  }

  /** Take over what the kernel has. */
  follow(news) {
    for (const name of Object.keys(news)) this.#changed.delete(name);
    this.#tell(this.#put(news));
  }

  /** The kernel has done with a message: what changed meanwhile can go. */
  idle(id) {
    if (id !== this.#pending) return;
    this.#pending = null;
    const later = this.#later;
    this.#later = null;
    if (later) this.#save(later);
  }

  #save(changes) {
    if (this.#pending) {
      this.#later = { ...this.#later, ...changes };
      return;
    }
    const { state, paths, buffers } = withoutBuffers(changes);
    this.#pending = this.page.say(this.id, { method: "update", state, buffer_paths: paths }, buffers);
    for (const name of Object.keys(changes)) this.#echoes.set(name, this.#pending);
  }

  #forgetEchoes(news, id) {
    for (const name of Object.keys(news)) {
      const awaited = this.#echoes.get(name);
      if (awaited === undefined) continue;
      if (awaited === id) this.#echoes.delete(name);
      // an older echo, or one that a change still to be sent makes old: the visitor's own value stays
      if (awaited !== id || (this.#later && name in this.#later)) delete news[name];
    }
  }

  #put(values) {
    const news = Object.keys(values).filter((name) => !same(this.#state[name], values[name]));
    for (const name of news) this.#state[name] = values[name];
    return news;
  }

  #tell(news) {
    for (const name of news) this.#call(`change:${name}`, this, this.#state[name]);
    if (news.length) this.#call("change", this);
  }

  #call(name, ...values) {
    for (const callback of [...(this.#listeners.get(name) ?? [])]) {
      try {
        callback(...values);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
