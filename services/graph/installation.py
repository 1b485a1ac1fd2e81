"""Giving a person the Switchboard app, so that it can write to them first."""

from __future__ import annotations

from services.domain.errors import AppNotInCatalogue, TenantBusy, TenantRefused
from services.graph import directory_calls as calls
from services.graph import wire
from services.graph.client import Graph
from services.graph.errors import may_be_done, status_of, words_of
from services.graph.memory import Memory

CATALOGUE_SECONDS = 3600.0
_PAGE = wire.Page[wire.Thing]


class AppInstaller:
    """Installs the app of one manifest id for people."""

    def __init__(self, graph: Graph, manifest_app_id: str) -> None:
        self._graph = graph
        self._manifest_app_id = manifest_app_id
        self._catalogue: Memory[str] = Memory(graph.clock, CATALOGUE_SECONDS)

    async def install(self, person_id: str) -> str | None:
        """Install the app, which may be there already; the id of the chat with it, if the tenant knows one.

        Raises AppNotInCatalogue, TenantRefused (404 for an unknown person), TenantBusy, NotPermitted.
        """
        app_id = await self._catalogue.get(self._manifest_app_id, self._catalogue_id)
        await self._graph.insist(lambda: self._install_once(person_id, app_id))
        installation = await self._installation(person_id)
        return None if installation is None else await self._chat(person_id, installation)

    async def _catalogue_id(self) -> str:
        request = calls.catalogue_app(self._graph.sdk, self._manifest_app_id)
        page = await self._graph.read(request, _PAGE)
        if not page.value:
            raise AppNotInCatalogue(manifest_app_id=self._manifest_app_id)
        return page.value[0].id

    async def _install_once(self, person_id: str, app_id: str) -> None:
        request = calls.install_app(self._graph.sdk, self._graph.base_url, person_id, app_id)
        try:
            await self._graph.write(request)
        except TenantBusy as busy:
            if not may_be_done(busy) or await self._installation(person_id) is None:
                raise
        except TenantRefused as refused:
            if status_of(refused) == 409:  # installed already
                return
            if status_of(refused) == 404 and app_id in words_of(refused):
                self._catalogue.forget(self._manifest_app_id)
                raise AppNotInCatalogue(**refused.facts) from refused
            raise

    async def _installation(self, person_id: str) -> str | None:
        request = calls.installations(self._graph.sdk, person_id, self._manifest_app_id)
        page = await self._graph.read(request, _PAGE)
        return page.value[0].id if page.value else None

    async def _chat(self, person_id: str, installation_id: str) -> str | None:
        request = calls.installation_chat(self._graph.sdk, person_id, installation_id)
        try:
            return (await self._graph.read(request, wire.Thing)).id
        except TenantRefused as refused:
            if status_of(refused) == 404:  # a chat comes into being some time after the installation
                return None
            raise
