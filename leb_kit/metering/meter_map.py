"""Which component of which stream is which row of a balance, and how often it may be counted: once.

::

    within    the energy lies in a row that the balance has: the total stays, the rest is what is left
    replaces  the metered energy takes the place of a row that the balance has; the total stays
    adds      the energy is new to the balance, and so is the supply that brings it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.component import Component, rule
from leb_kit.metering.gaps import Gaps
from leb_kit.metering.local_time import ROME
from leb_kit.reference import catalog
from leb_kit.tertiary.split import PUBLIC, TERTIARY

WITHIN, REPLACES, ADDS = "within", "replaces", "adds"
MODES: Final = (WITHIN, REPLACES, ADDS)
#: Rows in which metered public energy may lie.
HOMES: Final = (TERTIARY, PUBLIC)


@dataclass(frozen=True)
class Target:
    """Where the energy of a stream goes.

    Parameters
    ----------
    territory, flow, product : str
        Keys of the balance.
    mode : str
        ``within``, ``replaces`` or ``adds``.
    other : str
        The row it lies in (``within``), whose place it takes (``replaces``), that supplies it (``adds``).
    use_class : str
        Of ``public_classes.csv``: what it is for; blank if it is not told.

    Raises
    ------
    InputError
        Codes that are unknown, or that do not fit each other.

    Examples
    --------
    >>> Target("001272", "FC_OTH_CP_PUB_E", "E7000", "within", "FC_OTH_CP_E").mode
    'within'
    """

    territory: str
    flow: str
    product: str
    mode: str
    other: str
    use_class: str = ""

    def __post_init__(self) -> None:
        """Refuse what would count energy twice or put it nowhere."""
        faults = list(_target_faults(self))
        if faults:
            raise InputError(say("target"), faults)


def _target_faults(one: Target) -> Iterator[str]:
    flows = catalog.table("flows").set_index("code")
    for name, code, known in (
        ("flow", one.flow, list(flows.index)),
        ("product", one.product, list(catalog.table("products")["code"])),
        (one.mode, one.other, list(flows.index)),
    ):
        if code not in known:
            hint = did_you_mean(code, known)
            yield say("{name} '{code}' is unknown.{hint}", name=name, code=code, hint=hint)
    classes = list(catalog.table("public_classes")["use_class"])
    if one.use_class and one.use_class not in classes:
        hint = did_you_mean(one.use_class, classes)
        yield say("{name} '{code}' is unknown.{hint}", name="use_class", code=one.use_class, hint=hint)
    if not one.territory:
        yield say("territory is missing: give it once for the file, or for each stream")
    if one.mode in (WITHIN, REPLACES) and one.flow != PUBLIC:
        yield say("flow: only {public} can lie within another row; other rows need adds", public=PUBLIC)
    if one.mode == WITHIN and one.other not in HOMES:
        yield say("within: {homes} are understood, found '{found}'", homes=", ".join(HOMES), found=one.other)
    if one.mode == REPLACES and one.other != one.flow:
        yield say("replaces: '{found}' is not the flow {flow}", found=one.other, flow=one.flow)
    if one.mode == ADDS and one.other in flows.index and flows.loc[one.other, "role"] != "supply":
        yield say("adds: '{found}' supplies nothing; IMP or PPRD is expected", found=one.other)
    if one.mode == ADDS and one.flow in flows.index and bool(flows.loc[one.flow, "aggregate"]):
        yield say("flow {flow} is a sum of others; name the row itself", flow=one.flow)


@dataclass(frozen=True)
class MeterLife:
    """One meter of a stream and while it counts; both days included, local.

    Parameters
    ----------
    meter : str
        As the readings name it.
    first, last : date, optional
        Days from and to which it counts.
    factor : Decimal, optional
        Constant K, in place of that of the component.
    submeter_of : str
        The meter behind which it lies: its energy is in that one and not counted again.
    """

    meter: str
    first: date | None = None
    last: date | None = None
    factor: Decimal | None = None
    submeter_of: str = ""

    def span(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """Return the moments from which (included) and to which (excluded) it counts."""
        return _midnight(self.first, zone), _midnight(self.last, zone, after=1)


def _midnight(day: date | None, zone: str, *, after: int = 0) -> datetime | None:
    if day is None:
        return None
    day += timedelta(days=after)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


@dataclass(frozen=True)
class StreamRule:
    """One component of a stream: what it tells and where its energy goes.

    Parameters
    ----------
    name : str
        What to call it.
    source : str
        ``source_id`` of the readings.
    quantity : str
        The component.
    component : Component
        What it tells.
    target : Target
        Where its energy goes.
    stream, so : str
        Only readings of this stream, of this smart object; blank: all of the source.
    meters : tuple[MeterLife, ...]
        Meters that must be there; empty: those that the readings name.
    gaps : Gaps
        What to do about time without a value.
    line : int
        Where it stands in its file.
    """

    name: str
    source: str
    quantity: str
    component: Component
    target: Target
    stream: str = ""
    so: str = ""
    meters: tuple[MeterLife, ...] = ()
    gaps: Gaps = field(default_factory=Gaps)
    line: int = 0

    def variants(self) -> Iterator[tuple[Component, tuple[MeterLife, ...]]]:
        """Give the component with each factor K, and the meters that have it; submeters are left out."""
        counted = [one for one in self.meters if not one.submeter_of]
        factors = {one.factor or self.component.factor for one in counted}
        for factor in sorted(factors):
            mine = tuple(one for one in counted if (one.factor or self.component.factor) == factor)
            yield replace(self.component, factor=factor), mine


@dataclass(frozen=True, repr=False)
class MeterMap:
    """From streams to rows of a balance; made by ``read_map`` or by hand.

    Parameters
    ----------
    name : str
        What it is called.
    version : int
        Grows with every change that moves figures.
    rules : tuple[StreamRule, ...]
        One for each component of a stream.
    zone : str
        Where days and months begin.
    coverage : float, optional
        Least share of a year (0–1) that must be known before it enters a balance; default 0.95.
    sha256 : str
        Of the file it was read from.

    Raises
    ------
    InputError
        A component of a meter that two rules would count.

    Examples
    --------
    >>> MeterMap("nothing", 1, ())
    MeterMap(nothing, version 1: 0 streams)
    """

    name: str
    version: int
    rules: tuple[StreamRule, ...]
    zone: str = ROME
    coverage: float | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        """Refuse to count anything twice."""
        faults = [told for _, told in double_counts(self.rules)]
        if faults:
            raise InputError(self.name, faults)

    @property
    def least(self) -> float:
        """Least share of a year that must be known."""
        return rule("coverage_least") if self.coverage is None else self.coverage

    def __repr__(self) -> str:
        return f"MeterMap({self.name}, version {self.version}: {len(self.rules)} streams)"


def double_counts(rules: tuple[StreamRule, ...]) -> Iterator[tuple[int, str]]:
    """Give line and sentence of what would be counted twice.

    Two rules of one component of one stream, unless their meters differ or live one after the other; and
    rows that one rule replaces while another says that it lies in them.
    """
    for at, later in enumerate(rules):
        for earlier in rules[:at]:
            for meter in _shared_meters(earlier, later):
                told = {"meter": meter, "one": earlier.name, "other": later.name}
                yield later.line, say("{meter} is counted by '{one}' and by '{other}'; leave one out", **told)
        mine = later.target
        for earlier in rules[:at]:
            other = earlier.target
            same = (mine.territory, mine.flow, mine.product) == (other.territory, other.flow, other.product)
            inside = {one.mode for one in (mine, other) if one.other == PUBLIC}
            if (
                same
                and ADDS not in (mine.mode, other.mode)
                and inside
                and (mine.mode, mine.other) != (other.mode, other.other)
            ):
                told = {"one": earlier.name, "other": later.name, "flow": mine.flow}
                yield (
                    later.line,
                    say("'{one}' and '{other}' say different things of {flow}: agree on one", **told),
                )
        yield from ((later.line, told) for told in _own_overlaps(later))


def _shared_meters(one: StreamRule, other: StreamRule) -> Iterator[str]:
    """Give the meters that both rules count at some time."""
    if (one.source, one.quantity) != (other.source, other.quantity):
        return
    if (one.stream and other.stream and one.stream != other.stream) or (
        one.so and other.so and one.so != other.so
    ):
        return
    if not one.meters or not other.meters:
        yield say("component {name} of {source}", name=one.quantity, source=one.source)
        return
    for mine in one.meters:
        if not mine.submeter_of and any(not his.submeter_of and _meet(mine, his) for his in other.meters):
            yield mine.meter


def _own_overlaps(one: StreamRule) -> Iterator[str]:
    """Tell meters that one rule names twice for the same days, and submeters of nobody."""
    names = {life.meter for life in one.meters}
    for at, life in enumerate(one.meters):
        if any(_meet(life, before) for before in one.meters[:at]):
            yield say("meter {meter} is given twice for the same days", meter=life.meter)
        if life.submeter_of and (life.submeter_of not in names or life.submeter_of == life.meter):
            hint = did_you_mean(life.submeter_of, names - {life.meter})
            yield say(
                "submeter_of '{meter}' is no other meter of this stream.{hint}",
                meter=life.submeter_of,
                hint=hint,
            )


def _meet(one: MeterLife, other: MeterLife) -> bool:
    if one.meter != other.meter:
        return False
    before = one.last is not None and other.first is not None and one.last < other.first
    after = other.last is not None and one.first is not None and other.last < one.first
    return not (before or after)
