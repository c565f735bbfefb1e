"""Everything of the first version: tables, triggers and, on a server, who may see and change what."""

from alembic import op

from leb_kit.store import policies, schema, triggers
from leb_kit.store.migrations import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make an empty store."""
    connection = op.get_bind()
    tables = schema.brought_by(revision)
    schema.metadata.create_all(connection, tables=tables)
    run(connection, triggers.statements(connection.dialect.name, revision))
    if connection.dialect.name == "postgresql":
        run(connection, (*policies.foundation(), *policies.guards(tables), policies.certifiers()))


def downgrade() -> None:
    """Refuse: below the first version there is no store."""
    raise NotImplementedError("there is no store below revision 0001")
