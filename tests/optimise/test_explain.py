"""Why there is no plan: every claim of the explanation is checked by solving again."""

import itertools
from dataclasses import replace

import pytest

from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_mix
from leb_kit.optimise.answers.relax import explain_infeasible
from leb_kit.optimise.model.build import build
from tests.optimise.tables import near, one_heat_demand, problem

LABELS = "limit process coefficient sense value label_it label_en unit kind\n"
PLANTS = """
process bus_out capacity_max_mw variable_eur_per_mwh
green   heat    40              50
grey    heat    -               20
black   heat    -               10
"""
#: 100 MWh; green gives 40 at most. A share of 60 % asks for 60 of green; carbon allows 6 t; black must run 5.
LIMITS = """
share  green  0.4  at_least  0    Quota_verde   Green_share  MWh  target
share  grey   -0.6 at_least  0    Quota_verde   Green_share  MWh  target
share  black  -0.6 at_least  0    Quota_verde   Green_share  MWh  target
carbon grey   0.2  at_most   6.5  Emissioni     Emissions    t    target
carbon black  0.4  at_most   6.5  Emissioni     Emissions    t    target
mine   black  1    at_least  5    Miniera       Mine         MWh  {mine}
loose  grey   1    at_most   999  Largo         Loose        MWh  target
"""


def town(limits: str = LIMITS, mine: str = "target", demand_mwh: float = 100) -> MixProblem:
    """A small town with more wishes than means."""
    limits = LABELS + limits.format(mine=mine)
    return problem(processes=PLANTS, demands=one_heat_demand(demand_mwh), limits=limits)


def explained(question: MixProblem) -> InfeasibleMix:
    """The explanation of a question without an answer."""
    with pytest.raises(InfeasibleMix) as caught:
        optimise_mix(question)
    return caught.value


def keeping(question: MixProblem, kept: set[str]) -> MixProblem:
    """The same question with some of its limits."""
    limits = question.limits
    return replace(question, limits=limits[limits["limit"].isin(kept)].reset_index(drop=True))


def with_value(question: MixProblem, limit: str, value: float) -> MixProblem:
    """The same question with another value of one limit."""
    limits = question.limits.copy()
    limits.loc[limits["limit"] == limit, "value"] = value
    return replace(question, limits=limits)


def has_plan(question: MixProblem) -> bool:
    """Whether a plan exists."""
    try:
        optimise_mix(question)
    except InfeasibleMix:
        return False
    return True


CARBON_AND_MINE = """
carbon grey   0.2  at_most   13   Emissioni     Emissions    t    target
carbon black  0.4  at_most   13   Emissioni     Emissions    t    target
mine   black  1    at_least  8    Miniera       Mine         MWh  target
loose  grey   1    at_most   999  Largo         Loose        MWh  target
"""


def test_a_single_target_out_of_reach_is_named_alone():
    """40 of 100 MWh can be green: 60 % falls short by 0.6 × 100 − 40 = 20 MWh."""
    only_share = keeping(town(), {"share", "loose"})
    error = explained(only_share)
    assert error.clash == ("Green_share",)
    (change,) = error.relaxations
    assert (change.limit, change.amount, change.unit) == ("share", pytest.approx(20), "MWh")


def test_targets_that_clash_only_together_are_named_together():
    """Proves: the set is the smallest. Without it a planner would give up a target that is not in the way.

    With green 40 and grey 60 carbon is 12 t of 13. 8 MWh of black instead of grey add 1.6 t: 13.6.
    Enough: carbon by 0.6 t, or the mine by 0.6 / 0.2 = 3 MWh.
    """
    question = town(CARBON_AND_MINE)
    error = explained(question)
    assert error.clash == ("Emissions", "Mine")
    assert {change.limit: change.amount for change in error.relaxations} == pytest.approx(
        {"carbon": 0.6, "mine": 3}
    )
    assert {change.limit: change.allowed for change in error.relaxations} == pytest.approx(
        {"carbon": 13.6, "mine": 5}
    )


@pytest.mark.parametrize("limits", [LIMITS, CARBON_AND_MINE], ids=["several", "two"])
def test_the_clash_cannot_hold_together_and_can_without_each_one(limits):
    """Proves: the listed set is irreducible, by solving again. Without it the sentence could be untrue."""
    question = town(limits)
    error = explained(question)
    clash = set(error.clash_rows["limit"])
    assert clash
    assert not has_plan(keeping(question, clash))
    for size in range(len(clash)):
        for part in itertools.combinations(sorted(clash), size):
            assert has_plan(keeping(question, set(part)))


