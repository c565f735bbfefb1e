"""The identities of a certified version, held by the database itself."""

from alembic import op

from leb_kit.store import policies, schema, triggers
from leb_kit.store.migrations import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the rules and the trigger that asks them; what they say is written by ``closing.add_rules``."""
    connection = op.get_bind()
    tables = schema.brought_by(revision)
    schema.metadata.create_all(connection, tables=tables)
    run(connection, triggers.statements(connection.dialect.name, revision))
    if connection.dialect.name == "postgresql":
        run(connection, ("REVOKE ALL ON FUNCTION leb_balance_closes() FROM PUBLIC", *policies.guards(tables)))


def downgrade() -> None:
    """Refuse: what was certified under these rules is not to be had without them."""
    raise NotImplementedError("a store does not go back below revision 0002")
