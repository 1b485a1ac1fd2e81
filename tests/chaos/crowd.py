"""New hires for the sandbox company, as many as a storm needs, and licences for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from services.sandbox import company
from services.sandbox.company.cast import person_id
from services.sandbox.tenant import Tenant

MANAGERS = ("Megan Bowen", "Debra Berger", "Nestor Wilke", "Patti Fernandez")


@dataclass(frozen=True, slots=True)
class Hire:
    """Somebody without a number, and who decides about it."""

    id: str
    name: str
    manager_id: str
    manager: str


def hires(count: int) -> list[Hire]:
    """The same people every time."""
    return [
        Hire(
            id=str(uuid5(NAMESPACE_URL, f"switchboard/hire/{number}")),
            name=f"New Hire {number}",
            manager_id=person_id(MANAGERS[number % len(MANAGERS)]),
            manager=MANAGERS[number % len(MANAGERS)],
        )
        for number in range(1, count + 1)
    ]


def join(tenant: Tenant, people: list[Hire]) -> None:
    """Make the hires members of the company, in Manchester, each like Christie but for name and manager."""
    like = tenant.people.get(company.EMPLOYEE.id)
    assert like is not None
    for place, hire in enumerate(people):
        tenant.people.put(
            like.model_copy(
                deep=True,
                update={
                    "id": hire.id,
                    "display_name": hire.name,
                    "surname": f"Hire {place}",
                    "user_principal_name": f"hire{place}@switchboard.example",
                    "mail": f"hire{place}@switchboard.example",
                    "manager_id": hire.manager_id,
                },
            )
        )
    for sku in tenant.skus:
        sku.units += len(people)
        tenant.skus.put(sku)
    tenant.commit()
