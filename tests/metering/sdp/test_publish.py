"""Publishing a balance: nothing twice, nothing by halves, nothing that shows a single user."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.metering.sdp import BackendSuspect, Refused, Transport, Uncertain
from leb_kit.metering.sdp.journal import Journal
from leb_kit.metering.sdp.publication import definition, publication
from leb_kit.metering.sdp.publish import publish, read_published
from tests.metering.sdp.published import BALANCE, MANIFEST, TARGET, ready, small
from tests.metering.sdp.world import PASSWORD, settings, world

LICENCE = "CC BY 4.0"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def server():
    with world() as running:
        yield ready(running)


@pytest.fixture
def transport(server):
    with Transport(settings(server)) as open_one:
        yield open_one


def send(transport, balance=None, **options):
    """Publish the small balance."""
    what = options.pop("what", None) or publication(balance or small(), licence=LICENCE)
    given = {"tenant": "leb", "patience_s": 0.05, "poll_s": 0.01} | options
    return publish(transport, TARGET, what, **given)


def kept(server, code=BALANCE):
    """How often each row of each revision is stored."""
    name = "riga_id" if code == BALANCE else "bilancio_id"
    return Counter((row.values[name], row.values["revisione"]) for row in server.store.datasets[code].rows)


def cells(balance):
    """Cells of a balance, to a watt-hour."""
    rows = balance.leaves[["territory", "year", "flow", "product", "status"]].astype(str)
    return sorted(zip(*rows.T.to_numpy(), (balance.leaves["energy_mwh"] * 1000).round(3), strict=True))


def back(transport):
    """The balance as it can be read."""
    return read_published(transport, TARGET, territory="001272", year=2019)


def test_what_is_published_is_read_back_equal(transport, server):
    report = send(transport)
    assert (report.revision, report.rows, report.sent, report.calls) == (1, 3, 3, 2)
    assert cells(back(transport)) == cells(small())
    assert set(kept(server).values()) == {1}


def test_torino_goes_and_comes_back_equal(transport):
    torino = leb.examples.torino()
    send(transport, torino)
    read = back(transport)
    assert cells(read) == cells(torino)
    assert leb.check(read).ok


def test_the_same_again_sends_nothing(transport, server):
    send(transport)
    server.requests.clear()
    assert send(transport).revision == 0
    assert not any("input" in one.path for one in server.requests)


def test_another_balance_is_a_new_revision_and_the_old_one_stays(transport, server):
    send(transport)
    assert send(transport, small(99)).revision == 2
    assert cells(back(transport)) == cells(small(99))
    assert len(server.store.datasets[BALANCE].rows) == 6


def test_a_dry_run_plans_and_sends_nothing(transport, server):
    report = send(transport, dry_run=True)
    assert (report.revision, report.sent, report.dry_run) == (1, 3, True)
    assert not any("input" in one.path for one in server.requests)


def test_the_manifest_comes_last_and_says_the_sums(transport, server):
    send(transport)
    writes = [one.body for one in server.requests if "dataset/input" in one.path]
    assert MANIFEST.encode() in writes[-1]
    assert BALANCE.encode() in writes[0]
    (manifest,) = (row.values for row in server.store.datasets[MANIFEST].rows)
    assert (manifest["righe"], manifest["licenza"], manifest["totali"]) == (3, LICENCE, "G3000=3706703.673")


def test_without_its_manifest_a_revision_does_not_count(transport, server):
    send(transport)
    send(transport, small(99))
    server.store.datasets[MANIFEST].rows.pop()
    assert cells(back(transport)) == cells(small())
    server.store.datasets[MANIFEST].rows.clear()
    with pytest.raises(InputError, match="no whole revision"):
        back(transport)


def test_rows_that_were_changed_are_refused(transport, server):
    send(transport)
    dataset = server.store.datasets[BALANCE]
    row = dataset.rows[0]
    row.values["valore_kwh"] = 1.0
    with pytest.raises(InputError, match=row.values["riga_id"]):
        back(transport)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["lost_reply", "ins_ko_202", "http_502_n", "token_expired_xml", "silent_empty", "short_page"]
)
@pytest.mark.parametrize("which", [0, 1])
def test_a_fault_on_the_way_never_duplicates_a_row(transport, server, name, which):
    """Proves: what was sent is looked for before it is sent again; ``which``: rows or manifest."""
    if which:
        send(transport)
    setattr(server.faults, name, 1)
    send(transport, small(50))
    assert getattr(server.faults, name) == 0
    assert set(kept(server).values()) == set(kept(server, MANIFEST).values()) == {1}
    assert cells(back(transport)) == cells(small(50))


def test_every_reply_lost_still_publishes_once(transport, server):
    server.faults.lost_reply = -1
    send(transport)
    assert set(kept(server).values()) == set(kept(server, MANIFEST).values()) == {1}


def test_a_platform_that_keeps_nothing_is_an_error(transport, server):
    server.faults.ins_ko_202 = -1
    with pytest.raises(Uncertain, match="not kept in 3 tries"):
        send(transport)
    assert not kept(server)


def test_rows_that_appear_late_are_waited_for():
    now = [1_700_000_000.0]

    def sleep(seconds):
        now[0] += seconds

    with (
        world(clock=lambda: now[0], index_delay=30.0) as server,
        Transport(settings(ready(server))) as transport,
    ):
        clock = {"now": lambda: datetime.fromtimestamp(now[0], UTC), "sleep": sleep}
        report = send(transport, patience_s=120, poll_s=2, **clock)
        assert report.calls == 2
        assert set(kept(server).values()) == {1}
        assert cells(back(transport)) == cells(small())


def test_rows_that_appear_too_late_are_not_sent_again(tmp_path):
    """Proves: the journal remembers over runs what is on its way."""
    now = [1_700_000_000.0]

    def sleep(seconds):
        now[0] += seconds

    with (
        world(clock=lambda: now[0], index_delay=100.0) as server,
        Transport(settings(ready(server))) as transport,
    ):
        clock = {"now": lambda: datetime.fromtimestamp(now[0], UTC), "sleep": sleep, "poll_s": 2}
        with pytest.raises(Uncertain, match="run again later"):
            send(transport, patience_s=10, journal=Journal(tmp_path / "j.json"), **clock)
        send(transport, patience_s=200, journal=Journal(tmp_path / "j.json"), **clock)
        assert set(kept(server).values()) == set(kept(server, MANIFEST).values()) == {1}


def test_a_store_that_is_down_is_not_taken_for_an_empty_one(transport, server, tmp_path):
    send(transport, journal=Journal(tmp_path / "j.json"))
    server.faults.silent_empty = -1
    with pytest.raises(BackendSuspect):
        send(transport, journal=Journal(tmp_path / "j.json"))
    assert set(kept(server).values()) == {1}


def test_an_unfinished_revision_is_finished_and_another_one_is_passed_over(transport, server):
    server.faults.ins_ko_202 = -1
    first = publication(small(), licence=LICENCE)
    with pytest.raises(Uncertain):
        send(transport, what=first)
    server.faults.ins_ko_202 = 0
    rows = first.sent(1, datetime(2026, 1, 1, tzinfo=UTC))
    server.store.insert(BALANCE, [(None, row | {"pubblicato_il": NOW}) for row in rows[:1]])
    report = send(transport, what=first)
    assert (report.revision, report.sent) == (1, 2)
    server.store.insert(
        BALANCE, [(None, rows[0] | {"revisione": 2, "riga_hash": "other", "pubblicato_il": NOW})]
    )
    assert send(transport, small(7)).revision == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_the_next_run_publishes_the_rest(seed, server, transport, tmp_path, root):
    """Proves: a crash between sending and seeing neither loses nor doubles a row."""
    draw = random.Random(seed)  # noqa: S311 (moments, no secrets)
    command = [sys.executable, str(Path(__file__).with_name("published_killed.py")), server.url]
    command += [server.settings.key, server.settings.secret, PASSWORD, str(tmp_path / "journal.json")]
    environment = os.environ | {"PYTHONPATH": str(root)}
    killed = 0
    for _ in range(4):
        seen = len(server.requests)
        child = subprocess.Popen(command, env=environment)
        moment = seen + 9 + draw.randrange(12)
        while len(server.requests) < moment and child.poll() is None:
            time.sleep(0.001)
        time.sleep(draw.random() / 100)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    assert killed >= 2  # or the moments were badly drawn
    subprocess.run(command, check=True, env=environment)
    assert set(kept(server).values()) == set(kept(server, MANIFEST).values()) == {1}
    assert cells(back(transport)) == cells(leb.examples.torino())


# ── what must not be published ───────────────────────────────────────────────────────────────────────────


def test_what_shows_single_users_is_refused_all_at_once():
    few = {("FC_OTH_HH_E", "G3000"): 3, ("FC_OTH_CP_PRI_E", "G3000"): 4, ("FC_OTH_CP_PUB_E", "G3000"): 2}
    with pytest.raises(InputError) as caught:
        publication(small(), licence=LICENCE, meters=few, exempt={"FC_OTH_CP_PUB_E"})
    assert len(caught.value.faults) == 2
    assert publication(small(), licence=LICENCE, meters=few, min_meters=2).rows


def test_a_balance_without_licence_is_refused():
    with pytest.raises(InputError, match="licence"):
        publication(small(), licence=" ")


def test_arrows_go_too_and_are_no_cells(transport):
    arrows = pd.DataFrame({"source": ["a"], "target": ["b"], "product": ["G3000"], "energy_mwh": [1.0]})
    send(transport, what=publication(small(), licence=LICENCE, arrows=arrows))
    assert cells(back(transport)) == cells(small())


def test_a_tenant_that_differs_anywhere_is_refused(transport, server):
    with pytest.raises(InputError, match="altro"):
        send(transport, tenant="altro")
    server.store.datasets[MANIFEST].tenant = "altro"
    with pytest.raises(InputError, match=MANIFEST):
        send(transport)
    assert not any("input" in one.path for one in server.requests)


def test_a_dataset_without_a_column_is_named_before_anything_is_sent(transport, server):
    dataset = server.store.datasets[BALANCE]
    dataset.components = tuple(one for one in dataset.components if one.name != "riga_hash")
    with pytest.raises(InputError, match="riga_hash"):
        send(transport)


def test_a_refusal_of_the_platform_is_told(transport, server):
    server.settings.passwords.clear()
    with pytest.raises(Exception, match="credentials"):
        send(transport)
    server.settings.passwords["leb"] = PASSWORD
    dataset = server.store.datasets[BALANCE]
    dataset.components = tuple(
        one if one.name != "vettore" else type(one)("vettore", "int", required=True)
        for one in dataset.components
    )
    with pytest.raises(Refused, match="E020"):
        send(transport)


def test_names_of_components_are_small_letters_and_the_longest_call_is_a_thousand_rows():
    names = [*definition("balance")["component"], *definition("manifest")["component"]]
    assert all(name == name.lower() and name.isascii() for name in names)
    assert sys.modules["leb_kit.metering.sdp.publish"].CHUNK <= 1500
