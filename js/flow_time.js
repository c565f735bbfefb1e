// Years of a flow scheme: a slider, and a button that plays them.

import { html } from "./dom.js";

const BEAT = 900; // ms a year stays when it is drawn

export class FlowTime {
  constructor(scheme) {
    this.scheme = scheme;
    this.timer = 0;
    this.play = html("button", { type: "button", class: "play" });
    this.slider = html("input", { type: "range", step: 1, min: 0 });
    this.reading = html("output", { class: "reading" });
    this.root = html("div", { class: "time", role: "group" }, this.play, this.slider, this.reading);
    this.slider.oninput = () => this.go(Number(this.slider.value));
    this.play.onclick = () => (this.timer ? this.stop() : this.start());
  }

  get years() {
    return this.scheme.get("years") ?? [];
  }

  get at() {
    return this.years.indexOf(this.scheme.get("year"));
  }

  go(at) {
    this.scheme.set("year", this.years[at]);
    this.read();
  }

  start() {
    if (this.at === this.years.length - 1) this.go(0);
    this.wait();
    this.words();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.words();
  }

  /** The next year comes when this one has been drawn and looked at: a busy kernel slows, nothing is skipped. */
  wait() {
    this.timer = setTimeout(() => {
      if (!this.scheme.root.isConnected || this.at === this.years.length - 1) return this.stop();
      if (this.scheme.drawn === this.scheme.get("year")) this.go(this.at + 1);
      return this.wait();
    }, BEAT);
  }

  read() {
    const year = String(this.scheme.get("year"));
    this.slider.max = Math.max(this.years.length - 1, 0);
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", year);
    this.reading.textContent = year;
  }

  words() {
    const { t } = this.scheme;
    this.root.hidden = this.years.length < 2;
    this.root.setAttribute("aria-label", t.years);
    this.slider.setAttribute("aria-label", t.year);
    this.play.textContent = this.timer ? `❚❚ ${t.stop}` : `▶ ${t.play}`;
    this.read();
  }
}
