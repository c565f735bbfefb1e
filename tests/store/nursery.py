"""A process that loads the library once, forks a child for each order, and kills it without a word.

Run by path. An order is a line of JSON: ``mode``, ``url``, ``acks`` (a file), ``delay`` in seconds. The child
writes a line to ``acks`` after each thing that was acknowledged; the answer is ``killed`` or ``ended``.
"""

# ruff: noqa: T201 - it answers by its output

import json
import os
import signal
import sys
import time
from pathlib import Path

import pandas as pd

from leb_kit import Balance
from leb_kit.store import Repository

FLOWS = ("PPRD", "IMP", "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_IND_E")
PRODUCTS = ("G3000", "E7000", "H8000", "O4652", "R5110-5150_W6000RI")
TOWNS = tuple(f"0010{number:02}" for number in range(1, 41))


def many(territories, year, mwh):
    """A balance of 25 cells a territory, each with the same energy."""
    rows = [
        {"territory": t, "year": year, "flow": f, "product": p, "value": mwh, "source": f"source {mwh:.0f}"}
        for t in territories
        for f in FLOWS
        for p in PRODUCTS
    ]
    return Balance.from_mwh(pd.DataFrame(rows).rename(columns={"value": "energy_mwh"}).assign(status="A"))


def save(url, tell):
    """Save version after version of one year."""
    with Repository(url) as repo:
        tell("begun")
        for number in range(1, 10_000):
            (made,) = repo.save(many(["001272"], 2020, float(number)), base=number - 1 or None)
            tell(made.version)


def bring(url, tell):
    """Save forty towns at once."""
    with Repository(url) as repo:
        tell("begun")
        repo.save(many(TOWNS, 2020, 1.0))
        tell("all")


def migrate(url, tell):
    """Make a store where there is none."""
    tell("begun")
    Repository.create(url).close()
    tell("all")


def child(order):
    """Do what was ordered until the end, or until killed."""
    acks = os.open(order["acks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    work = {"save": save, "bring": bring, "migrate": migrate}[order["mode"]]
    try:
        work(order["url"], lambda word: os.write(acks, f"{word}\n".encode()))
    except BaseException as error:  # noqa: BLE001 - the server may be killed under it
        os.write(acks, f"error {type(error).__name__} {error}\n".encode().replace(b"\n", b" ") + b"\n")
    os._exit(0)


def killed(pid, order):
    """Wait for the beginning, then for the moment; whether the child was still at work then."""
    acks = Path(order["acks"])
    while not acks.exists() or not acks.read_bytes():
        time.sleep(0.001)
    time.sleep(order["delay"])
    if order.get("spare"):
        return False
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def main():
    """Obey until nobody asks any more."""
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            child(order)
        print("killed" if killed(pid, order) else "ended", flush=True)
        if order.get("spare"):
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
