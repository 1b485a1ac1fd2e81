"""Who somebody is, and who is above them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from services.domain.errors import PersonUnknown
from services.sandbox.company import EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id
from tests.contract.graph.conftest import World
from tests.contract.graph.road import answer

NOBODY = "00000000-0000-0000-0000-00000000dead"


async def test_a_person_is_found_by_id_and_by_sign_in_name(world: World) -> None:
    person = await world.directory.person(EMPLOYEE.id)

    assert person == await world.directory.person(EMPLOYEE.upn)
    assert person == await world.directory.person(EMPLOYEE.id.upper())
    assert (person.display_name, person.department, person.office_location, person.usage_location) == (
        "Christie Cline",
        "HR",
        "Manchester",
        "GB",
    )
    assert person.can_work


async def test_a_guest_with_a_hash_in_the_sign_in_name_is_found_and_cannot_work(world: World) -> None:
    guest = await world.directory.person(person_id("Brian Johnson"))

    assert "#EXT#" in guest.user_principal_name
    assert (await world.directory.person(guest.user_principal_name)).id == guest.id
    assert not guest.can_work


async def test_somebody_who_left_cannot_work(world: World) -> None:
    assert not (await world.directory.person(person_id("Grady Archie"))).can_work


async def test_everybody_can_be_read_whatever_their_name(world: World) -> None:
    odd = [p for p in world.tenant.people if not p.display_name.isascii() or "'" in p.display_name]
    assert odd
    for person in odd:
        by_id = await world.directory.person(person.id)
        assert by_id.display_name == person.display_name
        assert await world.directory.person(person.user_principal_name) == by_id


async def test_a_stranger_is_unknown_whatever_is_asked(world: World) -> None:
    directory = world.directory
    for who in (NOBODY, "nobody@switchboard.example", "", "  ", "../groups"):
        for ask in (directory.person, directory.management_chain, directory.licences, directory.install_app):
            with pytest.raises(PersonUnknown):
                await ask(who)
        with pytest.raises(PersonUnknown):
            await directory.is_member(NOBODY, who)


async def test_the_chain_of_managers_goes_up_to_the_chief_executive(world: World) -> None:
    chain = await world.directory.management_chain(EMPLOYEE.id)

    assert [p.display_name for p in chain] == ["Megan Bowen", "Miriam Graham", "Patti Fernandez"]
    assert chain[0].id == MANAGER.id
    assert chain[0].department == "HR"


async def test_the_chief_executive_has_nobody_above(world: World) -> None:
    assert list(await world.directory.management_chain(person_id("Patti Fernandez"))) == []


async def test_a_circle_of_managers_ends(world: World) -> None:
    world.set_manager("Patti Fernandez", "Christie Cline")

    chain = await world.directory.management_chain(EMPLOYEE.id)

    assert [p.display_name for p in chain] == ["Megan Bowen", "Miriam Graham", "Patti Fernandez"]


async def test_a_circle_ends_also_where_the_tenant_goes_round_it(world: World) -> None:
    nested: dict[str, Any] = {}
    for name in reversed(["a", "b", "c", "a", "b", "c"]):
        nested = {"id": name, "userPrincipalName": f"{name}@switchboard.example", "manager": nested or None}
    world.road.expect("GET */users/*", answer(nested))

    assert [p.id for p in await world.directory.management_chain("a")] == ["b", "c"]


async def test_a_long_chain_is_cut_at_ten(world: World) -> None:
    line = [p for p in world.tenant.people if p.user_type == "Member"][:14]
    for person, above in pairwise(line):
        person.manager_id = above.id
        world.tenant.people.put(person)

    chain = await world.directory.management_chain(line[0].id)

    assert [p.id for p in chain] == [p.id for p in line[1:11]]
