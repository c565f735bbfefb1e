// Keyboard in the drawing: arrows walk over the nodes, Enter follows.

export function moveFocus(scheme, event) {
  const id = event.target.dataset?.id;
  if (!id) return;
  const { nodes, placed } = scheme;
  const here = nodes.get(id).node;
  const middle = (node) => placed.nodes.get(node.id).y0 + placed.nodes.get(node.id).y1;
  const column = (c) =>
    [...nodes.values()].map((n) => n.node).filter((n) => n.column === c).sort((a, b) => middle(a) - middle(b));
  const own = column(here.column);
  const at = own.findIndex((node) => node.id === id);
  const nearest = (step) => {
    for (let c = here.column + step; c >= 0 && c <= scheme.last; c += step) {
      const found = column(c);
      const gap = (node) => Math.abs(middle(node) - middle(here));
      if (found.length) return found.reduce((best, node) => (gap(node) < gap(best) ? node : best));
    }
    return undefined;
  };
  const goes = {
    ArrowDown: () => own[at + 1],
    ArrowUp: () => own[at - 1],
    ArrowRight: () => nearest(1),
    ArrowLeft: () => nearest(-1),
    Home: () => own[0],
    End: () => own.at(-1),
  };
  if (event.key in goes) {
    const next = goes[event.key]();
    if (next) nodes.get(next.id).g.focus();
  } else if (event.key === "Enter" || event.key === " ") {
    scheme.toggle("node", id);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
