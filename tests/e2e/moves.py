"""People who move from one persona to another, and what the tenant says of them."""

from __future__ import annotations

from typing import Any

from services.sandbox import company
from services.sandbox.company.groups import group_id
from tests.channel import Message, Person
from tests.e2e.world import World

MANCHESTER = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Manchester_HR"}
LONDON = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_London", "Prov_Teams_Phone_London_HR"}
PHONES = group_id("Prov_Teams_Phone_Manchester")
WHY = "I move to the other office"


async def looks_at(person: Person, persona: str) -> Message:
    """Choose a persona and have the card say what it changes."""
    await person.types("change persona")
    form = await person.sees("Change persona")
    reply = await person.presses("Show what changes", {"purpose": WHY, "persona": persona}, on=form)
    assert reply.card, reply.error
    return await person.sees("What changes")


async def asks_for(person: Person, persona: str) -> Message:
    form = await looks_at(person, persona)
    reply = await person.presses("Submit", {"purpose": WHY, "persona": persona}, on=form)
    assert reply.card, reply.error
    return await person.sees("Persona request")


async def moves(person: Person, manager: Person, persona: str) -> None:
    """Ask, be approved, and see it set up."""
    await asks_for(person, persona)
    waiting = await manager.sees(lambda m: persona in m.text and "Approve" in m.buttons)
    await manager.presses("Approve", on=waiting)
    await person.sees(lambda m: persona in m.text and "is set up, and checked" in m.text, within=30)


def groups_of(state: dict[str, Any], name: str) -> set[str]:
    key = next(user["id"] for user in state["users"] if user["displayName"] == name)
    return {group["displayName"] for group in state["groups"] if key in group["members"]}


async def policies_of(world: World, name: str) -> dict[str, str]:
    found = await world.graph("GET", f"admin/teams/userConfigurations/{company.person_id(name)}")
    return {
        held["policyType"]: held["policyAssignment"]["displayName"]
        for held in found["effectivePolicyAssignments"]
    }


def accounts(user: dict[str, Any]) -> dict[str, Any]:
    """The account without its licences, whose dates tell when they came."""
    return {name: value for name, value in user.items() if "icense" not in name and "Plans" not in name}


def agents_of(state: dict[str, Any], queue: dict[str, Any]) -> set[str]:
    """Everybody who answers: named, or in one of the queue's groups."""
    groups = {group["id"]: group["members"] for group in state["groups"]}
    found = set(queue["users"])
    for group in queue["agentGroups"]:
        found |= set(groups[group])
    return found
