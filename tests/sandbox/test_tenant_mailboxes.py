"""Mailboxes and presence: hours, time zones, and being away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.sandbox.company import EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id

if TYPE_CHECKING:
    from conftest import Answer, Api

SETTINGS = f"/users/{MANAGER.id}/mailboxSettings"
EVENTS = f"/users/{MANAGER.id}/events"


async def is_out(api: Api) -> bool:
    body = (await api.get(f"/users/{MANAGER.id}/presence")).body
    return bool(body["outOfOfficeSettings"]["isOutOfOffice"])


async def change(api: Api, **settings: Any) -> Answer:
    return await api.call("PATCH", SETTINGS, settings)


async def test_a_mailbox_tells_hours_and_zone_in_graphs_shape(api: Api) -> None:
    body = (await api.get(f"/users/{person_id('Joni Sherman')}/mailboxSettings")).body
    assert body["timeZone"] == "Eastern Standard Time"
    assert body["workingHours"] == {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "09:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": "Eastern Standard Time"},
    }
    assert body["automaticRepliesSetting"]["status"] == "disabled"


async def test_only_what_is_selected_comes(api: Api) -> None:
    body = (await api.get(SETTINGS, {"$select": "timeZone,workingHours"})).body
    assert set(body) == {"@odata.context", "timeZone", "workingHours"}
    for query in ({"$select": "hours"}, {"$filter": "timeZone eq 'UTC'"}, {"$expand": "workingHours"}):
        assert (await api.get(SETTINGS, query)).status == 400


async def test_somebody_changes_their_hours_and_the_rest_stays(api: Api) -> None:
    hours = {"endTime": "12:30:00", "daysOfWeek": ["Monday", "Saturday"]}
    answer = await change(api, workingHours=hours, timeZone="Europe/Berlin")
    assert answer.status == 200
    assert set(answer.body) == {"@odata.context", "timeZone", "workingHours"}
    body = (await api.get(SETTINGS)).body
    assert body["timeZone"] == "Europe/Berlin"
    assert body["workingHours"] == {
        "daysOfWeek": ["monday", "saturday"],
        "startTime": "09:00:00.0000000",
        "endTime": "12:30:00.0000000",
        "timeZone": {"name": "GMT Standard Time"},
    }


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"timeZone": "Middle Earth Standard Time"}, "InvalidTimeZone"),
        ({"timeZone": None}, "InvalidTimeZone"),
        ({"workingHours": {"timeZone": {"name": "Mars"}}}, "InvalidTimeZone"),
        ({"workingHours": {"timeZone": "GMT Standard Time"}}, "InvalidTimeZone"),
        ({"workingHours": {"startTime": "18:00:00"}}, "ErrorInvalidTimeSettings"),
        ({"workingHours": {"startTime": "08"}}, "RequestBodyRead"),
        ({"workingHours": {"endTime": "24:00:00"}}, "RequestBodyRead"),
        ({"workingHours": {"daysOfWeek": ["RandomDay"]}}, "InvalidArguments"),
        ({"workingHours": {"daysOfWeek": "monday"}}, "Request_BadRequest"),
        ({"workingHours": {"lunch": "12:00:00"}}, "BadRequest"),
        ({"workingHours": 8}, "Request_BadRequest"),
        ({"userPurpose": {"value": "room"}}, "Request_BadRequest"),
        ({"shoeSize": 42}, "BadRequest"),
        ({}, "Request_BadRequest"),
        ({"automaticRepliesSetting": {"status": "maybe"}}, "Request_BadRequest"),
        ({"automaticRepliesSetting": {"status": "scheduled"}}, "Request_BadRequest"),
        ({"automaticRepliesSetting": {"status": "disabled", "until": "Monday"}}, "BadRequest"),
    ],
)
async def test_settings_that_make_no_sense_change_nothing(
    api: Api, settings: dict[str, Any], code: str
) -> None:
    before = (await api.get(SETTINGS)).body
    answer = await change(api, **settings)
    assert (answer.status, answer.code) == (400, code)
    assert (await api.get(SETTINGS)).body == before


async def test_an_absence_may_be_given_in_another_zone_and_is_shown_in_utc(api: Api) -> None:
    setting = {
        "status": "scheduled",
        "scheduledStartDateTime": {"dateTime": "2026-11-23T05:00:00", "timeZone": "Eastern Standard Time"},
        "scheduledEndDateTime": {"dateTime": "2026-11-24T12:00:00", "timeZone": "Europe/Berlin"},
    }
    body = (await change(api, automaticRepliesSetting=setting)).body["automaticRepliesSetting"]
    shown = (body["scheduledStartDateTime"], body["scheduledEndDateTime"])
    assert [moment["dateTime"] for moment in shown] == [
        "2026-11-23T10:00:00.0000000",
        "2026-11-24T11:00:00.0000000",
    ]
    assert {moment["timeZone"] for moment in shown} == {"UTC"}


async def test_a_day_off_in_the_calendar_shows_in_the_presence_and_not_in_the_mailbox(api: Api) -> None:
    assert not await is_out(api)
    event = {
        "subject": "Day off",
        "showAs": "oof",
        "start": {"dateTime": "2026-11-23T00:00:00", "timeZone": "GMT Standard Time"},
        "end": {"dateTime": "2026-11-24T00:00:00", "timeZone": "GMT Standard Time"},
    }
    assert (await api.post(EVENTS, event)).status == 201
    assert await is_out(api)
    assert (await api.get(SETTINGS)).body["automaticRepliesSetting"]["status"] == "disabled"
    api.clock.move(17 * 3600)
    assert not await is_out(api)


async def test_a_meeting_is_no_day_off_and_a_broken_event_is_refused(api: Api) -> None:
    times = {
        "start": {"dateTime": "2026-11-23T00:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-24T00:00:00", "timeZone": "UTC"},
    }
    assert (await api.post(EVENTS, times | {"showAs": "busy"})).status == 201
    assert not await is_out(api)
    for wrong in ({"showAs": "away"}, {"end": times["start"] | {"timeZone": "Mars"}}, {"end": None}):
        assert (await api.post(EVENTS, times | wrong)).status == 400


async def test_presence_is_asked_for_by_object_id(api: Api) -> None:
    assert (await api.get(f"/users/{EMPLOYEE.upn}/presence")).status == 404
    assert (await api.get(f"/users/{EMPLOYEE.id}/presence", {"$select": "activity"})).status == 400


async def test_somebody_without_a_mailbox_still_has_a_presence(api: Api) -> None:
    guest = person_id("Brian Johnson")
    assert (await api.get(f"/users/{guest}/mailboxSettings")).status == 404
    assert not (await api.get(f"/users/{guest}/presence")).body["outOfOfficeSettings"]["isOutOfOffice"]
