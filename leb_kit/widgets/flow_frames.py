"""The states of a flow scheme, from a balance or from tables: what is shown in each year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from leb_kit import system
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.widgets.flow_origin import origins
from leb_kit.widgets.flow_state import flow_state
from leb_kit.widgets.flow_years import FlowYears, State, steady
from leb_kit.widgets.texts import LANGUAGES, both

if TYPE_CHECKING:
    from leb_kit.balance import Balance

VIEWS: Final = (5, 7)


def balance_years(balance: Balance, own: system.OwnScheme, title: str | None) -> FlowYears:
    """Return the years of a balance of one territory; ``title`` replaces its name and year."""
    require_balance(balance, "flow scheme")
    if len(balance.territories) > 1:
        names = ", ".join(place.code for place in balance.territories)
        fault = say("the balance has several territories: {names}; filter one", names=names)
        raise InputError("flow scheme", [fault])
    years = list(balance.years)
    scheme = system.read_scheme(own)
    still: dict[int, State] = {5: {}, 7: {}}
    if len(years) > 1:
        # one order and one scale need the arrows of all years
        for columns in VIEWS:
            arrows = system.links_table(balance, columns=columns, scheme=own)
            still[columns] = steady(arrows, scheme.view(columns), _products())
    return FlowYears(years, partial(_balance_state, balance, own, title, still))


def table_years(
    links: pd.DataFrame,
    nodes: pd.DataFrame,
    products: pd.DataFrame,
    colors: pd.DataFrame,
    title: str | Mapping[str, str],
    told: pd.DataFrame | None,
) -> FlowYears:
    """Return the years of a table of arrows; one, numbered 0, where it has no column ``year``."""
    still = steady(links, nodes, products)
    several = "year" in links

    def make(year: int, *, grouped: bool) -> State:
        rows = links[links["year"] == year] if several else links
        own = told[told["year"] == year] if told is not None and "year" in told else told
        state = flow_state(rows, nodes, products, colors, origins=own, grouped=grouped)
        names = {lang: f"{name} {year}".strip() if several else name for lang, name in both(title).items()}
        return {"peaks": {}, **state, **({} if grouped else still), "titles": names}

    return FlowYears(sorted(links["year"].unique()) if several else [0], make)


def _balance_state(
    balance: Balance,
    own: system.OwnScheme,
    title: str | None,
    still: dict[int, State],
    year: int,
    *,
    grouped: bool,
) -> State:
    """State of five columns, with that of seven in ``uses``."""
    shown = balance.filter(year=year) if len(balance.years) > 1 else balance
    scheme = system.read_scheme(own)
    colors = catalog.table("colors")
    told = origins(shown, scheme)
    states = [
        {
            "peaks": {},
            **flow_state(
                system.links(shown, columns=columns, scheme=own),
                scheme.view(columns),
                _products(),
                colors,
                through=scheme.through,
                origins=told,
                grouped=grouped,
            ),
            **({} if grouped else still[columns]),
        }
        for columns in VIEWS
    ]
    titles = {lang: shown.title(lang) if title is None else title for lang in LANGUAGES}
    return {**states[0], "uses": states[1], "titles": titles}


def _products() -> pd.DataFrame:
    """Return every product of a scheme with its group; useful energy is one too."""
    groups = system.product_groups()
    return pd.DataFrame({"code": list(groups), "group_scheme": list(groups.values())})
