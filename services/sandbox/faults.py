"""Bad weather on order: what `POST /sandbox/faults` takes, and what it means for one call."""

from __future__ import annotations

import random
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Rate = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=86_400, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, gt=0, le=1e9, allow_inf_nan=False)]


class Weather(BaseModel):
    """The keys that hold for every call, or for the calls of one route. None means: as otherwise."""

    model_config = ConfigDict(extra="forbid")

    latency_ms: Annotated[float, Field(strict=True, ge=0, le=60_000, allow_inf_nan=False)] | None = None
    error_rate: Rate | None = None
    throttle_rate: Rate | None = None
    replication_s: Seconds | None = None
    licence_s: Seconds | None = None
    operation_s: Seconds | None = None


class Quota(BaseModel):
    """How much an application may ask of the tenant. What is not named is not limited."""

    model_config = ConfigDict(extra="forbid")

    units_per_10s: Amount | None = None
    writes_per_150s: Amount | None = None
    teams_per_s: Amount | None = None


class Faults(Weather):
    """Weather for all calls, and for those whose path matches a pattern such as `POST */assignNumber`."""

    quota: Quota | None = None
    routes: dict[Annotated[str, Field(min_length=1, max_length=200)], Weather] = Field(default_factory=dict)


class Conditions(BaseModel):
    """What holds for one call, every key decided."""

    latency_ms: float = 0.0
    error_rate: float = 0.0
    throttle_rate: float = 0.0
    replication_s: float = 0.0
    licence_s: float = 2.0
    operation_s: float = 1.5


class FaultsError(ValueError):
    """The body of `POST /sandbox/faults` is not usable; the text says why."""


def parse_faults(body: Any) -> Faults:
    """Read faults from JSON values. Raises FaultsError with one sentence a problem."""
    if not isinstance(body, dict):
        raise FaultsError('Send a JSON object, for example {"error_rate": 0.3}, or {} to clear.')
    try:
        return Faults.model_validate(body)
    except ValidationError as error:
        raise FaultsError(" ".join(_sentence(problem) for problem in error.errors())) from error


def _sentence(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = ", ".join(Weather.model_fields)
        if problem["loc"][0] == "quota":
            return f"'{where}' is not known. Use {', '.join(Quota.model_fields)}."
        return f"'{where}' is not known. Use {known}, quota or routes."
    return f"'{where}': {problem['msg'][0].lower()}{problem['msg'][1:]}, but it is {problem['input']!r}."


class FaultBox:
    """The faults in force and the dice. The dice start anew with each setting, so that runs repeat."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.dice = random.Random(7)

    def set(self, faults: Faults) -> None:
        """Put other faults in force."""
        self.faults = faults
        self.dice = random.Random(7)

    def conditions(self, method: str, path: str) -> Conditions:
        """Return what holds for a call; later patterns win over earlier ones and over the general keys."""
        chosen = self.faults.model_dump(exclude={"routes", "quota"}, exclude_none=True)
        for pattern, weather in self.faults.routes.items():
            if _matches(pattern, method, path):
                chosen.update(weather.model_dump(exclude_none=True))
        return Conditions(**chosen)

    def happens(self, rate: float) -> bool:
        """Throw the dice."""
        return rate > 0 and self.dice.random() < rate


def _matches(pattern: str, method: str, path: str) -> bool:
    verb, space, glob = pattern.partition(" ")
    if not space:
        verb, glob = "*", pattern
    glob = glob.removeprefix("/v1.0")
    return fnmatchcase(method, verb.upper()) and (fnmatchcase(path, glob) or fnmatchcase(path, glob + "/*"))
