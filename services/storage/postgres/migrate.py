"""Brings the tables up to date, at the start of each replica: one at a time, the first does the work."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy
import structlog
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, OperationalError

from services.domain.errors import StoreDamaged, StoreUnavailable

log = structlog.get_logger()

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x5B0A2D
"""Of PostgreSQL's advisory locks, the one for our migrations. Any number that nobody else uses."""

_PATIENCE = {"connect_timeout": 10}
"""Seconds, for a database that is not there at all."""


def migrate(url: str, revision: str = "head") -> None:
    """Run what has not run yet up to ``revision``, all or nothing. Blocks.

    Raises StoreUnavailable when the database does not answer, StoreDamaged when a newer Switchboard has
    changed the tables already.
    """
    engine = sqlalchemy.create_engine(
        _for_psycopg(url), poolclass=sqlalchemy.NullPool, connect_args=_PATIENCE
    )
    try:
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = Config()
            config.set_main_option("script_location", str(_FOLDER))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except OperationalError as error:
        log.warning("database_failed", words=str(error.orig))
        raise StoreUnavailable(words=f"the database does not answer: {_said(error)}") from error
    except DBAPIError as error:
        raise StoreUnavailable(words=f"the database refuses to be set up: {error.orig}") from error
    except CommandError as error:
        raise StoreDamaged(path="the database", words="a newer Switchboard has changed its tables") from error
    finally:
        engine.dispose()


def _said(error: OperationalError) -> str:
    """What the server, or the system on the way to it, said, in one line."""
    lines = str(error.orig).strip().splitlines() or ["it does not say why"]
    return lines[0].rpartition("FATAL:")[2].strip().removeprefix("connection failed: ")


def _for_psycopg(url: str) -> sqlalchemy.URL:
    return sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
