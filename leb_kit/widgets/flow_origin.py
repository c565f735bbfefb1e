"""Where the energy of a node comes from: source and status of the cells of the balance it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from leb_kit.system.nodes import Scheme, product_group

if TYPE_CHECKING:
    from leb_kit.balance import Balance

SIGMA: Final = "sigma"
PERCENT: Final = 100
#: Columns of the table of origins.
ORIGINS: Final = ("node", "group", "status", "source")


def origins(balance: Balance, scheme: Scheme) -> pd.DataFrame:
    """Return the source and status of the cells behind each node, by product group.

    Parameters
    ----------
    balance : Balance
        One territory and one year.
    scheme : Scheme
        Nodes and their rules.

    Returns
    -------
    pd.DataFrame
        node, group, status (letter), source (text, with ± where the balance declares an uncertainty); each
        combination once, the most frequent first.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.system import read_scheme
    >>> found = origins(leb.examples.italy(), read_scheme())
    >>> found[found["node"] == "residential"]["status"].unique().tolist()
    ['A']
    """
    cells = balance.leaves[["flow", "product", "status", "source"]]
    if SIGMA in balance.leaves:
        told = [f" (±{sigma:.2g})" if sigma > 0 else "" for sigma in PERCENT * balance.leaves[SIGMA]]
        cells = cells.assign(
            source=[
                f"{text}{sigma.replace(')', '%)')}" for text, sigma in zip(cells["source"], told, strict=True)
            ]
        )
    groups = [product_group(str(product)) for product in cells["product"]]
    nodes = [scheme.node(str(flow), group) for flow, group in zip(cells["flow"], groups, strict=True)]
    found = cells.assign(node=nodes, group=groups).groupby(list(ORIGINS), sort=True).size()
    ranked = found.reset_index(name="count").sort_values("count", ascending=False, kind="stable")
    return ranked[list(ORIGINS)].reset_index(drop=True)


def no_origins() -> pd.DataFrame:
    """Return a table of origins that knows none."""
    return pd.DataFrame(columns=list(ORIGINS), dtype=str)


class Origins:
    """What is known of the cells behind nodes and arrows; texts are numbered, because many repeat.

    Parameters
    ----------
    table : pd.DataFrame
        As ``origins`` gives it.
    moved : dict
        Where gathered nodes went.
    """

    def __init__(self, table: pd.DataFrame, moved: dict[str, str]) -> None:
        self.texts = sorted({str(text) for text in table["source"] if text})
        number = {text: i for i, text in enumerate(self.texts)}
        self._by_end: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._by_node: dict[str, list[tuple[str, int]]] = {}
        for node, group, status, source in table[list(ORIGINS)].itertuples(index=False):
            told = (str(status), number.get(str(source), -1))
            here = moved.get(node, node)
            self._by_end.setdefault((here, group), []).append(told)
            self._by_node.setdefault(here, []).append(told)

    def of_node(self, node: str) -> dict[str, object]:
        """Return letters of status and numbers of sources of a node."""
        return _told(self._by_node.get(node, []))

    def of_link(self, source: str, target: str, group: str) -> dict[str, object]:
        """Return the same of an arrow: the cells of its product at both of its ends."""
        return _told([*self._by_end.get((source, group), []), *self._by_end.get((target, group), [])])


def _told(cells: list[tuple[str, int]]) -> dict[str, object]:
    letters = "".join(sorted({status for status, _ in cells if status}))
    return {"status": letters, "from": list(dict.fromkeys(number for _, number in cells if number >= 0))}
