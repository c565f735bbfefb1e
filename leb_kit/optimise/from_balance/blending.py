"""Green gas in the gas network: biomethane and hydrogen, up to what the network may carry.

Both are given to the network by who makes them and told, by certificates, to homes and services: the
natural gas in their rows of the balance becomes biogas, or the electricity that made the hydrogen.
Industry and power plants are not offered any (a stated simplification).
"""

from __future__ import annotations

import pandas as pd

from leb_kit.optimise.from_balance.site import BUS_OF, ELECTRICITY, GAS, Site
from leb_kit.optimise.from_balance.targets import COLUMNS
from leb_kit.optimise.question.problem import AT_MOST, PHYSICAL
from leb_kit.reference import catalog, networks
from leb_kit.reference.numbers import parameter

BIOMETHANE, HYDROGEN = "biomethane", "hydrogen"
#: Biogas that has been made fit for the gas network.
PRICE = "R5300_delivered"
_BLENDING = {BIOMETHANE: "biomethane_blending", HYDROGEN: "hydrogen_blending"}
_WORDS = {
    BIOMETHANE: (
        "Gas verde al più quanto il gas usato per il calore",
        "Green gas at most the gas used for heat",
    ),
    HYDROGEN: (
        "Idrogeno al più nella quota ammessa in rete",
        "Hydrogen at most in the share the network may carry",
    ),
}


def add_green_gas(site: Site) -> pd.DataFrame:
    """Add what can be given to the gas network, where a potential says there is any.

    Returns
    -------
    pd.DataFrame
        Rows of ``mix.limits``: in each sector s

        ::

            hydrogen[s] ≤ e × gas[s]          biomethane[s] + hydrogen[s] ≤ share × gas[s]

        gas (MWh/year) what boilers of homes or services take, e share of the energy that the largest
        share of the volume stands for (``hydrogen_volume_share_max``), share ``biomethane_share_max``.
    """
    biomethane, electrolyser = site.potential(BIOMETHANE), site.potential("electrolyser")
    offered = [name for name, most in ((BIOMETHANE, biomethane), (HYDROGEN, electrolyser)) if most]
    users = _gas_users(site)
    if not offered or users.empty:
        return pd.DataFrame(columns=COLUMNS)
    if biomethane:
        site.rows.add_technology(
            "biomethane_supply",
            must_run=True,
            annual_max_mwh=biomethane,
            variable_eur_per_mwh=site.price(PRICE),
        )
    if electrolyser:
        site.rows.add_technology("electrolyser", capacity_max_mw=electrolyser)
    site.annual_buses += offered
    sectors = list(dict.fromkeys(users["flow"]))
    for sector in sectors:
        for name in offered:
            _add_blending(site, name, sector)
    return pd.concat(
        [_limit(name, sector, users, offered) for sector in sectors for name in offered], ignore_index=True
    )


def _gas_users(site: Site) -> pd.DataFrame:
    """Devices that burn gas, by the row of final consumption they are in."""
    columns = ["process", "flow", "product", "coefficient", "profile"]
    cells = pd.DataFrame(site.rows.cells, columns=columns)
    return cells[(cells["product"] == GAS) & cells["flow"].isin(_sectors(site))]


def _sectors(site: Site) -> set[str]:
    return {bus.split(":")[1] for bus in site.heat_buses}


def _add_blending(site: Site, name: str, sector: str) -> None:
    process = f"{_BLENDING[name]}:{sector}"
    site.rows.add_technology(_BLENDING[name], sector=sector, must_run=True)
    site.rows.add_flow(process, BUS_OF[GAS], 1.0)
    # What the boilers are told to burn as natural gas was this.
    site.rows.add_cell(process, sector, GAS, -1.0)
    if name == HYDROGEN:
        site.rows.add_cell(process, sector, ELECTRICITY, 1 / parameter("electrolyser", "efficiency"))


def _limit(name: str, sector: str, users: pd.DataFrame, offered: list[str]) -> pd.DataFrame:
    share = networks.figure("biomethane_share_max")
    if name == HYDROGEN:
        share = networks.hydrogen_energy_share(networks.figure("hydrogen_volume_share_max"))
    counted = [HYDROGEN] if name == HYDROGEN else offered
    mine = users[users["flow"] == sector]
    rows = [(f"{_BLENDING[other]}:{sector}", 1.0, "") for other in counted]
    rows += [(row.process, -share * float(row.coefficient), row.profile) for row in mine.itertuples()]
    out = pd.DataFrame(rows, columns=["process", "coefficient", "profile"])
    words = [
        f"{text} ({catalog.label('flow', sector, lang)})"
        for text, lang in zip(_WORDS[name], ("it", "en"), strict=True)
    ]
    return out.assign(
        limit=f"{_BLENDING[name]}:{sector}",
        sense=AT_MOST,
        value=0.0,
        kind=PHYSICAL,
        label_it=words[0],
        label_en=words[1],
        unit="MWh",
        share=float("nan"),
        share_of=0.0,
        missed_eur_per_unit=float("nan"),
    )[COLUMNS]


__all__ = ["add_green_gas"]
