"""Our computation of the 27 actions of Torino against the tonnes that the city prints."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from babel.numbers import format_decimal

from leb_kit.errors import InputError
from leb_kit.examples.torino import torino
from leb_kit.examples.torino_2030 import FACTORS, YEAR, torino_2030
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import source_text
from leb_kit.scenarios import Projection, Scenario, project_many
from leb_kit.system import EnergySystem, calibrate

CITY, TERRITORIAL = "covenant_torino", "territorial"
ELECTRICITY, SUN = "E7000", "RA420"
REFERENCE, FULL = "reference", "full"
LOCALES: Final = {"it": "it_IT", "en": "en_GB"}
SENTENCES: Final[dict[str, dict[str, str]]] = {
    "it": {
        "printed": "La città stampa {printed} t di riduzione al 2030.",
        "left": "Di queste, {not_computed} t sono di {left} azioni che un bilancio energetico non calcola.",
        "sum": "Per le altre {count} la somma stampata è {printed_computed} t.",
        "alone": "La nostra, ogni azione da sola, è {alone} t.",
        "joint": "Insieme fanno {joint} t: {overlap} t erano contate due volte, perché si sovrappongono.",
        "territorial": "Nel conto territoriale, senza il cambio dei fattori, insieme fanno {territorial} t.",
    },
    "en": {
        "printed": "The city prints {printed} t of reduction by 2030.",
        "left": "Of these, {not_computed} t are of {left} actions that an energy balance does not compute.",
        "sum": "For the other {count} the printed sum is {printed_computed} t.",
        "alone": "Ours, each action alone, is {alone} t.",
        "joint": "Together they make {joint} t: {overlap} t were counted twice, because they overlap.",
        "territorial": "Territorially, without the change of factors, together they make {territorial} t.",
    },
}


@dataclass(frozen=True, repr=False)
class TorinoActions:
    """The 27 actions of Torino, printed and computed.

    Parameters
    ----------
    table : pd.DataFrame
        Index code; computed (bool), basis (stated, derived, assumed; blank where not computed), and
        tonnes avoided in 2030, tCO2/year: printed_tco2; in the account of the city alone_tco2 (that
        action only), last_tco2 (what the plan loses without it), step_tco2 (in the order of the city, the
        steps sum to the joint effect), difference_tco2 (alone less printed) and relative; territorial:
        territorial_alone_tco2, territorial_last_tco2. NaN where not computed.
    joint_tco2, joint_territorial_tco2 : float
        All actions together, tCO2/year.
    """

    table: pd.DataFrame
    joint_tco2: float
    joint_territorial_tco2: float

    @cached_property
    def totals(self) -> pd.Series:
        """Sums, tCO2/year: printed, printed_computed, not_computed, alone, joint, overlap, territorial."""
        mine = self.table[self.table["computed"]]
        alone = math.fsum(mine["alone_tco2"])
        printed, computed = math.fsum(self.table["printed_tco2"]), math.fsum(mine["printed_tco2"])
        return pd.Series(
            {
                "printed": printed,
                "printed_computed": computed,
                "not_computed": printed - computed,
                "alone": alone,
                "joint": self.joint_tco2,
                "overlap": alone - self.joint_tco2,
                "territorial": self.joint_territorial_tco2,
            },
            name="tco2",
        )

    def explained(self, lang: str = "it") -> pd.DataFrame:
        """Return label, how the size was obtained, and why ours and the printed tonnes differ.

        Parameters
        ----------
        lang : str
            ``it`` or ``en``.

        Returns
        -------
        pd.DataFrame
            Index code; label, basis, printed_tco2, alone_tco2, last_tco2, difference_tco2, how, source, why.
            For actions that are not computed ``why`` is the reason, and how and source are blank.
        """
        _require(lang)
        actions = catalog.table("torino_2019_actions").set_index("code")
        rows = catalog.table("torino_2030_measures")
        reasons = catalog.table("torino_2030_not_computed").set_index("code")[f"reason_{lang}"]
        first = rows.drop_duplicates("code").set_index("code")
        how = rows.groupby("code", sort=False)[f"how_{lang}"].agg(
            lambda texts: "; ".join(dict.fromkeys(texts))
        )
        told = rows["source"].map(lambda text: source_text(text, lang)).groupby(rows["code"], sort=False)
        source = told.agg(lambda texts: "; ".join(dict.fromkeys("; ".join(texts).split("; "))))
        amounts = self.table[["basis", "printed_tco2", "alone_tco2", "last_tco2", "difference_tco2"]]
        out = amounts.assign(
            how=how.reindex(amounts.index).fillna(""),
            source=source.reindex(amounts.index).fillna(""),
            why=first[f"compare_{lang}"].reindex(amounts.index).fillna(reasons),
        )
        out.insert(0, "label", actions[f"label_{lang}"])
        return out

    def explain(self, lang: str = "it") -> list[str]:
        """Return in sentences what the sums say; ``lang`` is ``it`` or ``en``."""
        _require(lang)
        amounts = {
            str(name): str(format_decimal(round(value), locale=LOCALES[lang]))
            for name, value in self.totals.items()
        }
        count = int(self.table["computed"].sum())
        return [
            sentence.format(count=count, left=len(self.table) - count, **amounts)
            for sentence in SENTENCES[lang].values()
        ]

    def __repr__(self) -> str:
        count = int(self.table["computed"].sum())
        return (
            f"TorinoActions({count} of {len(self.table)} actions computed: {self.totals['alone']:,.0f} t"
            f" one by one, {self.joint_tco2:,.0f} t together)"
        )

    def _repr_html_(self) -> str:
        shown: str = (
            self.explained("it").drop(columns=["how", "source"]).round(0).to_html(border=0, na_rep="–")
        )
        return shown


def torino_2030_actions(system: EnergySystem | None = None) -> TorinoActions:
    """Compute every action of Torino alone, last of all and step by step, against the printed tonnes.

    ::

        city        = Σ final energy × factor of the city − f_el × new photovoltaic energy
        FE3         = Σ over electricity, heat, gas of E × (f 2019 − f 2030)
        territorial = emissions(…, convention="territorial")

    E final energy (MWh/year; of 2019 where FE3 stands alone, of the whole plan where it comes last;
    electricity less what new photovoltaics make, which is at zero already), f factors (tCO2/MWh). An
    effect is the fall of these sums from one projection to another. Factors as printed (Città di Torino,
    Climate City Contract, table A-I.1); that new photovoltaics count as electricity at zero is how the
    city counts them (FS4).

    Parameters
    ----------
    system : EnergySystem, optional
        The calibrated system of ``torino()``, where there is one already.

    Returns
    -------
    TorinoActions
        ``.table``, ``.totals``, ``.explained(lang)``, ``.explain(lang)``.

    Examples
    --------
    >>> found = torino_2030_actions()
    >>> row = found.table.loc["FS11"]
    >>> round(row["printed_tco2"]), round(row["alone_tco2"])
    (82428, 82428)
    >>> bool(found.joint_tco2 < found.totals["alone"])
    True
    """
    plan = torino_2030()
    actions = _actions(plan)
    system = calibrate(torino()) if system is None else system
    city, territorial, factors = _tonnes(project_many(system, _asked(plan, actions), years=[YEAR]))
    rows: dict[str, dict[str, object]] = {}
    for one in actions:
        alone, without = f"alone {one.code}", f"without {one.code}"
        rows[one.code] = {
            "basis": one.basis,
            "alone_tco2": city[REFERENCE] - city[alone],
            "last_tco2": city[without] - city[FULL],
            "step_tco2": city[one.before] - city[f"step {one.code}"],
            "territorial_alone_tco2": territorial[REFERENCE] - territorial[alone],
            "territorial_last_tco2": territorial[without] - territorial[FULL],
        }
    last = factors[FULL]
    rows["FE3"] = {"basis": "stated", "alone_tco2": factors[REFERENCE], "last_tco2": last, "step_tco2": last}
    return TorinoActions(
        _table(pd.DataFrame.from_dict(rows, orient="index")),
        float(city[REFERENCE] - city[FULL] + last),
        float(territorial[REFERENCE] - territorial[FULL]),
    )


def _require(lang: str) -> None:
    if lang not in catalog.LANGUAGES:
        raise InputError("actions of Torino", [f"unknown language '{lang}'; known are it, en"])


@dataclass(frozen=True)
class _Action:
    """Measures of one action that changes flows, and the case that holds all actions before it."""

    code: str
    basis: str
    names: tuple[str, ...]
    before: str


def _actions(plan: Scenario) -> list[_Action]:
    table = catalog.table("torino_2030_measures")
    mine = table[table["measure"].isin([one.name for one in plan.measures])]
    out: list[_Action] = []
    before = REFERENCE
    for code, rows in mine.groupby("code", sort=False):
        out.append(_Action(str(code), str(rows["basis"].iloc[0]), tuple(rows["measure"]), before))
        before = f"step {code}"
    return out


def _asked(plan: Scenario, actions: list[_Action]) -> list[Scenario]:
    """Every case: none, all, each alone, all but each, and one after the other."""
    asked = [replace(plan, name=REFERENCE, measures=()), replace(plan, name=FULL)]
    taken: list[str] = []
    for one in actions:
        taken += one.names
        asked.append(replace(plan.only(*one.names), name=f"alone {one.code}"))
        asked.append(replace(plan.without(*one.names), name=f"without {one.code}"))
        asked.append(replace(plan.only(*taken), name=f"step {one.code}"))
    return asked


def _tonnes(done: Projection) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return tonnes of every case: account of the city, territorial, and what FE3 takes away."""
    energy, rows = done.energy_mwh[0], done.rows
    names = pd.Index(done.cases["scenario"])
    final = rows["flow"].str.startswith("FC_").to_numpy()
    product = rows["product"].to_numpy()

    def used(code: str) -> np.ndarray:
        found: np.ndarray = energy[:, final & (product == code)].sum(axis=1)
        return found

    sun = energy[:, (rows["flow"] == "PPRD").to_numpy() & (product == SUN)].sum(axis=1)
    sums = [
        done.indicators(convention=convention)["emissions_tco2eq"].to_numpy()
        for convention in (CITY, TERRITORIAL)
    ]
    mapping = catalog.table("torino_2019_mapping").query("kind == 'product'").set_index("code")["label"]
    factors = catalog.table("torino_2019_factors").set_index("item")["value"]
    changed = catalog.table("torino_2030_measures").query(f"kind == '{FACTORS}'")
    fall = sum(
        (used(row.replaces) - (sun if row.replaces == ELECTRICITY else 0.0))
        * (float(factors[mapping[row.replaces]]) - float(row.value))
        for row in changed.itertuples()
    )
    city = sums[0] - float(factors[mapping[ELECTRICITY]]) * sun
    return pd.Series(city, names), pd.Series(sums[1], names), pd.Series(fall, names)


def _table(computed: pd.DataFrame) -> pd.DataFrame:
    actions = catalog.table("torino_2019_actions").set_index("code")
    out = computed.reindex(actions.index)
    out.insert(0, "computed", out["basis"].notna())
    out["basis"] = out["basis"].fillna("")
    out.insert(2, "printed_tco2", actions["reduction_2030_tco2_per_year"])
    out["difference_tco2"] = out["alone_tco2"] - out["printed_tco2"]
    out["relative"] = out["difference_tco2"] / out["printed_tco2"].where(out["printed_tco2"] > 0)
    return out
