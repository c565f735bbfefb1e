"""The document for the council: whole, self-contained, accessible, and true to its balance."""

import html
import itertools
import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.report import document, sections
from leb_kit.report.figures import Figures

SET = "20-20-20-local"
PLAN = pd.DataFrame({
    "technology": [
        "heat_pump_individual", "photovoltaic_roof", "battery", "electricity_import", "cooking_gas",
    ],
    "capacity_mw": [300.0, 500.0, 200.0, 438.6, 0.0],
    "new_capacity_mw": [300.0, 500.0, 200.0, 0.0, 0.0],
    "energy_mwh": [9e5, 6e5, 1e4, 1.5e6, 1.0],
    "cost_eur": [40e6, 30e6, 2e6, 78e6, 0.0],
})  # fmt: skip
PRICES = pd.DataFrame(
    {
        "target": ["renewables", "emissions", "electricity"],
        "label_it": ["Quota rinnovabile", "Emissioni", "Rete"],
        "label_en": ["Renewable share", "Emissions", "Grid"],
        "price": [0.0, 12.5, 7.0],
        "unit": ["MWh", "tCO2eq", "MW"],
        "kind": ["target", "target", "network"],
    }
)
RETIRED = pd.DataFrame({"technology": ["gas_boiler_stock"], "retired_mw": [900.0]})


class Page(HTMLParser):
    """Tags in order, and whether every one that opens closes."""

    VOID = ("meta", "br", "link", "img", "hr", "input")

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.attributes = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@dataclass
class Result:
    """What the report needs of a MixResult."""

    plan: pd.DataFrame
    prices: pd.DataFrame
    retired: pd.DataFrame
    balance: leb.Balance

    def to_balance(self):
        return self.balance


@pytest.fixture(scope="module")
def torino():
    return leb.examples.torino()


@pytest.fixture(scope="module")
def halved(torino):
    return leb.Balance.from_mwh(
        torino.table.assign(energy_mwh=torino.table["energy_mwh"] / 2), name="Torino 2019"
    )


@pytest.fixture(scope="module", params=["it", "en"])
def full(request, torino, halved, tmp_path_factory):
    """Language and text of a report with everything in it."""
    path = leb.report(
        torino, path=tmp_path_factory.mktemp("r") / "deep" / "report.html", lang=request.param, targets=SET,
        plan=PLAN, plan_prices=PRICES, retired=RETIRED, planned=halved, scenarios=[halved],
    )  # fmt: skip
    return request.param, path.read_text(encoding="utf-8")


def plain(html):
    """What a reader sees, on one line."""
    body = re.sub(r"<(style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_the_page_is_well_formed_and_in_its_language(full):
    lang, html = full
    page = Page(html)
    assert page.open == []
    assert dict(page.attributes)["html"]["lang"] == lang
    assert page.tags.count("h1") == 1


def test_headings_go_down_by_one(full):
    levels = [int(tag[1]) for tag in Page(full[1]).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_scopes(full):
    page = Page(full[1])
    assert page.tags.count("table") == page.tags.count("caption") == 7
    assert all("scope" in attributes for tag, attributes in page.attributes if tag == "th")
    assert page.tags.count("figure") == page.tags.count("figcaption") == 4


def test_nothing_comes_from_elsewhere(full):
    """Proves: one file that opens without a network, now and in ten years."""
    _, html = full
    assert not re.search(r"<(script|link|img|iframe|object)\b", html)
    assert set(re.findall(r"https?://[^\s\"'<)]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in html


def test_what_it_says_in_italian(torino, halved, tmp_path):
    path = leb.report(
        torino,
        path=tmp_path / "r.html",
        targets=SET,
        plan=PLAN,
        plan_prices=PRICES,
        planned=halved,
        retired=RETIRED,
    )
    text = plain(path.read_text(encoding="utf-8"))
    for words in (
        "Torino 2019: energia, obiettivi e piano",
        "Oggi Torino raggiunge 0 obiettivi su 3. Con il piano ne raggiunge 2 su 3, con 150,0 M€ all'anno.",
        "Consumo di energia finale 10.479 GWh",
        "Pompa di calore individuale 300,0 300,0 900 40,0",
        "Il piano rinuncia a: Caldaia a gas (esistente) 900 MW.",
        "Batteria* 200,0 200,0",
        "con meno di 1,5 GWh e senza costo rilevante: 1.",
        "Quota rinnovabile nessuno: è raggiunto senza sforzo ulteriore",
        "Emissioni 12,50 €/tCO2eq",
        "Totale 3.916 2.384 2.302 1.781",
        "Tutte le identità del bilancio sono verificate",
        "34 celle su 55 sono stimate",
        "Base: Torino 2019",
    ):
        assert words in text, words
    assert "7,00 €/MW" not in text  # a network limit is no target


def test_final_energy_adds_up(torino):
    rows = sections.final_rows(torino, Figures("en"))
    assert [row["label"] for row in rows["rows"]] == [
        "Households", "Public services", "Private services", "Industry", "Transport",
    ]  # fmt: skip
    assert rows["total"] == "10,479"
    assert sum(float(row["total"].replace(",", "")) for row in rows["rows"]) == pytest.approx(10479, abs=3)


def test_a_balance_alone_has_no_targets_and_no_plan(torino, tmp_path):
    html = leb.report(torino, path=tmp_path / "r.html", lang="en").read_text(encoding="utf-8")
    page = Page(html)
    assert page.tags.count("table") == 2
    assert '<h2 id="targets">' not in html
    assert "Torino 2019: energy and targets" in html


def test_a_given_evaluation_is_shown(torino, tmp_path):
    evaluation = leb.evaluate(torino, SET, base=torino)
    html = leb.report(torino, path=tmp_path / "r.html", evaluation=evaluation).read_text(encoding="utf-8")
    assert "Oggi Torino raggiunge 0 obiettivi su 3." in html


def test_a_result_among_the_scenarios_gives_the_plan(torino, halved, tmp_path):
    result = Result(PLAN, PRICES, RETIRED, halved)
    path = leb.report(torino, scenarios=[result], path=tmp_path / "r.html", lang="en", targets=SET)
    text = plain(path.read_text(encoding="utf-8"))
    assert "Scenarios compared" in text
    assert "Individual heat pump" in text
    assert "The plan gives up: Gas boiler (existing stock) 900 MW." in text


def test_the_same_balance_gives_the_same_file(torino, tmp_path):
    first = leb.report(torino, path=tmp_path / "a.html", targets=SET).read_bytes()
    assert leb.report(torino, path=tmp_path / "b.html", targets=SET).read_bytes() == first


def test_names_are_text_never_markup(torino, tmp_path):
    """Proves: a source with tags cannot run in the reader's browser."""
    nasty = torino.table.assign(source="<script>alert(1)</script>")
    balance = leb.Balance(nasty, torino.missing, "<img src=x onerror=alert(1)>")
    html = leb.report(balance, path=tmp_path / "r.html", title="<b>&").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert "<h1>&lt;b&gt;&amp;</h1>" in html


def test_a_balance_that_does_not_close_says_so(torino, tmp_path):
    table = torino.table.copy()
    table.loc[table.index[0], "energy_mwh"] *= 3
    path = leb.report(leb.Balance(table), path=tmp_path / "r.html", lang="en")
    assert "Caution, identities of the balance that do not hold: 1." in path.read_text(encoding="utf-8")


def test_published_rests_are_told(root, tmp_path):
    sheet = root / "tests/data/eurostat_nrg_bal_c_FR_2019.csv.gz"
    france = leb.read_eurostat(sheet, geo="FR", year=2019)
    text = leb.report(france, path=tmp_path / "r.html", lang="en").read_text(encoding="utf-8")
    assert "Published totals that exceed their parts: 6;" in text


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"lang": "de"}, "unknown language 'de'; known are it, en"),
        ({"plan": PLAN.drop(columns="cost_eur")}, "the plan has no column 'cost_eur'"),
        ({"targets": "20-20-20"}, "unknown target set '20-20-20'"),
    ],
)
def test_what_cannot_be_reported(torino, tmp_path, options, fault):
    with pytest.raises(InputError) as caught:
        leb.report(torino, path=tmp_path / "r.html", **options)
    assert fault in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_one_territory_and_year_at_a_time(torino, tmp_path):
    both = leb.Balance(pd.concat([torino.table, leb.examples.italy().table], ignore_index=True))
    with pytest.raises(InputError, match="one territory and one year are needed"):
        leb.report(both, path=tmp_path / "r.html")


