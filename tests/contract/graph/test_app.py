"""Giving somebody the app, so that Switchboard can write to them first."""

from __future__ import annotations

import pytest

from services.domain.errors import AppNotInCatalogue, NotPermitted, TenantBusy, TenantRefused
from services.graph.directory import GraphDirectory
from services.sandbox.company import MANAGER
from services.sandbox.company.cast import person_id
from tests.contract.graph.conftest import World
from tests.contract.graph.road import Accident, refusal


async def test_installing_gives_the_chat_and_again_gives_the_same(world: World) -> None:
    chat = await world.directory.install_app(MANAGER.id)

    assert chat
    assert MANAGER.id in chat
    assert await world.directory.install_app(MANAGER.id) == chat
    assert len(await world.ledger("app.installed")) == 1


async def test_an_app_that_is_not_in_the_catalogue_can_be_given_to_nobody(world: World) -> None:
    with pytest.raises(AppNotInCatalogue):
        await GraphDirectory(world.graph, "not-ours").install_app(MANAGER.id)


async def test_an_app_that_left_the_catalogue_is_looked_for_again(world: World) -> None:
    await world.directory.install_app(MANAGER.id)
    app = next(iter(world.tenant.apps))
    world.tenant.apps.drop(app.id)

    with pytest.raises(AppNotInCatalogue):
        await world.directory.install_app(person_id("Adele Vance"))
    app.id = "anew"
    world.tenant.apps.put(app)

    assert await world.directory.install_app(person_id("Adele Vance"))


async def test_a_guest_cannot_have_it_and_that_is_no_missing_permission(world: World) -> None:
    with pytest.raises(TenantRefused, match="cannot use Teams") as refused:
        await world.directory.install_app(person_id("Brian Johnson"))
    assert not isinstance(refused.value, NotPermitted)


async def test_a_missing_permission_is_called_one(world: World) -> None:
    words = "Missing role permissions on the request. API requires one of 'TeamsAppInstallation.ReadWrite…'."
    world.road.expect("POST */installedApps", refusal(403, "Forbidden", words))

    with pytest.raises(NotPermitted, match="Missing role permissions"):
        await world.directory.install_app(MANAGER.id)


@pytest.mark.parametrize("lost", [Accident(carried_out=True), Accident(504, carried_out=True)])
async def test_a_lost_answer_is_looked_up_and_not_sent_again(world: World, lost: Accident) -> None:
    world.road.expect("POST */installedApps", lost)

    assert await world.directory.install_app(MANAGER.id)
    assert world.road.times("POST */installedApps") == 1
    assert len(await world.ledger("app.installed")) == 1


async def test_an_order_that_never_arrived_is_sent_again(world: World) -> None:
    world.road.expect("POST */installedApps", Accident(), Accident(503))

    assert await world.directory.install_app(MANAGER.id)
    assert len(await world.ledger("app.installed")) == 1


async def test_a_chat_that_does_not_exist_yet_is_not_waited_for(world: World) -> None:
    world.road.expect("GET */chat", refusal(404, "NotFound", "Chat not found."))

    assert await world.directory.install_app(MANAGER.id) is None


async def test_a_tenant_that_stays_away_is_busy(world: World) -> None:
    await world.weather(error_rate=1.0)
    with pytest.raises(TenantBusy):
        await world.directory.install_app(MANAGER.id)
