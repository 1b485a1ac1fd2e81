"""What Switchboard writes into the chats of people, and what it makes of a channel that refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from bot.messenger import TeamsMessenger
from services.domain.errors import ChannelBusy, MessageGone, Unreachable
from services.domain.person import PersonRef
from services.domain.request import Request
from services.domain.stage import asked
from services.domain.view import RequestView, view_for
from services.ports import Place
from tests.channel.stage import Stage, staged
from tests.contract.records.samples import START, a_request, employee

CHRISTIE = PersonRef(id="christie", name="Christie Cline")


def waiting_for_christie(number: int = 1) -> Request:
    request = a_request(number, by=employee(number))
    (stage,) = request.stages
    return replace(request, stages=(replace(stage, approvers=asked(CHRISTIE)),))


def seen_by_christie(request: Request) -> RequestView:
    return view_for(request, CHRISTIE.id, is_admin=False)


@dataclass
class Desk:
    """The messenger, and Christie's chat."""

    messenger: TeamsMessenger
    stage: Stage
    place: Place


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with staged() as stage:
        where = stage.reference
        place = Place(
            person_id=CHRISTIE.id,
            service_url=where["service_url"],
            conversation_id=where["conversation_id"],
            tenant_id=where["tenant_id"],
            bot_id=where["bot_id"],
            channel_id=where["channel_id"],
        )
        yield Desk(TeamsMessenger(stage.adapter.outbound, "tenant", lambda: START), stage, place)


async def test_a_message_remembers_the_version_at_which_it_was_sent(desk: Desk) -> None:
    request = waiting_for_christie()
    post = await desk.messenger.post(desk.place, seen_by_christie(request))
    assert (post.version, post.born) == (request.version, request.version)
    assert (await desk.stage.christie.sees(request.ref)).id == post.activity_id


async def test_a_message_that_is_taken_away_is_gone_for_everyone(desk: Desk) -> None:
    request = waiting_for_christie()
    post = await desk.messenger.post(desk.place, seen_by_christie(request))
    await desk.stage.christie.sees(request.ref)
    await desk.messenger.delete(desk.place, post)
    await desk.stage.christie.sees_no_more(request.ref)
    with pytest.raises(MessageGone):
        await desk.messenger.update(desk.place, post, seen_by_christie(request))
    with pytest.raises(MessageGone):
        await desk.messenger.delete(desk.place, post)


async def test_a_message_is_taken_away_where_it_is_though_the_person_has_another_chat_now(desk: Desk) -> None:
    post = await desk.messenger.post(desk.place, seen_by_christie(waiting_for_christie()))
    await desk.messenger.delete(replace(desk.place, conversation_id="a:another"), post)
    assert desk.stage.christie.messages == []


async def test_taking_messages_away_keeps_to_what_teams_lets_the_bot_send(desk: Desk) -> None:
    view = seen_by_christie(waiting_for_christie())
    posts = [await desk.messenger.post(desk.place, view) for _ in range(6)]
    for post in posts:
        await desk.messenger.delete(desk.place, post)
    assert desk.stage.pauses, "twelve in a row are more than Teams takes at once"
    assert desk.stage.channel.throttled == 0
    assert desk.stage.christie.messages == []


async def test_a_busy_channel_is_told_from_one_that_cannot_reach_the_person(desk: Desk) -> None:
    post = await desk.messenger.post(desk.place, seen_by_christie(waiting_for_christie()))
    desk.stage.channel.weather.busy = [503] * 5
    with pytest.raises(ChannelBusy):
        await desk.messenger.delete(desk.place, post)
    desk.stage.channel.weather.busy = [503] * 5
    with pytest.raises(ChannelBusy):
        await desk.messenger.digest(desk.place, [waiting_for_christie()], 1)
    desk.stage.christie.blocks_the_bot = True
    with pytest.raises(Unreachable, match=CHRISTIE.id):
        await desk.messenger.delete(desk.place, post)
    with pytest.raises(Unreachable):
        await desk.messenger.digest(desk.place, [waiting_for_christie()], 1)


async def test_a_digest_lists_what_waits_and_how_much_there_is(desk: Desk) -> None:
    waiting = [waiting_for_christie(number) for number in (1, 2, 3)]
    await desk.messenger.digest(desk.place, waiting, 14)
    seen = await desk.stage.christie.sees("14 requests wait for your decision")
    places = [seen.text.index(request.ref) for request in waiting]
    assert all(first < second for first, second in pairwise(places))
