"""The list of locations: a YAML file that is checked strictly when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.domain.errors import BadInput, LocationUnknown
from services.domain.location import Cost, Location
from services.domain.number import Number, NumberType
from services.domain.person import Person

Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Cost(_Strict):
    amount: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class _Location(_Strict):
    name: Name
    country: str = Field(pattern=r"^[A-Z]{2}$")
    groups: tuple[Name, ...] = Field(min_length=1)
    number_types: tuple[NumberType, ...] = Field(min_length=1)
    cost: _Cost
    prefixes: tuple[Annotated[str, Field(pattern=r"^\+[1-9]\d{0,14}$")], ...] = ()


class _File(_Strict):
    locations: tuple[_Location, ...] = Field(min_length=1)


class Locations:
    """The locations in the order of the file."""

    def __init__(self, locations: tuple[Location, ...]) -> None:
        self._by_name = {location.name.casefold(): location for location in locations}
        if len(self._by_name) != len(locations):
            raise BadInput(what="Two locations have the same name.")
        prefixes = [(prefix, location) for location in locations for prefix in location.prefixes]
        self._prefixes = sorted(prefixes, key=lambda pair: len(pair[0]), reverse=True)

    @classmethod
    def read(cls, path: Path) -> Locations:
        """Read the file. Raises BadInput with the file and every fault in it."""
        try:
            parsed = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise BadInput(what=f"The locations file {path} cannot be read: {error.strerror}.") from error
        except yaml.YAMLError as error:
            raise BadInput(what=f"The locations file {path} is not valid YAML: {error}.") from error
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
            )
            raise BadInput(what=f"The locations file {path} has faults: {faults}.") from error
        return cls(tuple(_location(entry) for entry in parsed.locations))

    def __iter__(self) -> Iterator[Location]:
        return iter(self._by_name.values())

    def named(self, name: str) -> Location:
        """The location of that name, without regard to case. Raises LocationUnknown."""
        try:
            return self._by_name[name.strip().casefold()]
        except KeyError:
            raise LocationUnknown from None

    def of_person(self, person: Person) -> Location:
        """Where the person most likely wants a number: their office, their city, their country, the first."""
        for place in (person.office_location, person.city):
            if place and place.strip().casefold() in self._by_name:
                return self._by_name[place.strip().casefold()]
        everywhere = list(self)
        near = (place for place in everywhere if place.country == (person.usage_location or "").upper())
        return next(near, everywhere[0])

    def of_number(self, e164: str, city: str | None) -> Location | None:
        """Where a number of the tenant belongs: its city if that is a location, else its longest prefix."""
        if city and city.strip().casefold() in self._by_name:
            return self._by_name[city.strip().casefold()]
        return next((location for prefix, location in self._prefixes if e164.startswith(prefix)), None)

    def fits(self, number: Number, location: Location) -> bool:
        """Whether the number is of the location and of a type that is offered there."""
        return number.location == location.name and number.type in location.number_types


def _location(entry: _Location) -> Location:
    return Location(
        name=entry.name,
        country=entry.country,
        groups=entry.groups,
        number_types=entry.number_types,
        cost=Cost(amount=entry.cost.amount, currency=entry.cost.currency),
        prefixes=entry.prefixes,
    )
