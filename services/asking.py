"""What every way of asking for something has in common: who may ask, and what they must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.changes import Changes
from services.domain import transitions
from services.domain.course import Course
from services.domain.errors import (
    AccountNotFit,
    InventoryNotReady,
    NoApprover,
    OpenForThem,
    OpenRequestExists,
    PurposeMissing,
    TextTooLong,
    UnknownRequest,
)
from services.domain.person import Actor, Person
from services.domain.request import PURPOSE_LIMIT, Request
from services.domain.text import is_blank
from services.inventory import TAKEN_OVER


async def check_may_ask(changes: Changes, actor: Actor, beneficiary_id: str = "") -> None:
    """Pass when the beneficiary, the actor where none is named, has no open request.

    Raises InventoryNotReady, OpenRequestExists, OpenForThem.
    """
    async with changes.records.transaction() as tx:
        is_complete = await tx.marks.has(TAKEN_OVER)
        open_request = await tx.requests.open_of(beneficiary_id or actor.id)
    if not is_complete:
        raise InventoryNotReady
    if open_request is not None and open_request.beneficiary.id != actor.id:
        raise OpenForThem(
            ref=open_request.ref, request_id=open_request.id, name=open_request.beneficiary.name
        )
    if open_request is not None:
        raise OpenRequestExists(ref=open_request.ref, request_id=open_request.id)


async def handed_in(changes: Changes, actor: Actor, form_id: str) -> Request | None:
    """The request that the form has become already, if it has."""
    try:
        return await changes.seen(actor, form_id)
    except UnknownRequest:
        return None


def check_account(person: Person, asked_by: str) -> None:
    """Pass for an enabled member. ``asked_by`` is the id of who asks. Raises AccountNotFit."""
    if not person.can_work:
        whose = "yours" if person.id == asked_by else f"that of {person.display_name}"
        raise AccountNotFit(whose=whose, what="a guest account" if person.account_enabled else "disabled")


def submitted(draft: Request, course: Course, now: datetime) -> Request:
    """The draft handed in: its first stage is asked for, or a condition spares it all. Raises NoApprover."""
    request = transitions.submit(replace(draft, stages=course.stages, approval=course.rule), now)
    if request.stages:
        return request
    if not course.not_needed:
        raise NoApprover
    return transitions.approve_unasked(request, f"No approval is needed: {course.not_needed}.", now)


def checked_purpose(text: str) -> str:
    """The purpose as it is kept. Raises PurposeMissing, TextTooLong."""
    purpose = text.strip()
    if is_blank(purpose):
        raise PurposeMissing
    if len(purpose) > PURPOSE_LIMIT:
        raise TextTooLong(what="the purpose", limit=PURPOSE_LIMIT, length=len(purpose))
    return purpose
