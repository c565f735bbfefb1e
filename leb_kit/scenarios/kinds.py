"""Kinds of measures, as ``measure_kinds.csv`` declares them; calling a kind makes a Measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.scenarios.measure import Measure, checked

SAVING, SWITCH, PLANT, NETWORK_HEAT, BLEND = "saving", "switch", "plant", "network_heat", "blend"


@dataclass(frozen=True, repr=False)
class MeasureKind:
    """One row of ``measure_kinds.csv``; call it to make a measure of this kind."""

    kind: str
    label_it: str
    label_en: str
    action: str
    technology: str
    product: str
    sectors: tuple[str, ...]
    end_uses: tuple[str, ...]
    replaces: tuple[str, ...]
    sizes: tuple[str, ...]
    help_it: str
    help_en: str

    def __call__(
        self,
        *,
        share: float | None = None,
        energy_mwh: float | None = None,
        mw: float | None = None,
        sector: str | Sequence[str] = (),
        end_use: str | Sequence[str] = (),
        replaces: str | Sequence[str] = (),
        technology: str = "",
        from_year: int | None = None,
        to_year: int | None = None,
        investment_eur: float | None = None,
        lifetime_yr: float | None = None,
        name: str = "",
        source: str = "",
        **numbers: float,
    ) -> Measure:
        """Make a measure of this kind; exactly one size is given.

        Parameters
        ----------
        share : float, optional
            0–1: part of the service saved or moved, or of the network heat that changes source.
        energy_mwh : float, optional
            MWh/year: useful energy saved or moved (final energy in transport and industry), or
            main output of a plant.
        mw : float, optional
            Capacity of the main output.
        sector, end_use, replaces : str or sequence of str, optional
            Rows of final consumption (with their children), end uses, and products whose devices
            give way; by default those of the kind.
        technology : str, optional
            Another technology than the kind's own, with rows in ``technology_flows.csv``.
        from_year, to_year : int, optional
            Last year without any effect and first year in full, linear between. By default the base
            year, and the year after it.
        investment_eur : float, optional
            EUR of the price year; by default capacity or saving × the technology's own cost.
        lifetime_yr : float, optional
            Years; by default the technology's. At its end the measure is renewed.
        name, source : str
            What to call it, and where its size comes from.
        **numbers : float
            Replace parameters of the technology: ``cop=3.0``, ``full_load_hours=1200`` …

        Raises
        ------
        InputError
            Every fault of the measure at once.
        """
        size = {"share": share, "energy_mwh": energy_mwh, "mw": mw}
        return checked(
            self.kind,
            self.action,
            size,
            self.sizes,
            name=name or self.kind,
            sectors=_words(sector) or self.sectors,
            end_uses=_words(end_use) or self.end_uses,
            replaces=_words(replaces) or self.replaces,
            technology=technology or self.technology,
            product=self.product,
            from_year=from_year,
            to_year=to_year,
            investment_eur=investment_eur,
            lifetime_yr=lifetime_yr,
            source=source,
            numbers=numbers,
        )

    def label(self, lang: str = "it") -> str:
        """Return what a person calls it."""
        return self.label_en if lang == "en" else self.label_it

    def __repr__(self) -> str:
        sizes = " | ".join(f"{size}=…" for size in self.sizes)
        return f"leb.measures.{self.kind}({sizes}): {self.help_en}"


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) and given else tuple(given)


@cache
def kinds() -> dict[str, MeasureKind]:
    """Return every kind of measure by name."""
    rows = catalog.table("measure_kinds").drop(columns="source")
    lists = ("sectors", "end_uses", "replaces", "sizes")
    out = {}
    for row in rows.to_dict("records"):
        split = {name: tuple(word for word in row[name].split("|") if word) for name in lists}
        out[str(row["kind"])] = MeasureKind(**{**row, **split})
    return out


def kind(name: str) -> MeasureKind:
    """Return one kind of measure.

    Raises
    ------
    InputError
        There is no such kind.
    """
    known = kinds()
    if name not in known:
        raise InputError(
            "measures",
            [f"unknown measure '{name}'; leb.measures.table() lists them.{did_you_mean(name, known)}"],
        )
    return known[name]
