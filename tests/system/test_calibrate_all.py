"""Many territories on one structure: each as if it were alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import CalibrationError
from leb_kit.system.calibrate import calibrate_all
from leb_kit.system.stack import SystemStack
from tests.helpers import france


def joined(*balances):
    return leb.Balance.from_mwh(pd.concat([b.leaves for b in balances], ignore_index=True))


def at_rest(stack):
    """Rows and energy of every territory, nothing changed."""
    one = np.newaxis
    activity = stack.solve(stack.demand[:, one], stack.share[:, one], stack.still[:, one])
    keys, energy = stack.rows(activity)
    return keys, energy[:, 0]


@pytest.fixture(scope="module")
def countries():
    torino = leb.examples.torino()
    return joined(leb.examples.italy(), france(), torino)


def test_every_territory_gives_back_its_balance(countries):
    stack = calibrate_all(countries)
    keys, energy = at_rest(stack)
    for place, code in enumerate(stack.territories):
        mine = countries.filter(territory=code).leaves.groupby(["flow", "product"])["energy_mwh"].sum()
        found = pd.Series(energy[place], index=pd.MultiIndex.from_frame(keys))
        assert found.sub(mine, fill_value=0.0).abs().max() <= 1e-9 * mine.abs().max()


def test_together_is_the_same_as_alone(countries):
    """Proves that no territory is given another's plants, devices or supplies. Without it a town without
    power plants would share those of its neighbour."""
    together = calibrate_all(countries)
    for place, code in enumerate(together.territories):
        alone = SystemStack.of([leb.calibrate(countries.filter(territory=code))])
        for name in ("activity", "still", "share", "efficiency"):
            mine = pd.Series(getattr(together, name)[place], index=together.processes.index)
            other = pd.Series(getattr(alone, name)[0], index=alone.processes.index)
            np.testing.assert_allclose(mine[other.index], other, rtol=1e-12, atol=1e-9)
            if name in ("activity", "still", "share"):
                assert (mine.drop(other.index) == 0).all()
        demand = pd.Series(together.demand[place], index=together.services.index)
        np.testing.assert_allclose(demand[alone.services.index], alone.demand[0], rtol=1e-12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scale=st.lists(st.floats(0.01, 100), min_size=1, max_size=5))
def test_size_does_not_matter(scale):
    rows = leb.examples.torino().leaves
    many = [
        rows.assign(territory=f"{at:06d}", energy_mwh=rows["energy_mwh"] * factor)
        for at, factor in enumerate(scale)
    ]
    stack = calibrate_all(leb.Balance.from_mwh(pd.concat(many, ignore_index=True)))
    first = stack.activity / np.array(scale)[:, None]
    np.testing.assert_allclose(first, np.repeat(first[:1], len(scale), axis=0), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(stack.share, np.repeat(stack.share[:1], len(scale), axis=0), rtol=1e-9)


def test_what_cannot_be_laid_out_is_told(countries):
    rows = countries.filter(territory="IT").leaves
    two_years = leb.Balance.from_mwh(pd.concat([rows, rows.assign(year=2020)], ignore_index=True))
    with pytest.raises(leb.InputError, match="one year is needed; found 2019, 2020"):
        calibrate_all(two_years)
    with pytest.raises(leb.InputError, match="calibration"):
        calibrate_all("IT")
    wrong = rows.copy()
    wrong.loc[(wrong["flow"] == "IMP") & (wrong["product"] == "G3000"), "energy_mwh"] *= -1
    with pytest.raises(CalibrationError, match="G3000: nothing supplies it in the base year of IT"):
        calibrate_all(leb.Balance.from_mwh(wrong))
