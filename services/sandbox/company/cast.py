"""The people with a part in the walkthrough, and the places they work in."""

from __future__ import annotations

from datetime import time
from typing import Literal, NamedTuple

from services.sandbox.company.ids import DOMAIN, FOUNDED, id_of
from services.sandbox.person_parts import OrgData, WorkingHours
from services.sandbox.records import Person


class Place(NamedTuple):
    """A city with an office, the part of the company that it belongs to, and its hours."""

    country: str
    code: str
    language: str
    time_zone: str
    unit: str
    division: str
    opens: time
    closes: time


_BRITISH = Place(
    "United Kingdom", "GB", "en-GB", "GMT Standard Time", "UK", "UK & Ireland", time(9), time(17, 30)
)
PLACES = {
    "Manchester": _BRITISH,
    "London": _BRITISH,
    "Birmingham": _BRITISH,
    "New York": Place(
        "United States", "US", "en-US", "Eastern Standard Time", "US", "Americas", time(9), time(17)
    ),
    "Berlin": Place(
        "Germany", "DE", "de-DE", "W. Europe Standard Time", "DE", "Europe", time(8), time(16, 30)
    ),
    "Dublin": Place(
        "Ireland", "IE", "en-IE", "GMT Standard Time", "IE", "UK & Ireland", time(9), time(17, 30)
    ),
}


class Role(NamedTuple):
    """A part: who, what, where, under whom, and whether with a telephone number from the start."""

    name: str
    title: str
    department: str
    city: str
    manager: str | None
    phone: Literal["number", "none"] = "none"


CAST = (
    Role("Patti Fernandez", "Chief Executive Officer", "Executive", "London", None, "number"),
    Role("Miriam Graham", "Chief People Officer", "HR", "London", "Patti Fernandez", "number"),
    Role("Nestor Wilke", "Chief Information Officer", "IT", "Manchester", "Patti Fernandez", "number"),
    Role("Lee Gu", "Director of Sales", "Sales", "Birmingham", "Patti Fernandez", "number"),
    Role("Joni Sherman", "Finance Director", "Finance", "New York", "Patti Fernandez", "number"),
    Role("Johanna Lorenz", "Director of Engineering", "Engineering", "Berlin", "Nestor Wilke", "number"),
    Role("Megan Bowen", "HR Manager", "HR", "Manchester", "Miriam Graham", "number"),
    Role("Adele Vance", "HR Manager", "HR", "London", "Miriam Graham", "number"),
    Role("Allan Deyoung", "Telecom Administrator", "IT", "Manchester", "Nestor Wilke", "number"),
    Role("Isaiah Langer", "Sales Manager", "Sales", "Manchester", "Lee Gu", "number"),
    Role("Christie Cline", "HR Representative", "HR", "Manchester", "Megan Bowen"),
    Role("Debra Berger", "HR Representative", "HR", "London", "Adele Vance"),
    Role("Alex Wilber", "Marketing Assistant", "Marketing", "Manchester", "Isaiah Langer"),
    Role("Lynne Robbins", "Planner", "Operations", "Birmingham", "Lee Gu"),
    Role("Pradeep Gupta", "Accountant", "Finance", "New York", "Joni Sherman"),
    Role("Enrico Cattaneo", "Attorney", "Legal", "New York", "Joni Sherman"),
    Role("Henrietta Mueller", "Developer", "Engineering", "Berlin", "Johanna Lorenz"),
    Role("Grady Archie", "Design Manager", "Design", "Dublin", "Nestor Wilke"),
    Role("Diego Siciliani", "Designer", "Design", "Dublin", "Grady Archie"),
)
DISABLED = {"Grady Archie"}
"""A manager who has left: his people's requests need another approver."""
NO_USAGE_LOCATION = {"Lynne Robbins"}
OWNERS = {"Manchester HR": ("Megan Bowen", "Allan Deyoung"), "London HR": ("Adele Vance", "Allan Deyoung")}


def person_id(name: str) -> str:
    """Return the object id of a person of the company."""
    return id_of("person", name)


def make_person(role: Role, alias: str) -> Person:
    """Return the user record of somebody in the company."""
    given, _, surname = role.name.partition(" ")
    place = PLACES[role.city]
    address = f"{alias}@{DOMAIN}"
    return Person(
        id=person_id(role.name),
        user_principal_name=address,
        display_name=role.name,
        given_name=given,
        surname=surname,
        mail=address,
        job_title=role.title,
        department=role.department,
        office_location=role.city,
        city=role.city,
        country=place.country,
        usage_location=None if role.name in NO_USAGE_LOCATION else place.code,
        preferred_language=place.language,
        company_name="Switchboard Example Ltd",
        employee_type="Employee",
        employee_org_data=OrgData(
            division=place.division, cost_center=f"{place.unit}-{role.department.upper()}"
        ),
        account_enabled=role.name not in DISABLED,
        created_date_time=FOUNDED,
        manager_id=None if role.manager is None else person_id(role.manager),
        time_zone=place.time_zone,
        hours=WorkingHours(start=place.opens, end=place.closes, time_zone=place.time_zone),
    )


def make_guest() -> Person:
    """Return the one guest: he has an account here and nothing else."""
    return Person(
        id=person_id("Brian Johnson"),
        user_principal_name=f"brianj_tailspin.example#EXT#@{DOMAIN}",
        display_name="Brian Johnson",
        given_name="Brian",
        surname="Johnson",
        mail="brianj@tailspin.example",
        company_name="Tailspin",
        user_type="Guest",
        created_date_time=FOUNDED,
    )
