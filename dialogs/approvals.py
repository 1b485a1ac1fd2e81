"""What waits for somebody's decision, many at once, handing over, and asking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cards.approvals import approvals_card
from cards.preferences import preferences_card
from dialogs.context import Answer, Desk
from dialogs.requests import do
from services.domain.errors import Refused, StoreUnavailable, TenantError
from services.domain.person import Actor
from services.domain.preferences import PreferencesInput
from services.domain.request import Request
from services.domain.text import is_blank
from services.domain.waiting import Waiting

NONE_CHOSEN = "Choose at least one request first. Nothing was changed."
REASON_MISSING = "Say why you reject them: the requesters will read it. Nothing was changed."
SAVED = "Saved. It holds from now on."


async def waiting(desk: Desk, actor: Actor, page: int = 0) -> Answer:
    """What waits for the person's decision, oldest first."""
    return Answer(card=approvals_card(await desk.approvals.waiting_for(actor, page), actor.id))


async def approve_many(desk: Desk, actor: Actor, chosen: Sequence[tuple[str, int]], page: int) -> Answer:
    """Approve several from the list."""
    return await _decide(desk, actor, chosen, page, None)


async def reject_many(
    desk: Desk, actor: Actor, chosen: Sequence[tuple[str, int]], page: int, reason: str
) -> Answer:
    """Reject several from the list, all for the same reason."""
    if chosen and is_blank(reason):
        return await _list(desk, actor, page, problem=REASON_MISSING)
    return await _decide(desk, actor, chosen, page, reason)


async def delegate(desk: Desk, actor: Actor, request_id: str, version: int, to: str) -> Answer:
    """Hand one decision over."""

    async def deed(who: Actor, which: str, seen: int) -> Request:
        return await desk.approvals.delegate(who, which, seen, to)

    return await do(desk, actor, request_id, version, deed)


async def ask(desk: Desk, actor: Actor, request_id: str, version: int, question: str) -> Answer:
    """Ask the requester something."""

    async def deed(who: Actor, which: str, seen: int) -> Request:
        return await desk.approvals.ask(who, which, seen, question)

    return await do(desk, actor, request_id, version, deed)


async def answer(desk: Desk, actor: Actor, request_id: str, version: int, text: str) -> Answer:
    """Answer an approver's question."""

    async def deed(who: Actor, which: str, seen: int) -> Request:
        return await desk.approvals.answer(who, which, seen, text)

    return await do(desk, actor, request_id, version, deed)


async def preferences(desk: Desk, actor: Actor) -> Answer:
    """What the person chose for themselves as an approver."""
    return Answer(card=preferences_card((await desk.preferences.of(actor)).as_entered))


async def choose(desk: Desk, actor: Actor, entered: PreferencesInput) -> Answer:
    """Save it, or say what to correct."""
    try:
        chosen = await desk.preferences.choose(actor, entered)
    except (Refused, TenantError) as error:
        return Answer(card=preferences_card(entered, problem=error.sentence))
    return Answer(card=preferences_card(chosen.as_entered, notice=SAVED))


async def _decide(
    desk: Desk, actor: Actor, chosen: Sequence[tuple[str, int]], page: int, reason: str | None
) -> Answer:
    if not chosen:
        return await _list(desk, actor, page, problem=NONE_CHOSEN)
    outcomes = tuple(await desk.approvals.decide_many(actor, chosen, reason))
    try:
        shown = await desk.approvals.waiting_for(actor, page)
    except StoreUnavailable:
        if not any(one.is_done for one in outcomes):
            raise
        shown = Waiting(requests=(), count=0, is_known=False)
    return Answer(card=approvals_card(replace(shown, outcomes=outcomes), actor.id))


async def _list(desk: Desk, actor: Actor, page: int, problem: str) -> Answer:
    shown = await desk.approvals.waiting_for(actor, page)
    return Answer(card=approvals_card(replace(shown, problem=problem), actor.id))
