"""Requests that exist: the list, one of them, and what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from cards.lists import my_requests_card
from dialogs.context import Answer, Desk
from services.domain.errors import Refused, TenantError, UnknownRequest
from services.domain.person import Actor
from services.domain.request import Request

log = structlog.get_logger()

Deed = Callable[[Actor, str, int], Awaitable[Request]]


async def mine(desk: Desk, actor: Actor) -> Answer:
    """The person's requests, newest first."""
    return Answer(card=my_requests_card(await desk.requests.mine(actor), actor.id))


async def show(desk: Desk, actor: Actor, request_id: str) -> Answer:
    """One request as it stands."""
    return desk.show(actor, await desk.requests.show(actor, request_id))


async def show_by_ref(desk: Desk, actor: Actor, ref: str) -> Answer:
    """One request by its reference."""
    return desk.show(actor, await desk.requests.by_ref(actor, ref))


async def cancel_by_ref(desk: Desk, actor: Actor, ref: str) -> Answer:
    """Cancel by typing, from the request's present state."""
    request = await desk.requests.by_ref(actor, ref)
    return await do(desk, actor, request.id, request.version, desk.requests.cancel)


async def approve(desk: Desk, actor: Actor, request_id: str, version: int) -> Answer:
    """Approve from a card."""
    return await do(desk, actor, request_id, version, desk.approvals.approve)


async def reject(desk: Desk, actor: Actor, request_id: str, version: int, reason: str) -> Answer:
    """Reject from a card."""

    async def deed(who: Actor, which: str, seen: int) -> Request:
        return await desk.approvals.reject(who, which, seen, reason)

    return await do(desk, actor, request_id, version, deed)


async def cancel(desk: Desk, actor: Actor, request_id: str, version: int) -> Answer:
    """Cancel from a card."""
    return await do(desk, actor, request_id, version, desk.requests.cancel)


async def retry(desk: Desk, actor: Actor, request_id: str, version: int) -> Answer:
    """Try a parked request again."""
    return await do(desk, actor, request_id, version, desk.requests.retry)


async def roll_back(desk: Desk, actor: Actor, request_id: str, version: int) -> Answer:
    """Undo a parked request."""
    return await do(desk, actor, request_id, version, desk.requests.roll_back)


async def do(desk: Desk, actor: Actor, request_id: str, version: int, deed: Deed) -> Answer:
    """Do it, or show the request as it stands with the reason why nothing was changed."""
    try:
        changed = await deed(actor, request_id, version)
    except UnknownRequest:
        log.warning("refused", person=actor.id, request=request_id, error=UnknownRequest.__name__)
        raise
    except (Refused, TenantError) as error:
        log.warning("refused", person=actor.id, request=request_id, error=error.code)
        return desk.show(actor, await desk.requests.show(actor, request_id), notice=error.sentence)
    return desk.show(actor, changed)
