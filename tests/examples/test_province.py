"""All that works on a measured city works on a province made of headline figures."""

import pandas as pd
import pytest

import leb_kit as leb
from tests.helpers import cells


def province() -> leb.Balance:
    return leb.examples.province_torino()


def test_it_closes_and_is_judged():
    assert leb.check(province()).ok
    table = leb.evaluate(province(), "20-20-20-local", base=province())
    assert set(table["target"]) == {"renewables", "emissions", "efficiency"}
    assert table["value"].notna().all()


def test_its_system_gives_it_back():
    system = leb.calibrate(province())
    again, wanted = cells(system.to_balance()), cells(province())
    assert again.reindex(wanted.index).to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_every_node_of_its_scheme_closes():
    arrows = leb.links(province())
    into, out = arrows.groupby("target")["energy_mwh"].sum(), arrows.groupby("source")["energy_mwh"].sum()
    both = into.index.intersection(out.index)
    assert {"network_natural_gas", "network_electricity", "cogeneration", "power_only"} <= set(both)
    assert out[both].to_numpy() == pytest.approx(into[both].to_numpy(), rel=1e-9)


def test_its_cogeneration_heats_the_networks():
    plants = leb.detail(province(), node="cogeneration")
    assert "cogeneration" in repr(plants)
    gas = leb.path(province(), product="G3000")
    assert len(gas)


def test_it_has_a_ben():
    ben = leb.to_ben(province())
    total = ben["totale"]
    assert total["8 Totale impieghi finali"] == pytest.approx(4526.5, abs=0.06)
    assert abs(total["9 Differenze statistiche"]) < 1e-6


def test_it_is_shared_out_to_its_towns_and_summed_back():
    towns = leb.downscale(province(), key="population", into="municipality")
    assert len(towns.territories) == 312
    back = cells(leb.sum_territories(towns, into="001"))
    pd.testing.assert_series_equal(back, cells(province()).sort_index(), check_exact=True)


def test_its_mix_is_planned():
    question = leb.mix_problem(
        province(),
        targets="20-20-20-local",
        base=province(),
        time=leb.typical_days(2),
        potentials={"retrofit": 2_000_000},
    )
    plan = leb.optimise_mix(question)
    assert plan.status == "optimal"
    built = plan.plan.groupby("technology")["capacity_mw"].sum()
    assert built["photovoltaic_roof"] <= 9790 * 2_247_780 / 4_363_916 * (1 + 1e-6)  # its share of Piemonte
    assert leb.check(plan.to_balance()).ok
