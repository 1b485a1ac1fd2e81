"""The port Telephony on Microsoft Graph's Teams administration."""

from __future__ import annotations

from collections.abc import AsyncIterator

from kiota_abstractions.request_information import RequestInformation

from services.domain.errors import NotPermitted, PersonUnknown, PolicyUnknown, TenantRefused
from services.domain.number import NumberType
from services.graph import policy_calls, voice, wire
from services.graph import telephony_calls as calls
from services.graph.client import Graph
from services.graph.errors import status_of, words_of
from services.ports import Operation, OperationStatus, TenantNumber, VoiceConfiguration

_PAGE = wire.Page[wire.Number]


class GraphTelephony:
    """Teams Phone: numbers and what Teams has configured for a person."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def numbers(self) -> AsyncIterator[TenantNumber]:
        """Yield every number of the tenant that is of a type that can be given out.

        The documentation pages by ``$skip`` and shows no links: links are followed where the tenant gives
        them, and where it gives none the list ends with an empty page.
        """
        skip, linked = 0, False
        while True:
            count = 0
            async for page in self._graph.pages(calls.numbers(self._graph.sdk, skip), _PAGE):
                linked = linked or page.next_link is not None
                count += len(page.value)
                for listed in page.value:
                    if (number := voice.number(listed)) is not None:
                        yield number
            if linked or count == 0:
                return
            skip += count

    async def number(self, telephone_number: str) -> TenantNumber | None:
        """Return one number, or None when the tenant does not have it."""
        wanted = voice.with_plus(telephone_number)
        page = await self._graph.read(calls.number(self._graph.sdk, wanted), _PAGE)
        found = (voice.number(listed) for listed in page.value)
        return next((number for number in found if number and number.telephone_number == wanted), None)

    async def assign(
        self, telephone_number: str, number_type: NumberType, person_id: str, location_id: str | None
    ) -> str:
        """Order a number for a person, once; the operation's address, empty when the tenant gave none.

        Raises NumberTaken, NumberUnknown, LicenceMissing, TenantRefused; TenantBusy when it is not known
        whether the order arrived.
        """
        request = calls.assign(self._graph.sdk, telephone_number, number_type, person_id, location_id)
        return await self._order(request, telephone_number)

    async def unassign(self, telephone_number: str, number_type: NumberType) -> str:
        """Order a number to be taken away, once; the operation's address. Raises as ``assign`` does."""
        request = calls.unassign(self._graph.sdk, telephone_number, number_type)
        return await self._order(request, telephone_number)

    async def _order(self, request: RequestInformation, telephone_number: str) -> str:
        try:
            headers = await self._graph.write(request)
        except NotPermitted:
            raise
        except TenantRefused as refused:
            raise voice.refusal(refused, telephone_number) from refused
        return str(headers.get("location", ""))

    async def operation(self, address: str) -> Operation:
        """Return where an operation stands; UNKNOWN for one that the tenant no longer knows.

        Only the id in the address counts, so that one remembered from before the tenant moved is still found.
        """
        operation_id = voice.operation_id(address)
        if operation_id is None:
            return Operation(status=OperationStatus.UNKNOWN)
        try:
            request = calls.operation(self._graph.sdk, operation_id)
            return voice.operation(await self._graph.read(request, wire.Operation))
        except TenantRefused as refused:
            if status_of(refused) == 404:
                return Operation(status=OperationStatus.UNKNOWN)
            raise

    async def configuration(self, person_id: str) -> VoiceConfiguration | None:
        """Return what Teams has configured for a person; None when Teams does not know them."""
        try:
            request = calls.configuration(self._graph.sdk, person_id)
            return voice.configuration(await self._graph.read(request, wire.Configuration))
        except TenantRefused as refused:
            if status_of(refused) == 404:
                return None
            raise

    async def policy_id(self, policy_type: str, name: str) -> str:
        """Return the id of a policy by its name. Raises PolicyUnknown."""
        request = policy_calls.policy_id(self._graph.sdk, self._graph.base_url, policy_type, name)
        found = await self._graph.read(request, wire.Page[wire.PolicyIdentifier])
        for policy in found.value:
            if policy.name.removeprefix("Tag:").casefold() == name.removeprefix("Tag:").casefold():
                return policy.policy_id
        raise PolicyUnknown(policy_type=policy_type, policy=name)

    async def assign_policy(self, person_id: str, policy_type: str, policy_id: str) -> None:
        """Assign a policy directly; the same again does no harm. Raises PersonUnknown, PolicyUnknown."""
        request = policy_calls.assign(self._graph.sdk, person_id, policy_type, policy_id)
        await self._set_policy(request, person_id, policy_type, policy_id)

    async def unassign_policy(self, person_id: str, policy_type: str) -> None:
        """Take a direct assignment away; the same again does no harm. Raises PersonUnknown."""
        request = policy_calls.unassign(self._graph.sdk, person_id, policy_type)
        await self._set_policy(request, person_id, policy_type, "")

    async def _set_policy(
        self, request: RequestInformation, person_id: str, policy_type: str, policy_id: str
    ) -> None:
        try:
            await self._graph.insist(lambda: self._graph.write(request))
        except TenantRefused as refused:
            if status_of(refused) != 404:
                raise
            if policy_id and policy_id.lower() in words_of(refused).lower():
                raise PolicyUnknown(**refused.facts, policy_type=policy_type, policy=policy_id) from refused
            raise PersonUnknown(**refused.facts, who=person_id) from refused
