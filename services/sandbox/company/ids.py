"""Ids that are the same at every start: made from names."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import lru_cache

DOMAIN = "switchboard.example"
FOUNDED = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)


@lru_cache(maxsize=4096)
def id_of(kind: str, name: str) -> str:
    """Return the id of a thing of the company."""
    return str(uuid.uuid5(_SPACE, f"{kind}:{name}"))


TENANT_ID = id_of("tenant", DOMAIN)
APP_EXTERNAL_ID = id_of("app", "switchboard")
"""The id in the manifest of Switchboard's Teams app, by which the catalogue knows it."""
