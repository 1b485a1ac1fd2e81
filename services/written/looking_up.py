"""What is written, looked up in the tenant: many things at a time, and whether people can decide."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from services.domain.errors import NotPermitted, TenantRefused
from services.domain.person import Person
from services.written.findings import Finding, Path

KeyT = TypeVar("KeyT")
FoundT = TypeVar("FoundT")

AT_ONCE = 8
"""Calls under way at a time: quick for hundreds of names, and far below Graph's limits."""


class People(Protocol):
    """What is asked of the port Directory."""

    async def person(self, person_id: str) -> Person:
        """The person by object id or sign-in name. Raises PersonUnknown."""
        ...


async def look_up(
    keys: Iterable[KeyT], find: Callable[[KeyT], Awaitable[FoundT]]
) -> dict[KeyT, FoundT | TenantRefused]:
    """What is found for each key, or why it is not. Raises TenantBusy and NotPermitted."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(key: KeyT) -> tuple[KeyT, FoundT | TenantRefused]:
        async with gate:
            try:
                return key, await find(key)
            except NotPermitted:
                raise
            except TenantRefused as refused:
                return key, refused

    return dict(await asyncio.gather(*map(one, keys)))


def decides(path: Path, found: Person | TenantRefused) -> Iterator[Finding]:
    """A finding about somebody who is named to decide, and cannot."""
    if isinstance(found, TenantRefused):
        yield Finding(path=path, what=found.sentence, advice="Mend the name, or name somebody else.")
    elif not found.can_work:
        what = "a guest" if found.account_enabled else "disabled"
        yield Finding(
            path=path,
            what=f"{found.display_name} cannot decide: the account is {what}.",
            advice="Name somebody else.",
        )
