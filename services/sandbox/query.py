"""The query options of a list or an entity: $select, $filter, paging, $count, $orderby, $expand."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from services.sandbox.call import Call
from services.sandbox.errors import bad_request, no_such_property, unsupported_query
from services.sandbox.filters import Schema, parse_filter
from services.sandbox.records import Json

_EXPAND = re.compile(r"([A-Za-z]+)(?:\((.*)\))?")


def selection(text: str | None, schema: Schema) -> list[str] | None:
    """Return the properties of a $select, or None for the type's default set. Raises GraphError 400."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise bad_request("The $select option needs at least one property.", "BadRequest")
    for name in names:
        if name not in schema.properties:
            raise no_such_property(name, schema.name, "Parsing OData Select and Expand failed: ")
    return names


def filtered(call: Call, rows: Iterable[Json], schema: Schema) -> list[Json]:
    """Return the rows that the call's $filter lets through."""
    text = call.query.get("$filter")
    if text is None:
        return list(rows)
    predicate = parse_filter(text, schema, advanced=call.advanced)
    return [row for row in rows if predicate(row)]


def whole(call: Call, name: str, least: int, most: int) -> int | None:
    """Return a query option that is a whole number in a range, or None. Raises GraphError 400."""
    text = call.query.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
        raise unsupported_query(
            f"Invalid value specified for {name}: '{text}'. Must be between {least} and {most}."
        )
    return int(text)


def expansion(text: str, allowed: set[str], type_name: str) -> tuple[str, dict[str, str]]:
    """Return the navigation of an $expand and its inner options. Raises GraphError 400."""
    match = _EXPAND.fullmatch(text.strip())
    if match is None or match[1] not in allowed:
        raise no_such_property(text.partition("(")[0], type_name, "Parsing OData Select and Expand failed: ")
    options: dict[str, str] = {}
    for part in (match[2] or "").split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals and not part.strip():
            continue
        if name not in {"$select", "$levels"}:
            raise bad_request(
                f"Parsing OData Select and Expand failed: option '{name}' is not supported.", "BadRequest"
            )
        options[name] = value
    return match[1], options


def page(call: Call, rows: Sequence[Any], *, default: int, most: int, by_skip: bool = False) -> Json:
    """Return one page as Graph does: `value`, and `@odata.nextLink` while there is more.

    Directory lists go on by an opaque $skiptoken, Teams administration by $skip.
    """
    top = whole(call, "$top", 1, most) or default
    start = (whole(call, "$skip", 0, 10**9) or 0) if by_skip else _from_token(call.query.get("$skiptoken"))
    body: Json = {"@odata.context": f"{call.base}/$metadata#{call.path.strip('/')}"}
    if call.counts:
        body["@odata.count"] = len(rows)
    if start + top < len(rows):
        query = {k: v for k, v in call.query.items() if k not in {"$skip", "$skiptoken"}}
        query |= {"$skip": str(start + top)} if by_skip else {"$skiptoken": _token(start + top)}
        body["@odata.nextLink"] = f"{call.base}{call.path}?{urlencode(query, safe='$')}"
    body["value"] = list(rows[start : start + top])
    return body


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode().rstrip("=")


def _from_token(token: str | None) -> int:
    if token is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (ValueError, binascii.Error):
        text = ""
    word, _, start = text.partition(":")
    if word != "from" or not start.isdigit():
        raise bad_request("The specified page token value has expired or is not valid.", "BadRequest")
    return int(start)
