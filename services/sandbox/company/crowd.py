"""Everybody else: a few hundred people, the same at every founding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from services.sandbox.company.cast import Role

_GIVEN = {
    "GB": "Amelia Oliver Isla George Ava Noah Mia Leo Zoë Arthur Nia Rhys Priya Arjun "
    "Chloë Hamza Eilidh Callum",
    "US": "Emma Liam Sophia Mason Olivia Ethan Camila Mateo Aaliyah Jackson Renée "
    "Tyler Hannah Diego Grace Logan Mei",
    "DE": "Lena Jürgen Hanna Lukas Anneliese Björn Käthe Matthias Ayşe Sören Mareike "
    "Günther Emine Łukasz Frieda Jörg",
    "IE": "Siobhán Seán Aoife Cillian Niamh Oisín Róisín Pádraig Saoirse Tadhg",
}
_SURNAME = {
    "GB": "Ashworth Patel Whittaker O'Neill Hughes Khan Thornton Okafor Bramley D'Arcy Fairfax Singh "
    "Pemberton Llewellyn MacLeod Osborne Chaudhry Winterbourne Ng",
    "US": "Alvarez Brooks Castellano O'Brien Delgado Foster Goldberg Hernández Ibrahim Jefferson Kowalski "
    "Lin Monroe Nguyen Ortiz Peña Quincy Rosen Sullivan",
    "DE": "Müller Schäfer Weiß Krüger Yılmaz Vogel Lüdenscheidt Hoffmann Grönemeyer Braun Köhler Zimmermann "
    "Öztürk Wójcik Lang Roß Dörfler",
    "IE": "O'Sullivan Byrne Ó'Dálaigh Kavanagh Murphy D'Alton Gallagher Nic'Gabhann Doyle Breathnach Flynn",
}
_SIZES = {
    "Manchester": ("GB", 70),
    "London": ("GB", 95),
    "Birmingham": ("GB", 45),
    "New York": ("US", 50),
    "Berlin": ("DE", 45),
    "Dublin": ("IE", 15),
}
_DEPARTMENTS = {
    "HR": "Miriam Graham",
    "Sales": "Lee Gu",
    "IT": "Nestor Wilke",
    "Finance": "Joni Sherman",
    "Engineering": "Johanna Lorenz",
}


def crowd() -> Iterator[Role]:
    """Yield the parts of the crowd; the first of a department in a city leads it there. Names are unique."""
    seen: set[str] = set()
    for city, (code, size) in _SIZES.items():
        leaders: dict[str, str] = {}
        for index in range(size):
            name = _name(code, index, len(seen), seen)
            department = list(_DEPARTMENTS)[index % len(_DEPARTMENTS)]
            leader = leaders.setdefault(department, name)
            title = f"{department} Lead" if leader == name else f"{department} Specialist"
            manager = _DEPARTMENTS[department] if leader == name else leader
            yield Role(name, title, department, city, manager, "none" if index % 8 == 7 else "number")


def _name(code: str, index: int, turn: int, seen: set[str]) -> str:
    given, surnames = _GIVEN[code].split(), _SURNAME[code].split()
    step = 0
    while True:
        name = (
            f"{given[(index + turn) % len(given)]} {surnames[(index * 3 + turn // 7 + step) % len(surnames)]}"
        )
        if name not in seen:
            seen.add(name)
            return name
        step += 1


def alias(name: str) -> str:
    """Return the part of an address before the @: plain letters, as administrators make them."""
    plain = unicodedata.normalize(
        "NFKD", name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss").replace("ı", "i")
    )
    letters = "".join(c for c in plain if c.isascii() and (c.isalpha() or c == " "))
    return letters.replace(" ", ".")
