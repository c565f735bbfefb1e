"""Details of plants and of end users without a browser: what is told, what it sums to, what is refused."""

import json

import pytest
import traitlets

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.widgets import CogenerationDetail, EndUseDetail
from leb_kit.widgets.detail_texts import DETAIL, PARTS


@pytest.fixture(scope="module")
def italy():
    return leb.examples.italy()


@pytest.fixture
def plants(italy):
    return CogenerationDetail(italy)


@pytest.fixture
def homes(italy):
    return EndUseDetail(italy)


def rows(shown):
    return {row["id"]: row for group in shown.groups for row in group["rows"]}


def test_plants_take_and_give_what_the_balance_books(plants, italy):
    """Proves: the detail is the balance. Input and output of each type are the published rows."""
    cells = italy.table.set_index(["flow", "product"])["energy_mwh"]
    assert {group["id"] for group in plants.groups} == {"MAPCHP", "APCHP"}
    for group in plants.groups:
        code = group["id"]
        assert group["whole"] == pytest.approx(cells[f"TI_EHG_{code}_E", "TOTAL"])
        assert group["parts"]["electricity"] == pytest.approx(cells[f"TO_EHG_{code}", "E7000"])
        assert group["parts"]["heat"] == pytest.approx(cells[f"TO_EHG_{code}", "H8000"])
        for part in ("electricity", "heat"):
            assert sum(row["parts"][part] for row in group["rows"]) == pytest.approx(group["parts"][part])


def test_more_than_all_is_published_and_said_beside_the_number(plants, italy):
    """Proves: 112 % of hard coal is Eurostat's. Its memo rows GEP and GHP are shown to the MWh, and told."""
    cells = italy.table.set_index(["flow", "product"])["energy_mwh"]
    coal = rows(plants)["MAPCHP:C0129"]
    assert coal["parts"]["electricity"] == pytest.approx(cells["GEP_MAPCHP", "C0129"], rel=1e-6)
    assert coal["parts"]["heat"] == pytest.approx(cells["GHP_MAPCHP", "C0129"], rel=1e-6)
    assert coal["whole"] == cells["TI_EHG_MAPCHP_E", "C0129"]
    assert coal["shares"]["efficiency"] == pytest.approx(1.118, abs=0.001)
    assert (coal["remark"], coal["shares"]["pes"], coal["parts"]["losses"]) == ("over", None, 0)
    assert [row["id"] for row in rows(plants).values() if row["remark"]] == ["MAPCHP:C0129"]


def test_the_saving_is_that_of_the_indicator_and_only_where_it_is_defined(plants):
    gas = rows(plants)["APCHP:G3000"]
    judged = leb.indicators.cogeneration(
        fuel_mwh=gas["whole"], electricity_mwh=gas["parts"]["electricity"], heat_mwh=gas["parts"]["heat"]
    )
    assert gas["shares"]["pes"] == pytest.approx(judged.pes)
    assert rows(plants)["MAPCHP:W6210"]["shares"]["pes"] is None
    power = CogenerationDetail(leb.examples.italy(), node="power_only")
    assert all(row["shares"]["pes"] is None for row in rows(power).values())
    assert "note_pes" not in power.notes


def test_end_uses_sum_to_what_homes_consume(homes, italy):
    cells = italy.table.set_index(["flow", "product"])["energy_mwh"]
    assert sum(group["whole"] for group in homes.groups) == pytest.approx(cells["FC_OTH_HH_E", "TOTAL"])
    for group in homes.groups:
        assert sum(row["shares"]["share"] for row in group["rows"]) == pytest.approx(1)
        for row in group["rows"]:
            told = row["told"]
            assert told["useful"] + told["losses"] - told["surroundings"] == pytest.approx(row["whole"])
            assert told["useful"] == pytest.approx(row["whole"] * row["shares"]["efficiency"])


def test_a_cooler_takes_from_its_surroundings(homes):
    (cooler,) = (row for row in rows(homes).values() if "air_conditioner" in row["id"])
    assert cooler["parts"]["surroundings"] == pytest.approx(2 * cooler["whole"])
    assert cooler["remark"] == ""


def test_largest_come_first_and_the_browser_can_read_all(homes, plants):
    for shown in (homes, plants):
        for group in shown.groups:
            sizes = [row["whole"] for row in group["rows"]]
            assert sizes == sorted(sizes, reverse=True)
        assert len(json.dumps(shown.groups, allow_nan=False)) < 40_000


@pytest.mark.parametrize("node", ["public_tertiary", "private_tertiary"])
def test_halves_of_the_tertiary_have_end_uses(node):
    assert EndUseDetail(leb.examples.torino(), node=node).groups


def test_another_node_is_shown_or_nothing_changes(homes, italy):
    homes.show(italy, node="tertiary")
    assert homes.names["en"] != "Residential"
    before = homes.groups
    with pytest.raises(InputError, match="'cogeneration' holds no devices: it has plants"):
        homes.show(italy, node="cogeneration")
    assert homes.groups == before


def test_forged_messages_are_refused(homes):
    for name, value in (("selected", "<img src=x>"), ("unit", "cal"), ("lang", "fr")):
        with pytest.raises(traitlets.TraitError):
            setattr(homes, name, value)
    homes.selected = next(iter(rows(homes)))


def test_all_faults_of_a_call_are_told_at_once(italy):
    with pytest.raises(InputError) as caught:
        EndUseDetail(italy, lang="fr", unit="GWH")
    assert len(caught.value.faults) == 2


def test_words_exist_in_both_languages():
    assert DETAIL["it"].keys() == DETAIL["en"].keys()
    assert PARTS.keys() <= DETAIL["it"].keys()
