"""The address of a database, as people give it."""

from __future__ import annotations

import sqlalchemy

from services.domain.errors import BadInput

_SCHEMES = ("postgresql://", "postgres://")
_WORDS = "That is not the address of a PostgreSQL database. It reads postgresql://user:password@host/name."


def where(url: str) -> str:
    """Which database that is, for people, without user and password. Raises BadInput for any other address.

    The address itself is in no sentence: it may hold a password.
    """
    if not url.startswith(_SCHEMES):
        raise BadInput(what=_WORDS)
    try:
        parts = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:
        raise BadInput(what=_WORDS) from error
    host = parts.host or parts.query.get("host") or "this machine"
    return f"{parts.database or parts.username or ''} on {host}".strip()
