"""One request and one answer, apart from any web framework, so that $batch goes the same way as HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.sandbox.errors import bad_request
from services.sandbox.faults import Conditions
from services.sandbox.records import Json


@dataclass
class Reply:
    """An answer: status, JSON body or none, and headers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


NO_CONTENT = Reply(204)


@dataclass
class Call:
    """A request below /v1.0. Header names are in lower case; `base` is the address up to and with /v1.0."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    conditions: Conditions = field(default_factory=Conditions)
    args: dict[str, str] = field(default_factory=dict)

    def object(self) -> Json:
        """Return the body, which must be a JSON object. Raises GraphError 400."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise bad_request(
                "Unable to read JSON request payload. Please ensure it is valid JSON.", "BadRequest"
            ) from error
        if not isinstance(value, dict):
            raise bad_request("The request payload must be a JSON object.", "BadRequest")
        return value

    @property
    def advanced(self) -> bool:
        """Whether the caller asked for advanced queries: ConsistencyLevel: eventual and $count=true."""
        return self.headers.get("consistencylevel", "").lower() == "eventual" and self.counts

    @property
    def counts(self) -> bool:
        """Whether the caller asked for a count."""
        return self.query.get("$count", "").lower() == "true"


def text_field(body: Json, name: str, *, required: bool = True) -> str | None:
    """Return a string of a body. Raises GraphError 400 when it is missing or of another type."""
    value = body.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or (required and not value):
        raise bad_request(
            f"Invalid value specified for property '{name}' of the request: a string is needed."
        )
    return value


def text_list(body: Json, name: str, most: int) -> list[str]:
    """Return a list of strings of a body, at most `most` of them. Raises GraphError 400."""
    value = body.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise bad_request(
            f"Invalid value specified for property '{name}' of the request: a list of strings is needed."
        )
    if len(value) > most:
        raise bad_request(f"The number of values in '{name}' exceeds the limit of {most}.")
    return value


def only_fields(body: Json, allowed: set[str], type_name: str) -> None:
    """Refuse a body with a field that the type does not have. Raises GraphError 400 [mem]."""
    for name in body:
        if name not in allowed and not name.startswith("@odata."):
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. "
                "Make sure to only use property names that are defined by the type.",
                "BadRequest",
            )
