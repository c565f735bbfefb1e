"""Everything of the first version: tables, triggers and, on a server, who may see and change what."""

from alembic import op

from leb_kit.store import policies, triggers
from leb_kit.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make an empty store."""
    connection = op.get_bind()
    metadata.create_all(connection)
    dialect = connection.dialect.name
    guards = policies.statements(metadata) if dialect == "postgresql" else ()
    for statement in (*triggers.statements(dialect), *guards):
        # a per cent sign is a place for a value to one driver and nothing to the other
        connection.exec_driver_sql(statement.replace("%", "%%") if guards else statement)


def downgrade() -> None:
    """Refuse: below the first version there is no store."""
    raise NotImplementedError("there is no store below revision 0001")
