"""What Teams lets the bot send, shared by all replicas."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them in one go: the body of a function has semicolons of its own."""
    everything = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(everything, execution_options={"no_parameters": True})
