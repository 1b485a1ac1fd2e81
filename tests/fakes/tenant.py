"""A tenant in memory, with time moved by a clock. What the real one refuses, this one refuses."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.domain.errors import TenantBusy, TenantRefused
from services.domain.number import NumberType
from services.domain.person import Person
from services.ports import Availability, Clock, Group, Licences, Subscription
from services.ports.directory import LicenceFault

CALLING_SKU_PLANS = frozenset({"4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"})


@dataclass
class FakeGroup:
    group: Group
    skus: tuple[str, ...] = ()
    members: dict[str, datetime] = field(default_factory=dict)
    owners: tuple[str, ...] = ()


@dataclass
class FakeNumber:
    """``held_elsewhere``: listed as free, but refused as taken. ``before`` had it until ``changed_at``."""

    e164: str
    type: NumberType = NumberType.DIRECT_ROUTING
    target: str | None = None
    held_elsewhere: bool = False
    location_id: str | None = None
    before: str | None = None
    changed_at: datetime | None = None


@dataclass
class FakeOperation:
    kind: str
    number: str
    target: str | None
    ends_at: datetime
    failure: str | None = None
    is_done: bool = False


@dataclass
class FakeTenant:
    """``licence_s``, ``operation_s``: how long those take. ``ledger`` lists every change, in order.

    ``replication_s`` is how long readers see whose a number was before; ``refuses_again`` is whether an order
    for a number that somebody has fails even when it is for that person.
    ``voice_works`` is whether Teams enables calling for who has a number. ``storm`` is the share of calls
    that fail; of the writes that fail, half have been carried out. ``outage`` are errors of the next calls,
    ``refusals`` those of the next orders. ``faults`` are errors of SKUs that groups cannot bring,
    by SKU; they show at once. ``managers`` tells who is right above whom; ``availabilities`` who is away,
    until ``back_at`` if that is known: whoever is not there is at work and has no mailbox.
    """

    clock: Clock
    licence_s: float = 0.0
    operation_s: float = 0.0
    replication_s: float = 0.0
    refuses_again: bool = False
    storm: float = 0.0
    voice_works: bool = True
    people: dict[str, Person] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    availabilities: dict[str, Availability] = field(default_factory=dict)
    groups: dict[str, FakeGroup] = field(default_factory=dict)
    skus: dict[str, Subscription] = field(default_factory=dict)
    numbers: dict[str, FakeNumber] = field(default_factory=dict)
    policy_names: tuple[str, ...] = ()
    policies: dict[str, dict[str, str]] = field(default_factory=dict)
    operations: dict[str, FakeOperation] = field(default_factory=dict)
    ledger: list[tuple[str, ...]] = field(default_factory=list)
    orders: int = 0
    outage: list[Exception] = field(default_factory=list)
    refusals: list[TenantRefused] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    dice: random.Random = field(default_factory=lambda: random.Random(11))

    def weather(self) -> None:
        """Fail a call before anything is done."""
        if self.outage:
            raise self.outage.pop(0)
        if self.dice.random() < self.storm:
            raise TenantBusy(words="HTTP 503 Service Unavailable", maybe_done=False)

    def lost_answer(self) -> None:
        """Fail a write whose answer gets lost after it was carried out."""
        if self.dice.random() < self.storm:
            raise TenantBusy(words="the connection was lost", maybe_done=True)

    def holders(self, sku_id: str) -> list[str]:
        """Who holds the licence: members of its groups, the earliest first, as many as there are units."""
        since: dict[str, datetime] = {}
        for group in self.groups.values():
            if sku_id in group.skus:
                for person_id, at in group.members.items():
                    since[person_id] = min(at, since.get(person_id, at))
        arrived = self.clock.now() - timedelta(seconds=self.licence_s)
        ready = sorted((at, person_id) for person_id, at in since.items() if at <= arrived)
        return [person_id for _, person_id in ready[: self.skus[sku_id].enabled]]

    def licences(self, person_id: str) -> Licences:
        """What the person is licensed for now, and what could not be given."""
        plans: set[str] = set()
        faults: list[LicenceFault] = []
        arrived = self.clock.now() - timedelta(seconds=self.licence_s)
        for group in self.groups.values():
            if person_id not in group.members:
                continue
            for sku_id in group.skus:
                error = self.faults.get(sku_id)
                if error is None and group.members[person_id] <= arrived:
                    if person_id in self.holders(sku_id):
                        plans |= self.skus[sku_id].plans
                    else:
                        error = "CountViolation"
                if error is not None:
                    faults.append(LicenceFault(sku_id=sku_id, group_id=group.group.id, error=error))
        return Licences(plans=frozenset(plans), faults=tuple(faults))

    def availability(self, person_id: str) -> Availability:
        """Whether the person is at work now."""
        known = self.availabilities.get(person_id, Availability())
        is_back = known.back_at is not None and self.clock.now() >= known.back_at
        return replace(known, is_away=False, back_at=None) if is_back else known

    def settle(self) -> None:
        """End the operations whose time has come."""
        for operation in self.operations.values():
            if operation.is_done or operation.ends_at > self.clock.now():
                continue
            operation.is_done = True
            operation.failure = self._refusal(operation)
            if operation.failure is None:
                number = self.numbers[operation.number]
                if number.target != operation.target:
                    number.before, number.changed_at = number.target, operation.ends_at
                    number.target = operation.target
                    self.ledger.append((operation.kind, operation.number, operation.target or ""))

    def shown_target(self, number: FakeNumber) -> str | None:
        """Whose the number is for readers, who are behind."""
        lag = timedelta(seconds=self.replication_s)
        is_behind = number.changed_at is not None and self.clock.now() < number.changed_at + lag
        return number.before if is_behind else number.target

    def numbers_of(self, person_id: str) -> tuple[str, ...]:
        """Numbers that belong to the person now."""
        return tuple(number.e164 for number in self.numbers.values() if number.target == person_id)

    def _refusal(self, operation: FakeOperation) -> str | None:
        number = self.numbers.get(operation.number)
        shown = operation.number
        if number is None:
            return f"Telephone Number '{shown}' is not found from tenant 'fake'"
        if operation.kind == "unassigned":
            return None if number.target else f"Telephone Number '{shown}' is not assigned"
        person_id = operation.target or ""
        takers = {None} if self.refuses_again else {None, person_id}
        if number.held_elsewhere or number.target not in takers:
            return f"Telephone Number '{shown}' has already been assigned to another user"
        plans = self.licences(person_id).plans
        if "4828c8ec-dc2e-4779-b502-87ac9ce28ab7" not in plans or (
            number.type is NumberType.CALLING_PLAN and not plans & CALLING_SKU_PLANS
        ):
            return f"User '{person_id}' lacks appropriate licenses to assign a '{number.type.value}' number"
        if set(self.numbers_of(person_id)) - {shown}:
            return f"User '{person_id}' already has a primary telephone number"
        return None
