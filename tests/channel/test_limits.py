"""However much there is to say, Teams never has to refuse it, and it is read in the order of saying."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channel_errors import ChannelUnavailable
from services.domain.allowance import Allowance, Bucket
from services.send_budget import LocalSendBudget
from tests.channel.stage import Stage, message, staged

NO_LIMITS = Allowance(brief=Bucket(10**9, 1e-9), lasting=Bucket(10**9, 1e-9), tenant=Bucket(10**9, 1e-9))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


def read_by_christie(stage: Stage) -> list[str]:
    return [one.texts[0] for one in stage.christie.messages]


async def test_a_burst_of_thirty_arrives_whole_and_in_order_without_a_refusal(stage: Stage) -> None:
    outbound = stage.adapter.outbound
    await asyncio.gather(*(outbound.send(stage.reference, message(str(n))) for n in range(30)))
    assert read_by_christie(stage) == [str(n) for n in range(30)]
    assert (stage.channel.throttled, len(stage.channel.requests)) == (0, 30)
    assert sum(stage.pauses) == pytest.approx(25 * 0.6)


async def test_changes_and_sends_of_a_conversation_count_together(stage: Stage) -> None:
    outbound = stage.adapter.outbound
    first = await outbound.send(stage.reference, message("0 %"))
    for percent in range(1, 20):
        await outbound.update(stage.reference, first, message(f"{percent} %"))
        await outbound.delete(stage.reference, await outbound.send(stage.reference, message("typing")))
    assert read_by_christie(stage) == ["19 %"]
    assert stage.channel.throttled == 0


async def test_chats_are_opened_no_faster_than_teams_allows(stage: Stage) -> None:
    for _ in range(12):
        await stage.adapter.outbound.create_conversation(
            stage.channel.service_url, "tenant", "christie", bot_id="28:switchboard"
        )
    assert stage.channel.throttled == 0


async def test_what_follows_a_throttled_message_is_held_back_too(stage: Stage) -> None:
    stage.channel.weather.busy, stage.channel.weather.retry_after = [429], 7
    outbound = stage.adapter.outbound
    await asyncio.gather(*(outbound.send(stage.reference, message(str(n))) for n in range(3)))
    assert read_by_christie(stage) == ["0", "1", "2"]
    assert len(stage.channel.requests) == 4
    assert stage.pauses == pytest.approx([7.0, 0.6, 0.6])


async def test_a_long_pause_is_kept_without_asking_the_channel_again(stage: Stage) -> None:
    stage.channel.weather.busy, stage.channel.weather.retry_after = [429], 600
    for _ in range(2):
        with pytest.raises(ChannelUnavailable) as busy:
            await stage.adapter.outbound.send(stage.reference, message("x"))
        assert (busy.value.status, busy.value.retry_after) == (429, pytest.approx(600.0))
    assert (len(stage.channel.requests), stage.pauses) == (1, [])
    stage.pauses.append(600.0)
    await stage.adapter.outbound.send(stage.reference, message("x"))
    assert read_by_christie(stage) == ["x"]


async def test_somebody_elses_pause_keeps_nobody_waiting(stage: Stage) -> None:
    lee = stage.channel.person("lee", "Lee Gu")
    await lee.installs_app()
    stage.channel.weather.busy, stage.channel.weather.retry_after = [429], 600
    with pytest.raises(ChannelUnavailable):
        await stage.adapter.outbound.send(stage.reference, message("x"))
    await stage.adapter.outbound.send(
        {**stage.reference, "conversation_id": stage.channel.chat_of(lee).id}, message("For Lee")
    )
    await lee.sees("For Lee")


async def test_what_another_process_used_up_is_waited_for_when_teams_says_so() -> None:
    async with staged(LocalSendBudget(NO_LIMITS)) as stage:
        for number in range(20):
            await stage.adapter.outbound.send(stage.reference, message(str(number)))
        assert read_by_christie(stage) == [str(number) for number in range(20)]
        assert stage.channel.throttled > 0


async def test_lanes_are_forgotten_when_nobody_is_on_them(stage: Stage) -> None:
    outbound = stage.adapter.outbound
    await asyncio.gather(*(outbound.send(stage.reference, message(str(n))) for n in range(3)))
    assert len(outbound._lanes._locks) == 0
