// Files that the browser keeps: a drawing as it looks now, as SVG or PNG, and whatever else is handed over.

import { svg } from "./dom.js";

const PIXELS = 2; // PNG at twice the size, for print

export function saveAs(format, drawing, css, title) {
  const file = `${title.normalize("NFD").replace(/[^\w]+/g, "_").replace(/^_|_$/g, "")}.${format.toLowerCase()}`;
  const text = standalone(drawing, css);
  if (format === "SVG") return keep(file, new Blob([text], { type: "image/svg+xml" }));
  return keepPicture(file, text);
}

/** Keep an SVG as PNG. */
export async function keepPicture(file, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PIXELS;
  canvas.height = image.naturalHeight * PIXELS;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  keep(file, await new Promise((done) => canvas.toBlob(done)));
}

export function keep(file, blob) {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = file;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The drawing with its own style and the colours of the page's theme. */
function standalone(drawing, css) {
  const copy = drawing.cloneNode(true);
  const look = getComputedStyle(drawing.closest(".leb-flow"));
  const names = ["--ink", "--soft", "--paper", "--line", "--focus", "--sans"];
  const colors = names.map((name) => `${name}:${look.getPropertyValue(name)}`).join(";");
  const style = svg("style");
  // rules are written for the widget; in the file the drawing is the widget
  style.textContent = `svg{${colors}}${css.replaceAll(".leb-flow .following", ".following").replaceAll(".leb-flow ", "")}`;
  const paper = svg("rect", { width: "100%", height: "100%" });
  paper.setAttribute("fill", look.getPropertyValue("--paper"));
  copy.prepend(style, paper);
  copy.setAttribute("xmlns", drawing.namespaceURI);
  return new XMLSerializer().serializeToString(copy);
}
