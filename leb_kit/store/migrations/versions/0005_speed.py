"""An index that answers what is asked of one cell, and a rule that prepares only what it asks."""

from alembic import op
from sqlalchemy import inspect

from leb_kit.store import schema, triggers
from leb_kit.store.migrations import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of cells anew and, on a server, the function that asks whether a version closes."""
    connection = op.get_bind()
    # what the index leaves out since 0006 a store that was made before does not have yet: it is made there
    known = any(column["name"] == "until" for column in inspect(connection).get_columns("cell"))
    for index in schema.cell.indexes:
        index.drop(connection)
        if known:
            index.create(connection)
    if connection.dialect.name == "postgresql":
        closes = triggers.POSTGRESQL["balance_closes"][0]
        run(connection, (closes.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1),))


def downgrade() -> None:
    """Refuse: an older program does not know this store."""
    raise NotImplementedError("a store does not go back below revision 0005")