@pytest.mark.parametrize("limits", [CARBON_AND_MINE, LIMITS.replace("6.5", "99")], ids=["two", "share"])
def test_each_change_makes_the_whole_plan_possible_and_slightly_less_does_not(limits):
    """Proves: amounts are enough and the least. Without it a planner would ask the council for too much."""
    question = town(limits)
    error = explained(question)
    assert error.relaxations
    for change in error.relaxations:
        slack = 1e-6 * max(1.0, abs(change.amount))
        away = -1 if change.sense == "at_least" else 1
        assert has_plan(with_value(question, change.limit, change.allowed + away * slack))
        short = change.allowed - away * 1e-3 * change.amount
        assert not has_plan(with_value(question, change.limit, short))


def test_where_no_single_change_is_enough_none_is_promised():
    """Two clashes at once: the share alone is out of reach, and carbon is as well. No single change helps."""
    error = explained(town())
    assert error.relaxations == ()
    assert "It is enough to relax" not in error.text("en")
    green = float(error.conflict.set_index("row").at["green", "enough"])
    plants = PLANTS.replace("heat    40 ", f"heat    {green} ")
    limits = LABELS + LIMITS.format(mine="target")
    assert has_plan(problem(processes=plants, demands=one_heat_demand(100), limits=limits))
    assert "There may be further conflicts." in str(error)


def test_a_physical_limit_is_not_offered_for_change():
    """Proves: kind counts. Without it the council would be told to move the mine."""
    physical = CARBON_AND_MINE.replace("MWh  target\nloose", "MWh  physical\nloose")
    error = explained(town(physical))
    assert error.clash == ("Emissions",)
    assert [change.limit for change in error.relaxations] == ["carbon"]


def test_the_sentences_are_the_same_in_both_languages():
    error = explained(town(CARBON_AND_MINE))
    assert str(error) == error.text("en")
    assert error.text("en") == (
        "No plan meets these together: Emissions; Mine. There may be further conflicts."
        " It is enough to relax 'Emissions' by 0.600 t (to 13.600)."
        " It is enough to relax 'Mine' by 3 MWh (to 5)."
        " Together these exclude each other: green (at most 40 MW); demand: 'homes' (100 MWh a year);"
        " Emissions (at most 13 t); Mine (at least 8 MWh)."
        " Each of these changes alone is enough: green (at most 40 MW) to 43 MW;"
        " demand: 'homes' (100 MWh a year) to 97 MWh."
    )
    assert error.text("it") == (
        "Nessun piano soddisfa insieme: Emissioni; Miniera. Possono esserci altri conflitti."
        " Basta allentare «Emissioni» di 0,600 t (a 13,600)."
        " Basta allentare «Miniera» di 3 MWh (a 5)."
        " Insieme si escludono: green (al più 40 MW); fabbisogno: «homes» (100 MWh all'anno);"
        " Emissioni (al più 13 t); Miniera (almeno 8 MWh)."
        " Ciascuna di queste modifiche da sola basta: green (al più 40 MW) a 43 MW;"
        " fabbisogno: «homes» (100 MWh all'anno) a 97 MWh."
    )


def test_the_sentence_of_a_share_gives_an_amount_and_no_value():
    """A share is held against zero: a new value would tell nobody anything. Large numbers are grouped."""
    limits = "\n".join(line for line in LIMITS.splitlines() if line.startswith("share"))
    error = explained(town(limits, demand_mwh=100_000))
    assert error.reasons("en") == (
        "No plan meets this: Green_share. There may be further conflicts."
        " It is enough to relax 'Green_share' by 59,960 MWh."
    )
    assert error.reasons("it") == (
        "Nessun piano raggiunge: Quota_verde. Possono esserci altri conflitti."
        " Basta allentare «Quota_verde» di 59.960 MWh."
    )


@pytest.mark.parametrize(
    "value",
    [7.2341, 0.0, -12345.6789, 7.3099],
)
def test_the_amount_that_is_told_is_enough(value):
    """Proves: rounding goes away from the limit. Without it the change that is told would not help."""
    carbon = "carbon grey 0.0731 at_most 0 E E t target\ncarbon green 0.0731 at_most 0 E E t target\n"
    carbon += "carbon black 0.0731 at_most 0 E E t target"
    question = with_value(town(carbon), "carbon", value)
    error = explained(question)
    (change,) = error.relaxations
    assert change.allowed == pytest.approx(7.31)
    said = str(error).partition("relax 'E' by ")[2]
    amount = float(said.split()[0].replace(",", ""))
    assert amount >= change.amount - 1e-9
    assert has_plan(with_value(question, "carbon", value + amount + 1e-9))


