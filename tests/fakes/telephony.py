"""The port Telephony on the tenant in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from services.domain.errors import PersonUnknown, PolicyUnknown, TenantRefused
from services.domain.number import NumberType
from services.ports import (
    AssignmentStatus,
    Operation,
    OperationStatus,
    TenantNumber,
    VoiceConfiguration,
)
from tests.fakes.tenant import FakeNumber, FakeOperation, FakeTenant


class FakeTelephony:
    """Numbers, the operations that assign them, and what Teams has configured."""

    def __init__(self, tenant: FakeTenant) -> None:
        self._tenant = tenant

    async def numbers(self) -> AsyncIterator[TenantNumber]:
        self._tenant.weather()
        self._tenant.settle()
        for number in list(self._tenant.numbers.values()):
            yield self._listed(number)

    async def number(self, telephone_number: str) -> TenantNumber | None:
        self._tenant.weather()
        self._tenant.settle()
        number = self._tenant.numbers.get(telephone_number)
        return self._listed(number) if number else None

    async def assign(
        self, telephone_number: str, number_type: NumberType, person_id: str, location_id: str | None
    ) -> str:
        known = self._tenant.numbers.get(telephone_number)
        if known is not None and known.type is not number_type:
            raise TenantRefused(words=f"Telephone Number '{telephone_number}' is of type '{known.type}'")
        return self._order("assigned", telephone_number, person_id)

    async def unassign(self, telephone_number: str, number_type: NumberType) -> str:
        return self._order("unassigned", telephone_number, None)

    async def operation(self, address: str) -> Operation:
        self._tenant.weather()
        self._tenant.settle()
        found = self._tenant.operations.get(address)
        if found is None:
            return Operation(status=OperationStatus.UNKNOWN)
        if not found.is_done:
            return Operation(status=OperationStatus.RUNNING)
        if found.failure:
            return Operation(status=OperationStatus.FAILED, words=found.failure)
        return Operation(status=OperationStatus.SUCCEEDED)

    async def configuration(self, person_id: str) -> VoiceConfiguration | None:
        self._tenant.weather()
        self._tenant.settle()
        if person_id not in self._tenant.people:
            return None
        listed = self._tenant.numbers.values()
        numbers = tuple(n.e164 for n in listed if self._tenant.shown_target(n) == person_id)
        return VoiceConfiguration(
            voice_enabled=bool(numbers) and self._tenant.voice_works,
            numbers=numbers,
            account_type="user",
            policies=dict(self._tenant.policies.get(person_id, {})),
        )

    async def policy_id(self, policy_type: str, name: str) -> str:
        self._tenant.weather()
        known = {policy.casefold() for policy in self._tenant.policy_names}
        if name.casefold() not in known:
            raise PolicyUnknown(policy_type=policy_type, policy=name)
        return name.casefold()

    async def assign_policy(self, person_id: str, policy_type: str, policy_id: str) -> None:
        self._tenant.weather()
        if person_id not in self._tenant.people:
            raise PersonUnknown(who=person_id)
        name = next((n for n in self._tenant.policy_names if n.casefold() == policy_id), None)
        if name is None:
            raise PolicyUnknown(policy_type=policy_type, policy=policy_id)
        self._tenant.policies.setdefault(person_id, {})[policy_type] = name
        self._tenant.lost_answer()

    async def unassign_policy(self, person_id: str, policy_type: str) -> None:
        self._tenant.weather()
        if person_id not in self._tenant.people:
            raise PersonUnknown(who=person_id)
        self._tenant.policies.get(person_id, {}).pop(policy_type, None)
        self._tenant.lost_answer()

    def _order(self, kind: str, telephone_number: str, target: str | None) -> str:
        tenant = self._tenant
        tenant.weather()
        if tenant.refusals:
            raise tenant.refusals.pop(0)
        tenant.orders += 1
        address = f"https://tenant.example/operations('{tenant.orders}')"
        tenant.operations[address] = FakeOperation(
            kind=kind,
            number=telephone_number,
            target=target,
            ends_at=tenant.clock.now() + timedelta(seconds=tenant.operation_s),
        )
        tenant.lost_answer()
        return address

    def _listed(self, number: FakeNumber) -> TenantNumber:
        target = self._tenant.shown_target(number)
        return TenantNumber(
            telephone_number=number.e164,
            type=number.type,
            status=AssignmentStatus.USER if target else AssignmentStatus.UNASSIGNED,
            assignment_target_id=target,
            city=None,
            country=None,
            location_id=number.location_id,
            assignable_to_users=True,
        )
