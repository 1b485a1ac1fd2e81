"""From what goes wrong on the wire to the errors of the domain: the one place that knows both.

Every error made here keeps the vendor's as its cause, and carries as facts the tenant's own ``words``, and,
when there was an answer, its ``status``, Graph's ``tenant_code`` and the ``request_id`` that Microsoft's
support asks for. ``maybe_done`` says of a TenantBusy that the call may have been carried out all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson
from azure.core.exceptions import AzureError, ClientAuthenticationError
from pydantic import ValidationError

from services.domain.errors import NotPermitted, TenantBusy, TenantError, TenantRefused

WORDS_LIMIT = 300
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
PERMANENT_5XX = frozenset({501, 505})
TRANSIENT_4XX = frozenset({408, 423, 425, 429})
ALREADY_MEMBER = "added object references already exist"
"""In Graph's 400 about somebody who is a member. Not documented; seen by many who call group-post-members."""


@contextmanager
def translated() -> Iterator[None]:
    """Run one call; what the SDK, the network or the shape of the answer raises leaves as a domain error."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise _of_answer(error.response) from error
    except NEVER_SENT as error:
        raise TenantBusy(words=_network_words(error), maybe_done=False) from error
    except httpx.RequestError as error:
        raise TenantBusy(words=_network_words(error), maybe_done=True) from error
    except ClientAuthenticationError as error:
        raise NotPermitted(words=_short(error.message)) from error
    except AzureError as error:
        raise TenantBusy(words=_short(error.message), maybe_done=False) from error
    except ValidationError as error:
        raise _of_shape(error) from error


def status_of(error: TenantError) -> int | None:
    """Return the HTTP status behind an error; None when there was no answer."""
    status = error.facts.get("status")
    return status if isinstance(status, int) else None


def words_of(error: TenantError) -> str:
    """Return the tenant's own words."""
    return str(error.facts.get("words", ""))


def may_be_done(error: TenantBusy) -> bool:
    """Whether a call that ended so may have been carried out: then read back before sending it again."""
    return bool(error.facts.get("maybe_done", True))


def is_already_member(error: TenantError) -> bool:
    """Whether the tenant refused to add a member because they are one."""
    return status_of(error) == httpx.codes.BAD_REQUEST and ALREADY_MEMBER in words_of(error)


def _of_answer(response: httpx.Response) -> TenantError:
    status = response.status_code
    facts = _facts(response)
    if status in TRANSIENT_4XX or (
        status >= httpx.codes.INTERNAL_SERVER_ERROR and status not in PERMANENT_5XX
    ):
        # a throttled call was not begun (learn.microsoft.com/graph/throttling); after a 5xx nobody knows
        return TenantBusy(
            **facts,
            retry_after=retry_after(response),
            maybe_done=status != httpx.codes.TOO_MANY_REQUESTS,
        )
    if status == httpx.codes.UNAUTHORIZED:
        return NotPermitted(**facts)
    if status == httpx.codes.FORBIDDEN and _is_about_us(facts):
        return NotPermitted(**facts)
    return TenantRefused(**facts)


def _facts(response: httpx.Response) -> dict[str, Any]:
    """Read Graph's error body; a gateway's HTML or emptiness gives the status line instead."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    error = _part(body, "error")
    inner = _part(error, "innerError") or _part(error, "innererror")
    line = f"HTTP {response.status_code} {response.reason_phrase}".strip()
    return {
        "words": _short(error.get("message")) or line,
        "status": response.status_code,
        "tenant_code": str(error.get("code") or ""),
        "request_id": str(inner.get("request-id") or response.headers.get("request-id", "")),
    }


def _part(value: object, name: str) -> dict[str, Any]:
    inside = value.get(name) if isinstance(value, dict) else None
    return inside if isinstance(inside, dict) else {}


def _is_about_us(facts: dict[str, Any]) -> bool:
    """Tell a 403 about what Switchboard may do from one about the person it asks for.

    Teams says ``Forbidden`` of people who cannot have the app; of a missing permission it names roles or
    scopes.
    """
    if facts["tenant_code"] != "Forbidden":
        return True
    words = facts["words"].lower()
    return any(word in words for word in ("permission", "privilege", "scope", "role"))


def _of_shape(error: ValidationError) -> TenantError:
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] == "json_invalid":  # a gateway's page with status 200
        return TenantBusy(words="the answer was not JSON", maybe_done=True)
    where = ".".join(str(part) for part in problem["loc"])
    return TenantRefused(words=f"the answer could not be understood at '{where}': {problem['msg']}")


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110); None without one."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(int(value)))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
        # counted from the server's own clock, which need not agree with this machine's
        since = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return max(0.0, (_aware(until) - _aware(since)).total_seconds())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _network_words(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection was lost"


def _short(text: object) -> str:
    """Return one line of at most 300 characters; messages of the identity library run over many."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= WORDS_LIMIT else line[: WORDS_LIMIT - 1] + "…"
