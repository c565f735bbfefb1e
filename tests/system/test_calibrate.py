"""The energy system: it gives back its balance, and answers a change of demand as worked out on paper."""

import pandas as pd
import pytest

from leb_kit import Balance, InputError, calibrate, check, indicators
from leb_kit.examples import italy, torino
from leb_kit.reference.numbers import parameter
from tests.helpers import balance_from, cell, cells, france, joined

COUNTRIES = [italy, france, torino]

TOWN = """
    IMP              G3000   210
    IMP              E7000    20
    IMP              H8000    20
    TI_EHG_MAPCHP_E  G3000   100
    TO_EHG_MAPCHP    E7000    40
    TO_EHG_MAPCHP    H8000    50
    GEP_MAPCHP       G3000    40
    GHP_MAPCHP       G3000    50
    TI_EHG_MAPH_E    G3000    40
    TO_EHG_MAPH      H8000    30
    GHP_MAPH         G3000    30
    DL               H8000    10   # a tenth of the 100 fed in
    DL               G3000    10   # a twentieth of the 200 taken
    DL               E7000     3   # a twentieth of the 60 fed in
    FC_OTH_HH_E_SH   H8000    90
    FC_OTH_HH_E_SH   G3000    60
    FC_OTH_HH_E_LE   E7000    57
"""
HEATING = "FC_OTH_HH_E_SH:space_heating"
LIGHT = "FC_OTH_HH_E_LE:appliances"


def expect(balance: Balance, text: str) -> None:
    """Every cell of a text table, and no other energy in the rows it names."""
    wanted = balance_from(text).table.set_index(["flow", "product"])["energy_mwh"]
    found = {key: cell(balance, *key) for key in wanted.index}
    assert found == pytest.approx(wanted.to_dict(), rel=1e-9)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_system_gives_back_its_balance(country):
    """Proves: every leaf to 1e-9, differences and unallocated rests included, and no leaf more."""
    balance = country()
    back = calibrate(balance).to_balance()
    wanted, found = cells(balance), cells(back)
    assert set(found.index) == set(wanted.index)
    assert (found.reindex(wanted.index) - wanted).abs().max() <= 1e-9 * wanted.abs().max()
    assert ((found.reindex(wanted.index) / wanted) - 1).abs().max() <= 1e-9
    assert back.one() == balance.one()


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_comes_back_has_the_same_indicators(country):
    balance = country()
    once, again = indicators.table(balance), indicators.table(calibrate(balance).to_balance())
    assert again.to_numpy() == pytest.approx(once.to_numpy(), rel=1e-9)


def test_useful_heat_follows_from_the_devices():
    """90 of district heat × its substation + 60 of gas × the stock of boilers."""
    town = calibrate(balance_from(TOWN))
    substation = parameter("district_heating_substation", "efficiency")
    boiler = parameter("gas_boiler_stock", "efficiency")
    assert town.services.loc[HEATING, "demand_mwh"] == pytest.approx(90 * substation + 60 * boiler)
    assert town.services.loc[HEATING, "end_use"] == "space_heating"
    shares = town.processes.query("service == @HEATING")["share"]
    assert shares.sum() == pytest.approx(1)
    assert shares["device:FC_OTH_HH_E_SH:space_heating:H8000"] == pytest.approx(
        90 * substation / (90 * substation + 60 * boiler)
    )


def test_double_heat_is_supplied_by_devices_networks_and_plants():
    """Proves: the balance is solved, not copied. Without it final heat would double and supply stay.

    Homes take 180 of heat and 120 of gas. Fed in: 180 / 0.9 = 200 of heat, in the base mix
    100 cogeneration + 60 boilers + 40 imported. Gas: 100/0.5 = 200 in cogeneration, 60/0.75 = 80 in boilers,
    120 in homes, 20 lost: 420. Electricity: cogeneration gives 80; 57 / 0.95 = 60 is needed; 20 leaves.
    """
    town = calibrate(balance_from(TOWN))
    doubled = town.to_balance({HEATING: 2 * town.services.loc[HEATING, "demand_mwh"]})
    expect(
        doubled,
        """
        FC_OTH_HH_E_SH   H8000  180
        FC_OTH_HH_E_SH   G3000  120
        FC_OTH_HH_E_LE   E7000   57
        DL               H8000   20
        DL               G3000   20
        DL               E7000    3
        TO_EHG_MAPCHP    H8000  100
        TO_EHG_MAPCHP    E7000   80
        TI_EHG_MAPCHP_E  G3000  200
        GEP_MAPCHP       G3000   80
        GHP_MAPCHP       G3000  100
        TO_EHG_MAPH      H8000   60
        TI_EHG_MAPH_E    G3000   80
        IMP              H8000   40
        IMP              G3000  420
        EXP              E7000   20
    """,
    )
    assert cell(doubled, "IMP", "E7000") == 0
    assert check(doubled).ok
    # 440 of gas and heat bought, 20 of electricity sold; the base bought 250.
    assert indicators.primary_energy(doubled).energy_mwh == pytest.approx(420 + 40 - 20)


