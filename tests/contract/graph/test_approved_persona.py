"""What was approved is what is done: a change that would take or bring more stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.domain.location import Cost
from services.domain.persona import Catalogue
from services.domain.persona_change import PersonaChange
from services.domain.request import Request, RequestKind
from services.domain.step import Step
from services.provisioning.outcome import Stuck
from services.provisioning.planners import PersonaPlanner
from services.sandbox.company import MANAGER
from tests.contract.graph.conftest import World
from tests.fakes.personas import CATALOGUE

NOW = datetime(2026, 11, 23, tzinfo=UTC)
APPROVED = PersonaChange(takes=("London Calling", "London HR"), drops=("Manchester Calling", "Manchester HR"))


async def outlook(
    world: World, change: PersonaChange, catalogue: Catalogue = CATALOGUE, plan: tuple[Step, ...] = ()
) -> object:
    """What the planner says about Megan's move to London: a plan, or why there is none."""
    person = await world.directory.person(MANAGER.id)
    request = Request(
        id="r",
        ref="SB-1",
        kind=RequestKind.PERSONA,
        requester=person.ref,
        beneficiary=person.ref,
        purpose="",
        location="London",
        cost=Cost(amount=Decimal(0), currency="GBP"),
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW,
        change=change,
        plan=plan,
    )
    planner = PersonaPlanner(world.directory, world.telephony, lambda: catalogue, may_write=True)
    return await planner.look(request, person)


async def test_what_was_approved_is_planned(world: World) -> None:
    planning = await outlook(world, APPROVED)
    assert callable(planning)
    assert planning(None, ())


async def test_a_persona_that_came_meanwhile_is_not_taken_away_unseen(world: World) -> None:
    stuck = await outlook(world, replace(APPROVED, drops=("Manchester Calling",)))
    assert isinstance(stuck, Stuck)
    assert "Megan Bowen holds Manchester HR by now, and that this ends was not approved." in stuck.words


async def test_what_the_catalogue_adds_meanwhile_is_not_given_unseen(world: World) -> None:
    stuck = await outlook(world, replace(APPROVED, takes=("London HR",)))
    assert isinstance(stuck, Stuck)
    assert "London HR brings London Calling by now" in stuck.words


@pytest.mark.parametrize("catalogue", [Catalogue(version=2, personas=()), CATALOGUE])
async def test_a_persona_that_is_gone_is_said(world: World, catalogue: Catalogue) -> None:
    stuck = await outlook(world, replace(APPROVED, takes=("Moon HR",)), catalogue)
    assert isinstance(stuck, Stuck)
    assert stuck.words == "Moon HR is not in the catalogue of personas any more."


async def test_an_attribute_that_the_catalogue_changed_meanwhile_is_not_written_unseen(world: World) -> None:
    planning = await outlook(world, APPROVED)
    assert callable(planning)
    approved = planning(None, ())
    assert callable(await outlook(world, APPROVED, plan=approved))
    moved = tuple(
        replace(one, attributes={"city": "London", "officeLocation": "Soho"})
        if "London C" in one.name
        else one
        for one in CATALOGUE
    )
    stuck = await outlook(world, APPROVED, replace(CATALOGUE, personas=moved), approved)
    assert isinstance(stuck, Stuck)
    assert "Set officeLocation to Soho" in stuck.words
