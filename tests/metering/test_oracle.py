"""The quick arithmetic gives what a slow one, written apart in fractions, gives."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.metering import Component, Samples, monthly

ROME = ZoneInfo("Europe/Rome")
START = datetime(2024, 12, 20, tzinfo=UTC)


def next_month(time):
    """The first moment of the following local month."""
    local = time.astimezone(ROME)
    year, month = (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    return datetime(year, month, 1, tzinfo=ROME).astimezone(UTC)


def shared(begin, end, energy, into):
    """Give energy to local months in proportion to time."""
    whole = (end - begin) / timedelta(microseconds=1)
    while begin < end:
        edge = min(end, next_month(begin))
        local = begin.astimezone(ROME)
        key = local.year, local.month
        part = Fraction(int((edge - begin) / timedelta(microseconds=1)), int(whole))
        into[key] = into.get(key, 0) + energy * part
        begin = edge


def by_hand(times, counts, *, modulus=None, limit=None):
    """Registers in fractions of Wh: differences, passing zero, nothing over a fall or above the limit."""
    out = {}
    for before, after, low, high in zip(times, times[1:], counts, counts[1:], strict=False):
        step = Fraction(high - low)
        if step < 0 and modulus and 10 * low >= 9 * modulus and 10 * high <= modulus:
            step += modulus
        hours = Fraction(int((after - before).total_seconds()), 3600)
        if step >= 0 and (limit is None or step <= limit * hours):
            shared(before, after, step, out)
    return out


def spiky(times, counts, *, limit):
    """Whether a single reading is at odds with both neighbours: that rule has tests of its own."""

    def bad(one, other):
        hours = Fraction(int((times[other] - times[one]).total_seconds()), 3600)
        return not 0 <= counts[other] - counts[one] <= limit * hours

    inner = range(1, len(counts) - 1)
    return any((bad(at - 1, at) or bad(at, at + 1)) and not bad(at - 1, at + 1) for at in inner)


@given(
    st.lists(st.tuples(st.integers(1, 40 * 24 * 60), st.integers(-2000, 60_000)), min_size=2, max_size=12),
    st.integers(1, 5000),
)
def test_registers_by_month(steps, limit):
    times, counts, time, count = [], [], START, 50_000
    for minutes, step in steps:
        time, count = time + timedelta(minutes=minutes), max(0, count + step)
        times.append(time)
        counts.append(count)
    if spiky(times, counts, limit=limit):
        return
    kind = Component("register", "Wh", max_power=Decimal(limit) / 1000)
    table = pd.DataFrame({"meter": "M", "time": pd.DatetimeIndex(times), "value": counts})
    found = monthly(Samples.from_table(table, kind)).totals("year", "month")
    energy = found.set_index(["year", "month"])["measured_milliwh"]
    wanted = by_hand(times, counts, limit=limit)
    assert sum(energy) == 1000 * sum(wanted.values())
    for key, value in energy.items():
        assert abs(value - 1000 * wanted.get(key, 0)) <= len(steps)


@given(st.dictionaries(st.integers(0, 3000), st.integers(0, 10**6), max_size=30))
def test_quarters_around_the_end_of_a_year_and_both_clock_changes(rows):
    for begin in (START, datetime(2025, 3, 20, tzinfo=UTC), datetime(2025, 10, 20, tzinfo=UTC)):
        ends = [begin + timedelta(minutes=15 * (at + 1)) for at in rows]
        wanted = {}
        for end, value in zip(ends, rows.values(), strict=True):
            shared(end - timedelta(minutes=15), end, Fraction(value), wanted)
        kind = Component("interval_energy", "Wh", interval=900, label="end")
        table = pd.DataFrame(
            {"meter": "M", "time": pd.DatetimeIndex(ends, tz="UTC"), "value": list(rows.values())}
        )
        found = monthly(Samples.from_table(table, kind), years=[2024, 2025]).totals("year", "month")
        energy = found.set_index(["year", "month"])["measured_milliwh"]
        assert {key: value for key, value in energy.items() if value} == {
            key: 1000 * value for key, value in wanted.items() if value
        }
