"""Scenarios, targets, plans, systems, meters and readings beside balances."""

from alembic import op

from leb_kit.store import document_triggers, policies, schema, triggers
from leb_kit.store.migrations import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, their triggers and, on a server, who may see and change what."""
    connection = op.get_bind()
    tables = schema.brought_by(revision)
    schema.metadata.create_all(connection, tables=tables)
    run(connection, triggers.statements(connection.dialect.name, revision))
    if connection.dialect.name == "postgresql":
        functions = ", ".join(f"{name}()" for name in document_triggers.functions())
        group = f"GRANT USAGE ON SEQUENCE document_id_seq TO {policies.GROUP}"
        run(connection, (f"REVOKE ALL ON FUNCTION {functions} FROM PUBLIC", group, *policies.guards(tables)))


def downgrade() -> None:
    """Refuse: what was saved in these tables is not to be had without them."""
    raise NotImplementedError("a store does not go back below revision 0004")
