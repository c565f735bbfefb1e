"""Small sources and small uses gathered into one node each, for a calmer drawing."""

from __future__ import annotations

from typing import Final

import pandas as pd

#: A node at either edge that carries less than one part in so many of all energy is small.
PARTS: Final = 50
#: Names of what was gathered, by place and language.
NAMES: Final = {
    "small_sources": ("Altre fonti ({count})", "Other sources ({count})"),
    "small_uses": ("Altri usi ({count})", "Other uses ({count})"),
}


def gather(links: pd.DataFrame, nodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Gather the small nodes of the first and of the last column.

    Paths stay what they are: proportional tracing runs through the columns between the edges, and those are
    left alone. What is summed keeps its sum.

    Parameters
    ----------
    links : pd.DataFrame
        ``source``, ``target``, ``energy_mwh`` (MWh), and any other columns.
    nodes : pd.DataFrame
        ``node``, ``label_it``, ``label_en``, ``column``, ``order``.

    Returns
    -------
    tuple
        Links and nodes with the gathered ones, and where each small node went. A node is small where it
        carries less than a fiftieth of what the fullest edge carries; one alone is left as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> nodes = pd.DataFrame({"node": list("abcz"), "column": [0, 0, 0, 4], "order": [1, 2, 3, 4]})
    >>> nodes = nodes.assign(label_it=nodes["node"], label_en=nodes["node"])
    >>> arrows = pd.DataFrame({"source": ["a", "b", "c"], "target": "z", "energy_mwh": [98.0, 1.0, 1.0]})
    >>> gather(arrows, nodes)[2]
    {'b': 'small_sources', 'c': 'small_sources'}
    """
    edges = {
        "small_sources": ("source", int(nodes["column"].min())),
        "small_uses": ("target", int(nodes["column"].max())),
    }
    moved: dict[str, str] = {}
    added = []
    for name, (end, column) in edges.items():
        energy = links.groupby(end)["energy_mwh"].sum()
        here = nodes[(nodes["column"] == column) & nodes["node"].isin(energy.index)]
        carried = here["node"].map(energy)
        small = here[carried * PARTS < carried.sum()]
        # a node that also takes from its right, or one alone, is no gain
        apart = set(links["target" if end == "source" else "source"])
        small = small[~small["node"].isin(apart)]
        if len(small) > 1:
            moved |= dict.fromkeys(small["node"], name)
            it, en = (text.format(count=len(small)) for text in NAMES[name])
            order = int(small["order"].max())
            added.append({"node": name, "label_it": it, "label_en": en, "column": column, "order": order})
    if not moved:
        return links, nodes, {}
    renamed = links.assign(**{end: links[end].map(lambda node: moved.get(node, node)) for end in ENDS})
    kept = nodes[~nodes["node"].isin(moved)]
    return renamed, pd.concat([kept, pd.DataFrame(added)], ignore_index=True), moved


ENDS: Final = ("source", "target")
