"""A choice of measures that cannot be: which of them clash, and the nearest choice that can be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from leb_kit.errors import InputError
from leb_kit.scenarios.kinds import kind
from leb_kit.units import is_number

if TYPE_CHECKING:
    from leb_kit.widgets.builder_state import Bench
    from leb_kit.widgets.comparison_state import State

#: Halvings of the way from nothing to what was asked for; then a slider has no finer step.
HALVINGS = 7


def nearest(bench: Bench, sizes: Mapping[str, float], year: int, moved: Sequence[str] = ()) -> State:
    """Return which measures clash, and one of them made as large as it can be beside all others.

    Parameters
    ----------
    bench : Bench
        The balance on which measures are tried.
    sizes : Mapping[str, float]
        Share (0–1), MW or MWh/year by kind; together they cannot be.
    year : int
        Year shown.
    moved : sequence of str
        Kinds that were moved last: one of them gives way, if it is in the clash.

    Returns
    -------
    dict
        ``clash`` (kinds of which none can be left out), ``kind`` that gives way and its ``size``; empty
        where no single measure can give way, or a size is no number of a measure.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.widgets.builder_state import Bench
    >>> wish = {"heat_pumps": 0.7, "district_heating_connection": 0.8}
    >>> nearest(Bench(leb.examples.torino(), 2030), wish, 2030, ["heat_pumps"])
    {'clash': ['heat_pumps', 'district_heating_connection'], 'kind': 'heat_pumps', 'size': 0.2}
    """
    if not all(map(is_number, sizes.values())):  # a page may send anything
        return {}
    active = {name: float(size) for name, size in sizes.items() if size}
    clash = _clash(bench, active, year)
    if not clash:
        return {}
    order = [*(name for name in reversed(moved) if name in clash), *clash]
    for name in dict.fromkeys(order):
        others = {key: size for key, size in active.items() if key != name}
        if bench.possible(others, year):
            return {"clash": clash, "kind": name, "size": _largest(bench, active, name, year)}
    return {}


def _clash(bench: Bench, active: Mapping[str, float], year: int) -> list[str]:
    """Leave out every measure without which the rest still cannot be."""
    left = dict(active)
    for name in active:
        try:
            kind(name)
        except InputError:
            return []
        rest = {key: size for key, size in left.items() if key != name}
        if not bench.possible(rest, year):
            left = rest
    return list(left)


def _largest(bench: Bench, active: Mapping[str, float], name: str, year: int) -> float:
    """Find the largest size, in steps of the slider, by halving."""
    slider = bench.offer([name])[0]
    scale, step = float(slider["scale"]), float(slider["step"])
    low, high = 0, math.ceil(active[name] * scale / step)
    for _ in range(HALVINGS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        fits = bench.possible({**active, name: middle * step / scale}, year)
        low, high = (middle, high) if fits else (low, middle)
    return low * step / scale
