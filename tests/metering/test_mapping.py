"""A mapping says once where energy goes; each fault has its line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from leb_kit.errors import InputError, speaking
from leb_kit.metering import (
    Component,
    MeterLife,
    MeterMap,
    StreamRule,
    Target,
    example_map,
    measure,
    read_map,
    read_readings,
    revisions,
)
from tests.metering.towns import MAP, TOWN, YEAR, reading, register

TARGET = Target(TOWN, "FC_OTH_CP_PUB_E", "E7000", "within", "FC_OTH_CP_E")
COUNTS = Component("register", "kWh")


def written(tmp_path, text):
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def rule(*meters, name="lighting", target=TARGET, **more):
    return StreamRule(name, "sdp:lights", "energy", COUNTS, target, meters=meters, **more)


def measured(*rules, readings=None):
    return measure(MeterMap("town", 1, rules), readings or register(), years=[YEAR])


def mwh(result, *keys):
    return result.totals(*(keys or ("year",)))["energy_mwh"].tolist()


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_read_with_its_labels_and_its_hash(tmp_path):
    found = read_map(written(tmp_path, MAP.replace("FC_OTH_CP_PUB_E", "Terziario pubblico")))
    (one,) = found.rules
    assert one.target == Target(TOWN, "FC_OTH_CP_PUB_E", "E7000", "within", "FC_OTH_CP_E", "street_lighting")
    assert (found.version, found.zone, found.least, len(found.sha256)) == (3, "Europe/Rome", 0.95, 64)


def test_the_example_says_that_it_is_made_up_and_can_be_read():
    assert "made up" in example_map().read_text(encoding="utf-8")
    lighting, buildings = read_map(example_map()).rules
    assert lighting.meters[2] == MeterLife("quadro_c", date(2024, 3, 1), None, Decimal(20))
    assert (buildings.component.interval, buildings.component.label) == (900, "end")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: register", "kind: registre", "line 8: kind 'registre' is unknown.*'register'"),
        ("unit: kWh", "unit: kW", "line 9: unit kW measures power"),
        ("unit: kWh", "unit: kWh\n    lable: end", "line 10: unknown key 'lable'. Did you mean 'label'"),
        ('"001272"', "001272", "line 3: territory is .* put it in quotes"),
        ("    within: FC_OTH_CP_E\n", "", "line 5: one of within, replaces, adds is needed"),
        ("within: FC_OTH_CP_E", "within: FC_E", "line 12: within: FC_OTH_CP_E, FC_OTH_CP_PUB_E are"),
        ("within: FC_OTH_CP_E", "adds: FC_OTH_HH_E", "line 12: adds: 'FC_OTH_HH_E' supplies nothing"),
        ("product: E7000", "product: E700", "line 11: product 'E700' is unknown"),
        ("street_lighting", "streetlights", "line 13: use_class 'streetlights' is unknown"),
        ("version: 3", "version: drei", "line 1: version is 'drei'"),
        ("version: 3", "version: 3\nversion: 4", "line 2: 'version' is given twice, first in line 1"),
        ("kind: register", "kind: context\n    gaps: no", "line 8: kind context is never a flow"),
        ("unit: kWh", "unit: kWh\n    max_power: viel", "line 10: max_power is 'viel'; a number"),
        ("unit: kWh", "unit: kWh\n    meters: A", "line 10: meters is no list"),
        ("unit: kWh", "unit: kWh\n    gaps: filled", "line 10: gap policy 'filled' is unknown"),
        ("name: town", "name: town\nzone: Europe/Roma", "line 3: zone 'Europe/Roma' is unknown"),
        ("name: town", "name: town\ncoverage: 95", "line 3: coverage is 95; a share"),
        ("name: town", "name: [town", "no YAML"),
    ],
)
def test_a_fault_has_its_line(tmp_path, old, new, said):
    with pytest.raises(InputError, match=said):
        read_map(written(tmp_path, MAP.replace(old, new, 1)))


def test_all_faults_are_told_at_once_and_in_italian(tmp_path):
    text = (
        MAP.replace("kind: register", "kind: registre")
        .replace("E7000", "E700")
        .replace("version: 3", "version: 0")
    )
    with speaking("it"), pytest.raises(InputError) as error:
        read_map(written(tmp_path, text))
    assert [told.split(":")[0] for told in error.value.faults] == ["riga 1", "riga 8", "riga 11"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: " * 20, "no YAML"),
        ("[1, 2]", "a mapping is expected"),
        ("a: " + "[" * 30 + "]" * 30, "nested too deeply"),
        ("a: " + "[" * 20_000 + "]" * 20_000, "nested too deeply"),
        ("#" * 2**21, "larger than"),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_map(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="file not found"):
        read_map(tmp_path / "none.yaml")


def test_a_folder_is_called_a_folder(tmp_path):
    for read in (read_map, read_readings):
        with pytest.raises(InputError, match="this is a folder"):
            read(tmp_path)


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            [rule(), rule(name="again")],
            "component energy of sdp:lights is counted by 'lighting' and by 'again'",
        ),
        ([rule(MeterLife("A")), rule(MeterLife("A"), name="again")], "A is counted by"),
        ([rule(MeterLife("A"), MeterLife("A"))], "meter A is given twice"),
        ([rule(MeterLife("A", submeter_of="B"))], "submeter_of 'B' is no other meter"),
    ],
)
def test_no_meter_is_counted_twice(rules, said):
    with pytest.raises(InputError, match=said):
        MeterMap("town", 1, tuple(rules))


def test_a_row_cannot_be_replaced_by_one_and_lie_around_another():
    inside = Target(TOWN, "FC_OTH_CP_PUB_E", "E7000", "within", "FC_OTH_CP_PUB_E")
    with pytest.raises(InputError, match="say different things of FC_OTH_CP_PUB_E"):
        MeterMap("town", 1, (rule(MeterLife("A")), rule(MeterLife("B"), name="other", target=inside)))


def test_a_submeter_is_inside_its_meter():
    rows = register() + register("B", 4)
    both = measured(rule(MeterLife("A"), MeterLife("B")), readings=rows)
    inner = measured(rule(MeterLife("A"), MeterLife("B", submeter_of="A")), readings=rows)
    assert (mwh(both), mwh(inner)) == ([pytest.approx(5.11)], [pytest.approx(3.65)])


# ── readings through it ──────────────────────────────────────────────────────────────────────────────────


def test_a_meter_whose_constant_changes_is_counted_with_each():
    lives = MeterLife("A", last=date(YEAR, 6, 30)), MeterLife("A", date(YEAR, 7, 1), factor=Decimal(20))
    result = measured(rule(*lives))
    assert mwh(result) == [pytest.approx((181 * 10 + 184 * 200) / 1000)]
    assert result.totals("year")["coverage"].tolist() == [1.0]


def test_other_streams_and_components_are_left_alone():
    others = [reading("A", one.time_utc, one.value * 3, "reactive") for one in register()]
    assert mwh(measured(rule(), readings=register() + others)) == [3.65]


def test_a_stream_without_readings_or_with_strange_meters_is_an_error():
    with pytest.raises(InputError, match="no reading of component 'energy' in source 'sdp:lights'"):
        measured(rule(), readings=[reading("A", register()[0].time_utc, 1, "other")])
    with pytest.raises(
        InputError, match=r"none of its meters is in the readings: cabinet_a. Did you mean 'cabinet_1'"
    ):
        measured(rule(MeterLife("cabinet_a")), readings=register("cabinet_1"))


def test_a_meter_of_the_list_that_told_nothing_lowers_the_coverage():
    result = measured(rule(MeterLife("A"), MeterLife("B")))
    assert result.totals("year")["coverage"].tolist() == [0.5]


def test_every_figure_says_where_it_comes_from():
    origin = measured(rule()).origin
    (stream,) = origin["streams"]
    assert (stream["source"], stream["rows"], len(stream["sha256"])) == ("sdp:lights", 366, 64)
    assert stream["span"] == ["2018-12-31T23:00:00Z", "2019-12-31T23:00:00Z"]
    assert origin["map"]["version"] == 1


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_late_value_is_reported_with_its_closed_month():
    rows = register()
    late = [
        replace(one, ingest_id="1", value=one.value + 5) if at == 31 else one for at, one in enumerate(rows)
    ]
    found = revisions(measured(rule(), readings=rows), measured(rule(), readings=late), closed=f"{YEAR}-01")
    assert found[["month", "change_mwh", "closed"]].to_numpy().tolist() == [
        [1, 0.005, True],
        [2, -0.005, False],
    ]
    assert found["stream"].tolist() == ["lighting", "lighting"]
    assert revisions(measured(rule()), measured(rule())).empty
    with pytest.raises(InputError, match="a month such as"):
        revisions(measured(rule()), measured(rule()), closed="June")


def test_gas_goes_through_a_mapping_with_the_calorific_value_of_its_months(tmp_path):
    text = MAP.replace(
        "kind: register\n    unit: kWh",
        """kind: gas_register
    unit: m3
    c_coefficient: 1.02
    calorific: {2019: 38.52, 2019-02: 39.0}""",
    ).replace("E7000", "gas naturale")
    rows = [replace(one, unit="m3") for one in register()]
    result = measure(read_map(written(tmp_path, text)), rows, years=[YEAR])
    assert result.totals("product")["product"].tolist() == ["G3000"]
    by_month = result.totals("month").set_index("month")["energy_mwh"]
    assert by_month[1] == pytest.approx(310 * 1.02 * 38.52 * 0.905 / 3600)
    assert by_month[2] == pytest.approx(280 * 1.02 * 39.0 * 0.905 / 3600)
