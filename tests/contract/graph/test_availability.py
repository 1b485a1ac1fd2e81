"""Whether somebody is at work, until when they are not, and when they usually are."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import httpx
import pytest

from services.domain.errors import NotPermitted, PersonUnknown, TenantBusy
from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.directory import GraphDirectory
from services.ports import Availability
from services.sandbox.company import MANAGER
from services.sandbox.company.cast import person_id
from tests.clock import FakeClock
from tests.contract.graph.conftest import World
from tests.contract.graph.road import HTML, Accident, answer, refusal

MAILBOX = "GET */mailboxSettings"
PRESENCE = "GET */presence"
WEEKDAYS = frozenset(range(5))
SECONDS = 3600


async def tell(world: World, method: str, path: str, body: dict[str, Any]) -> None:
    """Change the tenant as Outlook does for its user."""
    headers = {"Authorization": "Bearer sandbox"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        reply = await client.request(method, f"{world.address}/v1.0/users/{MANAGER.id}/{path}", json=body)
    assert reply.is_success, reply.text


async def reply_automatically(world: World, status: str, *times: str) -> None:
    names = ("scheduledStartDateTime", "scheduledEndDateTime")
    moments = {name: {"dateTime": at, "timeZone": "UTC"} for name, at in zip(names, times, strict=False)}
    await tell(world, "PATCH", "mailboxSettings", {"automaticRepliesSetting": {"status": status, **moments}})


async def take_a_day_off(world: World) -> None:
    zone = {"timeZone": "GMT Standard Time"}
    start, end = {"dateTime": "2026-11-23T00:00:00"} | zone, {"dateTime": "2026-11-24T00:00:00"} | zone
    await tell(world, "POST", "events", {"showAs": "oof", "start": start, "end": end})


def mailbox(**settings: Any) -> Accident:
    return answer(settings)


async def test_somebody_at_work_tells_hours_and_zone(world: World) -> None:
    assert await world.directory.availability(MANAGER.id) == Availability(
        zone="Europe/London", starts=time(9), ends=time(17, 30), days=WEEKDAYS
    )


@pytest.mark.parametrize(
    ("name", "zone", "starts"),
    [
        ("Joni Sherman", "America/New_York", time(9)),
        ("Johanna Lorenz", "Europe/Berlin", time(8)),
        ("Diego Siciliani", "Europe/London", time(9)),
    ],
)
async def test_everybody_works_in_their_own_zone(world: World, name: str, zone: str, starts: time) -> None:
    found = await world.directory.availability(person_id(name))
    assert (found.zone, found.starts) == (zone, starts)


async def test_somebody_with_a_short_week_says_so(world: World) -> None:
    hours = {"daysOfWeek": ["monday", "saturday"], "startTime": "07:30:00.0000000", "endTime": "12:00:00"}
    await tell(world, "PATCH", "mailboxSettings", {"workingHours": hours | {"timeZone": {"name": "UTC"}}})

    found = await world.directory.availability(MANAGER.id)

    assert (found.days, found.starts, found.ends) == (frozenset({0, 5}), time(7, 30), time(12))
    assert found.zone == "Etc/UTC"


async def test_a_holiday_begins_and_ends_when_it_was_planned(world: World) -> None:
    await reply_automatically(world, "scheduled", "2026-11-23T09:00:00", "2026-11-27T17:00:00")
    assert not (await world.directory.availability(MANAGER.id)).is_away

    world.clock.move(SECONDS)
    found = await world.directory.availability(MANAGER.id)
    assert found.is_away
    assert found.back_at == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert found.zone == "Europe/London"

    world.clock.move(4 * 24 * SECONDS + 8 * SECONDS)
    assert await world.directory.availability(MANAGER.id) == Availability(
        zone="Europe/London", starts=time(9), ends=time(17, 30), days=WEEKDAYS
    )


async def test_somebody_away_without_an_end_is_away_until_they_say_otherwise(world: World) -> None:
    await reply_automatically(world, "alwaysEnabled")
    found = await world.directory.availability(MANAGER.id)
    assert (found.is_away, found.back_at) == (True, None)

    await reply_automatically(world, "disabled")
    assert not (await world.directory.availability(MANAGER.id)).is_away


async def test_a_day_off_in_the_calendar_counts_too(world: World) -> None:
    await take_a_day_off(world)
    found = await world.directory.availability(MANAGER.id)
    assert (found.is_away, found.back_at, found.starts) == (True, None, time(9))

    world.clock.move(16 * SECONDS)
    assert not (await world.directory.availability(MANAGER.id)).is_away


async def test_planned_times_in_another_zone_are_understood(world: World) -> None:
    """The tenant answers in UTC, but a mailbox may be asked for through something that does not."""
    replies = {
        "status": "Scheduled",
        "scheduledStartDateTime": {
            "dateTime": "2026-11-22T00:00:00.0000000",
            "timeZone": "Pacific Standard Time",
        },
        "scheduledEndDateTime": {"dateTime": "2026-11-23T09:00:00.0000000", "timeZone": "Europe/Berlin"},
    }
    world.road.expect(MAILBOX, *[mailbox(automaticRepliesSetting=replies, timeZone="Europe/Berlin")] * 2)

    found = await world.directory.availability(MANAGER.id)
    assert not found.is_away
    assert found.zone == "Europe/Berlin"

    world.clock.move(-60)
    found = await world.directory.availability(MANAGER.id)
    assert (found.is_away, found.back_at) == (True, datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    "settings",
    [
        {"timeZone": "tzone://Microsoft/Custom"},
        {"timeZone": "GMT Standard Time", "workingHours": {"timeZone": {"name": "Customized Time Zone"}}},
        {"timeZone": "../../etc/passwd"},
        {"timeZone": "Europe"},
        {"timeZone": None, "workingHours": None, "automaticRepliesSetting": None},
        {
            "workingHours": {
                "daysOfWeek": ["someday"],
                "startTime": "early",
                "endTime": None,
                "timeZone": None,
            }
        },
        {"automaticRepliesSetting": {"status": "sometimes"}},
        {},
    ],
)
async def test_what_a_mailbox_does_not_tell_is_unknown_and_keeps_nobody_away(
    world: World, settings: dict[str, Any]
) -> None:
    world.road.expect(MAILBOX, mailbox(**settings))

    assert await world.directory.availability(MANAGER.id) == Availability()


async def test_somebody_without_a_mailbox_is_away_when_their_presence_says_so(world: World) -> None:
    guest = person_id("Brian Johnson")
    assert await world.directory.availability(guest) == Availability()

    world.road.expect(PRESENCE, answer({"id": guest, "outOfOfficeSettings": {"isOutOfOffice": True}}))
    assert await world.directory.availability(guest) == Availability(is_away=True)


@pytest.mark.parametrize(
    "closed",
    [
        refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        refusal(403, "Forbidden", "The process failed to get the correct properties."),
        refusal(404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox."),
        refusal(404, "ResourceNotFound", "Resource could not be discovered."),
    ],
)
async def test_without_permission_everybody_is_at_work_unless_the_presence_knows_better(
    world: World, closed: Accident
) -> None:
    await take_a_day_off(world)
    world.road.expect(MAILBOX, closed, closed)
    assert await world.directory.availability(MANAGER.id) == Availability(is_away=True)

    world.road.expect(PRESENCE, closed)
    assert await world.directory.availability(MANAGER.id) == Availability()
    assert world.clock.slept == []


async def test_a_presence_that_says_nothing_of_absences_is_a_presence_at_work(world: World) -> None:
    for shown in ({}, {"outOfOfficeSettings": None}, {"outOfOfficeSettings": {"isOutOfOffice": None}}):
        world.road.expect(PRESENCE, answer(shown))
        assert not (await world.directory.availability(MANAGER.id)).is_away


async def test_a_stranger_is_nobody_to_wait_for(world: World) -> None:
    assert await world.directory.availability("00000000-0000-0000-0000-00000000dead") == Availability()
    with pytest.raises(PersonUnknown):
        await world.directory.availability("  ")


async def test_a_busy_mailbox_is_asked_again_and_not_taken_for_none(world: World) -> None:
    await reply_automatically(world, "alwaysEnabled")
    for accident in (
        Accident(429),
        Accident(503),
        Accident(),
        Accident(502, HTML, {"Content-Type": "text/html"}),
    ):
        world.road.expect(MAILBOX, accident)
        assert (await world.directory.availability(MANAGER.id)).is_away


async def test_somebody_known_to_be_away_is_away_whatever_becomes_of_their_presence(world: World) -> None:
    await reply_automatically(world, "alwaysEnabled")
    world.road.expect(PRESENCE, Accident(429, headers={"Retry-After": "60"}))

    assert (await world.directory.availability(MANAGER.id)).is_away


@pytest.mark.parametrize("asked", [MAILBOX, PRESENCE])
async def test_a_mailbox_or_presence_that_stays_busy_is_reported_as_such(world: World, asked: str) -> None:
    world.road.expect(asked, Accident(429, headers={"Retry-After": "60"}))

    with pytest.raises(TenantBusy) as busy:
        await world.directory.availability(MANAGER.id)
    assert busy.value.retry_after == 60


async def test_a_token_that_is_refused_is_not_taken_for_somebody_at_work(
    world: World, clock: FakeClock
) -> None:
    graph = Graph.connect(f"{world.address}/v1.0", StaticToken("expired"), clock)
    try:
        with pytest.raises(NotPermitted):
            await GraphDirectory(graph, "app").availability(MANAGER.id)
    finally:
        await graph.close()
