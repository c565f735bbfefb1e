// The line to the kernel of a page: Jupyter's messages over one websocket, in their binary form
// (v1.kernel.websocket.jupyter.org). Messages wait while there is no connection.

const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const PARTS = ["header", "parent_header", "metadata", "content"];
const WORD = 8; // bytes of an offset
const FIRST_PAUSE = 500; // ms before the first new attempt; each next one waits twice as long
const LONGEST_PAUSE = 16_000;

export const newId = () =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Write a message as bytes: number of offsets, offsets, then channel, four parts of JSON, buffers. */
export const packed = (message) => {
  const text = new TextEncoder();
  const parts = [
    text.encode(message.channel),
    ...PARTS.map((part) => text.encode(JSON.stringify(message[part] ?? {}))),
    ...(message.buffers ?? []).map((one) =>
      ArrayBuffer.isView(one) ? new Uint8Array(one.buffer, one.byteOffset, one.byteLength) : new Uint8Array(one),
    ),
  ];
  const offsets = [WORD * (parts.length + 2)];
  for (const part of parts) offsets.push(offsets.at(-1) + part.byteLength);
  const bytes = new Uint8Array(offsets.at(-1));
  const view = new DataView(bytes.buffer);
  [offsets.length, ...offsets].forEach((value, i) => view.setBigUint64(WORD * i, BigInt(value), true));
  parts.forEach((part, i) => bytes.set(part, offsets[i]));
  return bytes;
};

/** Read what `packed` writes. */
export const unpacked = (data) => {
  const view = new DataView(data);
  const count = Number(view.getBigUint64(0, true));
  const offset = (i) => Number(view.getBigUint64(WORD * (i + 1), true));
  const text = new TextDecoder();
  const part = (i) => new Uint8Array(data, offset(i), offset(i + 1) - offset(i));
  const message = { channel: text.decode(part(0)), buffers: [] };
  PARTS.forEach((name, i) => (message[name] = JSON.parse(text.decode(part(i + 1)))));
  for (let i = PARTS.length + 1; i < count - 1; i += 1) message.buffers.push(new DataView(data, offset(i), offset(i + 1) - offset(i)));
  return message;
};

export class Line {
  #session = newId();
  #waiting = [];
  #pause = FIRST_PAUSE;
  #socket = null;
  #closed = false;

  /** `opened(again)` is called at each connection, `heard(message)` for each message; `closed()` when it breaks; `wanted()` says whether to try again. */
  constructor(base, kernel, { opened, heard, closed, wanted }) {
    const address = new URL(`${base}api/kernels/${kernel}/channels?session_id=${this.#session}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.address = address.href;
    this.opened = opened;
    this.heard = heard;
    this.closed = closed;
    this.wanted = wanted;
    this.#connect(false);
  }

  /** Send a message on the shell channel; gives its id, by which answers are known. */
  send(type, content, buffers = []) {
    const id = newId();
    const header = { msg_id: id, msg_type: type, username: "", session: this.#session, date: new Date().toISOString(), version: "5.3" };
    const bytes = packed({ channel: "shell", header, content, buffers });
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
    else this.#waiting.push(bytes);
    return id;
  }

  close() {
    this.#closed = true;
    this.#socket.close();
  }

  #connect(again) {
    const socket = new WebSocket(this.address, [PROTOCOL]);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#pause = FIRST_PAUSE;
      const waiting = this.#waiting.splice(0);
      this.opened(again); // first: what the visitor did meanwhile comes after what the kernel did
      for (const bytes of waiting) socket.send(bytes);
    };
    socket.onmessage = (event) => this.heard(unpacked(event.data));
    socket.onclose = () => {
      if (this.#closed) return;
      this.closed();
      setTimeout(() => !this.#closed && this.wanted() && this.#connect(true), this.#pause);
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    };
  }
}
