"""A small made-up estate, as tables."""

from functools import cache

import pandas as pd

from leb_kit.tertiary import Bills, Estate, metered

GAS, POWER, LIGHTS, OIL = "00881234567890", "IT001E00000001", "IT001E00000002", "SERB1"


def buildings() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "building": ["school", "gym", "lights"],
            "site": ["plex", "plex", ""],
            "use_class": ["school_primary", "sports_hall", "street_lighting"],
            "floor_area_m2": [2000.0, 500.0, None],
            "heated_volume_m3": [8000.0, 3000.0, None],
            "pupils": [200, None, None],
            "light_points": [None, None, 100],
            "installed_power_kw": [None, None, 12.5],
        }
    )


def meters() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "meter": [GAS, GAS, POWER, LIGHTS],
            "building": ["school", "gym", "school", "lights"],
            "kind": ["PDR", "PDR", "POD", "POD"],
            "fuel": ["natural_gas", "natural_gas", "electricity", "electricity"],
            "share": [0.75, 0.25, None, None],
        }
    )


@cache
def plain() -> Estate:
    """The estate as its tables say."""
    return Estate.from_tables(buildings(), meters(), territory="001272")


def estate(**changes) -> Estate:
    return Estate.from_tables(
        changes.get("buildings", buildings()), changes.get("meters", meters()), territory="001272"
    )


def bills(text: str, of: Estate | None = None) -> Bills:
    """Bills from lines of meter, from, to, quantity, unit, kind; then gcv, cost where given."""
    rows = [line.split() for line in text.strip().splitlines()]
    names = ["meter", "date_from", "date_to", "quantity", "unit", "kind", "gcv_mj_per_smc", "cost_eur"]
    frame = pd.DataFrame(rows, columns=names[: max(map(len, rows))])
    return Bills.from_table(frame, of or plain())


def used(text: str, of: Estate | None = None, **options):
    return metered(bills(text, of), **options)
