"""The port Directory on Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from services.domain.errors import (
    GroupAmbiguous,
    GroupRefusesMembers,
    GroupUnknown,
    PersonUnknown,
    TenantRefused,
)
from services.domain.person import Person
from services.graph import directory_calls as calls
from services.graph import finding, membership, people, wire
from services.graph.availability import availability
from services.graph.client import Graph
from services.graph.errors import status_of, words_of
from services.graph.installation import AppInstaller
from services.graph.memory import Memory
from services.ports import Availability, Group, Licences, Subscription

GROUP_SECONDS = 60.0
SUBSCRIPTION_SECONDS = 5.0


class GraphDirectory:
    """Entra ID: people, groups and licences. Groups are kept for a minute, subscriptions for seconds."""

    def __init__(self, graph: Graph, manifest_app_id: str) -> None:
        self._graph = graph
        self._apps = AppInstaller(graph, manifest_app_id)
        self._named: Memory[Group] = Memory(graph.clock, GROUP_SECONDS)
        self._groups: Memory[wire.Group] = Memory(graph.clock, GROUP_SECONDS)
        self._subscriptions: Memory[tuple[Subscription, ...]] = Memory(graph.clock, SUBSCRIPTION_SECONDS)

    async def person(self, person_id: str) -> Person:
        """Return a person by object id or user principal name. Raises PersonUnknown."""
        with _of_person(person_id):
            return people.person(
                await self._graph.read(calls.person(self._graph.sdk, _key(person_id)), wire.User)
            )

    async def management_chain(self, person_id: str) -> Sequence[Person]:
        """Return the managers from the direct one upwards, at most ten. Raises PersonUnknown."""
        with _of_person(person_id):
            request = calls.management_chain(self._graph.sdk, _key(person_id))
            return people.chain(await self._graph.read(request, wire.Managed), calls.CHAIN_LEVELS)

    async def search(self, words: str, limit: int) -> Sequence[Person]:
        """Return people by the beginning of their name, or by an address."""
        return await finding.by_words(self._graph, words, limit)

    async def availability(self, person_id: str) -> Availability:
        """Return whether a person is at work, and when they usually are."""
        return await availability(self._graph, _key(person_id))

    async def group_owners(self, group_id: str) -> Sequence[Person]:
        """Return the users who own a group. Raises GroupUnknown."""
        with _of_group(group_id):
            return await finding.owners(self._graph, group_id)

    async def group_members(self, group_id: str, limit: int) -> Sequence[Person]:
        """Return users who are direct members of a group. Raises GroupUnknown."""
        with _of_group(group_id):
            return await finding.members(self._graph, group_id, limit)

    async def group_named(self, name: str) -> Group:
        """Return the only group of a display name. Raises GroupUnknown, GroupAmbiguous."""
        return await self._named.get(name.lower(), lambda: self._find_group(name))

    async def _find_group(self, name: str) -> Group:
        page = await self._graph.read(calls.groups_named(self._graph.sdk, name), wire.Page[wire.Group])
        if not page.value:
            raise GroupUnknown(group=name)
        if len(page.value) > 1:
            raise GroupAmbiguous(group=name, count=len(page.value))
        return people.group(page.value[0])

    async def _group(self, group_id: str) -> wire.Group:
        async def ask() -> wire.Group:
            return await self._graph.read(calls.group(self._graph.sdk, group_id), wire.Group)

        return await self._groups.get(group_id.lower(), ask)

    async def group_licences(self, group_id: str) -> frozenset[str]:
        """Return the SKUs that membership of a group brings. Raises GroupUnknown."""
        with _of_group(group_id):
            return people.group_skus(await self._group(group_id))

    async def is_member(self, group_id: str, person_id: str) -> bool:
        """Whether the directory shows a direct membership. Raises PersonUnknown."""
        with _of_person(person_id):
            return await membership.is_member(self._graph, group_id, _key(person_id))

    async def memberships(self, person_id: str) -> Mapping[str, str]:
        """Return ids and names of the groups that a person is a direct member of. Raises PersonUnknown."""
        with _of_person(person_id):
            return await membership.of_person(self._graph, _key(person_id))

    async def has_other_members(self, group_id: str, person_id: str) -> bool:
        """Whether anybody else is in the group. Raises GroupUnknown."""
        with _of_group(group_id):
            return await membership.has_others(self._graph, group_id, person_id)

    async def set_attributes(self, person_id: str, attributes: Mapping[str, str | None]) -> None:
        """Write attributes of an account; the same again does no harm, so it is insisted upon.

        Raises PersonUnknown, TenantRefused.
        """
        request = calls.set_attributes(self._graph.sdk, _key(person_id), attributes)
        with _of_person(person_id):
            await self._graph.insist(lambda: self._graph.write(request))

    async def add_member(self, group_id: str, person_id: str) -> bool:
        """Add a member; whether this changed anything.

        Raises GroupRefusesMembers, GroupUnknown, PersonUnknown.
        """
        try:
            return await membership.add(self._graph, group_id, _key(person_id))
        except TenantRefused as refused:
            raise await self._membership_refusal(refused, group_id, person_id) from refused

    async def remove_member(self, group_id: str, person_id: str) -> bool:
        """Remove a member; whether this changed anything. Raises GroupRefusesMembers."""
        try:
            return await membership.remove(self._graph, group_id, _key(person_id))
        except TenantRefused as refused:
            raise await self._membership_refusal(refused, group_id, person_id) from refused

    async def _membership_refusal(
        self, refused: TenantRefused, group_id: str, person_id: str
    ) -> TenantRefused:
        """Say what a refusal means: Graph answers 403 for a rule's group as for a missing permission."""
        if status_of(refused) == 404:
            if group_id.lower() in words_of(refused).lower():
                return GroupUnknown(**refused.facts, group=group_id)
            return PersonUnknown(**refused.facts, who=person_id)
        if status_of(refused) in {400, 403}:
            self._groups.forget(group_id.lower())
            found = people.group(await self._group(group_id))
            if not found.takes_members:
                return GroupRefusesMembers(**refused.facts, group=found.name)
        return refused

    async def licences(self, person_id: str) -> Licences:
        """Return what a person is licensed for. Raises PersonUnknown."""
        with _of_person(person_id):
            request = calls.licensing(self._graph.sdk, _key(person_id))
            return people.licences(await self._graph.read(request, wire.Licensed))

    async def subscriptions(self) -> Sequence[Subscription]:
        """Return everything that the organisation has bought."""
        return await self._subscriptions.get("", self._bought)

    async def _bought(self) -> tuple[Subscription, ...]:
        pages = self._graph.pages(calls.subscriptions(self._graph.sdk), wire.Page[wire.Sku])
        return tuple([people.subscription(sku) async for page in pages for sku in page.value])

    async def install_app(self, person_id: str) -> str | None:
        """Install Switchboard for a person; the chat's id if known.

        Raises AppNotInCatalogue, PersonUnknown, TenantRefused.
        """
        with _of_person(person_id):
            return await self._apps.install(_key(person_id))


@contextmanager
def _of_group(group_id: str) -> Iterator[None]:
    """Read a 404 within as: the directory does not have this group. An empty id would ask for all groups."""
    if not group_id.strip():
        raise GroupUnknown(group="(none)")
    try:
        yield
    except TenantRefused as refused:
        if status_of(refused) == 404:
            raise GroupUnknown(**refused.facts, group=group_id) from refused
        raise


@contextmanager
def _of_person(person_id: str) -> Iterator[None]:
    """Read a 404 within, unless it is understood already, as: the directory does not have this person."""
    try:
        yield
    except TenantRefused as refused:
        if type(refused) is TenantRefused and status_of(refused) == 404:
            raise PersonUnknown(**refused.facts, who=person_id) from refused
        raise


def _key(person_id: str) -> str:
    """Return the path segment of a person. An empty one would ask for the list of all people."""
    key = person_id.strip()
    if not key:
        raise PersonUnknown(who="(nobody)")
    return key
