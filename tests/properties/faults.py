"""Faults of the records: a unit of work breaks off at a moment that the test chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, cast

from services.domain.errors import StoreUnavailable
from services.ports import Records, Transaction

WRITES = {"add", "append", "clear_stale", "hold_next", "mark_stale", "put", "save"}


class Killed(BaseException):
    """The process is gone. Nothing in the product catches it."""


def connection_lost() -> BaseException:
    return StoreUnavailable(words="the connection was lost")


class Faults:
    """What is to go wrong. ``has_struck``: something did go wrong; ``is_durable``: just after a commit."""

    def __init__(self) -> None:
        self._gaps: list[int] = []
        self._error: Callable[[], BaseException] = connection_lost
        self._only_answers = False
        self.clear()

    def break_off(self, moments: int, error: Callable[[], BaseException]) -> None:
        """Fail once, after so many good moments: calls of a store, the one before a commit, the one after."""
        self._gaps, self._error, self._only_answers = [moments], error, False

    def lose_answers(self, gaps: Iterable[int], error: Callable[[], BaseException]) -> None:
        """Lose the answers to commits; each gap is how many units of work go well before the next."""
        self._gaps, self._error, self._only_answers = list(gaps), error, True

    def clear(self) -> None:
        self._gaps = []
        self.has_struck = self.is_durable = False

    def before(self) -> None:
        """A call of a store, or the end of a block, is about to go well or not."""
        if not self._only_answers:
            self._pass(may_strike=True, is_durable=False)

    def after_commit(self, *, has_written: bool) -> None:
        """A unit of work is durable, and its caller is about to hear of it or not."""
        self._pass(may_strike=has_written or not self._only_answers, is_durable=has_written)

    def _pass(self, *, may_strike: bool, is_durable: bool) -> None:
        if not self._gaps:
            return
        if self._gaps[0]:
            self._gaps[0] -= 1
        elif may_strike:
            del self._gaps[0]
            self.has_struck = True
            self.is_durable |= is_durable
            raise self._error()


class _Store:
    def __init__(self, store: object, faults: Faults, called: set[str]) -> None:
        self._store = store
        self._faults = faults
        self._called = called

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        async def call(*given: Any, **named: Any) -> Any:
            self._faults.before()
            self._called.add(name)
            return await method(*given, **named)

        return call


class _UnitOfWork:
    def __init__(self, tx: Transaction, faults: Faults) -> None:
        self.called: set[str] = set()
        for name in ("requests", "numbers", "audit", "posts", "marks", "approvers"):
            setattr(self, name, _Store(getattr(tx, name), faults, self.called))


class FaultyRecords:
    """The records as the use cases see them, with faults."""

    def __init__(self, store: Records, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    async def ready(self) -> None:
        await self._store.ready()

    async def close(self) -> None:
        await self._store.close()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._store.transaction() as tx:
            unit = _UnitOfWork(tx, self._faults)
            yield cast("Transaction", unit)
            self._faults.before()
        self._faults.after_commit(has_written=bool(unit.called & WRITES))
