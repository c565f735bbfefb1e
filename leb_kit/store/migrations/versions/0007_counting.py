"""A server counts the cells of a version that is sealed in one pass, and looks once for the last change."""

from alembic import op

from leb_kit.store import triggers
from leb_kit.store.migrations import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Functions of a server whose words changed.
BODIES = ("balance_step", "change_forged")


def upgrade() -> None:
    """Say the functions anew; a file's rules stay as they are."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        made = (triggers.POSTGRESQL[name][0] for name in BODIES)
        run(connection, (sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1) for sql in made))


def downgrade() -> None:
    """Refuse: an older program does not know this store."""
    raise NotImplementedError("a store does not go back below revision 0007")
