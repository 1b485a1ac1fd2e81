"""Whatever comes back, it becomes an error of the domain; whatever people type stays a value."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import orjson
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from hypothesis import given
from hypothesis import strategies as st

from services.domain.errors import NotPermitted, TenantBusy, TenantError, TenantRefused
from services.graph import voice, wire
from services.graph.errors import WORDS_LIMIT, may_be_done, translated
from services.graph.odata import quoted
from services.graph.patience import Patience, insist
from services.ports import OperationStatus
from services.sandbox.filters import parse_filter
from services.sandbox.views import GROUP
from tests.clock import FakeClock

REQUEST = httpx.Request("GET", "https://graph.example/v1.0/users/x")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "code", "message", "innerError", "request-id"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def received(status: int, body: bytes, headers: dict[str, str] | None = None) -> TenantError:
    with pytest.raises(TenantError) as raised, translated():
        httpx.Response(status, content=body, headers=headers, request=REQUEST).raise_for_status()
    return raised.value


def raised_by(error: Exception) -> TenantError:
    with pytest.raises(TenantError) as raised, translated():
        raise error
    assert raised.value.__cause__ is error
    return raised.value


@given(st.integers(300, 599), st.binary(max_size=60) | json_values.map(orjson.dumps))
def test_any_bad_answer_becomes_an_error_with_words(status: int, body: bytes) -> None:
    error = received(status, body)

    assert str(error.facts["words"]).strip()
    assert len(str(error.facts["words"])) <= WORDS_LIMIT
    assert error.facts["status"] == status
    assert "\n" not in error.sentence
    transient = status in {408, 423, 425, 429} or (status >= 500 and status not in {501, 505})
    assert isinstance(error, TenantBusy) == transient
    if status != 403:  # which is about Switchboard or about the person, as its words say
        assert isinstance(error, NotPermitted) == (status == 401)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_any_wish_to_wait_is_a_number_of_seconds_or_none(value: str) -> None:
    error = received(429, b"", {"Retry-After": value})

    assert isinstance(error, TenantBusy)
    assert error.retry_after is None or error.retry_after >= 0


def test_the_tenants_words_and_the_request_id_are_kept() -> None:
    body = {"error": {"code": "C", "message": "Not\n today.", "innerError": {"request-id": "r-1"}}}

    error = received(400, orjson.dumps(body))

    assert isinstance(error, TenantRefused)
    assert (error.facts["words"], error.facts["tenant_code"], error.facts["request_id"]) == (
        "Not today.",
        "C",
        "r-1",
    )
    assert received(502, b"", {"request-id": "r-2"}).facts["request_id"] == "r-2"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_never_left_was_not_carried_out(error: type[httpx.RequestError]) -> None:
    busy = raised_by(error("[Errno 111]", request=REQUEST))
    assert isinstance(busy, TenantBusy)
    assert not may_be_done(busy)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError]
)
def test_what_broke_on_the_way_may_have_been_carried_out(error: type[httpx.RequestError]) -> None:
    busy = raised_by(error("", request=REQUEST))
    assert isinstance(busy, TenantBusy)
    assert may_be_done(busy)


def test_a_credential_that_is_refused_is_a_matter_of_permission_and_one_that_cannot_ask_is_not() -> None:
    refused = raised_by(ClientAuthenticationError("AADSTS7000215: Invalid client secret.\nTrace ID: 1\n"))
    assert isinstance(refused, NotPermitted)
    assert "AADSTS7000215: Invalid client secret. Trace ID: 1" in refused.sentence

    away = raised_by(ServiceRequestError("cannot connect"))
    assert isinstance(away, TenantBusy)
    assert not may_be_done(away)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_quoted_text_finds_itself_and_nothing_else(text: str, other: str) -> None:
    finds = parse_filter(f"displayName eq {quoted(text)}", GROUP)

    assert finds({"displayName": text})
    assert finds({"displayName": other}) == (other.lower() == text.lower())


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isascii() and text.isprintable()))
def test_an_operations_id_survives_its_address(key: str) -> None:
    escaped = quote(key, safe="=")
    for tail in (f"/operations('{escaped}')", f"/operations/{escaped}"):
        assert voice.operation_id(f"https://graph.example/v1.0/admin{tail}") == key


@given(st.text(max_size=12) | st.none())
def test_only_success_is_success(status: str | None) -> None:
    found = voice.operation(wire.Operation(status=status)).status
    assert (found is OperationStatus.SUCCEEDED) == (status == "succeeded")


@given(
    st.lists(st.floats(0, 20) | st.none(), min_size=1, max_size=12),
    st.floats(0, 30),
    st.floats(0.05, 2),
)
async def test_patience_never_lasts_longer_than_promised(
    wishes: list[float | None], total: float, first: float
) -> None:
    clock = FakeClock()
    began, left = clock.now(), list(wishes)

    async def attempt() -> str:
        if left:
            raise TenantBusy(words="later", retry_after=left.pop(0))
        return "done"

    try:
        assert await insist(clock, Patience(total=total, first_pause=first), attempt) == "done"
        assert len(clock.slept) == len(wishes)
    except TenantBusy:
        assert len(clock.slept) < len(wishes)
    assert (clock.now() - began).total_seconds() <= total + 0.001
    assert all(pause >= (wish or 0) for pause, wish in zip(clock.slept, wishes, strict=False))
