"""Messages, places and the outbox on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from services.ports import Note, Place, Post
from services.storage.postgres.session import Row, Session
from services.storage.postgres.statements import load

_SQL = load("posts")


class PostgresPosts:
    """The PostStore of one unit of work. The docstrings of the port are the contract."""

    def __init__(self, session: Session, replica: str) -> None:
        self._session = session
        self._replica = replica

    async def of_request(self, request_id: str) -> Sequence[Post]:
        """Oldest first."""
        return [_post(row) for row in await self._session.read(_SQL["of_request"], request=request_id)]

    async def of_person(self, person_id: str, limit: int) -> Sequence[Post]:
        """Newest first."""
        rows = await self._session.read(_SQL["of_person"], person=person_id, count=limit)
        return [_post(row) for row in rows]

    async def put(self, post: Post) -> None:
        """Remember a message, or the version that it now shows."""
        await self._session.write(_SQL["put"], **asdict(post))

    async def remove(self, conversation_id: str, activity_id: str) -> None:
        """Forget a message that shows a request no more."""
        await self._session.write(_SQL["remove"], conversation_id=conversation_id, activity_id=activity_id)

    async def place_of(self, person_id: str) -> Place | None:
        """Where the person can be written to."""
        return _place(await self._session.read(_SQL["place_of"], person=person_id))

    async def some_place(self) -> Place | None:
        """The first that the table comes to."""
        return _place(await self._session.read(_SQL["some_place"]))

    async def put_place(self, place: Place) -> None:
        """Remember where the person can be written to."""
        await self._session.write(_SQL["put_place"], **asdict(place))

    async def mark_stale(self, request_id: str) -> None:
        """Note that cards of the request must be refreshed. Who marks it first also gets to do it."""
        await self._session.write(_SQL["mark_stale"], request=request_id, replica=self._replica)

    async def note_of(self, request_id: str) -> Note | None:
        """The note about a request."""
        rows = await self._session.read(_SQL["note_of"], request=request_id)
        return _note(rows[0]) if rows else None

    async def take_stale(self, limit: int) -> Sequence[Note]:
        """The note that was left first comes first."""
        rows = await self._session.write(_SQL["take_stale"], replica=self._replica, count=limit)
        return [_note(row) for row in rows]

    async def clear_stale(self, note: Note) -> None:
        """Forget the note unless it was marked again since."""
        await self._session.write(_SQL["clear_stale"], request=note.request_id, marks=note.marks)


def _post(row: Row) -> Post:
    return Post(
        request_id=row["request_id"],
        person_id=row["person_id"],
        conversation_id=row["conversation_id"],
        activity_id=row["activity_id"],
        version=row["version"],
        born=row["born"],
    )


def _place(rows: Sequence[Row]) -> Place | None:
    if not rows:
        return None
    row = rows[0]
    return Place(
        person_id=row["person_id"],
        service_url=row["service_url"],
        conversation_id=row["conversation_id"],
        tenant_id=row["tenant_id"],
        bot_id=row["bot_id"],
        channel_id=row["channel_id"],
    )


def _note(row: Row) -> Note:
    return Note(request_id=row["request_id"], marks=row["marks"])
