"""A version writes what differs from the one before it: cells know in which versions they stand.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from alembic import op
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from leb_kit.store import policies, schema, triggers
from leb_kit.store.migrations import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Triggers whose words changed.
CHANGED = ("balance_count", "balance_closes", "cell_sealed", "cell_fixed", "cell_kept", "cell_pair")
#: Functions of a server likewise.
BODIES = ("balance_step", "balance_closes", "cell_sealed", "cell_fixed")
COLUMNS = ", ".join(column.name for column in schema.cell.columns if column.name != "until")
#: Until now each version had all its cells: they end with it where a later one follows.
NEWEST = (
    "SELECT b.territory_id, b.year, max(b.version) AS version FROM balance b GROUP BY b.territory_id, b.year"
)
FILLED = (
    f"INSERT INTO cell ({COLUMNS}, until) SELECT {COLUMNS}, CASE WHEN version < (SELECT max(b.version) "
    "FROM balance b WHERE b.territory_id = cell_before.territory_id AND b.year = cell_before.year) "
    "THEN version END FROM cell_before ORDER BY 1, 2, 3, 4, 5"
)
ENDED = (
    f"UPDATE cell SET until = cell.version FROM ({NEWEST}) n WHERE n.territory_id = cell.territory_id "
    "AND n.year = cell.year AND cell.version < n.version"
)


def upgrade() -> None:
    """Tell of every cell where it ends; a store that is made now has that already."""
    connection = op.get_bind()
    known = any(column["name"] == "until" for column in inspect(connection).get_columns("cell"))
    file = connection.dialect.name == "sqlite"
    if not known:
        (_of_file if file else _of_server)(connection)
    run(connection, triggers.statements(connection.dialect.name, revision))
    if not file:
        run(connection, ("REVOKE ALL ON FUNCTION leb_cell_ended() FROM PUBLIC",))


def _of_file(connection: Connection) -> None:
    """Write the table anew, so that it reads as in a new file."""
    run(connection, (*(f"DROP TRIGGER {name}" for name in CHANGED), "ALTER TABLE cell RENAME TO cell_before"))
    connection.execute(CreateTable(schema.cell))
    run(connection, (FILLED, "DROP TABLE cell_before", *(triggers.SQLITE[name] for name in CHANGED)))
    for index in schema.cell.indexes:
        connection.execute(CreateIndex(index))


def _of_server(connection: Connection) -> None:
    run(connection, ("DROP TRIGGER cell_fixed ON cell", "ALTER TABLE cell ADD COLUMN until integer"))
    run(connection, (ENDED,))
    run(connection, ("ALTER TABLE cell ADD CONSTRAINT ck_cell_until CHECK (until >= version)",))
    for index in schema.cell.indexes:
        run(connection, (f"DROP INDEX IF EXISTS {index.name}",))
        connection.execute(CreateIndex(index))
    for name in BODIES:
        body, *trigger = triggers.POSTGRESQL[name]
        run(connection, (body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1),))
        if name == "cell_fixed":
            run(connection, trigger)
    old = ("owner_all", *(f"people_{command.lower()}" for command in policies.COMMANDS))
    run(
        connection,
        (*(f"DROP POLICY {name} ON cell" for name in old), *policies.guards([schema.cell])),
    )


def downgrade() -> None:
    """Refuse: an older program would take a part of a version for the whole."""
    raise NotImplementedError("a store does not go back below revision 0006")
