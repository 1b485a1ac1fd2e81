"""The port to durable work."""

from __future__ import annotations

from typing import Protocol

from services.domain.request import Request


class Provisioner(Protocol):
    """Starts durable work. Calling twice for the same run of a request starts it once."""

    async def provision(self, request: Request) -> None:
        """Take an approved request to its end."""
        ...

    async def roll_back(self, request: Request) -> None:
        """Undo what Switchboard changed for a request in state rolling back."""
        ...
