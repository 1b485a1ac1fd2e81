"""The port to what Teams lets the bot send."""

from __future__ import annotations

from typing import Protocol

from services.domain.allowance import Slot


class SendBudget(Protocol):
    """Shares out the moments at which messages may go, so that Teams' rate limits are never exceeded.

    Everything that Teams may count is a message: what is sent, replaced or deleted, a chat that is opened,
    and each further try. Neither method ever raises: a budget that cannot be asked is no reason to lose a
    message.
    """

    async def reserve(self, conversation_id: str) -> Slot:
        """Reserve the next moment for a message into this conversation.

        A slot that is not granted has reserved nothing: sleep for its ``wait`` and ask again. Moments of one
        conversation are given in the order in which they were asked for.
        """
        ...

    async def hold_back(self, conversation_id: str, seconds: float) -> None:
        """Grant nothing more in this conversation for ``seconds``: Teams has asked for a pause."""
        ...
