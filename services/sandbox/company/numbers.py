"""The company's telephone numbers.

Manchester, London and Birmingham use the ranges that Ofcom keeps for drama, Berlin the one of the
Bundesnetzagentur, New York begins with 555-01xx; beyond those, ranges that no subscriber has been seen in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from services.sandbox.company.ids import id_of
from services.sandbox.records import Number

NumberType = Literal["directRouting", "callingPlan", "operatorConnect"]


class Block(NamedTuple):
    """A run of numbers in a city: the first, how many, of which type."""

    city: str
    country: str
    first: int
    size: int
    number_type: NumberType


BLOCKS = (
    Block("Manchester", "GB", 441614960000, 800, "directRouting"),
    Block("London", "GB", 442079460000, 600, "directRouting"),
    Block("London", "GB", 442079460600, 400, "operatorConnect"),
    Block("Birmingham", "GB", 441214960000, 600, "operatorConnect"),
    Block("New York", "US", 12125550100, 600, "callingPlan"),
    Block("Berlin", "DE", 493023125000, 900, "callingPlan"),
    Block("Dublin", "IE", 35314401000, 24, "directRouting"),
)
FIRST_TAKEN, GAP = 10, 5
"""In each block the first ten stay free, then every fifth number may be somebody's."""
ELSEWHERE = {"441614960003", "441614960004"}
"""Listed as unassigned, yet refused as taken: the fourth and fifth free number of Manchester."""
VOICE_APPS = {
    "441614960501": "Manchester HR",
    "441614960502": "Manchester Reception",
    "442079460501": "London HR",
    "442079460502": "London Reception",
}
"""Numbers of resource accounts, by the queue or attendant that answers there."""
_ACTIONS = {
    "callingPlan": ["locationUpdate", "release"],
    "operatorConnect": ["locationUpdate"],
    "directRouting": [],
}


def make_numbers() -> Iterator[Number]:
    """Yield every number, still free unless a voice application or a conference bridge has it."""
    for block in BLOCKS:
        for offset in range(block.size):
            yield _number(block, offset)


def _number(block: Block, offset: int) -> Number:
    digits = str(block.first + offset)
    managed = block.number_type != "directRouting"  # Microsoft knows no place for direct routing numbers
    number = Number(
        id=digits,
        telephone_number=f"+{digits}",
        number_type=block.number_type,
        capabilities=["userAssignment", "voiceApplicationAssignment"],
        iso_country_code=block.country if managed else None,
        city=block.city if managed else None,
        location_id=id_of("location", block.city) if managed else None,
        civic_address_id=id_of("address", block.city) if managed else None,
        operator_id=id_of("operator", block.number_type) if managed else None,
        supported_customer_actions=_ACTIONS[block.number_type],
        held_elsewhere=digits in ELSEWHERE,
        blocked=block.city != "Dublin" and offset >= block.size - 3,
    )
    if digits in VOICE_APPS:
        number.assignment_status = "voiceApplicationAssigned"
        number.assignment_target_id = id_of("resource account", VOICE_APPS[digits])
        number.assignment_category = "primary"
    return number


def blocked_numbers() -> list[str]:
    """Return the numbers that the company keeps back, in E.164; Graph does not tell which those are."""
    return [number.telephone_number for number in make_numbers() if number.blocked]


def takeable(city: str) -> list[str]:
    """Return the numbers that the city's people have from the start, in the order in which they get them."""
    keys: list[str] = []
    for block in BLOCKS:
        if block.city == city:
            offsets = range(block.size) if city == "Dublin" else range(FIRST_TAKEN, block.size - 3, GAP)
            keys += [str(block.first + offset) for offset in offsets]
    return [key for key in keys if key not in VOICE_APPS]
