"""A provisioner that starts nothing."""

from __future__ import annotations

from services.domain.request import Request


class NoProvisioner:
    """Whoever tests decides when work goes on."""

    async def provision(self, request: Request) -> None:
        """Nothing, as when the process ends at this moment."""

    async def roll_back(self, request: Request) -> None:
        """Nothing, likewise."""
