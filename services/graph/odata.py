"""OData's spelling."""

from __future__ import annotations


def quoted(text: str) -> str:
    """Return a text as a literal for ``$filter``: in quotes, its own quotes doubled."""
    return "'" + text.replace("'", "''") + "'"
