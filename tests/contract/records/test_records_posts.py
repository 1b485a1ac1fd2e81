"""Messages, chats and the outbox in the records."""

from __future__ import annotations

from dataclasses import replace

from services.ports import Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import (
    CHRISTIE,
    DEBRA,
    a_place,
    a_post,
)


async def test_every_card_of_a_request_is_known_in_the_order_of_sending(records: Records, home: Home) -> None:
    posts = [a_post(activity=activity) for activity in (3, 1, 2)]
    async with records.transaction() as tx:
        for post in posts:
            await tx.posts.put(post)
        await tx.posts.put(a_post("request-2", activity=9))
        assert await tx.posts.of_request("request-1") == posts
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        assert await tx.posts.of_request("request-1") == posts
        assert await tx.posts.of_request("request-7") == []
    await again.close()


async def test_the_cards_of_a_person_are_known_with_the_newest_first(records: Records, home: Home) -> None:
    posts = [a_post(f"request-{number}", activity=number) for number in (1, 2, 3)]
    async with records.transaction() as tx:
        for post in posts:
            await tx.posts.put(post)
        await tx.posts.put(replace(a_post(activity=9), person_id=DEBRA.id))
        await tx.posts.put(replace(posts[0], version=5))
        await tx.posts.remove(posts[1].conversation_id, posts[1].activity_id)
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        newest = await tx.posts.of_person(posts[0].person_id, 10)
        assert newest == [posts[2], replace(posts[0], version=5)]
        assert await tx.posts.of_person(posts[0].person_id, 1) == [posts[2]]
        assert await tx.posts.of_person("nobody", 10) == []
    await again.close()


async def test_a_refreshed_card_keeps_its_place_and_shows_the_new_version(records: Records) -> None:
    first, second = a_post(activity=1), a_post(activity=2)
    async with records.transaction() as tx:
        await tx.posts.put(first)
        await tx.posts.put(second)
        await tx.posts.put(replace(first, version=7))
    async with records.transaction() as tx:
        assert await tx.posts.of_request("request-1") == [replace(first, version=7), second]


async def test_a_card_remembers_at_which_version_its_message_was_sent(records: Records) -> None:
    post = a_post(version=3, born=3)
    async with records.transaction() as tx:
        await tx.posts.put(post)
        await tx.posts.put(replace(post, version=5))
        assert await tx.posts.of_person(CHRISTIE.id, 1) == [replace(post, version=5)]
        await tx.posts.put(replace(post, version=6, born=6))
        assert await tx.posts.of_request("request-1") == [replace(post, version=6, born=6)]


async def test_the_same_activity_id_in_two_chats_is_two_cards(records: Records) -> None:
    here, there = a_post(), replace(a_post(), conversation_id="a:other", person_id=DEBRA.id)
    async with records.transaction() as tx:
        await tx.posts.put(here)
        await tx.posts.put(there)
        await tx.posts.remove(here.conversation_id, here.activity_id)
        assert await tx.posts.of_request("request-1") == [there]


async def test_forgetting_a_card_that_is_not_known_does_nothing(records: Records) -> None:
    async with records.transaction() as tx:
        await tx.posts.put(a_post())
        await tx.posts.remove("a:nowhere", "activity-1")
        assert await tx.posts.of_request("request-1") == [a_post()]


async def test_people_are_written_to_where_they_wrote_last(records: Records, home: Home) -> None:
    async with records.transaction() as tx:
        assert await tx.posts.place_of(CHRISTIE.id) is None
        await tx.posts.put_place(a_place())
        await tx.posts.put_place(a_place("https://smba.example/uk/"))
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        assert await tx.posts.place_of(CHRISTIE.id) == a_place("https://smba.example/uk/")
    await again.close()


async def waiting(records: Records, limit: int = 10) -> list[str]:
    async with records.transaction() as tx:
        return [note.request_id for note in await tx.posts.take_stale(limit)]


async def test_notes_to_refresh_cards_outlive_the_process(records: Records, home: Home) -> None:
    async with records.transaction() as tx:
        for request_id in ("request-2", "request-1", "request-3", "request-2"):
            await tx.posts.mark_stale(request_id)
    assert await waiting(records, 2) == ["request-2", "request-1"]
    await records.close()
    again = await home.open()
    assert await waiting(again) == ["request-2", "request-1", "request-3"]
    await again.close()


async def test_a_note_is_forgotten_unless_it_was_left_once_more_meanwhile(records: Records) -> None:
    async with records.transaction() as tx:
        await tx.posts.mark_stale("request-1")
        first = await tx.posts.note_of("request-1")
        assert first is not None
        await tx.posts.mark_stale("request-1")
        second = await tx.posts.note_of("request-1")
        await tx.posts.clear_stale(first)
    assert await waiting(records) == ["request-1"]
    assert second is not None
    assert second.marks > first.marks
    async with records.transaction() as tx:
        await tx.posts.clear_stale(second)
        assert await tx.posts.note_of("request-1") is None
        await tx.posts.clear_stale(second)
    assert await waiting(records) == []
