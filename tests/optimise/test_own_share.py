"""Self-sufficiency as a target: the same share in a target set, in evaluate and as a row of a plan."""

import pytest

from leb_kit import evaluate, indicators
from leb_kit.examples import torino
from leb_kit.indicators import read_targets
from leb_kit.optimise import mix_problem, optimise_mix, typical_days

SET = """
name: autosufficienza
targets:
- target: own
  indicator: self_sufficiency
  sense: at_least
  base: absolute
  value: {percent}
  unit: "%"
  target_year: 2030
  label_it: Autosufficienza
  label_en: Self-sufficiency
  source: the council
"""


@pytest.fixture
def asked(tmp_path):
    """A target of 12 %."""
    file = tmp_path / "own.yaml"
    file.write_text(SET.format(percent=12), encoding="utf-8")
    return read_targets(file)


def test_evaluate_reads_the_share_that_the_indicator_has(asked):
    (row,) = evaluate(torino(), asked).to_dict("records")
    assert row["value"] == pytest.approx(indicators.self_sufficiency(torino()).share, rel=1e-12)
    assert row["gap"] == pytest.approx(0.12 - row["value"])
    assert not row["met"]


def test_a_plan_keeps_it_and_its_balance_says_so(asked):
    """Proves: the row and the indicator are the same sum. Without it the plan would miss what it promises."""
    days = typical_days(2)
    free = optimise_mix(mix_problem(torino(), time=days))
    held = optimise_mix(mix_problem(torino(), targets=asked, time=days))
    before, after = (indicators.self_sufficiency(one.to_balance()).share for one in (free, held))
    assert before < 0.12
    assert after == pytest.approx(0.12, abs=1e-9)
    assert held.cost_eur > free.cost_eur
    assert held.prices["point_price"].item() > 0
    assert evaluate(held.to_balance(), asked)["met"].all()