def test_a_little_more_heat_displaces_imported_electricity():
    """Proves: cogeneration comes first. A quarter more heat: 50 of electricity instead of 40, 10 bought."""
    town = calibrate(balance_from(TOWN))
    more = town.to_balance({HEATING: 1.25 * town.services.loc[HEATING, "demand_mwh"]})
    expect(
        more,
        """
        TO_EHG_MAPCHP  E7000   50
        IMP            E7000   10
        IMP            G3000  262.5
        IMP            H8000   25
    """,
    )
    assert cell(more, "EXP", "E7000") == 0


def test_without_heat_demand_only_light_is_left():
    """57 of light and 3 of losses, all imported: no plant runs."""
    none = calibrate(balance_from(TOWN)).to_balance({HEATING: 0})
    left = cells(none).droplevel(["territory", "year"])
    assert left.to_dict() == pytest.approx(
        {("FC_OTH_HH_E_LE", "E7000"): 57, ("DL", "E7000"): 3, ("IMP", "E7000"): 60}
    )


def test_more_light_is_imported_with_its_losses():
    """57 more at the lamp is 60 more at the border: 1/0.95."""
    town = calibrate(balance_from(TOWN))
    assert town.services.loc[LIGHT, "demand_mwh"] == pytest.approx(57)
    expect(town.to_balance({LIGHT: 114}), "IMP E7000 80\nDL E7000 6\nTO_EHG_MAPCHP E7000 40")


def test_own_use_of_plants_grows_with_what_they_give():
    """9 of own use over 120 given (80 + 40 by output); twice the heat, twice the own use: 18."""
    text = TOWN.replace("IMP              E7000    20", "IMP              E7000    29")
    town = calibrate(balance_from(text + "NRG_EHG_E E7000 9"))
    doubled = town.to_balance({HEATING: 2 * town.services.loc[HEATING, "demand_mwh"]})
    assert cell(doubled, "NRG_EHG_E", "E7000") == pytest.approx(18)
    assert check(doubled).ok


def test_a_heat_pump_takes_electricity_and_ambient_heat():
    """Proves: the two move together. At COP 3.5 the 50 of ambient heat go with 20 of electricity.

    The other 80 of electricity heat by resistance at 0.9: useful 70 + 72 = 142. Twice that takes 100 of
    ambient heat and 200 of electricity.
    """
    home = calibrate(
        balance_from("""
        PPRD             RA600   50
        IMP              E7000  100
        FC_OTH_HH_E_SH   RA600   50
        FC_OTH_HH_E_SH   E7000  100
    """)
    )
    cop, heater = parameter("heat_pump_individual", "cop"), parameter("electric_heater_stock", "efficiency")
    assert (cop, heater) == (3.5, 0.9)
    devices = home.processes.query("kind == 'device'")
    pump = devices.loc["device:FC_OTH_HH_E_SH:space_heating:heat_pump"]
    assert pump["activity_mwh"] == pytest.approx(70)
    assert home.services.loc[HEATING, "demand_mwh"] == pytest.approx(142)
    doubled = home.to_balance({HEATING: 284})
    expect(doubled, "PPRD RA600 100\nIMP E7000 200\nFC_OTH_HH_E_SH RA600 100\nFC_OTH_HH_E_SH E7000 200")
    pump_only = home.cells.query("process == @pump.name").set_index("product")["coefficient"]
    assert pump_only.to_dict() == pytest.approx({"E7000": 20 / 70, "RA600": 50 / 70})


