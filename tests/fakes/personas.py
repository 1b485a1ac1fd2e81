"""The walkthrough's personas: bases, callings of two cities, and HR of each."""

from __future__ import annotations

from decimal import Decimal

from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.persona import CALLER_ID, DIAL_PLAN, VOICE_ROUTING, Catalogue, Layer, NumberSpec, Persona

NOTHING = Cost(amount=Decimal(0), currency="GBP")
UK_STANDARD = Persona(
    name="UK Standard",
    description="Everybody in the United Kingdom.",
    country="GB",
    layer=Layer.BASE,
    groups=("Prov_UK_Standard_Baseline",),
    licences=("Office_365_E3_(no_Teams)", "Microsoft_Teams_Enterprise_New"),
    cost=NOTHING,
)


def calling(city: str, amount: str, *types: NumberType) -> Persona:
    """Outside calls from an office."""
    return Persona(
        name=f"{city} Calling",
        description=f"A number in {city}.",
        country="GB",
        layer=Layer.CALLING,
        groups=(f"Prov_Teams_Phone_{city}",),
        licences=("MCOEV",),
        number=NumberSpec(location=city, types=types),
        policies={
            DIAL_PLAN: f"UK {city}",
            VOICE_ROUTING: f"UK Domestic {city}",
            "TeamsCallingPolicy": f"UK {city}",
        },
        attributes={"city": city, "officeLocation": city},
        cost=Cost(amount=Decimal(amount), currency="GBP"),
    )


def hr(city: str) -> Persona:
    """Human resources of an office."""
    return Persona(
        name=f"{city} HR",
        description=f"Agents of the {city} HR queue.",
        country="GB",
        layer=Layer.DEPARTMENT,
        groups=(f"Prov_Teams_Phone_{city}_HR",),
        policies={CALLER_ID: f"UK HR {city}"},
        call_queues=(f"{city} HR",),
        eligible={"department": ("HR",)},
        requires=(f"{city} Calling",),
        cost=NOTHING,
    )


CATALOGUE = Catalogue(
    version=1,
    personas=(
        UK_STANDARD,
        calling("Manchester", "6.50", NumberType.DIRECT_ROUTING),
        calling("London", "7.80"),
        hr("Manchester"),
        hr("London"),
    ),
)
