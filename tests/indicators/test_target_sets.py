"""The shipped target sets: complete, each in units that fit, the burden of all regions."""

from leb_kit.reference import catalog


def test_target_sets_are_complete():
    targets = catalog.table("targets")
    sets = set(targets["target_set"])
    assert {"20-20-20-local", "eu-2020", "eu-2030", "covenant-2020", "covenant-2030", "pniec-2024"} <= sets
    local = targets[targets["target_set"] == "20-20-20-local"]
    assert set(local["indicator"]) == {"renewable_share", "emissions", "primary_energy"}
    relative = targets["base"] == "relative_to_base"
    assert targets.loc[relative, "value"].lt(0).all()
    shares = ~relative & (targets["unit"] == "share")
    assert targets.loc[shares, "value"].between(0, 1).all()
    assert targets.loc[shares, "indicator"].str.startswith("renewable_share").all()
    assert targets.loc[targets["unit"] == "Mtoe", "indicator"].isin(["primary_energy", "final_energy"]).all()
    assert (targets["convention"].ne("") == targets["indicator"].eq("emissions")).all()
    for name in sets:
        assert catalog.label("target_set", name, "it") != name


def test_the_burden_is_shared_among_all_regions_of_italy():
    """Each has a start, four milestones and a target that rise as the decree has them; no biofuels."""
    rows = catalog.table("targets")
    rows = rows[rows["target_set"].str.endswith("-burden-sharing-2020")]
    places = catalog.table("territories")
    regions = places[(places["level"] == "region") & (places["parent"] == "IT")]["code"]
    assert set(rows["scope"]) == {*regions, "IT"}
    assert set(rows["exclusions"]) == {"transport_biofuels|imported_electricity"}
    steps = catalog.table("target_milestones").pivot_table(index="target_set", columns="year", values="value")
    assert steps.columns.tolist() == [2012, 2014, 2016, 2018]
    assert set(steps.index) == set(rows["target_set"])
    aosta = "valle-d-aosta-burden-sharing-2020"  # the one region whose share falls on the way
    rising = rows.set_index("target_set").join(steps).drop(index=aosta)
    path = rising[["base_value", 2012, 2014, 2016, 2018, "value"]]
    assert path.diff(axis=1).iloc[:, 1:].gt(0).all(axis=None)
    assert path.loc["piemonte-burden-sharing-2020"].tolist() == [0.092, 0.111, 0.115, 0.122, 0.134, 0.151]
