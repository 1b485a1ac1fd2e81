"""Asking for a change of persona: the form with what it would give and take, and handing it in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from services.approvals.behalf import OnBehalf
from services.approvals.routing import Routing
from services.approvals.subject import persona_subject
from services.asking import check_account, check_may_ask, checked_purpose, handed_in, submitted
from services.changes import Changes, tell
from services.domain.course import Course
from services.domain.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    GroupAmbiguous,
    GroupUnknown,
    HoldsPersona,
    NoNumberFree,
    NoSuchPersona,
    NotEligible,
    PersonaFaulty,
)
from services.domain.number import NumberStatus, assign
from services.domain.person import Actor, Person, PersonRef
from services.domain.persona import Catalogue, Persona, attributes_of
from services.domain.persona_form import PersonaChoice, PersonaForm
from services.domain.request import Request, RequestKind, RequestState
from services.locations import Locations
from services.ports import Directory, Provisioner, Telephony, Transaction
from services.promising import Promises
from services.provisioning.persona_difference import NumberNeed, change_of, number_need
from services.provisioning.persona_is import PersonaIs, held_by
from services.provisioning.persona_plan import plan_persona
from services.provisioning.persona_survey import survey_persona


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaInput:
    """What a person entered so far; empty where they entered nothing.

    ``seen`` is the mark of the change that their card showed. ``beneficiary`` is the id of whom it is for,
    where that is somebody else.
    """

    form_id: str = ""
    persona: str = ""
    purpose: str = ""
    seen: str = ""
    beneficiary: str = ""


class PersonaRequests:
    """Asks for personas. ``may_write`` is whether attributes of accounts may be written, and ``days`` how
    long a request, and its promise, waits for a decision.
    """

    def __init__(
        self,
        changes: Changes,
        directory: Directory,
        telephony: Telephony,
        locations: Locations,
        catalogue: Callable[[], Catalogue],
        routing: Routing,
        behalf: OnBehalf,
        provisioner: Provisioner,
        *,
        may_write: bool,
        days: int,
    ) -> None:
        self._changes = changes
        self._directory = directory
        self._telephony = telephony
        self._locations = locations
        self._promises = Promises(locations)
        self._catalogue = catalogue
        self._routing = routing
        self._behalf = behalf
        self._provisioner = provisioner
        self._may_write = may_write
        self._days = days

    async def form(self, actor: Actor, entered: PersonaInput) -> PersonaForm:
        """The form; once a persona is chosen, with all that it would change.

        What speaks against the chosen one is in ``obstacle``, so that another can be chosen.
        Raises OpenRequestExists, InventoryNotReady, AccountNotFit, NotForThem, NoApprover, TenantBusy.
        """
        await check_may_ask(self._changes, actor, entered.beneficiary)
        catalogue = self._catalogue()
        person, memberships = await asyncio.gather(
            self._behalf.beneficiary(actor, entered.beneficiary),
            self._directory.memberships(entered.beneficiary or actor.id),
        )
        check_account(person, actor.id)
        held = held_by(catalogue, memberships)
        blank = PersonaForm(
            form_id=entered.form_id or str(uuid4()),
            person=person,
            choices=_choices(catalogue, person, held),
            purpose=entered.purpose,
            is_for_other=person.id != actor.id,
        )
        chosen = catalogue.named(entered.persona)
        if chosen is None:
            return replace(blank, problem=NoSuchPersona().sentence) if entered.persona else blank
        form = replace(blank, persona=chosen.name)
        try:
            found, need, course = await self._look(actor, person, catalogue, chosen)
            await self._check_number(need)
        except (HoldsPersona, NotEligible, NoNumberFree, PersonaFaulty) as against:
            return replace(form, obstacle=against.sentence)
        words = f"the next free one in {need.spec.location}" if need.spec else ""
        change = change_of(found, need, words, may_write=self._may_write)
        plan = plan_persona(found, change, words or None, may_write=self._may_write)
        return replace(form, change=change, plan=plan, course=course)

    async def submit(self, actor: Actor, entered: PersonaInput) -> Request:
        """Hand the form in; a number that comes with the persona is promised from here on.

        Handing the same form in again gives the same request. Raises PurposeMissing, TextTooLong,
        NoSuchPersona, HoldsPersona, NotEligible, NoNumberFree, OpenRequestExists, AccountNotFit, NoApprover,
        TenantBusy; then nothing was changed.
        """
        known = await handed_in(self._changes, actor, entered.form_id)
        if known is not None:
            return known
        purpose = checked_purpose(entered.purpose)
        catalogue = self._catalogue()
        chosen = catalogue.named(entered.persona)
        if chosen is None:
            raise NoSuchPersona
        await check_may_ask(self._changes, actor, entered.beneficiary)
        person = await self._behalf.beneficiary(actor, entered.beneficiary)
        found, need, course = await self._look(actor, person, catalogue, chosen)
        if change_of(found, need, "", may_write=self._may_write).mark != entered.seen:
            raise ChangedMeanwhile(persona=chosen.name)
        now = self._changes.clock.now()
        course = replace(course, stages=await self._routing.timed(course.stages))
        draft = self._draft(entered.form_id, actor, found, purpose, need, now)
        try:
            async with self._changes.records.transaction() as tx:
                request = await self._add(tx, draft, found, need, course, now)
        except AlreadyExists:
            return await self._changes.seen(actor, entered.form_id)
        self._changes.announce(request.id)
        if request.state is RequestState.APPROVED:
            await self._provisioner.provision(request)
        return request

    async def _look(
        self, actor: Actor, person: Person, catalogue: Catalogue, chosen: Persona
    ) -> tuple[PersonaIs, NumberNeed, Course]:
        check_account(person, actor.id)
        closed = catalogue.not_for(chosen, attributes_of(person))
        if closed is not None:
            raise NotEligible(persona=closed.name, rule=closed.eligibility)
        try:
            found = await survey_persona(self._directory, self._telephony, person, catalogue, chosen)
        except (GroupUnknown, GroupAmbiguous) as fault:
            raise PersonaFaulty(persona=chosen.name, words=fault.sentence) from fault
        async with self._changes.records.transaction() as tx:
            listed = [await tx.numbers.get(e164) for e164 in found.numbers]
        need = number_need(found, [number for number in listed if number is not None])
        if need.spec and need.spec.location.casefold() not in {at.name.casefold() for at in self._locations}:
            raise PersonaFaulty(
                persona=chosen.name, words=f"{need.spec.location} is not a location of numbers."
            )
        if not change_of(found, need, "", may_write=self._may_write).differences:
            raise HoldsPersona(persona=chosen.name)
        return found, need, await self._routing.course(persona_subject(actor.id, found))

    async def _check_number(self, need: NumberNeed) -> None:
        if need.spec is None:
            return
        async with self._changes.records.transaction() as tx:
            if not await self._promises.offered(tx, need.spec, self._changes.clock.now(), 1):
                raise NoNumberFree(location=need.spec.location)

    def _draft(
        self,
        form_id: str,
        actor: Actor,
        found: PersonaIs,
        purpose: str,
        need: NumberNeed,
        now: datetime,
    ) -> Request:
        return Request(
            id=form_id,
            ref="",
            kind=RequestKind.PERSONA,
            requester=found.person.ref if found.person.id == actor.id else actor.ref,
            beneficiary=found.person.ref,
            purpose=purpose,
            location=self._promises.place(need.spec),
            cost=found.chosen.cost,
            created_at=now,
            updated_at=now,
            expires_at=now + timedelta(days=self._days),
        )

    async def _add(
        self,
        tx: Transaction,
        draft: Request,
        found: PersonaIs,
        need: NumberNeed,
        course: Course,
        now: datetime,
    ) -> Request:
        """Promise a number where one is needed and write the request down, in one transaction."""
        await _record_theirs(tx, draft.beneficiary, need)
        number = None
        if need.spec is not None:
            number = await self._promises.promise(tx, need.spec, draft.id, draft.expires_at, now)
        change = change_of(found, need, number or "", may_write=self._may_write)
        plan = plan_persona(found, change, number, may_write=self._may_write)
        ref = await tx.requests.next_ref()
        request = submitted(replace(draft, ref=ref, number=number, change=change, plan=plan), course, now)
        await tx.requests.add(request)
        facts = {"ref": ref, "persona": change.persona, "number": number or "", "ends": need.ends or ""}
        await tell(tx, request, 0, {**facts, "to": request.state.value})
        await tx.posts.mark_stale(request.id)
        return request


async def _record_theirs(tx: Transaction, person: PersonRef, need: NumberNeed) -> None:
    """Record a number that Teams shows as the person's, where the inventory still has it on offer."""
    for e164 in filter(None, (need.keeps, need.ends)):
        number = await tx.numbers.get(e164)
        if number is not None and number.status in {NumberStatus.FREE, NumberStatus.RESTING}:
            await tx.numbers.put([assign(number, person)])


def _choices(catalogue: Catalogue, person: Person, held: tuple[Persona, ...]) -> tuple[PersonaChoice, ...]:
    """Those whom the person may hold first, those that they hold last."""
    attributes, keys = attributes_of(person), {persona.key for persona in held}
    choices = [
        PersonaChoice(
            name=persona.name,
            description=persona.description,
            is_eligible=catalogue.not_for(persona, attributes) is None,
            is_held=persona.key in keys,
        )
        for persona in catalogue
    ]
    return tuple(sorted(choices, key=lambda choice: (choice.is_held, not choice.is_eligible, choice.name)))
