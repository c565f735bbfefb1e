"""The two shipped territories: what is published is as published, what is estimated says how."""

import csv
import gzip

import pytest

from leb_kit import check, examples
from leb_kit.examples import italy, torino
from leb_kit.reference import catalog
from leb_kit.reference.numbers import parameter
from tests.helpers import TJ, cell

PRINTED_MWH = 10_479_355
BLENDS = {"R5220B": "O4671XR5220B", "R5210B": "O4652XR5210B"}


def test_final_energy_of_torino_is_as_printed():
    table = torino().table
    final = table[table["flow"].str.startswith("FC_")]
    assert final["energy_mwh"].sum() == pytest.approx(PRINTED_MWH, abs=2)


def test_every_sector_and_carrier_of_torino_is_as_printed():
    """Proves: nothing moved between cells; biofuel and fossil part make the printed fuel again."""
    table = torino().table
    final = table[table["flow"].str.startswith("FC_")]
    final = final.assign(product=final["product"].replace(BLENDS))
    found = final.groupby(["flow", "product"])["energy_mwh"].sum()
    mapping = catalog.table("torino_2019_mapping")
    names = {
        kind: dict(zip(part["label"], part["code"], strict=True)) for kind, part in mapping.groupby("kind")
    }
    printed = catalog.table("torino_2019_energy")
    printed = printed.assign(
        flow=printed["subsector"].map(names["flow"]), product=printed["carrier"].map(names["product"])
    )
    assert printed[["flow", "product"]].notna().all().all()
    wanted = printed.groupby(["flow", "product"])["value_mwh"].sum()
    assert found.to_dict() == pytest.approx(wanted.to_dict(), rel=1e-12)


def test_every_cell_of_torino_says_where_it_comes_from():
    """Measured: final energy of the city's document. Estimated: everything else, with its method."""
    table = torino().table
    assert set(table["status"]) == {"A", "E"}
    assert (table["source"].str.len() > 10).all()
    measured = table[table["status"] == "A"]
    assert measured["source"].str.contains("Climate City Contract").all()
    assert measured["flow"].str.startswith("FC_").all()
    blended = set(BLENDS) | set(BLENDS.values())
    final = table["flow"].str.startswith("FC_") & ~table["product"].isin(blended)
    assert (table.loc[final, "status"] == "A").all()
    assert (table.loc[~final, "status"] == "E").all()


def test_torino_closes():
    report = check(torino())
    assert report.ok
    assert report.table.empty


def test_district_heat_of_torino_follows_from_stated_losses():
    """Delivered = fed in × (1 − losses); fed in = cogeneration + boilers + plants outside the city."""
    balance = torino()
    fed_in = sum(cell(balance, flow, "H8000") for flow in ("TO_EHG_MAPCHP", "TO_EHG_MAPH", "IMP"))
    final = balance.table.query("product == 'H8000'")
    delivered = final.loc[final["flow"].str.startswith("FC_"), "energy_mwh"].sum()
    loss = parameter("district_heating_network", "loss_share")
    assert delivered == pytest.approx(fed_in * (1 - loss))
    assert cell(balance, "DL", "H8000") == pytest.approx(fed_in * loss)


def test_plants_of_torino_give_less_than_they_take():
    balance = torino()
    for kind, least, most in (("MAPCHP", 0.6, 0.9), ("MAPH", 0.8, 1.0), ("MAPE", 0.15, 0.35)):
        given = sum(cell(balance, f"TO_EHG_{kind}", product) for product in ("E7000", "H8000"))
        taken = sum(cell(balance, f"TI_EHG_{kind}_E", product) for product in ("G3000", "W6210", "W6220"))
        assert least < given / taken < most, kind


def test_italy_is_the_shipped_sheet():
    """Every cell of the sheet, read here with the csv module alone, TJ; and no other row."""
    with catalog.path("eurostat_nrg_bal_c_IT_2019.csv.gz") as path, gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    wanted = {
        (row["nrg_bal"], product): float(value)
        for row in rows
        for product, value in row.items()
        if product not in ("nrg_bal", "label_en") and float(value)
    }
    table = italy().table
    keys = zip(table["flow"], table["product"], strict=True)
    found = dict(zip(keys, table["energy_mwh"] * TJ, strict=True))
    assert found == pytest.approx(wanted, rel=1e-12)
    assert len(rows) == 138
    assert check(italy()).ok


def test_examples_are_made_once_and_named():
    assert examples.torino() is examples.torino()
    assert examples.torino().title("it") == "Torino 2019"
    assert examples.italy().title("it") == "Italia 2019"
    assert examples.italy().title("en") == "Italy 2019"
    assert examples.torino().territories[0].level == "municipality"