def test_ambient_heat_without_electricity_for_heating_stays_by_itself():
    """Proves: no heat pump is made of electricity that is not there, as in Italy's services."""
    home = calibrate(
        balance_from("""
        PPRD         RA600   50
        IMP          E7000    1
        FC_OTH_HH_E  RA600   50
        FC_OTH_HH_E  E7000    1
    """)
    )
    assert not home.processes.index.str.contains("heat_pump").any()
    assert cell(home.to_balance(), "FC_OTH_HH_E", "RA600") == 50


@pytest.mark.parametrize("country", COUNTRIES)
def test_many_cases_at_once_equal_one_by_one(country):
    """Proves: one solve for all. Each service up by a tenth in its own case, then everything doubled."""
    system = calibrate(country())
    base = system.services["demand_mwh"]
    some = base.index[:: max(len(base) // 6, 1)]
    cases = pd.DataFrame({name: base.where(base.index != name, 1.1 * base) for name in some}).assign(
        everything=2 * base
    )
    together = system.propagate(cases)
    for name in cases:
        alone = system.propagate(cases[[name]])
        largest = alone[name].abs().max()
        assert (together[name] - alone[name]).abs().max() <= 1e-12 * largest
        activity = system.to_balance(cases[name])
        assert cells(activity).equals(cells(system.balance_of(alone[name])))


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_changed_demand_leaves_a_balance_that_closes(country):
    """Heat and electricity of homes doubled: every identity holds, and more primary energy is needed."""
    balance = country()
    system = calibrate(balance)
    homes = system.services.query("flow == 'FC_OTH_HH_E'")["demand_mwh"]
    doubled = system.to_balance(2 * homes, year=2030)
    assert doubled.one() == (balance.one()[0], 2030)
    assert check(doubled).ok
    before, after = (indicators.primary_energy(b).energy_mwh for b in (balance, doubled))
    final = sum(cell(balance, "FC_OTH_HH_E", p) for p in ("E7000", "H8000", "G3000"))
    assert after - before > 0.9 * final


def test_services_left_out_keep_their_demand():
    """Proves: no word is not zero, in ``propagate`` as in ``to_balance``."""
    town = calibrate(balance_from(TOWN))
    cases = pd.DataFrame({"more light": [114.0]}, index=[LIGHT])
    activity = town.propagate(cases)["more light"]
    assert cells(town.balance_of(activity)).equals(cells(town.to_balance({LIGHT: 114})))
    assert activity["plant:MAPCHP:G3000"] == pytest.approx(100)


@pytest.mark.parametrize("call", ["to_balance", "propagate"])
def test_an_unknown_service_names_the_nearest(call):
    town = calibrate(balance_from(TOWN))
    wrong = {"FC_OTH_HH_E_SH:space_heatin": 1.0, "moon": 1.0}
    given = wrong if call == "to_balance" else pd.DataFrame({"case": wrong})
    with pytest.raises(InputError) as caught:
        getattr(town, call)(given)
    assert caught.value.faults == (
        f"unknown service 'FC_OTH_HH_E_SH:space_heatin'. Did you mean '{HEATING}'?",
        "unknown service 'moon'.",
    )


def test_a_plant_without_fuel_keeps_its_heat_and_its_electricity():
    """Proves: both outputs of a plant with no booked fuel stay. Without it its heat would get lost."""
    text = "TO_EHG_APCHP E7000 10\nTO_EHG_APCHP H8000 20\nFC_IND_CPC_E E7000 10\nFC_IND_CPC_E H8000 20"
    back = calibrate(balance_from(text)).to_balance()
    expect(back, text)


def test_a_system_says_what_it_is():
    town = calibrate(balance_from(TOWN))
    assert repr(town) == "EnergySystem(VAL 2020: 8 processes, 2 services)"
    assert "plant" in town._repr_html_()
    assert town.to_balance(year=2030).title() == "VAL 2030"
    assert calibrate(torino()).to_balance(year=2030).title() == "Torino 2030"


def test_one_territory_and_one_year_are_asked_for():
    with pytest.raises(InputError, match="one territory and one year are needed"):
        calibrate(joined(balance_from(TOWN), balance_from(TOWN, year=2021)))
