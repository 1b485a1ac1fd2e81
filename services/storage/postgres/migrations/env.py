"""What alembic runs to reach the database: the connection, in a transaction, that ``migrate`` hands in."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
