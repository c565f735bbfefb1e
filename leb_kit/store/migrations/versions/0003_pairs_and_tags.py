"""Pairs that never are, and marks of versions."""

from alembic import op

from leb_kit.store import policies, schema, triggers, triggers_added
from leb_kit.store.migrations import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and their triggers; which pairs never are is written by ``closing.add_rules``."""
    connection = op.get_bind()
    tables = schema.brought_by(revision)
    schema.metadata.create_all(connection, tables=tables)
    run(connection, triggers.statements(connection.dialect.name, revision))
    if connection.dialect.name == "postgresql":
        functions = ", ".join(f"leb_{name}()" for name in sorted(triggers_added.of_server()))
        run(connection, (f"REVOKE ALL ON FUNCTION {functions} FROM PUBLIC", *policies.guards(tables)))


def downgrade() -> None:
    """Refuse: what was saved in these tables is not to be had without them."""
    raise NotImplementedError("a store does not go back below revision 0003")
