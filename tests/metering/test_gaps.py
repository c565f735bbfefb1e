"""Time without a value stays a gap, unless a stated rule fills it, apart from what was measured."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from leb_kit.errors import InputError
from leb_kit.metering import Gaps
from tests.metering.meters import KWH, energy, frame, months, times


def weekly(when):
    """A load that knows the hour of the week."""
    return 1.0 + when.day_of_week + when.hour / 24


def test_a_gap_is_told_and_stays_a_gap():
    when = times("2025-01-01", "2026-01-01")
    hole = (when >= "2025-05-05") & (when < "2025-05-12")
    result = months(frame(when[~hole], 1.0))
    assert result.totals("year")["coverage"].tolist() == [1 - 7 * 96 / 35_040]
    assert energy(result, "year") == [(35_040 - 7 * 96) * KWH]


def test_missing_is_not_zero():
    when = times("2025-01-01", "2025-02-01")
    values = np.where(np.arange(len(when)) < 96, np.nan, 1.0)
    row = months(frame(when, values)).totals("month").iloc[0]
    assert row["coverage"] == pytest.approx(30 / 31)
    assert months(frame(when, values)).totals("month")["status"].tolist() == ["A", *"M" * 11]


def test_scaling_needs_enough_of_the_month_and_is_kept_apart():
    when = times("2025-01-01", "2025-03-01")
    hole = ((when >= "2025-01-05") & (when < "2025-01-06")) | (when >= "2025-02-20")
    result = months(frame(when[~hole], 1.0), gaps=Gaps("scale"))
    january, february = result.totals("month").iloc[:2].to_dict("records")
    assert january["measured_milliwh"] == 30 * 96 * KWH
    assert january["estimated_milliwh"] == 96 * KWH
    assert (january["status"], january["flags"], january["known"]) == ("E", "GAP_FILLED", 1.0)
    assert february["estimated_milliwh"] == 0


@pytest.mark.parametrize("hole", [("2025-05-05", "2025-05-12"), ("2025-10-25 12:00", "2025-10-27 06:30")])
def test_a_weekly_load_is_filled_exactly_from_the_weeks_around(hole):
    when = times("2025-01-01", "2026-01-01")
    values = weekly(when).to_numpy()
    lost = (when >= hole[0]) & (when < hole[1])
    whole = months(frame(when, values))
    found = months(frame(when[~lost], values[~lost]), gaps=Gaps("profile"))
    assert energy(found, "year") == pytest.approx(energy(whole, "year"), rel=1e-9)
    assert found.totals("year")["known"].tolist() == [1.0]
    assert found.totals("year")["estimated_milliwh"].tolist()[0] == pytest.approx(values[lost].sum() * KWH)


def test_a_person_may_state_what_is_missing():
    when = times("2025-01-01", "2025-01-31")
    result = months(frame(when, 1.0), gaps=Gaps("manual", amounts={"L1 2025-01": Decimal("90.5")}))
    row = result.totals("month").iloc[0]
    assert (row["estimated_milliwh"], row["known"]) == (90_500_000, 1.0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"policy": "scaled"}, "Did you mean 'scale'"),
        ({"policy": "scale", "least": 2.0}, "share between"),
        ({"policy": "none", "amounts": {"L1 2025-01": Decimal(1)}}, "manual"),
    ],
)
def test_a_policy_that_is_none(fields, said):
    with pytest.raises(InputError, match=said):
        Gaps(**fields)


def test_a_meter_counts_while_it_lives():
    life = {"L1": (datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))}
    result = months(frame(times("2025-01-01", "2026-01-01"), 1.0), life=life)
    assert result.totals("month")["month"].tolist() == [3, 4]
    assert result.totals("year")["coverage"].tolist() == [1.0]


def test_a_meter_that_told_nothing_is_there_and_missing():
    result = months(frame(times("2025-01-01", "2026-01-01"), 1.0), meters=["L1", "L2"])
    assert result.totals("meter")["status"].tolist() == ["A", "M"]
    assert result.totals("year")["coverage"].tolist() == [0.5]


def test_provisional_values_do_not_enter_a_closed_month():
    rows = frame(times("2025-01-01", "2025-03-01"), 1.0).assign(flags="PROVISIONAL")
    assert months(rows).totals("month")["status"].tolist()[:2] == ["P", "P"]
    closed = months(rows, closed="2025-01")
    assert closed.totals("month")["status"].tolist()[:2] == ["M", "P"]


def test_a_moment_without_a_zone_is_refused_everywhere():
    """Proves: no account depends on where it is made. Without it two machines give two balances."""
    naive = datetime(2025, 2, 1)  # noqa: DTZ001
    with pytest.raises(InputError, match=r"as_of is .* with its zone"):
        months(frame(times("2025-01-01", "2025-01-02"), 1.0), as_of=naive)
    with pytest.raises(InputError, match=r"life is .* with its zone"):
        months(frame(times("2025-01-01", "2025-01-02"), 1.0), life={"L1": (naive, None)})
