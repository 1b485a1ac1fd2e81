"""From what somebody typed to one person of the organisation."""

from __future__ import annotations

from services.domain.approval_errors import NobodyNamed, PersonAmbiguous, PersonNotFound
from services.domain.person import Person
from services.domain.text import is_blank
from services.ports import Directory

LISTED = 5
"""People whom a sentence names when several are meant."""

LONGEST = 120
"""Characters of what was typed that are searched for."""


class Finder:
    """Finds people by name or address."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def one(self, words: str) -> Person:
        """The only person whose name begins with the words, or whose name or address they are.

        Raises NobodyNamed, PersonNotFound, PersonAmbiguous, TenantBusy.
        """
        words = words.strip()[:LONGEST]
        if is_blank(words):
            raise NobodyNamed
        found = await self._directory.search(words, LISTED + 1)
        exact = [person for person in found if words.casefold() in _names(person)]
        people = exact or list(found)
        if not people:
            raise PersonNotFound(name=words)
        if len(people) > 1:
            raise PersonAmbiguous(name=words, who=_listed(people))
        return people[0]


def _names(person: Person) -> set[str]:
    names = (person.display_name, person.user_principal_name, person.mail or "")
    return {name.casefold() for name in names}


def _listed(people: list[Person]) -> str:
    shown = [f"{person.display_name} ({person.user_principal_name})" for person in people[:LISTED]]
    return ", ".join(shown) + (" and more" if len(people) > LISTED else "")