def test_what_is_impossible_without_any_target_is_called_physical():
    """Proves: targets are not blamed for a lack of plants. Without it they would be relaxed in vain."""
    short = problem(
        processes="process bus_out capacity_max_mw\nboiler heat 3",
        demands=one_heat_demand(10),
        limits=LABELS + "carbon boiler 1 at_most 5 Emissioni Emissions t target",
    )
    error = explained(short)
    assert error.clash == ()
    assert error.relaxations == ()
    assert error.reasons("en") == (
        "No plan is possible: physical limits (capacities, potentials, demands) cannot hold together,"
        " even without targets. At 'heat' 7.00 MWh a year cannot be served, up to 7.00 MW at once."
    )
    assert error.reasons("it") == (
        "Nessun piano è possibile: i limiti fisici (capacità, potenziali, fabbisogni) non stanno insieme,"
        " anche senza obiettivi. Al nodo «heat» mancano 7,00 MWh all'anno, fino a 7,00 MW insieme."
    )
    assert [(item.bus, item.energy_mwh) for item in error.shortfalls] == [("heat", pytest.approx(7))]


def test_a_limit_without_labels_is_called_by_its_name():
    bare = problem(
        processes=PLANTS,
        demands=one_heat_demand(100),
        limits="limit process coefficient sense value\nplenty green 1 at_least 50",
    )
    error = explained(bare)
    assert error.clash == ("plenty",)
    assert "It is enough to relax 'plenty' by 10 (to 40)." in str(error)


def test_the_share_that_is_told_is_the_largest_that_can_be_attained():
    """Proves: the search goes on from the plan that is short of least. Without it 80 % would be told.

    For a MWh of heat ``small`` counts 0.2 of 0.25 MWh (80 %), ``large`` 5 of 5.6 (89.3 %). Of 95 % they are
    short of 0.0375 and 0.32 MWh.
    """
    question = problem(
        processes="process bus_out\nsmall heat\nlarge heat",
        demands=one_heat_demand(1),
        limits="""
        limit process coefficient sense    value share share_of
        green small   -0.0375     at_least 0     0.95  0.25
        green large   -0.32       at_least 0     0.95  5.6
        """,
    )
    with pytest.raises(InfeasibleMix) as told:
        optimise_mix(question)
    (one,) = told.value.relaxations
    assert one.amount == near(0.0375)
    assert one.share == pytest.approx(5 / 5.6, abs=1e-6)


def test_a_share_is_told_in_percentage_points_and_the_share_that_is_told_is_attained():
    """Proves: of a share the new value is told, and it is the best there is.

    Green gives 40 of 100 MWh. The share asked is 60 %: 20 MWh short; 40 % is what can be had.
    """
    whole = "limit process coefficient sense value label_it label_en unit kind share share_of\n"
    rows = """
    share  green  0.4  at_least  0    Quota  Share  MWh  target 0.6 1
    share  grey   -0.6 at_least  0    Quota  Share  MWh  target 0.6 1
    share  black  -0.6 at_least  0    Quota  Share  MWh  target 0.6 1
    """
    question = problem(processes=PLANTS, demands=one_heat_demand(100), limits=whole + rows)
    error = explained(question)
    (change,) = error.relaxations
    assert (change.share_asked, change.share) == pytest.approx((0.6, 0.4))
    assert "relax 'Share' by 20 MWh (20.00 percentage points, to 40.00 %)." in error.text("en")
    assert "di 20 MWh (20,00 punti percentuali, a 40,00 %)." in error.text("it")


def test_the_best_share_is_found_where_the_whole_moves_with_the_plan():
    """Proves: the ratio is followed to its end, not read off the plan that is least short in MWh.

    Each MWh of the leaky plant counts twice below the line, and 10 MWh of the rest count there too.
    """
    whole = "limit process coefficient sense value unit kind share share_of\n"
    rows = """
    share  sun    0.1   at_least  0   MWh  target 0.9 1
    share  grey   -0.9  at_least  0   MWh  target 0.9 1
    share  leaky  -1.8  at_least  0   MWh  target 0.9 2
    share  -      -9    at_least  0   MWh  target 0.9 10
    """
    question = problem(
        processes="process bus_out capacity_max_mw\nsun heat 30\ngrey heat 20\nleaky heat -",
        demands=one_heat_demand(60),
        limits=whole + rows,
    )
    (change,) = explained(question).relaxations
    # sun 30, grey 20, leaky 10: 30 of 30 + 20 + 20 + 10 of the rest.
    assert change.share == pytest.approx(30 / 80)
    assert change.amount == pytest.approx(0.9 * 80 - 30)


def test_the_search_for_reasons_ends_in_time():
    """Proves: no explanation holds the caller. Without it a large problem would be explained for hours."""
    error = explain_infeasible(town(CARBON_AND_MINE), build(town(CARBON_AND_MINE)), time_limit_s=1e-9)
    assert error.relaxations == ()
    assert error.stopped_after_s == 1e-9
    assert error.text("en").startswith("No plan is possible. The search for reasons stopped after")
    assert "La ricerca delle ragioni si è fermata dopo" in error.text("it")
