"""A shared store with two provinces and five people, and a secret in one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import psycopg

from leb_kit import Balance
from leb_kit.store import Repository
from leb_kit.store.schema_documents import TABLES as DOCUMENT_PARTS
from tests.store.postgres import Database, Server

PASSWORD = "pw-of-a-person"  # noqa: S105 - of people of a server that lives for a test
#: What nobody of the province of Torino may ever see, in any answer or error.
SECRETS = ("7777", "segreto", "riservat")
#: Person, role, territory.
PEOPLE = (
    ("anna", "analyst", "001"),
    ("bruno", "reader", "001"),
    ("carla", "certifier", "004"),
    ("dora", "admin", "001"),
    ("enzo", "reader", "004078"),
    ("fabio", "certifier", "001272"),
)
TABLES = (
    "territory",
    "flow",
    "product",
    "source",
    "balance",
    "cell",
    "membership",
    "change",
    "identity",
    "identity_term",
    "product_part",
    "closing",
    "barred_pair",
    "tag",
    "document",
    *DOCUMENT_PARTS,
)


def small(territory: str, mwh: float, source: str = "", year: int = 2020) -> Balance:
    """A balance of two cells that closes."""
    keys = {"territory": territory, "year": year, "product": "G3000", "source": source}
    rows = [{**keys, "flow": flow, "value": mwh} for flow in ("PPRD", "FC_OTH_HH_E")]
    return Balance.from_table(pd.DataFrame(rows), unit="MWh", name=f"bilancio riservato {territory}")


def put(repo: Repository, place: str = "001272", word: str = "") -> None:
    """One document of each kind in a territory."""
    from tests.store import papers  # it knows these people

    papers.put(repo, place, word)


def fill(url: str) -> None:
    """Two towns of two provinces, and people for each."""
    with Repository.create(url) as repo:
        repo.save(small("001272", 5.0, "catasto"), message="di Torino")
        repo.save(small("004078", 7777.25, "segreto"), message="riservato a Cuneo")
        repo.tag("alla giunta", territory="001272", year=2020)
        repo.tag("segreto di Cuneo", territory="004078", year=2020)
        put(repo)
        put(repo, "004078", "segreto di Cuneo")
        for person, role, place in PEOPLE:
            repo.grant(person, role, place, password=PASSWORD)


@dataclass(frozen=True)
class Shared:
    """A shared store on a server."""

    database: Database

    def url(self, person: str) -> str:
        """Address for a person."""
        return self.database.server.url(person, PASSWORD, self.database.name)

    @contextmanager
    def as_person(self, person: str) -> Iterator[psycopg.Connection]:
        """A connection of a person for raw SQL, committed at the end."""
        with psycopg.connect(self.url(person).replace("+psycopg", "")) as connection:
            yield connection

    def sql(self, statement: str) -> list[tuple]:
        """Rows of a statement of the superuser, whom no policy holds."""
        return self.database.server.sql(statement, database=self.database.name)

    def everything(self) -> list[tuple]:
        """Every row of every table."""
        rows = " UNION ALL ".join(f"SELECT '{table}', {table}::text FROM {table}" for table in TABLES)  # noqa: S608
        return sorted(self.sql(rows))

    @classmethod
    def on(cls, server: Server) -> "Shared":
        """A fresh copy on a server."""
        made = cls(server.database("people", fill))
        names = ", ".join(person for person, _, _ in PEOPLE)
        server.sql(f"GRANT CONNECT, TEMPORARY ON DATABASE {made.database.name} TO {names}")
        return made
