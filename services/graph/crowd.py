"""The port Crowd on Microsoft Graph: reads in batches, joins by twenties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from services.domain.errors import PersonUnknown, TenantError, TenantRefused
from services.domain.person import Person
from services.graph import directory_calls as calls
from services.graph import membership, people, telephony_calls, voice, wire
from services.graph.batch import read_many
from services.graph.client import Graph
from services.graph.errors import status_of
from services.graph.joining import Joining
from services.ports import Directory, Licences, VoiceConfiguration

_NAMED = wire.Page[wire.NamedThing]
T = TypeVar("T")


class GraphCrowd:
    """Many people at once. ``directory`` is asked about one of them where the twenty cannot be told apart."""

    def __init__(self, graph: Graph, directory: Directory) -> None:
        self._graph = graph
        self._directory = directory

    async def people(self, keys: Sequence[str]) -> Mapping[str, Person | TenantError]:
        """People by object id or user principal name, as asked."""
        requests = [calls.person(self._graph.sdk, key) for key in keys]
        found = await read_many(self._graph, requests, wire.User)
        return {
            key: people.person(user) if isinstance(user, wire.User) else _unknown(user, key)
            for key, user in zip(keys, found, strict=True)
        }

    async def memberships(self, person_ids: Sequence[str]) -> Mapping[str, Mapping[str, str] | TenantError]:
        """Ids and names of the groups of each."""
        sdk = self._graph.sdk
        requests = [calls.memberships(sdk, person_id, "id", "displayName") for person_id in person_ids]
        answers = await read_many(self._graph, requests, _NAMED)
        found: dict[str, Mapping[str, str] | TenantError] = {}
        for person_id, page in zip(person_ids, answers, strict=True):
            if isinstance(page, TenantError):
                found[person_id] = _unknown(page, person_id)
            elif page.next_link:  # somebody with a thousand groups
                found[person_id] = await membership.of_person(self._graph, person_id)
            else:
                found[person_id] = {group.id.lower(): group.display_name or "" for group in page.value}
        return found

    async def licences(self, person_ids: Sequence[str]) -> Mapping[str, Licences | TenantError]:
        """What each is licensed for."""
        requests = [calls.licensing(self._graph.sdk, person_id) for person_id in person_ids]
        found = await read_many(self._graph, requests, wire.Licensed)
        return {
            person_id: people.licences(user) if isinstance(user, wire.Licensed) else _unknown(user, person_id)
            for person_id, user in zip(person_ids, found, strict=True)
        }

    async def configurations(
        self, person_ids: Sequence[str]
    ) -> Mapping[str, VoiceConfiguration | TenantError | None]:
        """What Teams has configured for each."""
        requests = [telephony_calls.configuration(self._graph.sdk, person_id) for person_id in person_ids]
        answers = await read_many(self._graph, requests, wire.Configuration)
        found: dict[str, VoiceConfiguration | TenantError | None] = {}
        for person_id, answer in zip(person_ids, answers, strict=True):
            if isinstance(answer, wire.Configuration):
                found[person_id] = voice.configuration(answer)
            else:
                found[person_id] = None if status_of(answer) == 404 else answer
        return found

    async def add_members(self, group_id: str, person_ids: Sequence[str]) -> Mapping[str, bool | TenantError]:
        """Make each a member; whether that changed anything."""
        return await Joining(self._graph, self._directory, group_id).join(person_ids)


def _unknown(error: TenantError, who: str) -> TenantError:
    if isinstance(error, TenantRefused) and status_of(error) == 404:
        return PersonUnknown(**error.facts, who=who)
    return error
