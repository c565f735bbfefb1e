"""Green gas in the gas network: up to what the network carries, and told in the balance where it is burnt."""

from functools import cache

import pyomo.environ as pyo
import pytest

from leb_kit import Balance, InputError, check, heat_zones
from leb_kit.examples import torino
from leb_kit.indicators import emissions, renewable_share
from leb_kit.optimise import MixResult, mix_problem, optimise_mix, typical_days
from leb_kit.reference import networks

SECTORS = ("FC_OTH_CP_PRI_E", "FC_OTH_CP_PUB_E", "FC_OTH_HH_E")
GAS, BIOGAS, POWER = "G3000", "R5300", "E7000"


@cache
def plan(biomethane: float = 0.0, price: float = 1.0, *, divided: bool = False) -> MixResult:
    """Torino without targets; a quarter of the heat stays on gas boilers, district heating being capped."""
    potentials = {"biomethane": biomethane} if biomethane else {}
    zones = heat_zones(torino()) if divided else None
    question = mix_problem(
        torino(), time=typical_days(2), potentials=potentials, prices={"R5300_delivered": price}, zones=zones
    )
    return optimise_mix(question.extend(keep_boilers))


def keep_boilers(m):
    """At least 900 GWh of heat from gas boilers."""
    boilers = [name for name in m.P if name.startswith("gas_boiler:")]
    m.keep = pyo.Constraint(expr=sum(m.annual[name] for name in boilers) >= 900_000)


def used(balance: Balance, product: str, *flows: str) -> float:
    table = balance.leaves
    return float(table.loc[table["product"].eq(product) & table["flow"].isin(flows), "energy_mwh"].sum())


def burnt(result: MixResult) -> float:
    """Gas of any colour in boilers of homes and services, MWh."""
    cells = result.problem.cells.query("product == @GAS and flow in @SECTORS and coefficient > 0")
    annual = result.processes.set_index("process")["energy_mwh"]
    return float((cells["coefficient"].to_numpy() * annual[cells["process"]].to_numpy()).sum())


@pytest.mark.parametrize("divided", [False, True])
def test_cheap_biomethane_is_bought_whole_and_told_where_it_is_burnt(divided):
    """Proves: a MWh of biomethane takes the place of one of gas in the rows of users, and nothing else moves.
    Without it the renewable share would miss it, or emissions would count it as gas."""
    before, after = plan(divided=divided), plan(300_000.0, divided=divided)
    old, new = before.to_balance(), after.to_balance()
    assert check(new).ok
    assert used(new, BIOGAS, *SECTORS) == pytest.approx(300_000)
    assert used(new, BIOGAS, "PPRD") - used(old, BIOGAS, "PPRD") == pytest.approx(300_000)
    assert burnt(after) > 300_000
    swapped = used(old, GAS, *SECTORS) - burnt(before)
    assert used(new, GAS, *SECTORS) == pytest.approx(swapped + burnt(after) - 300_000, rel=1e-6)
    assert renewable_share(new).share > renewable_share(old).share
    assert emissions(new).total_tco2eq < emissions(old).total_tco2eq


def test_no_more_than_what_boilers_burn_is_given_to_them():
    """Proves: certificates cannot exceed use. Without it a sector would burn a negative amount of gas."""
    result = plan(1e8)
    assert used(result.to_balance(), BIOGAS, *SECTORS) == pytest.approx(burnt(result), rel=1e-6)


def test_dear_biomethane_is_not_bought_and_none_is_offered_unasked():
    dear = plan(300_000.0, 500.0)
    assert dear.processes.set_index("process").at["biomethane_supply", "energy_mwh"] == pytest.approx(
        0, abs=1e-3
    )
    assert dear.cost_eur == pytest.approx(plan().cost_eur, rel=1e-9)
    assert not plan().problem.processes["process"].str.contains("biomethane|hydrogen").any()


def test_hydrogen_stays_within_its_volume_and_is_told_as_the_electricity_that_made_it():
    """Proves: 2 % of the volume are 0.59 % of the energy, and a MWh of hydrogen costs 1 / 0.5995 of power."""
    question = mix_problem(torino(), time=typical_days(2), potentials={"electrolyser": 50.0})

    def push(m):
        blended = [f"hydrogen_blending:{sector}" for sector in SECTORS]
        m.push = pyo.Constraint(expr=sum(m.annual[name] for name in blended) >= 5_000)

    result = optimise_mix(question.extend(keep_boilers).extend(push))
    annual = result.processes.set_index("process")["energy_mwh"]
    assert annual["electrolyser"] == pytest.approx(5_000, rel=1e-6)
    share = networks.hydrogen_energy_share(0.02)
    assert share == pytest.approx(0.00588, abs=1e-5)
    assert share * burnt(result) * (1 + 1e-9) >= 5_000
    balance = result.to_balance()
    assert check(balance).ok
    plain = result.problem.cells.query(
        "product == @POWER and flow in @SECTORS and not process.str.startswith('hyd')"
    )
    rest = result.problem.frame.rest.query("product == @POWER and flow in @SECTORS")["energy_mwh"].sum()
    own = float((plain["coefficient"].to_numpy() * annual[plain["process"]].to_numpy()).sum()) + rest
    assert used(balance, POWER, *SECTORS) == pytest.approx(own + 5_000 / 0.5995, rel=1e-6)


def test_a_negative_potential_is_told():
    with pytest.raises(InputError, match=r"potential 'biomethane' is -1\.0; 0 or more is expected"):
        mix_problem(torino(), potentials={"biomethane": -1.0})