def test_a_failure_leaves_the_old_file(torino, tmp_path, monkeypatch):
    path = tmp_path / "r.html"
    path.write_text("old")

    def broken(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document.Path, "replace", broken)
    with pytest.raises(OSError, match="No space left"):
        leb.report(torino, path=path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["r.html"]


def test_a_folder_in_the_way(torino, tmp_path):
    with pytest.raises(InputError, match="this is a folder; the path of a file is expected"):
        leb.report(torino, path=tmp_path)


def test_a_place_where_nothing_can_be_written(torino, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"nothing can be written here \(.+\): choose another place"):
        leb.report(torino, path=tmp_path / "file" / "r.html")


def test_each_scenario_has_its_section(tmp_path, torino):
    plans = [
        leb.Scenario("Piano A", base_year=2019).add(leb.measures.retrofit(share=0.2)),
        leb.Scenario("Piano B", base_year=2019).add(leb.measures.photovoltaic(mw=200)),
    ]
    path = leb.report(torino, scenarios=plans, year=2030, path=tmp_path / "r.html", targets=SET)
    text = path.read_text(encoding="utf-8")
    for plan in plans:
        told = leb.compare(torino, leb.project(torino, plan, year=2030)).explain("it")
        assert f"Scenario: {plan.name} 2030" in text
        assert all(html.escape(sentence, quote=False) in text for sentence in told[1:])
    assert text.count("<svg") >= 4


def test_a_scenario_that_says_its_year_needs_no_other(torino, tmp_path):
    """Proves: it is projected to the last year that it names, and the heading says which."""
    plan = leb.Scenario("Piano A", base_year=2019).add(
        leb.measures.retrofit(share=0.2, to_year=2028), leb.measures.photovoltaic(mw=200, to_year=2030)
    )
    own, given = (
        leb.report(torino, scenarios=[plan], path=tmp_path / name, targets=SET, **asked).read_text()
        for name, asked in (("own.html", {}), ("given.html", {"year": 2030}))
    )
    assert own == given
    assert "Piano A 2030" in own
    earlier = leb.report(torino, scenarios=[plan], path=tmp_path / "r.html", targets=SET, year=2025)
    assert "Piano A 2025" in earlier.read_text()


def test_what_is_no_scenario_and_what_has_no_year_is_told_at_once(tmp_path, torino):
    plan = leb.Scenario("Piano A", base_year=2019).add(leb.measures.retrofit(share=0.2))
    with pytest.raises(leb.InputError) as caught:
        leb.report(torino, scenarios=[plan, "piano"], path=tmp_path / "r.html")
    assert len(caught.value.faults) == 2
    assert "give year=2030" in caught.value.faults[0]
    assert "scenario 2 is a str" in caught.value.faults[1]
    assert not (tmp_path / "r.html").exists()
