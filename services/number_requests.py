"""Asking for a number: the form, and handing it in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from services.approvals.behalf import OnBehalf
from services.approvals.routing import Routing
from services.approvals.subject import number_subject
from services.asking import check_account, check_may_ask, checked_purpose, handed_in, submitted
from services.changes import SWITCHBOARD, Changes, tell
from services.domain.course import Course
from services.domain.errors import (
    AlreadyExists,
    AlreadyHasNumber,
    NoNumberFree,
    NumberJustTaken,
    NumberNotOffered,
)
from services.domain.location import Location
from services.domain.number import Number, dispute, hold, is_offered
from services.domain.offer import NEXT_AVAILABLE, OFFERED_NUMBERS, LocationChoice, NumberForm
from services.domain.person import Actor, Person
from services.domain.request import Request, RequestKind, RequestState
from services.locations import Locations
from services.ports import AssignmentStatus, Directory, Provisioner, Telephony, Transaction
from services.provisioning.plan import obstacle, plan_number
from services.provisioning.survey import WhatIs, survey


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInput:
    """What a person entered so far; empty where they entered nothing.

    ``beneficiary`` is the id of whom it is for, where that is somebody else.
    """

    form_id: str = ""
    location: str = ""
    number: str = NEXT_AVAILABLE
    purpose: str = ""
    beneficiary: str = ""


class NumberRequests:
    """Asks for numbers. ``days`` is how long a request, and its promise, waits for a decision."""

    def __init__(
        self,
        changes: Changes,
        directory: Directory,
        telephony: Telephony,
        locations: Locations,
        routing: Routing,
        behalf: OnBehalf,
        provisioner: Provisioner,
        days: int,
    ) -> None:
        self._changes = changes
        self._records = changes.records
        self._clock = changes.clock
        self._directory = directory
        self._telephony = telephony
        self._locations = locations
        self._routing = routing
        self._behalf = behalf
        self._provisioner = provisioner
        self._days = days

    async def form(self, actor: Actor, entered: FormInput) -> NumberForm:
        """The form, with everything checked that can be checked before it is filled in.

        What speaks against the chosen location is in ``obstacle``, so that another can be chosen.
        Raises AlreadyHasNumber, OpenRequestExists, AccountNotFit, NotForThem, NoApprover, LocationUnknown,
        TenantBusy.
        """
        await check_may_ask(self._changes, actor, entered.beneficiary)
        person = await self._behalf.beneficiary(actor, entered.beneficiary)
        location = (
            self._locations.named(entered.location) if entered.location else self._locations.of_person(person)
        )
        what_is, course = await self._look(actor, person, location)
        now = self._clock.now()
        async with self._records.transaction() as tx:
            free = await tx.numbers.free_by_location(now)
            numbers = await tx.numbers.offered(location.name, location.number_types, now, OFFERED_NUMBERS)
        against = obstacle(what_is, location) or (None if numbers else NoNumberFree(location=location.name))
        if isinstance(against, AlreadyHasNumber):
            raise against
        shown = tuple(number.e164 for number in numbers)
        return NumberForm(
            form_id=entered.form_id or str(uuid4()),
            person=person,
            location=location.name,
            locations=tuple(
                LocationChoice(name=at.name, free=free.get(at.name, 0)) for at in self._locations
            ),
            numbers=() if against else shown,
            cost=location.cost,
            plan=() if against else plan_number(person.id, location, numbers[0], what_is),
            course=course,
            is_for_other=person.id != actor.id,
            choice=entered.number if entered.number in shown else NEXT_AVAILABLE,
            purpose=entered.purpose,
            obstacle=against.sentence if against else "",
        )

    async def submit(self, actor: Actor, entered: FormInput) -> Request:
        """Hand the form in; the number is promised from here to the request's end.

        Handing the same form in again gives the same request. Raises PurposeMissing, TextTooLong,
        LocationUnknown, NumberNotOffered, NumberJustTaken, NoNumberFree, AlreadyHasNumber, OpenRequestExists,
        NoLicenceLeft, GroupClosed, AccountNotFit, NotForThem, NoApprover, TenantBusy; then nothing was
        changed.
        """
        known = await handed_in(self._changes, actor, entered.form_id)
        if known is not None:
            return known
        purpose = checked_purpose(entered.purpose)
        location = self._locations.named(entered.location)
        await check_may_ask(self._changes, actor, entered.beneficiary)
        person = await self._behalf.beneficiary(actor, entered.beneficiary)
        what_is, course = await self._look(actor, person, location)
        against = obstacle(what_is, location)
        if against is not None:
            raise against
        if entered.number != NEXT_AVAILABLE:
            await self._check_tenant(entered.number, location)
        now = self._clock.now()
        course = replace(course, stages=await self._routing.timed(course.stages))
        draft = self._draft(entered.form_id, actor, person, purpose, location, now)
        try:
            async with self._records.transaction() as tx:
                request = await self._add(tx, draft, entered.number, location, what_is, course, now)
        except AlreadyExists:
            return await self._changes.seen(actor, entered.form_id)
        self._changes.announce(request.id)
        if request.state is RequestState.APPROVED:
            await self._provisioner.provision(request)
        return request

    async def _look(self, actor: Actor, person: Person, location: Location) -> tuple[WhatIs, Course]:
        check_account(person, actor.id)
        what_is = await survey(self._directory, self._telephony, person, location)
        return what_is, await self._routing.course(number_subject(actor.id, person, location, what_is))

    async def _check_tenant(self, e164: str, location: Location) -> None:
        """Ask the tenant whether the chosen number is still free, and remember it when it is not."""
        async with self._records.transaction() as tx:
            number = await tx.numbers.get(e164)
        if number is None or not self._locations.fits(number, location):
            raise NumberNotOffered(location=location.name)
        listed = await self._telephony.number(e164)
        if listed is not None and listed.status is AssignmentStatus.UNASSIGNED:
            return
        words = "the tenant does not list it" if listed is None else "the tenant says that it is assigned"
        now = self._clock.now()
        async with self._records.transaction() as tx:
            number = await tx.numbers.get(e164)
            if number is not None and is_offered(number, now):
                await tx.numbers.put([dispute(number, words)])
                await tx.audit.append(now, SWITCHBOARD, "discrepancy", e164, {"words": words})
        raise NumberJustTaken(number=e164)

    def _draft(
        self,
        form_id: str,
        actor: Actor,
        person: Person,
        purpose: str,
        location: Location,
        now: datetime,
    ) -> Request:
        return Request(
            id=form_id,
            ref="",
            kind=RequestKind.NUMBER,
            requester=person.ref if person.id == actor.id else actor.ref,
            beneficiary=person.ref,
            purpose=purpose,
            location=location.name,
            cost=location.cost,
            created_at=now,
            updated_at=now,
            expires_at=now + timedelta(days=self._days),
        )

    async def _add(
        self,
        tx: Transaction,
        draft: Request,
        choice: str,
        location: Location,
        what_is: WhatIs,
        course: Course,
        now: datetime,
    ) -> Request:
        """Promise a number and write the request down, in one transaction."""
        number = await self._promise(tx, draft, choice, location, now)
        draft = replace(
            draft,
            ref=await tx.requests.next_ref(),
            number=number.e164,
            plan=plan_number(draft.beneficiary.id, location, number, what_is),
        )
        request = submitted(draft, course, now)
        await tx.requests.add(request)
        facts = {"ref": request.ref, "number": number.e164, "location": location.name}
        await tell(tx, request, 0, {**facts, "to": request.state.value})
        await tx.posts.mark_stale(request.id)
        return request

    async def _promise(
        self, tx: Transaction, draft: Request, choice: str, location: Location, now: datetime
    ) -> Number:
        if choice == NEXT_AVAILABLE:
            number = await tx.numbers.hold_next(
                location.name, location.number_types, draft.id, draft.expires_at, now
            )
            if number is None:
                raise NoNumberFree(location=location.name)
            return number
        known = await tx.numbers.get(choice)
        if known is None or not self._locations.fits(known, location):
            raise NumberNotOffered(location=location.name)
        held = hold(known, draft.id, draft.expires_at, now)
        await tx.numbers.put([held])
        return held
