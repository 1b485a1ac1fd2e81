"""What must hold after the storm, from the tenant's own state, the records and the audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

from services.audit import verify
from services.domain.number import Number, NumberStatus
from services.domain.request import Request, RequestState
from services.ports import Records
from services.storage.postgres import PostgresRecords
from tests.channel import Person
from tests.channel.message import Message
from tests.chaos.storm import DONE, Storm

APPROVED, COMPLETED = "approved", "completed"

LOOK_SECONDS = 20.0
"""How long a client insists on refreshing a card."""


async def check(storm: Storm) -> None:
    """Add what is wrong to the tally."""
    tenant = await storm.state()
    records = await PostgresRecords.open(storm.database, "auditor")
    try:
        requests = await _requests(storm, records)
        found = [
            *[line async for line in _of_the_requests(requests, records)],
            *_of_the_tenant(storm, tenant, requests),
            *_of_the_inventory(await _numbers(records, requests), requests),
            *[line async for line in _of_the_cards(storm)],
            *await _of_the_audit_log(records, requests),
        ]
        storm.tally.facts["audit entries"] = await verify(records)
    finally:
        await records.close()
    storm.tally.violations += found


async def _requests(storm: Storm, records: Records) -> list[Request]:
    found: list[Request] = []
    for hire in storm.hires:
        async with records.transaction() as tx:
            found += await tx.requests.of(hire.id, 100)
    return found


async def _numbers(records: Records, requests: list[Request]) -> list[Number]:
    async with records.transaction() as tx:
        known = [await tx.numbers.get(request.number) for request in requests if request.number]
    return [number for number in known if number is not None]


async def _of_the_requests(requests: list[Request], records: Records) -> AsyncIterator[str]:
    for request in requests:
        if request.state is not RequestState.COMPLETED:
            async with records.transaction() as tx:
                note, posts = await tx.posts.note_of(request.id), await tx.posts.of_request(request.id)
            yield (
                f"{request.ref} is {request.state.value}, {request.attention}; {note}; "
                f"cards {[(post.person_id, post.version) for post in posts]}; {request.stages}"
            )
    for person, count in Counter(request.beneficiary.id for request in requests).items():
        if count > 1:
            yield f"{person} has {count} requests"


def _of_the_tenant(storm: Storm, tenant: dict[str, Any], requests: list[Request]) -> Iterator[str]:
    promised = {request.beneficiary.id: request.number for request in requests}
    owned: dict[str, list[str]] = {}
    for number in tenant["numbers"]:
        if number.get("assignmentTargetId") in promised:
            owned.setdefault(number["assignmentTargetId"], []).append(number["telephoneNumber"])
    for hire in storm.hires:
        if owned.get(hire.id, []) != [promised.get(hire.id)]:
            yield f"{hire.name} was promised {promised.get(hire.id)} and has {owned.get(hire.id)}"
    done = Counter(
        operation["telephoneNumber"]
        for operation in tenant["operations"]
        if operation["kind"] == "Assignment" and operation["status"] == "succeeded"
    )
    for number, count in done.items():
        if count > 1:
            yield f"{number} was assigned {count} times"
    storm.tally.facts["orders to assign"] = sum(
        operation["kind"] == "Assignment" for operation in tenant["operations"]
    )


def _of_the_inventory(numbers: list[Number], requests: list[Request]) -> Iterator[str]:
    owners = {request.number: request.beneficiary.id for request in requests}
    for number in numbers:
        owner = number.assignee.id if number.assignee else None
        if number.status is not NumberStatus.ASSIGNED or owner != owners[number.e164]:
            yield f"the inventory has {number.e164} as {number.status.value} of {owner}"


async def _of_the_cards(storm: Storm) -> AsyncIterator[str]:
    more = healed = 0
    for person in storm.people:
        cards = [message for message in person.messages if "SB-" in message.text]
        more += len(cards) - 1
        for card in cards:
            if DONE in card.text:
                continue
            seen = await _looked_at(storm, person, card)
            if DONE not in seen.text:
                yield f"a card of {person.name} says: {seen.text[:200]}"
            else:
                healed += 1
    # A process that dies between sending a card and noting it sends it once more; the first one is kept true
    # from when its person looks at it.
    storm.tally.facts["cards sent twice"] = more
    storm.tally.facts["cards true once looked at"] = healed
    if storm.channel.complaints:
        yield f"Teams complains: {storm.channel.complaints[:3]}"


async def _looked_at(storm: Storm, person: Person, card: Message) -> Message:
    """The card after its person has looked at it."""

    async def look() -> None:
        reply = await person.refreshes(card)
        assert reply is None or reply.card, reply

    with suppress(AssertionError):  # what the card says is judged by the caller
        await storm.channel.insist(look, LOOK_SECONDS)
    return next(message for message in person.messages if message.id == card.id)


async def _of_the_audit_log(records: Records, requests: list[Request]) -> list[str]:
    told: dict[str, Counter[str]] = {}
    async with records.transaction() as tx:
        async for entry in tx.audit.entries():
            told.setdefault(entry.subject, Counter())[entry.what] += 1
    return [
        f"the audit log says of {request.ref}: {dict(told.get(request.id, Counter()))}"
        for request in requests
        for what in ("submitted", "approved", "completed")
        if told.get(request.id, Counter())[what] != 1
    ]
