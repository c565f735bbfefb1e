"""Nodes of a user: added, changed, or refused with every fault in words."""

import pandas as pd
import pytest

from leb_kit import Balance, detail, links, path
from leb_kit.errors import InputError, speaking
from leb_kit.examples import italy, torino
from leb_kit.reference import catalog
from leb_kit.system import Scheme, collapsed, read_scheme
from tests.helpers import balance_from

COLUMNS = ["node", "label_it", "label_en", "column", "column_uses", "order", "flows", "groups"]


def rows(text: str) -> pd.DataFrame:
    """Own nodes from lines of cells separated by semicolons."""
    lines = [[cell.strip() for cell in line.split(";")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines, columns=COLUMNS)


DATA_CENTRES = rows("data_centres; Centri di calcolo; Data centres; 4; 5; 9; FC_OTH_CP_DC_E; ")


def with_data_centres() -> Balance:
    """Services that book their data centres apart, as a new row of the balance."""
    table = balance_from("IMP E7000 100\nFC_OTH_CP_E E7000 70\nFC_OTH_HH_E E7000 30").table
    extra = table.iloc[[1]].assign(flow="FC_OTH_CP_DC_E", energy_mwh=20.0)
    services = table.assign(energy_mwh=table["energy_mwh"].where(table["flow"] != "FC_OTH_CP_E", 50.0))
    return Balance(pd.concat([services, extra], ignore_index=True))


def taken(arrows: pd.DataFrame) -> dict[str, float]:
    """What each end of the network takes."""
    return arrows[arrows["source"] == "network_electricity"].groupby("target")["energy_mwh"].sum().to_dict()


def test_a_user_adds_data_centres():
    balance = with_data_centres()
    assert taken(links(balance)) == {"other_users": 20, "residential": 30, "tertiary": 50}
    arrows = links(balance, scheme=DATA_CENTRES)
    assert taken(arrows) == {"data_centres": 20, "residential": 30, "tertiary": 50}
    seven = links(balance, columns=7, scheme=DATA_CENTRES)
    assert seven.loc[seven["source"] == "data_centres", "target"].tolist() == ["use_other"]
    pd.testing.assert_frame_equal(collapsed(seven, DATA_CENTRES), arrows)
    inside = detail(balance, node="Data centres", scheme=DATA_CENTRES)
    assert inside.totals.loc["in", "energy_mwh"] == 20
    lit = path(balance, product="E7000", scheme=DATA_CENTRES)
    assert "data_centres" in set(lit["target"])


def test_a_user_splits_and_joins_services():
    """Public and private services are two nodes; own rows can make them one again."""
    together = rows("""
        public_tertiary ; ; ; ; ; ; FC_OTH_CP_XXX_E ;
        private_tertiary; ; ; ; ; ; FC_OTH_CP_YYY_E ;
        tertiary        ; ; ; ; ; ; FC_OTH_CP_E|FC_OTH_CP_PUB_E|FC_OTH_CP_PRI_E ;
    """)
    apart, one = taken(links(torino())), taken(links(torino(), scheme=together))
    assert one["tertiary"] == pytest.approx(apart["public_tertiary"] + apart["private_tertiary"])
    assert "public_tertiary" not in one


def test_the_node_that_names_fewer_groups_is_closer():
    """Gas power stations of their own: what the other node no longer takes is exactly theirs."""
    own = rows(
        "gas_power; Centrali a gas; Gas power stations; 2; 2; 0; TI_EHG_MAPE_E|TI_EHG_APE_E; natural_gas"
    )
    before, after = links(italy()), links(italy(), scheme=own)
    old = before.loc[before["target"] == "power_only", "energy_mwh"].sum()
    new = after[after["target"].isin(["power_only", "gas_power"])]
    assert new["energy_mwh"].sum() == pytest.approx(old, rel=1e-12)
    assert set(after.loc[after["target"] == "gas_power", "product"]) == {"G3000"}


def test_a_known_node_keeps_what_is_not_given():
    own = pd.DataFrame({"node": ["industry"], "label_it": ["Fabbriche"]})
    table = read_scheme(own).table.set_index("node")
    assert table.loc["industry", "label_it"] == "Fabbriche"
    assert table.loc["industry", "label_en"] == "Industry"
    pd.testing.assert_frame_equal(links(italy(), scheme=own), links(italy()))


def test_a_conversion_and_a_use_of_ones_own():
    own = pd.DataFrame(
        {
            "node": ["street_lamps", "use_streets"],
            "label_it": ["Lampioni", "Strade illuminate"],
            "label_en": ["Street lamps", ""],
            "column_uses": [4, 6],
            "order": [20, 12],
            "flows": ["FC_OTH_CP_PUB_E", "FC_OTH_CP_PUB_E"],
            "technologies": ["lighting_stock", None],
            "end_uses": [None, "lighting"],
        }
    )
    arrows = links(torino(), columns=7, scheme=own)
    lamps = arrows[arrows["target"] == "street_lamps"]
    assert set(lamps["user"]) == {"public_tertiary"}
    assert arrows.loc[arrows["target"] == "use_streets", "source"].tolist() == ["public_tertiary"]
    assert read_scheme(own).table.set_index("node").loc["use_streets", "label_en"] == "Strade illuminate"


def test_a_file_is_read_as_well(tmp_path):
    file = tmp_path / "nodi.csv"
    DATA_CENTRES.to_csv(file, index=False)
    pd.testing.assert_frame_equal(
        links(with_data_centres(), scheme=file), links(with_data_centres(), scheme=DATA_CENTRES)
    )
    with pytest.raises(InputError, match=r"cannot read .*nulla\.csv"):
        links(torino(), scheme=tmp_path / "nulla.csv")


def test_the_shipped_scheme_is_itself_without_fault():
    """Proves: nodes do not compete. A user who hands over all of scheme.csv gets the same scheme."""
    shipped = catalog.table("scheme")
    pd.testing.assert_frame_equal(
        read_scheme(shipped).table.reset_index(drop=True), shipped, check_dtype=False
    )
    assert isinstance(read_scheme(), Scheme)


def test_every_group_device_and_end_use_has_its_node():
    scheme = read_scheme()
    groups = set(catalog.table("products")["group_scheme"])
    assert groups == set(scheme.networks)
    shares = catalog.table("end_use_shares")
    for technology in shares["technology"].unique():
        assert scheme.column[scheme.device(technology, "FC_OTH_HH_E", "electricity")] == 4
    for end_use in [*shares["end_use"].unique(), "final"]:
        assert scheme.column[scheme.use(end_use, "FC_OTH_HH_E", "electricity")] == 6
    assert set(shares["end_use"]) <= set(catalog.table("end_uses")["end_use"])
    labels = catalog.table("labels")
    assert set(catalog.table("end_uses")["end_use"]) <= set(labels.loc[labels["kind"] == "end_use", "code"])


def test_all_faults_are_told_at_once():
    own = rows("""
        data_centres ; A ; B ; 4 ; 4 ; 9 ; FC_OTH_CP_DC_E ;
        losses       ;   ;   ;   ;   ;   ; DL             ; oil
        shops        ; A ; B ; 4 ; 5 ; 9 ; FC_OHT_CP_E    ; electrcity
        rivals       ; A ; B ; 2 ; 2 ; 3 ; TI_EHG_MAPCHP_E;
        gas_2        ; A ; B ; 1 ; 1 ; 3 ; network        ; natural_gas
        lng          ; A ; B ; 1 ; 1 ; 3 ; network        ;
        odd          ; A ; B ; 2 ; 3 ; 3 ; TI_CPP_E       ;
        hidden       ; A ; B ;   ; 5 ; 3 ; FC_OTH_NSP_E   ;
    """)
    with pytest.raises(InputError) as told:
        links(torino(), scheme=own)
    text = str(told.value)
    assert "row 0, node 'data_centres': has neither technologies nor end_uses, so column is 0 to 4" in text
    assert "row 1, node 'losses': groups cannot change" in text
    assert (
        "column flows: 'FC_OHT_CP_E' is no row of a balance; a stem ends in _. Did you mean 'FC_OTH_CP_E'"
        in text
    )
    assert "column groups: unknown 'electrcity'. Did you mean 'electricity'" in text
    assert "nodes 'rivals' and 'cogeneration' both take TI_EHG_MAPCHP_E; name fewer groups" in text
    assert "nodes 'gas_2' and 'network_natural_gas' both take network natural_gas" in text
    assert "node 'lng': a network names its groups" in text
    assert "node 'odd': column is 2 and column_uses 3; up to column 3 they are the same" in text
    assert "node 'hidden': has neither technologies nor end_uses" in text


def test_a_table_that_is_no_scheme_is_told():
    with pytest.raises(InputError, match="column 'node' is missing"):
        links(torino(), scheme=pd.DataFrame({"nodo": ["x"]}))
    bad = rows("shops; A; B; 9; due; 1; FC_OTH_CP_E; ")
    with pytest.raises(
        InputError, match=r"found 'due', expected a whole number[\s\S]*found 9, expected at most 4"
    ):
        links(torino(), scheme=bad)
    with pytest.raises(InputError, match="flows: found nothing"):
        links(torino(), scheme=rows("shops; A; B; 4; 5; 1; ; "))


def test_faults_are_told_in_italian_too():
    own = rows("lng; A; B; 1; 1; 3; network; ")
    with speaking("it"), pytest.raises(InputError, match="riga 0, nodo 'lng': una rete dice i suoi gruppi"):
        links(torino(), scheme=own)
    with speaking("it"), pytest.raises(InputError, match="columns è 6; lo schema ne ha 5"):
        links(torino(), columns=6)
